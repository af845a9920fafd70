import type { Account, Tier } from "./accounts.ts";
import { ApiError } from "./errors.ts";
import { creditsOf, tokensOf, type Use } from "./ledger.ts";
import type { Faults } from "./scenarios.ts";

/** Credits per window. */
const credits: Readonly<Record<Tier, { fiveHours: number; week: number }>> = {
  lite: { fiveHours: 2_000, week: 10_000 },
  pro: { fiveHours: 12_000, week: 60_000 },
  max: { fiveHours: 28_000, week: 140_000 },
};
/** Tokens per five hours and MCP calls per month of the plans before credits. */
const tokens: Readonly<Record<Tier, number>> = { lite: 160_000_000, pro: 800_000_000, max: 3_200_000_000 };
const toolCalls: Readonly<Record<Tier, number>> = { lite: 100, pro: 1000, max: 4000 };

const hour = 3_600_000;
/** Codes of `unit`. */
const unit = { hour: 3, month: 5, week: 6 };

/** What GET …/quota/limit answers in `data`. @throws ApiError 500 for an account without a plan in force. */
export function quotaOf(account: Account, uses: readonly Use[], faults: Faults, now = Date.now()): object {
  const tier = account.expired ? undefined : account.tier;
  if (tier === undefined || faults.has("quota-no-plan")) {
    throw new ApiError("500", { en: "You have no coding plan", zh: "当前用户不存在 coding plan" });
  }
  const level = faults.has("quota-level-number") ? { lite: 1, pro: 2, max: 3 }[tier] : tier;
  return { level, limits: limitsOf(account, tier, uses, faults, now) };
}

function limitsOf(account: Account, tier: Tier, uses: readonly Use[], faults: Faults, now: number): object[] {
  if (faults.has("quota-nulls")) {
    const empty = { usage: null, currentValue: null, remaining: null, nextResetTime: null };
    return [{ type: "CREDIT_LIMIT", unit: unit.hour, number: 5, ...empty, percentage: null }];
  }
  const wanted = ["quota-tokens", "quota-percentage", "quota-bare", "quota-credits"].find((name) => faults.has(name));
  // Z.AI has moved its plans to credits; the plan of BigModel is an old one that still counts tokens.
  const old = wanted === undefined ? account.platform === "bigmodel" : wanted !== "quota-credits";
  const rows = old ? tokenRows(tier, uses, faults, now) : creditRows(tier, uses, faults, now);
  const shaped = rows.map((row) => {
    if (wanted === "quota-bare") return { type: row.type, percentage: row.percentage };
    if (wanted !== "quota-percentage") return row;
    const { usage: _usage, currentValue: _used, remaining: _left, ...rest } = row;
    return rest;
  });
  return faults.has("quota-unknown-type")
    ? [...shaped, { ...rows[0], type: "WISH_LIMIT", unit: 9, number: 3 }]
    : shaped;
}

/** A limit with all its numbers; `usage` is the allowance, whatever its name says. */
interface Row {
  readonly type: string;
  readonly unit: number;
  readonly number: number;
  readonly usage: number;
  readonly currentValue: number;
  readonly remaining: number;
  readonly percentage: number;
  readonly nextResetTime?: number;
  readonly usageDetails?: readonly { modelCode: string; usage: number }[];
}

function makeRow(
  type: string,
  window: [number, number],
  usage: number,
  wanted: number,
  reset: number | undefined,
): Row {
  const currentValue = Math.min(usage, Math.round(wanted));
  return {
    type,
    unit: window[0],
    number: window[1],
    usage,
    currentValue,
    remaining: usage - currentValue,
    percentage: Math.floor((currentValue / usage) * 100),
    // A window begins with its first use; before that nothing is to be reset.
    ...(reset === undefined || currentValue === 0 ? {} : { nextResetTime: reset }),
  };
}

/** What was used before the simulator started, as a share of the allowance. */
function earlier(faults: Faults): { window: number; week: number } {
  if (faults.has("quota-full")) return { window: 1, week: 1 };
  const share = faults.value("quota-used", 85);
  if (share !== undefined) return { window: share / 100, week: 0.42 };
  return faults.has("quota-unused") ? { window: 0, week: 0 } : { window: 0.11, week: 0.42 };
}

function creditRows(tier: Tier, uses: readonly Use[], faults: Faults, now: number): Row[] {
  const { fiveHours, week } = credits[tier];
  const before = earlier(faults);
  const spent = creditsOf(uses);
  return [
    makeRow("CREDIT_LIMIT", [unit.hour, 5], fiveHours, fiveHours * before.window + spent, now + 2 * hour),
    makeRow("CREDIT_LIMIT", [unit.week, 1], week, week * before.week + spent, now + 76 * hour),
  ];
}

function tokenRows(tier: Tier, uses: readonly Use[], faults: Faults, now: number): Row[] {
  const before = earlier(faults);
  const total = tokens[tier];
  const spent = tokensOf(uses.filter(({ onPlan }) => onPlan));
  const calls = Math.round(toolCalls[tier] * before.window * 0.25);
  const details = { "search-prime": Math.ceil(calls * 0.7), "web-reader": Math.floor(calls * 0.3), zread: 0 };
  return [
    makeRow("TOKENS_LIMIT", [unit.hour, 5], total, total * before.window + spent, now + 2 * hour),
    makeRow("TOKENS_LIMIT", [unit.week, 1], total * 5, total * 5 * before.week + spent, now + 76 * hour),
    {
      ...makeRow("TIME_LIMIT", [unit.month, 1], toolCalls[tier], calls, now + 400 * hour),
      usageDetails: Object.entries(details).map(([modelCode, usage]) => ({ modelCode, usage })),
    },
  ];
}

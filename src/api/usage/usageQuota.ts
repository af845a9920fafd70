import * as v from "valibot";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { listOf, looseList, looseNumber, looseText, looseTime, readAs, someText } from "../http/loose.ts";
import { askUsage } from "./usageRequest.ts";

type SpanUnit = "day" | "hour" | "month" | "week";

/** One allowance of a plan. A number that the service does not tell is absent. */
export interface QuotaWindow {
  readonly kind: "5-hours" | "week" | "month-tools" | "other";
  /** The service's word for it. Text from outside. */
  readonly name: string;
  /** How long it lasts, where its kind does not tell. A unit that we do not know is the service's number for it. */
  readonly span?: { readonly count: number; readonly unit: SpanUnit | number } | undefined;
  /** 0 to 100. */
  readonly usedPercent?: number | undefined;
  /** Tokens, credits or calls, depending on the plan. */
  readonly used?: number | undefined;
  readonly total?: number | undefined;
  readonly remaining?: number | undefined;
  /** Ms since the epoch; absent as well when nothing was used. */
  readonly resetsAt?: number | undefined;
  /** What the use went to. Texts from outside. */
  readonly details?: readonly { readonly name: string; readonly used: number }[] | undefined;
}

export interface Quota {
  /** Tier of the plan as the service calls it: "lite", "pro", "max" or a number. Text from outside. */
  readonly level?: string | undefined;
  readonly windows: readonly QuotaWindow[];
}

const rowSchema = v.object({
  type: someText,
  unit: looseNumber,
  number: looseNumber,
  // The service calls the whole allowance "usage".
  usage: looseNumber,
  currentValue: looseNumber,
  remaining: looseNumber,
  percentage: looseNumber,
  nextResetTime: looseTime,
  usageDetails: looseList(v.object({ modelCode: looseText, usage: looseNumber })),
});
type Row = v.InferOutput<typeof rowSchema>;

const quotaSchema = v.object({
  data: v.nullish(v.object({ level: looseText, limits: v.nullish(listOf(rowSchema), []) })),
});

/**
 * How much of the Coding Plan is used (API notes 13.1), or undefined when the account has no plan, which is a fact and no
 * failure. Throws ApiError.
 */
export async function fetchQuota(context: ClientContext, options: RequestOptions = {}): Promise<Quota | undefined> {
  let answer: unknown;
  try {
    answer = await askUsage(context, "/monitor/usage/quota/limit", options);
  } catch (thrown) {
    if (saysNoPlan(thrown)) return undefined;
    throw thrown;
  }
  const { data } = readAs(context, quotaSchema, answer);
  if (!data) return undefined;
  return { level: data.level, windows: readWindows(data.limits ?? []) };
}

/**
 * The one place that looks into a message: the service has no code of its own for "no plan" but says it with 500, as it does
 * with true failures. The product's name is the same in both of its languages.
 */
function saysNoPlan(thrown: unknown): boolean {
  if (!(thrown instanceof ApiError)) return false;
  const { serviceCode, serviceMessage } = thrown.details;
  return /^5\d\d$/.test(serviceCode ?? "") && /coding\s?plan/i.test(serviceMessage ?? "");
}

function readWindows(rows: readonly Row[]): QuotaWindow[] {
  let allowances = 0;
  return rows.map((row) => {
    const isAllowance = row.type === "TOKENS_LIMIT" || row.type === "CREDIT_LIMIT";
    if (isAllowance) allowances++;
    const kind = isAllowance ? kindOfAllowance(row, allowances) : kindOfOther(row);
    return {
      kind,
      name: row.type.slice(0, 80),
      ...(kind === "other" ? spanOf(row) : {}),
      usedPercent: percentOf(row),
      used: row.currentValue,
      total: row.usage,
      remaining: row.remaining,
      resetsAt: row.nextResetTime,
      details: detailsOf(row),
    };
  });
}

/** `position` counts from 1: a row that does not name its window is known by its place. */
function kindOfAllowance({ unit, number }: Row, position: number): QuotaWindow["kind"] {
  if (unit === undefined || number === undefined) return position === 1 ? "5-hours" : position === 2 ? "week" : "other";
  switch (`${number} ${units[unit]}`) {
    case "5 hour":
      return "5-hours";
    case "1 week":
    // Some replies count the week in days and still name weeks.
    case "7 week":
    case "7 day":
      return "week";
    default:
      return "other";
  }
}

function kindOfOther({ type, unit, number }: Row): QuotaWindow["kind"] {
  const monthly = unit === undefined || number === undefined || (units[unit] === "month" && number === 1);
  return type === "TIME_LIMIT" && monthly ? "month-tools" : "other";
}

const units: Readonly<Record<number, SpanUnit>> = { 1: "day", 3: "hour", 5: "month", 6: "week" };

function spanOf({ unit, number }: Row): Pick<QuotaWindow, "span"> {
  return unit === undefined || number === undefined ? {} : { span: { count: number, unit: units[unit] ?? unit } };
}

function percentOf({ percentage, currentValue, usage }: Row): number | undefined {
  const share =
    // Multiplied first: 29 / 100 * 100 would be a little less than 29.
    currentValue !== undefined && usage !== undefined && usage > 0 ? (currentValue * 100) / usage : undefined;
  const percent = percentage ?? share;
  return percent === undefined ? undefined : Math.min(100, Math.max(0, percent));
}

function detailsOf({ usageDetails }: Row): QuotaWindow["details"] {
  const details = usageDetails.flatMap(({ modelCode, usage }) =>
    modelCode === undefined || usage === undefined ? [] : [{ name: modelCode, used: usage }],
  );
  return details.length === 0 ? undefined : details;
}

import type { Account } from "./accounts.ts";
import { ApiError } from "./errors.ts";
import { tokensOf, type Use } from "./ledger.ts";

/** Times of a query: `yyyy-MM-dd HH:mm:ss` in the zone of the machine, inclusive. */
export interface Period {
  readonly start: Date;
  readonly end: Date;
}

/** @throws ApiError 500 when a time is absent or not of the form, or the period is upside down or longer than 92 days. */
export function readPeriod(query: URLSearchParams): Period {
  const [start, end] = ["startTime", "endTime"].map((name) => {
    const value = query.get(name) ?? "";
    const time = new Date(value.replace(" ", "T"));
    if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(value) || Number.isNaN(time.getTime()))
      throw new ApiError("500", { en: `${name} is not yyyy-MM-dd HH:mm:ss`, zh: `${name} 格式错误` });
    return time;
  });
  if (start === undefined || end === undefined || start >= end || end.getTime() - start.getTime() > 92 * 86_400_000)
    throw new ApiError("500", { en: "startTime must lie before endTime", zh: "时间范围错误" });
  return { start, end };
}

/** The hours of a period, or its days when it is longer than two days. */
function buckets({ start, end }: Period): { from: number; to: number; label: string }[] {
  const daily = end.getTime() - start.getTime() > 2 * 86_400_000;
  const at = new Date(start);
  at.setMinutes(0, 0, 0);
  if (daily) at.setHours(0);
  const found: { from: number; to: number; label: string }[] = [];
  for (let from = at.getTime(); from <= end.getTime(); from = at.getTime()) {
    const label = localTime(at).slice(0, daily ? 10 : 16);
    if (daily) at.setDate(at.getDate() + 1);
    else at.setTime(from + 3_600_000);
    found.push({ from, to: at.getTime(), label });
  }
  return found;
}

const two = (value: number): string => String(value).padStart(2, "0");

function localTime(time: Date): string {
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** Calls and tokens by hour or day. A stretch without any is null, as the platforms have it. */
export function modelUsage(uses: readonly Use[], period: Period): object {
  const slots = buckets(period).map((slot) => ({
    slot,
    uses: uses.filter(({ at }) => at >= slot.from && at < slot.to),
  }));
  const all = slots.flatMap((each) => each.uses);
  const models = [...new Set(all.map(({ model }) => model))];
  return {
    x_time: slots.map(({ slot }) => slot.label),
    modelCallCount: slots.map((each) => orNull(each.uses.length)),
    tokensUsage: slots.map((each) => orNull(tokensOf(each.uses))),
    totalUsage: {
      totalModelCallCount: all.length,
      totalTokensUsage: tokensOf(all),
      modelSummaryList: models.map((modelName) => ({
        modelName,
        totalTokens: tokensOf(all.filter(({ model }) => model === modelName)),
      })),
    },
    modelDataList: models.map((modelName) => ({
      modelName,
      tokensUsage: slots.map((each) => orNull(tokensOf(each.uses.filter(({ model }) => model === modelName)))),
    })),
  };
}

const orNull = (value: number): number | null => (value === 0 ? null : value);

/** Calls of the plan's MCP tools. Nobody calls them here, so a plan shows the same few of every morning. */
export function toolUsage({ tier, expired }: Account, period: Period): object {
  const slots = buckets(period);
  const count = (each: number): (number | null)[] =>
    slots.map(({ label }) => (tier !== undefined && !expired && / 09:/.test(label) ? each : null));
  const [search, reader, zread] = [count(3), count(2), count(0)];
  const total = sum(search) + sum(reader) + sum(zread);
  return {
    x_time: slots.map(({ label }) => label),
    networkSearchCount: search,
    webReadMcpCount: reader,
    zreadMcpCount: zread,
    totalUsage: {
      totalNetworkSearchCount: sum(search),
      totalWebReadMcpCount: sum(reader),
      totalZreadMcpCount: sum(zread),
      totalSearchMcpCount: total,
      toolDetails: [
        { modelName: "search-prime", totalUsageCount: sum(search) },
        { modelName: "web-reader", totalUsageCount: sum(reader) },
      ],
    },
  };
}

const sum = (values: readonly (number | null)[]): number => values.reduce<number>((all, each) => all + (each ?? 0), 0);

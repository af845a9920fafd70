import * as v from "valibot";
import { check } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { looseList, looseNumber, looseTime, readAs, someText } from "../http/loose.ts";
import { requireReady, withQuery } from "../http/request.ts";
import { askUsage } from "./usageRequest.ts";

/** Points in time, ms since the epoch; `from` comes first. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** A number that the service does not tell is absent. */
export interface ModelUsage {
  readonly calls?: number | undefined;
  readonly tokens?: number | undefined;
  /** One point per hour or day, as the service chooses by the range. */
  readonly points: readonly {
    readonly at?: number | undefined;
    readonly calls?: number | undefined;
    readonly tokens?: number | undefined;
  }[];
  /** Names are text from outside. */
  readonly models: readonly { readonly name: string; readonly tokens?: number | undefined }[];
}

/** Calls of the plan's tools. A number that the service does not tell is absent. */
export interface ToolUsage {
  readonly searches?: number | undefined;
  readonly pagesRead?: number | undefined;
  readonly repositoriesRead?: number | undefined;
  /** All of them together. */
  readonly total?: number | undefined;
  readonly points: readonly {
    readonly at?: number | undefined;
    readonly searches?: number | undefined;
    readonly pagesRead?: number | undefined;
    readonly repositoriesRead?: number | undefined;
  }[];
  /** Names are text from outside. */
  readonly tools: readonly { readonly name: string; readonly calls?: number | undefined }[];
}

/** A series: null where nothing happened, so that places must be kept. */
const series = v.fallback(v.array(looseNumber), []);
const times = v.fallback(v.array(looseTime), []);

/** A member with totals, which may be missing as a whole. */
function totals<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.fallback(v.optional(v.object(entries)), () => undefined);
}

const modelSchema = v.object({
  x_time: times,
  modelCallCount: series,
  tokensUsage: series,
  totalUsage: totals({
    totalModelCallCount: looseNumber,
    totalTokensUsage: looseNumber,
    modelSummaryList: looseList(v.object({ modelName: someText, totalTokens: looseNumber })),
  }),
});

const toolSchema = v.object({
  x_time: times,
  networkSearchCount: series,
  webReadMcpCount: series,
  zreadMcpCount: series,
  totalUsage: totals({
    totalNetworkSearchCount: looseNumber,
    totalWebReadMcpCount: looseNumber,
    totalZreadMcpCount: looseNumber,
    totalSearchMcpCount: looseNumber,
    toolDetails: looseList(v.object({ modelName: someText, totalUsageCount: looseNumber })),
  }),
});

/** Calls and tokens of a time range (API notes 13.2). Throws ApiError. */
export async function fetchModelUsage(
  context: ClientContext,
  range: TimeRange,
  options: RequestOptions = {},
): Promise<ModelUsage> {
  const data = await askRange(context, "/monitor/usage/model-usage", range, options);
  const { x_time, modelCallCount, tokensUsage, totalUsage } = readAs(context, modelSchema, data);
  return {
    calls: totalUsage?.totalModelCallCount,
    tokens: totalUsage?.totalTokensUsage,
    points: x_time.map((at, index) => ({ at, calls: modelCallCount[index], tokens: tokensUsage[index] })),
    models: (totalUsage?.modelSummaryList ?? []).map((model) => ({ name: model.modelName, tokens: model.totalTokens })),
  };
}

/** Calls of the plan's search, reader and repository tools in a time range (API notes 13.2). Throws ApiError. */
export async function fetchToolUsage(
  context: ClientContext,
  range: TimeRange,
  options: RequestOptions = {},
): Promise<ToolUsage> {
  const data = await askRange(context, "/monitor/usage/tool-usage", range, options);
  const { x_time, networkSearchCount, webReadMcpCount, zreadMcpCount, totalUsage } = readAs(context, toolSchema, data);
  return {
    searches: totalUsage?.totalNetworkSearchCount,
    pagesRead: totalUsage?.totalWebReadMcpCount,
    repositoriesRead: totalUsage?.totalZreadMcpCount,
    total: totalUsage?.totalSearchMcpCount,
    points: x_time.map((at, index) => ({
      at,
      searches: networkSearchCount[index],
      pagesRead: webReadMcpCount[index],
      repositoriesRead: zreadMcpCount[index],
    })),
    tools: (totalUsage?.toolDetails ?? []).map((tool) => ({ name: tool.modelName, calls: tool.totalUsageCount })),
  };
}

/** `data` of the answer. An account that may not use a plan gets an envelope of success without any: nothing was used. */
async function askRange(
  context: ClientContext,
  path: string,
  { from, to }: TimeRange,
  options: RequestOptions,
): Promise<unknown> {
  requireReady(context, "usage");
  check(from >= 0 && from < to && to < year10000, "startTime", "before endTime");
  const asked = withQuery(path, { startTime: platformTime(from), endTime: platformTime(to) });
  const { data }: { data?: unknown } = await askUsage(context, asked, options);
  return data ?? {};
}

/** From then on a date has no four digits for its year. */
const year10000 = Date.UTC(9999, 11, 31);

/** `yyyy-MM-dd HH:mm:ss`, which names no zone: the platform's own (UTC+8), in which its answers count as well. */
function platformTime(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
}

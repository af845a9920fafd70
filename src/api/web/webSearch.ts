import * as v from "valibot";
import { check, checkIds, checkInteger, checkOneOf, checkPlatform, checkText } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { looseList, looseText, unreadable } from "../http/loose.ts";
import { isBigModel, type Endpoint } from "../platforms.ts";
import { askJson, requireReady } from "../http/request.ts";

interface SearchEngine {
  readonly id: string;
  readonly platform: "zai" | "bigmodel";
  /** The only numbers of results that it takes; absent = 1 to 50. */
  readonly counts?: readonly number[];
  /** It cannot keep to one site. */
  readonly noDomain?: boolean;
}

/** Engines with their rules, each platform's default first (API notes 9.1 and 17; read 2026-11-21). */
export const searchEngines: readonly SearchEngine[] = [
  { id: "search-prime", platform: "zai" },
  { id: "search_std", platform: "bigmodel" },
  { id: "search_pro", platform: "bigmodel" },
  { id: "search_pro_sogou", platform: "bigmodel", counts: [10, 20, 30, 40, 50] },
  { id: "search_pro_quark", platform: "bigmodel", noDomain: true },
];

/** Those of a search in a chat: its schema names one on Z.AI that the endpoint of its own lacks (API notes 2.5). */
export const chatSearchEngines: readonly SearchEngine[] = [
  { id: "search_pro_jina", platform: "zai" },
  ...searchEngines,
];

export const searchRecencies = ["oneDay", "oneWeek", "oneMonth", "oneYear", "noLimit"] as const;

export interface WebSearchRequest {
  /** BigModel takes at most 70 characters; on Z.AI that is only advice. */
  readonly query: string;
  /** One of the platform's `searchEngines`; the first by default. An engine that we do not know is sent as it is. */
  readonly engine?: string | undefined;
  /** 1 to 50, 10 by default. The service ignores it when `domain` and `recency` are both set. */
  readonly count?: number | undefined;
  /** A single host name, e.g. "www.example.com". */
  readonly domain?: string | undefined;
  readonly recency?: (typeof searchRecencies)[number] | undefined;
  /** How much text each result quotes. */
  readonly contentSize?: "medium" | "high" | undefined;
  /** Let the service first decide what the question is after, and whether to search at all. BigModel only. */
  readonly recogniseIntent?: boolean | undefined;
  /** 6 to 64 characters, unique. */
  readonly requestId?: string | undefined;
  /** 6 to 128 characters, nothing personal. */
  readonly userId?: string | undefined;
}

/** One page that was found. All of it is text from outside. */
export interface FoundPage {
  readonly title: string;
  readonly content: string;
  readonly link: string;
  /** Name of the site. */
  readonly media: string;
  /** Address of the site's picture. Never loaded by itself. */
  readonly icon: string;
  /** The service's name for this result, e.g. "ref_1". */
  readonly refer: string;
  /** As the site gave it, mostly "2026-11-21". */
  readonly publishDate: string;
}

export interface SearchIntent {
  readonly query: string;
  /** SEARCH_ALL, SEARCH_NONE, SEARCH_ALWAYS, or a word that came later. */
  readonly intent: string;
  readonly keywords: string;
}

export interface WebSearchAnswer {
  /** In the service's order; empty when the intent was not to search. */
  readonly pages: readonly FoundPage[];
  readonly intents: readonly SearchIntent[];
}

const pageSchema = v.object({
  title: looseText,
  content: looseText,
  link: looseText,
  media: looseText,
  icon: looseText,
  refer: looseText,
  publish_date: looseText,
});
const intentSchema = v.object({ query: looseText, intent: looseText, keywords: looseText });
const answerSchema = v.object({ search_result: looseList(pageSchema), search_intent: looseList(intentSchema) });
/** One of the two lists must be there, were it empty or null. */
const anySchema = v.union([v.object({ search_result: v.unknown() }), v.object({ search_intent: v.unknown() })]);

/**
 * Searches the web (API notes 9.1). A busy search (1701) is tried again; without an engine (1702) or without a result (1703)
 * it ends with `server` at once.
 */
export async function searchWeb(
  context: ClientContext,
  request: WebSearchRequest,
  options: RequestOptions = {},
): Promise<WebSearchAnswer> {
  const { endpoint, deadlines } = context;
  requireReady(context, "web-search");
  const platform = isBigModel(endpoint) ? "bigmodel" : "zai";
  const engine = request.engine ?? searchEngines.find((each) => each.platform === platform)?.id;
  checkRequest(endpoint, request, engine);
  const ask = {
    method: "POST",
    path: "/web_search",
    repeatable: true,
    body: JSON.stringify({
      search_query: request.query,
      search_engine: engine,
      // Required where it exists.
      search_intent: isBigModel(endpoint) ? (request.recogniseIntent ?? false) : undefined,
      count: request.count,
      search_domain_filter: request.domain,
      search_recency_filter: request.recency,
      content_size: request.contentSize,
      request_id: request.requestId,
      user_id: request.userId,
    }),
  } as const;
  const answer = await askJson(context, ask, deadlines.total, options);
  if (!v.is(anySchema, answer)) throw unreadable({ endpoint });
  const { search_result, search_intent } = v.parse(answerSchema, answer);
  return {
    pages: search_result.map(({ publish_date: publishDate = "", title = "", content = "", ...page }) => ({
      title,
      content,
      link: page.link ?? "",
      media: page.media ?? "",
      icon: page.icon ?? "",
      refer: page.refer ?? "",
      publishDate,
    })),
    intents: search_intent.map(({ query = "", intent = "", keywords = "" }) => ({ query, intent, keywords })),
  };
}

function checkRequest(endpoint: Endpoint, request: WebSearchRequest, engine: string | undefined): void {
  const { query } = request;
  checkIds(request);
  if (isBigModel(endpoint)) checkText("search_query", query, 1, 70);
  else check(query.trim() !== "", "search_query", "not empty");
  checkSearch(endpoint, { ...request, engine }, searchEngines);
  if (request.recogniseIntent) checkPlatform(endpoint, "search_intent", ["bigmodel"]);
}

/** What a search of its own and one in a chat have in common, whose fields are below `prefix`. */
export function checkSearch(
  endpoint: Endpoint,
  { engine, count, domain, recency, contentSize }: Omit<WebSearchRequest, "query">,
  engines: readonly SearchEngine[],
  prefix = "",
): void {
  const rules = engines.find(({ id }) => id === engine);
  checkPlatform(endpoint, `${prefix}search_engine`, rules && [rules.platform]);
  if (rules?.counts) checkOneOf(`${prefix}count`, count, rules.counts);
  else checkInteger(`${prefix}count`, count, 1, 50);
  checkOneOf(`${prefix}search_recency_filter`, recency, searchRecencies);
  checkOneOf(`${prefix}content_size`, contentSize, ["medium", "high"]);
  if (domain === undefined) return;
  const field = `${prefix}search_domain_filter`;
  check(!rules?.noDomain, field, `not with ${engine}`);
  check(/^[^\s,/:@?#]+\.[^\s,/:@?#]+$/.test(domain), field, "one host name");
}

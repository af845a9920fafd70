import { checkFunds, type Account, type Platform } from "./accounts.ts";
import { newId } from "./completion.ts";
import { sendJson } from "./delivery.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, missing, readChoice, readFlag, readIds, readInteger, readObject, readText } from "./fields.ts";
import { renderPage } from "./html-markdown.ts";
import { parseHtml } from "./html.ts";
import type { JsonObject } from "./json.ts";
import { keywordScore, terms } from "./text-match.ts";
import { pageHtml, publishedOn, webPages, type WebPage } from "./web-pages.ts";
import { answerPage } from "./web-site.ts";

/** What narrows a search, for the endpoint and for chat's own tool alike. */
export interface SearchFilters {
  readonly count: number;
  readonly domain: string | undefined;
  /** Oldest page in days. */
  readonly maxAge: number;
  /** Longest content in characters. */
  readonly contentSize: number;
}

/** A result as the API sends it. */
export interface SearchResult {
  readonly title: string;
  readonly content: string;
  readonly link: string;
  readonly media: string;
  readonly icon: string;
  /** `ref_1` and so on, by which an answer quotes it. */
  readonly refer: string;
  readonly publish_date: string;
}

const endpointEngines: Readonly<Record<Platform, readonly string[]>> = {
  zai: ["search-prime"],
  bigmodel: ["search_std", "search_pro", "search_pro_sogou", "search_pro_quark"],
};
const days = { oneDay: 1, oneWeek: 7, oneMonth: 30, oneYear: 365, noLimit: Infinity };
const lengths = { medium: 500, high: 2500 };

/**
 * Reads count, filters and size; the fields are the same at every place that searches.
 * @param prefix goes before field names in messages, e.g. `web_search.`.
 * @throws ApiError 1214.
 */
export function readFilters(body: JsonObject, engine: string, prefix = ""): SearchFilters {
  const field = (name: string): JsonObject => ({ [prefix + name]: body[name] });
  const count = readInteger(field("count"), `${prefix}count`, 1, 50) ?? 10;
  if (engine === "search_pro_sogou" && count % 10 !== 0) throw invalid(`${prefix}count`, "10, 20, 30, 40, 50");
  const domain = body["search_domain_filter"] ?? undefined;
  if (domain !== undefined) {
    if (engine === "search_pro_quark") throw invalid(`${prefix}search_domain_filter`, "not with search_pro_quark");
    if (typeof domain !== "string" || !/^(?:[\w-]+\.)+[a-z]{2,}$/i.test(domain))
      throw invalid(`${prefix}search_domain_filter`, "one domain name");
  }
  const recency = readChoice(field("search_recency_filter"), `${prefix}search_recency_filter`, [
    "oneDay",
    "oneWeek",
    "oneMonth",
    "oneYear",
    "noLimit",
  ] as const);
  const size = readChoice(field("content_size"), `${prefix}content_size`, ["medium", "high"] as const);
  const bothFilters = domain !== undefined && recency !== undefined && recency !== "noLimit";
  return {
    // With both filters set the platforms ignore the count.
    count: bothFilters ? 10 : count,
    domain,
    maxAge: days[recency ?? "noLimit"],
    contentSize: lengths[size ?? "medium"],
  };
}

/** The pages that hold words of the query, best first, and at the end the page about the query itself. */
export function searchPages(query: string, { count, domain, maxAge, contentSize }: SearchFilters): SearchResult[] {
  const scored = webPages
    .map((page) => ({ page, score: scoreOf(query, page) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ page }) => page);
  return [...scored, answerPage(query)]
    .filter(({ url, age }) => age < maxAge && (domain === undefined || belongsTo(url, domain)))
    .slice(0, count)
    .map((page, index) => ({
      title: page.title,
      content: excerpt(page, contentSize),
      link: page.url,
      media: page.media,
      icon: `${new URL(page.url).origin}/favicon.png`,
      refer: `ref_${index + 1}`,
      publish_date: publishedOn(page.age),
    }));
}

function scoreOf(query: string, page: WebPage): number {
  return 3 * keywordScore(query, `${page.title} ${page.keywords}`) + keywordScore(query, page.body);
}

function belongsTo(url: string, domain: string): boolean {
  const { hostname } = new URL(url);
  return hostname === domain.toLowerCase() || hostname.endsWith(`.${domain.toLowerCase()}`);
}

function excerpt(page: WebPage, length: number): string {
  const rendering = { format: "text", images: false, dataUrls: false, gfm: false, base: page.url } as const;
  const text = renderPage(parseHtml(pageHtml(page)), rendering).replace(/\s+/g, " ");
  return text.length <= length ? text : `${text.slice(0, length).replace(/\s\S*$/, "")}…`;
}

export function webSearchRoute(call: string, exchange: Exchange, account: Account): Promise<void> | undefined {
  return call === "POST /web_search" ? handleWebSearch(exchange, account) : undefined;
}

async function handleWebSearch(exchange: Exchange, account: Account): Promise<void> {
  const body = readObject(exchange.body);
  const { platform, faults } = exchange;
  const engine = readText(body, "search_engine");
  if (!endpointEngines[platform].includes(engine)) throw invalid("search_engine", endpointEngines[platform].join(", "));
  checkFunds(account, "general", false);
  const query = readText(body, "search_query");
  if (query.trim() === "") throw invalid("search_query", "Input cannot be empty");
  if (platform === "bigmodel" && Array.from(query).length > 70) throw invalid("search_query", "<= 70");
  const detect = readFlag(body, "search_intent");
  if (platform === "bigmodel" && detect === undefined) throw missing("search_intent");
  const filters = readFilters(body, engine);
  const requestId = readIds(body, platform) ?? newId();
  const wanted = detect !== true || !isSmallTalk(query);
  const intent = { query, intent: detect === true ? (wanted ? "SEARCH_ALL" : "SEARCH_NONE") : "SEARCH_ALWAYS" };
  await sendJson(exchange, 200, {
    id: newId(),
    created: Math.floor(Date.now() / 1000),
    request_id: requestId,
    ...(platform === "bigmodel" ? { search_intent: [{ ...intent, keywords: terms(query).join(" ") }] } : {}),
    search_result: wanted && !faults.has("search-empty") ? searchPages(query, filters) : [],
  });
}

function isSmallTalk(query: string): boolean {
  return /^\s*(hi|hello|hey|thanks|thank you|good (morning|evening)|你好|您好|谢谢|早上好)[\s!.！。]*$/i.test(query);
}

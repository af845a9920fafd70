import { checkFunds, type Account } from "./accounts.ts";
import { newId } from "./completion.ts";
import { pause, sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, readChoice, readFlag, readIds, readInteger, readObject, readText } from "./fields.ts";
import { absolute, renderPage } from "./html-markdown.ts";
import { findAll, parseHtml, textOf, type HtmlElement } from "./html.ts";
import type { JsonObject } from "./json.ts";
import { fetchPage, type Fetched } from "./web-site.ts";

export function readerRoute(call: string, exchange: Exchange, account: Account): Promise<void> | undefined {
  return call === "POST /reader" ? handleReader(exchange, account) : undefined;
}

async function handleReader(exchange: Exchange, account: Account): Promise<void> {
  const body = readObject(exchange.body);
  const url = readText(body, "url");
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) throw invalid("url", "http or https");
  checkFunds(account, "general", false);
  const options = readOptions(body);
  const requestId = readIds(body, exchange.platform) ?? newId();
  const fetched = await fetchInTime(exchange, url, options);
  await sendJson(exchange, 200, {
    id: newId(),
    created: Math.floor(Date.now() / 1000),
    request_id: requestId,
    model: "web-reader",
    reader_result: describe(url, fetched, options),
  });
}

interface Options {
  /** Seconds. */
  readonly timeout: number;
  readonly noCache: boolean;
  readonly format: "markdown" | "text";
  readonly images: boolean;
  readonly dataUrls: boolean;
  readonly gfm: boolean;
  readonly imageSummary: boolean;
  readonly linkSummary: boolean;
}

function readOptions(body: JsonObject): Options {
  return {
    timeout: readInteger(body, "timeout", 1, 600) ?? 20,
    noCache: readFlag(body, "no_cache") ?? false,
    format: readChoice(body, "return_format", ["markdown", "text"] as const) ?? "markdown",
    images: readFlag(body, "retain_images") ?? true,
    dataUrls: readFlag(body, "keep_img_data_url") ?? false,
    gfm: readFlag(body, "no_gfm") !== true,
    imageSummary: readFlag(body, "with_images_summary") ?? false,
    linkSummary: readFlag(body, "with_links_summary") ?? false,
  };
}

/** @throws ApiError 1214 when the page does not exist, 1234 when it takes longer than the caller allows. */
async function fetchInTime({ faults, signal, state }: Exchange, url: string, options: Options): Promise<Fetched> {
  const cached = options.noCache ? undefined : state.readPages.get(url);
  if (cached !== undefined) return cached;
  const needed = faults.value("reader-slow", 30_000) ?? 0;
  await pause(Math.min(needed, options.timeout * 1000), signal);
  if (needed > options.timeout * 1000)
    throw new ApiError("1234", { en: "The page did not answer in time", zh: "网页读取超时" });
  const fetched = await fetchPage(url, state.results);
  if (fetched === undefined) throw new ApiError("1214", { en: "The page cannot be read", zh: "无法访问该网页" });
  state.readPages.set(url, fetched);
  return fetched;
}

function describe(url: string, { type, text }: Fetched, options: Options): object {
  // Files that are no pages come through as they are; a picture has no text.
  if (type !== "text/html") return { content: text, title: "", description: "", url };
  const page = parseHtml(text);
  const metas = metaOf(page);
  const published = metas["article:published_time"];
  const { description = "", keywords, viewport } = metas;
  return {
    content: renderPage(page, { ...options, base: url }),
    title: textOf(findAll(page, "title")[0] ?? "").trim(),
    description,
    url,
    external: { stylesheet: stylesheets(page, url) },
    metadata: { keywords, viewport, description, "format-detection": metas["format-detection"] },
    ...(options.imageSummary ? { images: imagesOf(page, url, options.dataUrls) } : {}),
    ...(options.linkSummary ? { links: linksOf(page, url) } : {}),
    ...(published === undefined ? {} : { publishedTime: published }),
  };
}

function metaOf(page: HtmlElement): Readonly<Record<string, string>> {
  return Object.fromEntries(
    findAll(page, "meta").map(({ attributes: { name, property, content = "" } }) => [name ?? property ?? "", content]),
  );
}

function stylesheets(page: HtmlElement, base: string): object {
  return Object.fromEntries(
    findAll(page, "link")
      .filter(({ attributes }) => attributes["rel"] === "stylesheet")
      .map(({ attributes: { href = "", type = "text/css" } }) => [absolute(href, base), { type }]),
  );
}

function imagesOf(page: HtmlElement, base: string, dataUrls: boolean): object {
  return Object.fromEntries(
    findAll(page, "img")
      .map(({ attributes: { src = "", alt = "" } }) => ({ src, alt }))
      .filter(({ src }) => dataUrls || !src.startsWith("data:"))
      .map(({ src, alt }, index) => [`Image ${index + 1}: ${alt}`, absolute(src, base)]),
  );
}

function linksOf(page: HtmlElement, base: string): object {
  return Object.fromEntries(
    findAll(page, "a").map((link) => [textOf(link).trim(), absolute(link.attributes["href"] ?? "", base)]),
  );
}

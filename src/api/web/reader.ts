import * as v from "valibot";
import { check, checkIds, checkInteger, checkOneOf } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { looseText, unreadable } from "../http/loose.ts";
import { isPublicAddress, publicAddressRule } from "../http/publicAddress.ts";
import { askJson, requireReady } from "../http/request.ts";

/** Seconds. The longest one keeps our deadline below the 300 s that VS Code's own `fetch` allows. */
export const readerTimeout = { default: 20, longest: 280 } as const;
/** What we wait longer than the service waits for the page, in seconds (API notes 9.2). */
const graceSeconds = 15;

export interface ReadPageRequest {
  /** A public http(s) address; see `isPublicAddress` for what is refused. */
  readonly url: string;
  /** How long the service waits for the page: 1 to 280 s, 20 by default. */
  readonly timeoutSeconds?: number | undefined;
  /** Fetch the page anew instead of taking a copy that the service has. */
  readonly noCache?: boolean | undefined;
  /** Markdown by default. */
  readonly format?: "markdown" | "text" | undefined;
  /** Keep pictures in the text; true by default. */
  readonly retainImages?: boolean | undefined;
  /** Plain Markdown without GitHub's extensions, tables among them. */
  readonly noGfm?: boolean | undefined;
  /** Keep pictures that are written into the page itself as data URIs. */
  readonly keepImageData?: boolean | undefined;
  /** Also list all pictures (`images`). */
  readonly withImages?: boolean | undefined;
  /** Also list all links (`links`). */
  readonly withLinks?: boolean | undefined;
  /** 6 to 64 characters, unique. */
  readonly requestId?: string | undefined;
  /** 6 to 128 characters, nothing personal. */
  readonly userId?: string | undefined;
}

/** A name with its address. */
export interface NamedAddress {
  readonly name: string;
  readonly url: string;
}

/** A page as text. All of it is text from outside; absent members are empty. */
export interface ReadPage {
  readonly content: string;
  readonly title: string;
  readonly description: string;
  /** Where the page was found in the end. */
  readonly url: string;
  /** As the page gave it. */
  readonly publishedTime: string;
  /** The page's own statements by name, e.g. "keywords". */
  readonly metadata: ReadonlyMap<string, string>;
  readonly images: readonly NamedAddress[];
  readonly links: readonly NamedAddress[];
  /** Other files of the page: kind (e.g. "stylesheet") and address. */
  readonly external: readonly NamedAddress[];
}

const resultSchema = v.object({
  content: v.string(),
  title: looseText,
  description: looseText,
  url: looseText,
  publishedTime: looseText,
  metadata: v.unknown(),
  images: v.unknown(),
  links: v.unknown(),
  external: v.unknown(),
});
const answerSchema = v.object({ reader_result: v.partial(resultSchema, ["metadata", "images", "links", "external"]) });

/**
 * Reads a web page as Markdown or text (API notes 9.2). The service fetches the page; `bad-request` before the network for an
 * address that is not public. Waits 15 s longer than the service does, then `timeout`.
 */
export async function readPage(
  context: ClientContext,
  request: ReadPageRequest,
  options: RequestOptions = {},
): Promise<ReadPage> {
  requireReady(context, "reader");
  checkIds(request);
  checkInteger("timeout", request.timeoutSeconds, 1, readerTimeout.longest);
  checkOneOf("return_format", request.format, ["markdown", "text"]);
  check(isPublicAddress(request.url), "url", publicAddressRule);
  const ask = {
    method: "POST",
    path: "/reader",
    repeatable: true,
    body: JSON.stringify({
      url: request.url,
      timeout: request.timeoutSeconds,
      no_cache: request.noCache,
      return_format: request.format,
      retain_images: request.retainImages,
      no_gfm: request.noGfm,
      keep_img_data_url: request.keepImageData,
      with_images_summary: request.withImages,
      with_links_summary: request.withLinks,
      request_id: request.requestId,
      user_id: request.userId,
    }),
  } as const;
  const totalMs = ((request.timeoutSeconds ?? readerTimeout.default) + graceSeconds) * 1000;
  const answer = v.safeParse(answerSchema, await askJson(context, ask, totalMs, options));
  if (!answer.success) throw unreadable(context);
  const { content, title = "", description = "", ...page } = answer.output.reader_result;
  return {
    content,
    title,
    description,
    url: page.url ?? request.url,
    publishedTime: page.publishedTime ?? "",
    metadata: new Map(textMembers(page.metadata)),
    images: namedAddresses(page.images),
    links: namedAddresses(page.links),
    external: members(page.external).flatMap(([kind, files]) => members(files).map(([url]) => ({ name: kind, url }))),
  };
}

function members(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function textMembers(value: unknown): (readonly [string, string])[] {
  return members(value).flatMap(([name, text]) => (typeof text === "string" ? [[name, text] as const] : []));
}

/** Addresses by name, or a list of addresses, which then have no name. */
function namedAddresses(value: unknown): readonly NamedAddress[] {
  if (!Array.isArray(value)) return textMembers(value).map(([name, url]) => ({ name, url }));
  return value.flatMap((url: unknown) => (typeof url === "string" ? [{ name: "", url }] : []));
}

import type { WebSearchResult } from "../api/chat/chatTypes.ts";
import type { SourceView } from "../protocol/turns.ts";

/** The view refuses longer ones. */
const longestTitle = 300;
const longestAddress = 4_000;

/**
 * The pages that an answer is based on, numbered by their order: only those that a browser can open, each once. All of it is
 * text from outside.
 */
export function sourcesOf(results: readonly WebSearchResult[]): SourceView[] | undefined {
  const sources = new Map<string, SourceView>();
  for (const { title, link, media } of results) {
    const url = URL.parse(link.trim());
    const usable = url !== null && (url.protocol === "https:" || url.protocol === "http:");
    if (!usable || url.href.length > longestAddress || sources.has(url.href)) continue;
    const site = line(media ?? "") || url.host;
    sources.set(url.href, { title: line(title) || url.host, href: url.href, site });
  }
  return sources.size === 0 ? undefined : [...sources.values()];
}

function line(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .slice(0, longestTitle);
}

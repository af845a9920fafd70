import type { FoundPage } from "../../../api/web/webSearch.ts";
import { shortened } from "../../../core/contextLimits.ts";
import { askLine } from "../../../host/inputBox.ts";
import { t } from "../../../host/l10n.ts";
import { notify } from "../../../host/notify.ts";
import { attachmentOf, type DraftItem } from "./draftItem.ts";
import type { Source, SourceDeps } from "./source.ts";
import { fromWeb, isOffered } from "./web.ts";

/** BigModel takes no more characters than this; Z.AI advises the same (API notes 9.1). */
const longestQuery = 70;

/** What a search of the web finds, as a numbered list that the answer can refer to. */
export function webSearchSource(deps: SourceDeps): Source {
  return {
    icon: "search",
    label: t("Web search…"),
    isThere: () => isOffered(deps, "web-search"),
    prefix: "search:",
    async find(words) {
      const label = words === "" ? t("Type what to search for") : t("Search the web for “{0}”", words);
      return [{ icon: "search", label, read: () => (words === "" ? this.read() : search(words, deps)) }];
    },
    async read() {
      const words = await askLine({
        prompt: t("What to search the web for"),
        problem: (value) => (isTooLong(value) ? t("At most {0} characters.", longestQuery) : undefined),
      });
      return words === undefined || words.trim() === "" ? [] : search(words.trim(), deps);
    },
  };
}

const isTooLong = (words: string): boolean => Array.from(words.trim()).length > longestQuery;

async function search(words: string, deps: SourceDeps): Promise<readonly DraftItem[]> {
  const query = Array.from(words).slice(0, longestQuery).join("");
  const found = await fromWeb(deps, "web-search", t("Searching the web"), ({ client }, options) =>
    client.webSearch({ query, count: 10 }, options),
  );
  if (!found) return [];
  if (found.pages.length === 0) {
    void notify("information", t("The search found nothing for “{0}”.", query));
    return [];
  }
  const { text } = shortened(found.pages.map(resultText).join("\n\n"));
  const content = {
    kind: "search",
    label: query,
    detail: t("{0} results of the web for “{1}”", found.pages.length, query),
    language: "markdown",
    text,
  } as const;
  return [{ key: () => `search:${query}`, attachment: attachmentOf(content) }];
}

function resultText({ title, link, media, publishDate, content }: FoundPage, index: number): string {
  const origin = [media, publishDate].filter(Boolean).join(", ");
  return [`[${index + 1}] ${title}`, link, origin, content.trim()].filter(Boolean).join("\n");
}

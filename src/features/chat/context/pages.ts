import { isPublicAddress } from "../../../api/http/publicAddress.ts";
import { shortened } from "../../../core/contextLimits.ts";
import { askLine } from "../../../host/inputBox.ts";
import { t } from "../../../host/l10n.ts";
import { attachmentOf, type Content, type DraftItem } from "./draftItem.ts";
import type { Source, SourceDeps } from "./source.ts";
import { fromWeb, isOffered } from "./web.ts";

/** A web page as Markdown, read by the service's own reader: nothing is fetched from this machine. */
export function pageSource(deps: SourceDeps): Source {
  return {
    icon: "globe",
    label: t("Web page…"),
    isThere: () => isOffered(deps, "reader"),
    prefix: "url:",
    async find(words) {
      const address = addressOf(words);
      const label = address === undefined ? t("Type or paste an address") : t("Read {0}", address);
      return [{ icon: "globe", label, read: () => (address === undefined ? this.read() : readPage(address, deps)) }];
    },
    async read() {
      const typed = await askLine({
        prompt: t("Address of a public web page"),
        placeHolder: "https://",
        problem: (value) => (addressOf(value) === undefined ? notPublic() : undefined),
      });
      const address = typed === undefined ? undefined : addressOf(typed);
      return address === undefined ? [] : readPage(address, deps);
    },
  };
}

function notPublic(): string {
  return t("Enter the address of a page that everybody can reach, such as https://example.com.");
}

/** What people type, with the scheme that they leave out. */
export function addressOf(typed: string): string | undefined {
  const text = typed.trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  return text !== "" && !/\s/.test(text) && isPublicAddress(address) ? address : undefined;
}

async function readPage(url: string, deps: SourceDeps): Promise<readonly DraftItem[]> {
  const page = await fromWeb(deps, "reader", t("Reading {0}", url), ({ client }, options) =>
    client.readPage({ url, retainImages: false }, options),
  );
  if (!page) return [];
  const { text, lines } = shortened(page.content);
  const cut = lines ? [t("the first {0} of {1} lines", lines.kept, lines.of)] : [];
  const content: Content = {
    kind: "page",
    label: (page.title || new URL(url).host).slice(0, 80),
    detail: [page.url, ...cut].join(" · ").slice(0, 2000),
    language: "markdown",
    text,
  };
  return [{ key: () => `page:${url}`, attachment: attachmentOf(content) }];
}

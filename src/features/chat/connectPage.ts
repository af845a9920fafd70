import { parseToHost } from "../../protocol/messages.ts";
import type { ChatPage } from "./chatPage.ts";
import type { ChatDeps } from "./deps.ts";
import type { ChatPanel } from "./panel.ts";

/** Ties a page to its panel. */
export function connectPage(
  { page, isVisible }: { readonly page: ChatPage; isVisible(this: void): boolean },
  panel: ChatPanel,
  deps: Pick<ChatDeps, "log" | "problems">,
): void {
  panel.connect((message) => {
    if (isVisible()) void page.webview.postMessage(message);
  });
  page.listen((raw) => {
    const message = parseToHost(raw);
    if (!message) {
      deps.log.warn("dropped a message of an unknown form from the chat view");
      return;
    }
    panel.receive(message).catch((error: unknown) => deps.problems.show(error));
  });
}

import * as vscode from "vscode";
import { t } from "../../host/l10n.ts";
import { webviewHtml } from "../../host/webviewHtml.ts";
import { parseToHost } from "../../protocol/messages.ts";
import type { ChatDeps } from "./deps.ts";
import type { ChatPanel } from "./panel.ts";

/** Fills a webview of the side bar or of an editor tab with the chat page and ties it to its panel. */
export function connectWebview(
  { webview, isVisible }: { readonly webview: vscode.Webview; isVisible(this: void): boolean },
  panel: ChatPanel,
  deps: Pick<ChatDeps, "extensionUri" | "log" | "problems">,
): void {
  const folder = vscode.Uri.joinPath(deps.extensionUri, "dist", "webview");
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  webview.onDidReceiveMessage((raw: unknown) => {
    const message = parseToHost(raw);
    if (!message) {
      deps.log.warn("dropped a message of an unknown form from the chat view");
      return;
    }
    panel.receive(message).catch((error: unknown) => deps.problems.show(error));
  });
  panel.connect((message) => {
    if (isVisible()) void webview.postMessage(message);
  });
  webview.html = webviewHtml(webview, folder, t("Chat"));
}

import * as vscode from "vscode";
import { webviewHtml } from "../../host/webviewHtml.ts";

/** A webview in which the chat page is loading or has loaded. */
export interface ChatPage {
  readonly webview: vscode.Webview;
  /** Takes all that the page says, and what it has said before. Call once. */
  listen(receive: (message: unknown) => void): void;
}

/**
 * Loads the chat page into a webview of the side bar or of an editor tab. That takes VS Code longer than it takes us to read
 * the code behind it, which therefore comes second.
 */
export function loadChatPage(webview: vscode.Webview, extensionUri: vscode.Uri): ChatPage {
  const folder = vscode.Uri.joinPath(extensionUri, "dist", "webview");
  const early: unknown[] = [];
  let receive = (message: unknown): void => void early.push(message);
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  webview.onDidReceiveMessage((message: unknown) => receive(message));
  webview.html = webviewHtml(webview, folder);
  return {
    webview,
    listen(next) {
      receive = next;
      for (const message of early.splice(0)) next(message);
    },
  };
}

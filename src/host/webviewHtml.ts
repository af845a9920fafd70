import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import * as vscode from "vscode";
import { chatPage } from "../protocol/page.ts";
import { englishStrings } from "../protocol/strings.ts";
import { t } from "./l10n.ts";

/** What main.js imports at once, as the build has found. */
declare const webviewImports: readonly string[];

/** Page of the chat for a webview of VS Code, with the files of `folder`, a built folder of ours. */
export function webviewHtml(webview: vscode.Webview, folder: vscode.Uri): string {
  const address = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
  const styles = readFileSync(vscode.Uri.joinPath(folder, "styles.css").fsPath, "utf8");
  return chatPage({
    language: vscode.env.language,
    title: t("Chat"),
    nonce: randomBytes(16).toString("base64"),
    source: webview.cspSource,
    styles: styles.replaceAll("url(./", `url(${address("")}/`),
    script: address("main.js"),
    imports: webviewImports.map(address),
    words: {
      composerLabel: t(englishStrings.composerLabel),
      composerPlaceholder: t(englishStrings.composerPlaceholder),
    },
  });
}

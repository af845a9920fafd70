import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

/** What main.js imports at once, as the build has found. Without being told a browser learns of it only from main.js. */
declare const webviewImports: readonly string[];

/**
 * Page of a webview: one nonce for the script, everything else from `folder` (a built folder of ours) and nothing from
 * anywhere else. `data:` and `blob:` are for pictures the user pasted.
 */
export function webviewHtml(webview: vscode.Webview, folder: vscode.Uri, title: string): string {
  const nonce = randomBytes(16).toString("base64");
  const uri = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
  const source = webview.cspSource;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${source}`,
    `style-src ${source}`,
    `font-src ${source}`,
    `img-src ${source} data: blob:`,
  ].join("; ");
  const imports = webviewImports.map((name) => `<link rel="modulepreload" href="${uri(name)}">\n`);
  const language = vscode.env.language.replace(/[^\w-]/g, "");
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${imports.join("")}<link rel="stylesheet" href="${uri("codicon.css")}">
<link rel="stylesheet" href="${uri("styles.css")}">
<title>${title.replace(/[&<>"]/g, "")}</title>
</head>
<body><div id="app"></div><script type="module" nonce="${nonce}" src="${uri("main.js")}"></script></body>
</html>`;
}

import type { Strings } from "./strings.ts";

export interface PageParts {
  /** Of the page, as VS Code names it. */
  readonly language: string;
  readonly title: string;
  /** Of this page alone; the script that carries it may run. */
  readonly nonce: string;
  /** Where our files come from, as a source of a content security policy. */
  readonly source: string;
  /** Text of the style sheet, in which every address is absolute. */
  readonly styles: string;
  /** Address of the script. */
  readonly script: string;
  /** What the script imports at once, to be asked for together with it. */
  readonly imports: readonly string[];
  /** What the field for the question says, in the language of the page. */
  readonly words: Pick<Strings, "composerLabel" | "composerPlaceholder">;
}

/**
 * Until the script takes the mark `data-early` from the field: VS Code gives the focus to the page as a whole, and an Enter is
 * noted as "send", for the script to do.
 */
const early = `
const field = document.querySelector("textarea");
const isEarly = () => field.dataset.early !== undefined;
window.addEventListener("focus", () => {
  if (isEarly()) field.focus();
});
field.addEventListener("keydown", (event) => {
  if (!isEarly() || event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
  if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  field.dataset.early = "send";
});
`;

/**
 * Page of the chat: one nonce for the script, everything else from files of ours and nothing from anywhere else. `data:` and
 * `blob:` are for pictures the user pasted.
 *
 * A window that has just opened takes long to fetch a file for a webview, and VS Code shows a page only once it has loaded.
 * This one therefore needs no file to be seen and typed in: it has the field for the question and carries its styles, which
 * its script sets, as the policy allows no style of a page's own. The files of the script, for which the page does not wait,
 * come next; it finds the elements here by their classes and goes on with them.
 */
export function chatPage(parts: PageParts): string {
  const { nonce, source, words } = parts;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${source}`,
    `style-src ${source}`,
    `font-src ${source}`,
    `img-src ${source} data: blob:`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${escape(parts.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(parts.title)}</title>
</head>
<body><div id="app"><main class="panel">
<div class="stage"><div class="log"></div></div>
<div class="composer"><div class="composer-box">
<textarea rows="1" dir="auto" placeholder="${escape(words.composerPlaceholder)}" aria-label="${escape(words.composerLabel)}" data-early=""></textarea>
<div class="composer-row"></div>
</div></div>
</main></div>
<script nonce="${escape(nonce)}">{
const sheet = new CSSStyleSheet();
sheet.replaceSync(${literal(parts.styles)});
document.adoptedStyleSheets = [sheet];
${early}for (const file of ${literal([parts.script, ...parts.imports])}) import(file);
}</script></body>
</html>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** For a text and for an attribute in double quotes. */
function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? "");
}

/** In a script "<" could begin its end. */
function literal(value: string | readonly string[]): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

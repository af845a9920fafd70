import type { Strings } from "./strings.ts";

export interface PageParts {
  /** Of the page, as VS Code names it. */
  readonly language: string;
  readonly title: string;
  /** Of this page alone; the script that carries it may run. */
  readonly nonce: string;
  /** Where our files come from, as a source of a content security policy. */
  readonly source: string;
  readonly styles: readonly string[];
  /** Address of the script. */
  readonly script: string;
  /** What the script imports at once, to be asked for together with it. */
  readonly imports: readonly string[];
  /** What the field for the question says, in the language of the page. */
  readonly words: Pick<Strings, "composerLabel" | "composerPlaceholder">;
}

/**
 * Runs when the styles are there, before which nothing is to be seen: VS Code writes its pages in a way that lets browsers
 * show them without. Until the script takes the mark `data-early` from the field, it hands on the focus, which VS Code gives
 * to the page as a whole, and notes an Enter as "send", for the script to do.
 */
const early = `
document.getElementById("app").hidden = false;
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
 * `blob:` are for pictures the user pasted. The field for the question is part of the page, and one can type as soon as the
 * styles have come. The files of the script, which would come at the same time and make them late, are asked for after that;
 * VS Code, which shows a page once it has loaded, does not wait for them. The script finds the elements here by their classes
 * and goes on with them.
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
  const styles = parts.styles.map((href) => `<link rel="stylesheet" href="${escape(href)}">`);
  // In a script "<" could begin its end.
  const files = JSON.stringify([parts.script, ...parts.imports]).replaceAll("<", "\\u003c");
  return `<!DOCTYPE html>
<html lang="${escape(parts.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${styles.join("\n")}
<title>${escape(parts.title)}</title>
</head>
<body><div id="app" hidden><main class="panel">
<div class="stage"><div class="log"></div></div>
<div class="composer"><div class="composer-box">
<textarea rows="1" dir="auto" placeholder="${escape(words.composerPlaceholder)}" aria-label="${escape(words.composerLabel)}" data-early=""></textarea>
<div class="composer-row"></div>
</div></div>
</main></div>
<script type="module" nonce="${escape(nonce)}">${early}for (const file of ${files}) import(file);</script></body>
</html>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** For a text and for an attribute in double quotes. */
function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? "");
}

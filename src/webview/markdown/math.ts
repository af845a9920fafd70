import type { MarkdownIt, RendererRule, StateBlock, StateInline } from "markdown-it";

/**
 * Formulas in TeX: `$…$`, `\(…\)`, `$$…$$`, `\[…\]` and fences named "math". They become elements that hold their source; the
 * view turns that into MathML when it has the library for it, and leaves it where it cannot.
 */

/** Longer ones stay what they are: text. */
const longestFormula = 4_000;

interface Delimiter {
  readonly open: string;
  readonly close: string;
  readonly display: boolean;
}

const delimiters: readonly Delimiter[] = [
  { open: "$$", close: "$$", display: true },
  { open: "\\[", close: "\\]", display: true },
  { open: "\\(", close: "\\)", display: false },
];

/** Where `close` stands in `text` from `from` on, not preceded by a backslash of its own; -1 when it does not. */
function findClose(text: string, close: string, from: number): number {
  const end = Math.min(text.length, from + longestFormula);
  for (let at = from; ; at++) {
    at = text.indexOf(close, at);
    if (at < 0 || at > end) return -1;
    if (!isEscaped(text, at)) return at;
  }
}

function isEscaped(text: string, at: number): boolean {
  let marks = 0;
  while (text[at - 1 - marks] === "\\") marks++;
  return marks % 2 === 1;
}

/** An amount and words: "$5 for the first and 6$ more" is about money. */
function isMoney(content: string): boolean {
  return /^\d[\d.,]*\s*[a-z]?\s+\p{L}/iu.test(content) && !/[\\^_={}<>]/.test(content);
}

/**
 * A dollar opens a formula when no letter, digit or dollar stands before it and no space behind it, and one closes it that has no
 * space before and no letter or digit behind it. So "$5 and $6", "US$5" and "$HOME/$USER" stay text.
 */
function singleDollar(text: string, start: number): number {
  if (/[\p{L}\p{N}$\\]/u.test(text[start - 1] ?? "") || /[\s$]/.test(text[start + 1] ?? " ")) return -1;
  const end = findClose(text, "$", start + 1);
  if (end < 0 || /\s/.test(text[end - 1] ?? " ") || /[\p{L}\p{N}$]/u.test(text[end + 1] ?? "")) return -1;
  return isMoney(text.slice(start + 1, end)) ? -1 : end;
}

function inlineRule(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  const mark = src[pos];
  if (mark !== "$" && mark !== "\\") return false;
  const delimiter = delimiters.find(({ open }) => src.startsWith(open, pos));
  const open = delimiter?.open ?? "$";
  if (delimiter === undefined && mark === "\\") return false;
  const start = pos + open.length;
  const end = delimiter === undefined ? singleDollar(src, pos) : findClose(src, delimiter.close, start);
  const content = src.slice(start, end);
  if (end < 0 || end >= state.posMax || content.trim() === "") return false;
  if (!silent) {
    const token = state.push("math", "", 0);
    token.content = content;
    token.block = delimiter?.display ?? false;
  }
  state.pos = end + (delimiter?.close.length ?? 1);
  return true;
}

/**
 * A formula on lines of its own. It ends with its mark at a line's end; without one before a blank line it is no formula. What is
 * none must stay none as more of the text arrives, since the blocks before its end may have been settled by then.
 */
function blockRule(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const first = lineAt(state, startLine);
  const delimiter = delimiters.find(({ open, display }) => display && first.startsWith(open));
  if (delimiter === undefined) return false;
  const { open, close } = delimiter;
  const lines: string[] = [];
  let line = startLine;
  let closed = false;
  for (; line < endLine; line++) {
    if (line > startLine && endsParagraph(state, line)) return false;
    const text = line === startLine ? first.slice(open.length) : lineAt(state, line);
    // None opens inside of another: so no line is read for two of them, however many marks stay open.
    if (line > startLine && open !== close && text.startsWith(open)) return false;
    if (/^(?:`{3}|~{3})/.test(text)) return false;
    const end = findClose(text, close, 0);
    if (end >= 0 && text.slice(end + close.length).trim() !== "") return false;
    lines.push(end < 0 ? text : text.slice(0, end));
    closed = end >= 0;
    if (closed) break;
  }
  const content = lines.join("\n");
  if (content.length > longestFormula || (closed && content.trim() === "")) return false;
  if (silent) return true;
  const token = state.push(closed ? "math_block" : "math_open", "", 0);
  token.block = true;
  token.content = content;
  token.map = [startLine, Math.min(line + 1, endLine)];
  token.markup = open;
  state.line = Math.min(line + 1, endLine);
  return true;
}

/** A line of which no more than spaces have arrived is not known to be blank. */
function endsParagraph(state: StateBlock, line: number): boolean {
  if (state.isEmpty(line)) return state.eMarks[line] !== state.src.length;
  return (state.sCount[line] ?? 0) < state.blkIndent;
}

function lineAt(state: StateBlock, line: number): string {
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
}

/** HTML of a display formula; its source is the text. */
export function formulaBlock(md: MarkdownIt, tex: string): string {
  return `<div class="math math-display">${md.utils.escapeHtml(tex.trim())}</div>\n`;
}

export function addMath(md: MarkdownIt): void {
  const display: RendererRule = (tokens, index) => formulaBlock(md, tokens[index]?.content ?? "");
  const { rules } = md.renderer;
  rules["math"] = (tokens, index) => {
    const token = tokens[index];
    const kind = token?.block === true ? "math math-display" : "math";
    return `<span class="${kind}">${md.utils.escapeHtml(token?.content.trim() ?? "")}</span>`;
  };
  rules["math_block"] = display;
  // Still arriving: its source, not taken for Markdown.
  rules["math_open"] = (tokens, index) => {
    const token = tokens[index];
    return `<div class="math-open">${md.utils.escapeHtml(`${token?.markup ?? ""}${token?.content ?? ""}`)}</div>\n`;
  };
  // Before the rule for backslashes, which would take the marks away.
  md.inline.ruler.before("escape", "math", inlineRule);
  md.block.ruler.before("fence", "math_block", blockRule, { alt: ["paragraph", "reference", "list"] });
}

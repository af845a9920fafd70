import createMarkdown, { type MarkdownIt, type RendererRule, type StateCore, type Token } from "markdown-it";
import { addCjkEmphasis } from "./cjkEmphasis.ts";
import { isAllowedHref } from "./links.ts";
import { addMath, formulaBlock } from "./math.ts";
import { addTaskLists } from "./taskList.ts";

/** Text of one block that is still searched for inline markup; beyond it is shown plain, so that no input freezes. */
const longestInline = 10_000;
/** Text and tokens of one top-level block that is still drawn as what it is. */
const longestBlock = 60_000;
const mostTokens = 8_000;
/** A line with more separators is no table: each row of one gets as many cells as its head has. */
const mostColumns = 1_000;

/** One top-level block of a document. `fence` is set for a code block, whose text the view appends to in place. */
export interface Block {
  readonly html: string;
  readonly fence?: Fence;
  /** First line of the block in the parsed text. */
  readonly line: number;
  readonly list?: List;
  /** Whether something in it ends with code whose closing marks have not arrived, e.g. an item of a list. */
  readonly endsInCode: boolean;
}

/** A block that is one list: `html` is `open`, all items and `close`, one after the other. */
export interface List {
  readonly open: string;
  readonly items: readonly string[];
  readonly close: string;
  /** The number of the first item, in an ordered list. */
  readonly start: number | undefined;
  /** First line of the last of several items, with which another list could begin. */
  readonly lastItem: number | undefined;
}

interface Fence {
  readonly language: string;
  /** What stands beside the language, e.g. a path. */
  readonly info: string;
  readonly text: string;
  /** False while the closing marks have not arrived. */
  readonly closed: boolean;
}

export interface MarkdownRenderer {
  /**
   * Splits and renders `source`, whose line ends are all "\n". Raw HTML is escaped, images become text. `firstNumber` is what an
   * ordered list at its beginning counts from, whatever the text says.
   */
  blocks(source: string, firstNumber?: number): Block[];
}

/** Levels below the turn's own h3. Two are enough: what the eye needs more is in the class. */
function headingTag(token: Token): string {
  return Number(token.tag.slice(1)) <= 3 ? "h4" : "h5";
}

function insideLink(tokens: readonly Token[], index: number): boolean {
  for (let at = index - 1; at >= 0; at--) {
    const type = tokens[at]?.type;
    if (type === "link_open") return true;
    if (type === "link_close") return false;
  }
  return false;
}

/** An image would tell its server that and what was read: it is named, and its address is a link like any other. */
function imageRule(md: MarkdownIt, imageText: (alt: string) => string): RendererRule {
  return (tokens, index, options, env) => {
    const token = tokens[index];
    if (token === undefined) return "";
    const alt = md.renderer.renderInlineAsText(token.children ?? [], options, env);
    const href = String(token.attrGet("src") ?? "");
    const text = md.utils.escapeHtml(imageText(alt.trim() === "" ? href : alt));
    if (insideLink(tokens, index) || !isAllowedHref(href)) return `<span class="image-text">${text}</span>`;
    const address = md.utils.escapeHtml(href);
    return `<a class="image-text" href="${address}" title="${address}">${text}</a>`;
  };
}

/** markdown-it writes alignment as a style attribute, which the page's policy refuses. */
const cellRule: RendererRule = (tokens, index, options, _env, self) => {
  const token = tokens[index];
  if (token === undefined) return "";
  const alignment = /text-align:(\w+)/.exec(String(token.attrGet("style") ?? ""))?.[1];
  token.attrs = alignment === undefined ? null : [["class", `align-${alignment}`]];
  return self.renderToken(tokens, index, options);
};

/** Only a hostile or broken answer has such blocks; as a table or list they would hold the page for seconds. */
function limitBlocks(state: StateCore): void {
  if (state.src.length <= longestBlock && state.tokens.length <= mostTokens) return;
  const lines = state.src.split("\n");
  const kept: Token[] = [];
  let start = 0;
  for (const [index, token] of state.tokens.entries()) {
    if (token.level !== 0 || token.nesting === 1) continue;
    const own = state.tokens.slice(start, index + 1);
    start = index + 1;
    const [first, end] = own[0]?.map ?? [0, 0];
    const source = lines.slice(first, end).join("\n");
    if (token.type === "fence" || token.type === "code_block") kept.push(token);
    else if (source.length <= longestBlock && own.length <= mostTokens) kept.push(...own);
    else {
      const plain = new state.Token("long_text", "", 0);
      plain.map = [first, end];
      plain.content = source;
      kept.push(plain);
    }
  }
  state.tokens = kept;
}

/** Inline parsing has inputs that take quadratic time. */
function limitInline(state: StateCore): void {
  for (const token of state.tokens) {
    if (token.type !== "inline" || token.content.length <= longestInline) continue;
    token.type = "long_text";
    token.children = [];
  }
}

/** In pieces, because a browser lays out one line of a megabyte in seconds but skips boxes that nobody sees. */
function longTextRule(md: MarkdownIt): RendererRule {
  return (tokens, index) => {
    const content = tokens[index]?.content ?? "";
    return (content.match(/[^]{1,4000}/g) ?? [])
      .map((piece) => `<span class="long-text">${md.utils.escapeHtml(piece)}</span>`)
      .join("");
  };
}

/** `ts`, also of "ts:src/a.ts" and "src/a.ts". */
function languageOf({ info }: Token): string {
  const [first = ""] = info.trim().split(/\s+/);
  if (/[\\/]|^[\w-]+\.\w+$/.test(first) && !first.includes(":")) return first.split(".").at(-1) ?? "";
  return first.split(":")[0] ?? "";
}

/** `src/a.ts`, of "ts:src/a.ts", "ts src/a.ts" and "src/a.ts". */
function infoOf({ info }: Token): string {
  const [first = "", ...others] = info.trim().split(/\s+/);
  const own = /[:\\/]|^[\w-]+\.\w+$/.test(first) ? [first.replace(/^[\w+#-]+:(?!\\)/, "")] : [];
  return [...own, ...others].join(" ").slice(0, 400);
}

function fenceOf(token: Token): Fence | undefined {
  if (token.type !== "fence" && token.type !== "code_block") return undefined;
  const language = languageOf(token);
  const [start, end] = token.map ?? [0, 0];
  const newlines = token.content.split("\n").length - 1;
  const whole = token.content === "" || token.content.endsWith("\n");
  const closed = token.type === "fence" && whole && end - start === newlines + 2;
  // Code only while it arrives: then it is drawn as the formula that it is.
  if (closed && language === "math") return undefined;
  return { language, info: infoOf(token), text: token.content.replace(/\n$/, ""), closed };
}

/** `render` makes HTML of some of the tokens. */
function listOf(tokens: readonly Token[], render: (some: Token[]) => string): List | undefined {
  const first = tokens[0];
  if (first?.type !== "bullet_list_open" && first?.type !== "ordered_list_open") return undefined;
  const starts = tokens.flatMap(({ type, level }, at) => (type === "list_item_open" && level === 1 ? [at] : []));
  const end = tokens.length - 1;
  const line = tokens[starts.at(-1) ?? 0]?.map?.[0];
  return {
    open: render(tokens.slice(0, 1)),
    items: starts.map((start, index) => render(tokens.slice(start, starts[index + 1] ?? end))),
    close: render(tokens.slice(end)),
    start: first.type === "ordered_list_open" ? Number(first.attrGet("start") ?? 1) : undefined,
    lastItem: line === first.map?.[0] ? undefined : line,
  };
}

function endsInCode(tokens: readonly Token[]): boolean {
  const last = tokens.findLast(({ nesting }) => nesting !== -1);
  return last?.type === "fence" && fenceOf(last)?.closed === false;
}

/** In time that grows with the text only, as it is asked of each piece. */
function hasWideLine(source: string): boolean {
  return source.split("\n").some((line) => line.length >= mostColumns && line.split("|").length > mostColumns);
}

/** `imageText` makes the words that stand for an image from its alternative text. */
export function createRenderer(imageText: (alt: string) => string): MarkdownRenderer {
  const md = createMarkdown({ html: false, linkify: true, breaks: false, typographer: false });
  // Without this "README.md" would be a link: .md is a top-level domain.
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  md.validateLink = isAllowedHref;
  const { rules } = md.renderer;
  rules["image"] = imageRule(md, imageText);
  rules["th_open"] = cellRule;
  rules["td_open"] = cellRule;
  rules["long_text"] = longTextRule(md);
  rules["table_open"] = () => `<div class="table-scroll"><table>\n`;
  rules["table_close"] = () => `</table></div>\n`;
  rules["link_open"] = (tokens, index, options, _env, self) => {
    const token = tokens[index];
    // Where a link leads must be readable before the click: the words of a link are the model's.
    token?.attrSet("title", token.attrGet("href") ?? "");
    return self.renderToken(tokens, index, options);
  };
  rules["heading_open"] = (tokens, index) => {
    const token = tokens[index];
    return token === undefined ? "" : `<${headingTag(token)} class="md-${token.tag}">`;
  };
  rules["heading_close"] = (tokens, index) => {
    const token = tokens[index];
    return token === undefined ? "" : `</${headingTag(token)}>\n`;
  };
  rules["fence"] = (tokens, index) => {
    const token = tokens[index];
    if (token === undefined) return "";
    const fence = fenceOf(token);
    if (fence === undefined) return formulaBlock(md, token.content);
    const name = fence.language === "" ? "" : ` class="language-${md.utils.escapeHtml(fence.language)}"`;
    const more = fence.info === "" ? "" : ` title="${md.utils.escapeHtml(fence.info)}"`;
    return `<pre${more}><code${name}>${md.utils.escapeHtml(fence.text)}</code></pre>\n`;
  };
  rules["code_block"] = rules["fence"];
  addCjkEmphasis(md);
  addMath(md);
  addTaskLists(md);
  md.core.ruler.before("task_lists", "limit_inline", limitInline);
  md.core.ruler.before("limit_inline", "limit_blocks", limitBlocks);

  return {
    blocks(source, firstNumber) {
      if (hasWideLine(source)) md.disable("table");
      else md.enable("table");
      const env = {};
      const tokens = md.parse(source, env);
      if (firstNumber !== undefined && tokens[0]?.type === "ordered_list_open")
        tokens[0].attrSet("start", String(firstNumber));
      const blocks: Block[] = [];
      let start = 0;
      for (let index = 0; index < tokens.length; index++) {
        const token = tokens[index];
        if (token === undefined || token.level !== 0 || token.nesting === 1) continue;
        const first = tokens[start];
        const own = tokens.slice(start, index + 1);
        const render = (some: Token[]) => md.renderer.render(some, md.options, env);
        const fence = own.length === 1 && first !== undefined ? fenceOf(first) : undefined;
        const list = listOf(own, render);
        blocks.push({
          html: list === undefined ? render(own) : list.open + list.items.join("") + list.close,
          line: first?.map?.[0] ?? 0,
          endsInCode: fence === undefined && endsInCode(own),
          ...(fence === undefined ? {} : { fence }),
          ...(list === undefined ? {} : { list }),
        });
        start = index + 1;
      }
      return blocks;
    },
  };
}

import type { Block, MarkdownRenderer } from "./render.ts";

/**
 * Characters that are parsed again with each piece, unless they are code, which is quick. Only a hostile or broken answer has a
 * block of this size: it goes on as another one.
 */
const longestTail = 24_000;
/** HTML of a list, in characters, that is made again with each piece. */
const longestList = 12_000;
/** Longer answers keep links unresolved whose definition came after them. */
const longestWhole = 200_000;

/** Blocks from `from` on are replaced by `blocks`; the ones before are as they were. */
export interface Change {
  readonly from: number;
  readonly blocks: readonly Block[];
}

/**
 * Markdown that grows at its end. Only the last two top-level blocks are parsed again: a list can continue after a blank
 * line and a paragraph can become a table's head, but nothing reaches further back. The one exception, link reference
 * definitions, is settled by `finish`.
 */
export class IncrementalMarkdown {
  readonly #renderer: MarkdownRenderer;
  /** What is parsed for good; only ever added to, as reading it would copy all of it. */
  #done = "";
  /** What is parsed again with the next piece. */
  #tail = "";
  #blocks: Block[] = [];
  /** Blocks before the open tail. */
  #settled = 0;
  /** A carriage return at the end of a piece: whether a newline follows is not known yet. */
  #pendingReturn = false;
  /** A line that has only begun, kept out of a tail that is to be closed at the end of a line. */
  #begunLine = "";

  constructor(renderer: MarkdownRenderer) {
    this.#renderer = renderer;
  }

  /** Length of what the next `append` has to parse again. */
  get tailLength(): number {
    return this.#tail.length;
  }

  /** How many blocks will never change again, apart from `finish`. */
  get settled(): number {
    return this.#settled;
  }

  append(piece: string): Change {
    this.#tail += this.#begunLine + this.#unixLines(piece);
    this.#begunLine = "";
    if (this.#tail.length > longestTail) this.#holdBegunLine();
    const { parsed, closed, open } = this.#parseTail();
    const change = this.#replaceFrom(this.#settled, parsed);
    this.#settled += closed;
    this.#done += this.#tail.slice(0, open);
    this.#tail = this.#tail.slice(open);
    const isCode = parsed.at(-1)?.fence !== undefined;
    if (this.#tail.length > longestTail && this.#tail.endsWith("\n") && !isCode) {
      this.#settled = this.#blocks.length;
      this.#done += this.#tail;
      this.#tail = "";
    }
    return change;
  }

  /** Call once when nothing more comes. */
  finish(): Change {
    const grew = this.#pendingReturn || this.#begunLine !== "";
    this.#tail += this.#begunLine + (this.#pendingReturn ? "\n" : "");
    this.#begunLine = "";
    this.#pendingReturn = false;
    let change: Change = { from: this.#blocks.length, blocks: [] };
    // Without a definition anywhere the stable prefix is already what a parse of the whole would give.
    const isShort = this.#done.length + this.#tail.length <= longestWhole;
    const whole = isShort ? this.#done + this.#tail : "";
    if (whole.includes("]:")) change = this.#replaceFrom(0, this.#renderer.blocks(whole));
    else if (grew) change = this.#replaceFrom(this.#settled, this.#renderer.blocks(this.#tail));
    this.#settled = this.#blocks.length;
    return change;
  }

  /** The blocks of the tail, how many of them are closed for good, and where the text of the others begins. */
  #parseTail(): { parsed: Block[]; closed: number; open: number } {
    const parsed = this.#renderer.blocks(this.#tail);
    const { html = "", list } = parsed.at(-1) ?? {};
    const lastItem = list?.lastItem;
    if (lastItem !== undefined && html.length > longestList) {
      // A long list goes on as another one.
      const open = offsetOfLine(this.#tail, lastItem);
      const before = this.#renderer.blocks(this.#tail.slice(0, open));
      return { parsed: [...before, ...this.#renderer.blocks(this.#tail.slice(open))], closed: before.length, open };
    }
    const closed = Math.max(0, parsed.length - 2);
    return { parsed, closed, open: closed === 0 ? 0 : offsetOfLine(this.#tail, parsed[closed]?.line ?? 0) };
  }

  #holdBegunLine(): void {
    const end = this.#tail.lastIndexOf("\n") + 1;
    if (end === 0) return;
    this.#begunLine = this.#tail.slice(end);
    this.#tail = this.#tail.slice(0, end);
  }

  /** Keeps leading blocks that came out the same, so that the view keeps their elements. */
  #replaceFrom(start: number, parsed: Block[]): Change {
    let same = 0;
    while (same < parsed.length && sameBlock(this.#blocks[start + same], parsed[same])) same++;
    const from = start + same;
    const blocks = parsed.slice(same);
    this.#blocks.splice(from, this.#blocks.length - from, ...blocks);
    return { from, blocks };
  }

  #unixLines(piece: string): string {
    const whole = (this.#pendingReturn ? "\r" : "") + piece;
    this.#pendingReturn = whole.endsWith("\r");
    return (this.#pendingReturn ? whole.slice(0, -1) : whole).replace(/\r\n?/g, "\n");
  }
}

function sameBlock(one: Block | undefined, other: Block | undefined): boolean {
  return one !== undefined && one.html === other?.html && one.fence?.closed === other.fence?.closed;
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let at = 0; at < line; at++) offset = text.indexOf("\n", offset) + 1;
  return offset;
}

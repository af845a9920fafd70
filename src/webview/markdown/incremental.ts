import type { Block, MarkdownRenderer } from "./render.ts";

/** Characters that are parsed again with each piece, unless they are code, which is quick. A longer block is cut. */
const longestTail = 24_000;
/** A block that was cut is put together again at its end, and code in a list is not cut, unless longer than any but a hostile one. */
const longestRepaired = 48_000;
/** HTML of a list, in characters, that is made again with each piece. */
const longestList = 12_000;
/** Longer answers keep links unresolved whose definition came after them. */
const longestWhole = 200_000;

/** Blocks from `from` on are replaced by `blocks`; the ones before are as they were. */
export interface Change {
  readonly from: number;
  readonly blocks: readonly Block[];
}

/** The beginning of a block that may go on in the tail. */
interface Cut {
  readonly text: string;
  /** Which block it is. */
  readonly from: number;
  readonly firstNumber: number | undefined;
}

interface Parsed {
  /** The blocks of the tail. */
  readonly parsed: Block[];
  /** How many of them are closed for good. */
  readonly closed: number;
  /** Where the text of the others begins. */
  readonly open: number;
  /** The number of the first item there, when an ordered list goes on there. */
  readonly firstNumber?: number | undefined;
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
  #beforeTail = 0;
  /** The number of the tail's first item, when an ordered list goes on there. */
  #firstNumber: number | undefined;
  #cut: Cut | undefined;
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
    return this.#cut?.from ?? this.#beforeTail;
  }

  append(piece: string): Change {
    this.#tail += this.#begunLine + this.#unixLines(piece);
    this.#begunLine = "";
    if (this.#tail.length > longestTail) this.#holdBegunLine();
    const { parsed, closed, open, firstNumber } = this.#parseTail();
    const text = this.#tail.slice(0, open);
    const repaired = closed > 0 ? this.#repair(text) : undefined;
    const change =
      repaired === undefined
        ? this.#replaceFrom(this.#beforeTail, parsed)
        : this.#replaceFrom(this.settled, [...repaired, ...parsed.slice(closed)]);
    if (closed > 0) {
      // What has come out as one block can go on even now.
      const cut = repaired?.length === 1 ? this.#cut : undefined;
      this.#cut = cut === undefined ? undefined : { ...cut, text: cut.text + text };
      this.#settleTail(open, parsed.length - closed, firstNumber);
    }
    if (this.#tail.length > longestTail && this.#tail.endsWith("\n") && !this.#isCode(parsed.at(-1))) {
      this.#cut = { text: this.#tail, from: this.#beforeTail, firstNumber: this.#firstNumber };
      this.#settleTail(this.#tail.length, 0);
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
    const repaired = this.#repair(this.#tail);
    if (whole.includes("]:")) change = this.#replaceFrom(0, this.#renderer.blocks(whole));
    else if (repaired !== undefined) change = this.#replaceFrom(this.settled, repaired);
    else if (grew) change = this.#replaceFrom(this.#beforeTail, this.#renderer.blocks(this.#tail, this.#firstNumber));
    this.#cut = undefined;
    this.#beforeTail = this.#blocks.length;
    return change;
  }

  #parseTail(): Parsed {
    const parsed = this.#renderer.blocks(this.#tail, this.#firstNumber);
    const { html = "", list } = parsed.at(-1) ?? {};
    if (list?.lastItem !== undefined && html.length > longestList) {
      // A long list goes on as another one.
      const open = offsetOfLine(this.#tail, list.lastItem);
      const firstNumber = list.start === undefined ? undefined : list.start + list.items.length - 1;
      const before = this.#renderer.blocks(this.#tail.slice(0, open), this.#firstNumber);
      const after = this.#renderer.blocks(this.#tail.slice(open), firstNumber);
      return { parsed: [...before, ...after], closed: before.length, open, firstNumber };
    }
    // Nothing that follows changes code whose fence is closed, nor what stands before a block of many lines.
    const isClosed = parsed.at(-2)?.fence?.closed === true || this.#tail.length > longestTail;
    const closed = Math.max(0, parsed.length - (isClosed ? 1 : 2));
    return { parsed, closed, open: closed === 0 ? 0 : offsetOfLine(this.#tail, parsed[closed]?.line ?? 0) };
  }

  /** The blocks of what was cut and what follows it, unless they have become too long. */
  #repair(text: string): Block[] | undefined {
    if (this.#cut === undefined || this.#cut.text.length + text.length > longestRepaired) return undefined;
    return this.#renderer.blocks(this.#cut.text + text, this.#cut.firstNumber);
  }

  /** Takes the text before `open` out of the tail, of which so many blocks remain. */
  #settleTail(open: number, remaining: number, firstNumber?: number): void {
    this.#done += this.#tail.slice(0, open);
    this.#tail = this.#tail.slice(open);
    this.#beforeTail = this.#blocks.length - remaining;
    this.#firstNumber = firstNumber;
  }

  /** What is open in code could not go on as anything else. */
  #isCode(last: Block | undefined): boolean {
    return last?.fence !== undefined || (last?.endsInCode === true && this.#tail.length <= longestRepaired);
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

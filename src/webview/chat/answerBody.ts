import type { Block } from "../markdown/render.ts";
import type { Change, IncrementalMarkdown } from "../markdown/incremental.ts";
import type { Strings } from "../../protocol/strings.ts";
import { CodeBlock } from "./codeBlock.ts";
import type { ViewContext } from "./context.ts";
import { createIcon } from "./icons.ts";
import type { Job, Progress } from "./renderQueue.ts";
import type { Growth } from "./state.ts";

/** Characters parsed in one step. Larger pieces only when the open tail, which is parsed again, is larger itself. */
const pieceLength = 4_096;
/** Shown of an answer until the Markdown chunk is loaded. */
const plainLength = 20_000;
/** Characters of a block that are read out. */
const longestSpoken = 2_000;
/** So many finished blocks at the end of an answer are laid out with it; those before only while they are near. */
const laidOut = 12;
/** The browser watches each of those before; beyond so many that takes longer than laying them out. */
const mostWatched = 1_000;
/** For a direction of its own a browser reads up to the first letter, whenever something is added: one must come soon. */
const firstLetterWithin = 2_000;
/** A tail that takes long to render may take this part of the time, not more. */
const restPerWork = 4;

interface Placed {
  readonly nodes: readonly Element[];
  readonly codes: readonly CodeBlock[];
  /** Code blocks of the answer above this block, whose numbers go on here. */
  readonly codesBefore: number;
  /** Set when the whole block is one code block. */
  readonly fence: CodeBlock | undefined;
}

/** The text of an answer as it grows: finished blocks keep their elements, only the open tail is patched. */
export class AnswerBody implements Job {
  readonly element = document.createElement("div");
  readonly #context: ViewContext;
  readonly #finishedDrawing: () => void;
  #text = "";
  #live = true;
  #near = false;
  #document: IncrementalMarkdown | undefined;
  /** The end of the text that the document does not have yet. */
  #unfed = "";
  #growth: Growth | undefined;
  #finished = false;
  #placed: Placed[] = [];
  /** Blocks before this one are coloured. */
  #colouredTo = 0;
  /** Blocks before this one cost nothing while they are out of sight. */
  #pastTo = 0;
  #restUntil = 0;
  /** Whether blocks are read out as they are finished: an answer that was seen to arrive, for a screen reader. */
  #speaks = false;
  #spokenTo = 0;

  /** `finishedDrawing` is called when the text is complete and all of it is drawn. */
  constructor(context: ViewContext, finishedDrawing: () => void) {
    this.#context = context;
    this.#finishedDrawing = finishedDrawing;
    this.element.className = "markdown far";
  }

  /** `live` while more may come; `growth` when the text grew by pieces. */
  set(text: string, live: boolean, growth?: Growth): void {
    if (text === this.#text && live === this.#live) return;
    this.#take(text, growth);
    this.#live = live;
    if (live && document.body.classList.contains("vscode-using-screen-reader")) this.#speaks = true;
    this.element.classList.toggle("live", live && text !== "");
    this.#show();
  }

  /** Far away the text stands there as it is: that costs next to nothing, and it can still be found and read out. */
  setNear(near: boolean): void {
    if (near === this.#near) return;
    this.#near = near;
    this.element.classList.toggle("far", !near);
    if (!near) {
      this.#reset();
      this.#speaks = false;
    }
    this.#show();
  }

  step(now: number): Progress {
    const { engine } = this.#context.markdown;
    if (engine === undefined || this.#finished || !this.#near) return "done";
    if (now < this.#restUntil && this.#live) return "later";
    if (this.#document === undefined) {
      this.#document = engine.document();
      this.element.classList.remove("plain");
      this.element.replaceChildren();
    }
    if (this.#unfed !== "") {
      const length = Math.max(pieceLength, this.#document.tailLength);
      const piece = this.#unfed.slice(0, length);
      this.#unfed = this.#unfed.slice(length);
      this.#apply(this.#document.append(piece));
      this.#settle(this.#document.settled);
      const took = performance.now() - now;
      this.#restUntil = now + took * (1 + restPerWork);
      return this.#unfed !== "" || !this.#live ? "more" : "done";
    }
    if (!this.#live) {
      this.#apply(this.#document.finish());
      this.#finished = true;
      this.#colouredTo = 0;
      this.#pastTo = 0;
      this.#settle(this.#placed.length);
      this.#finishedDrawing();
    }
    return "done";
  }

  #take(text: string, growth: Growth | undefined): void {
    const known = this.#growth;
    const grew = growth !== undefined && growth.pieces === known?.pieces && growth.count >= known.count;
    const continues = grew || text.startsWith(this.#text);
    const added = grew ? growth.pieces.slice(known.count, growth.count).join("") : text.slice(this.#text.length);
    this.#growth = growth;
    const dir = /\p{L}/u.test(text.slice(0, firstLetterWithin)) ? "auto" : "";
    if (this.element.dir !== dir) this.element.dir = dir;
    const complete = this.#finished && text.length !== this.#text.length;
    this.#text = text;
    if (!continues || complete) this.#reset();
    else this.#unfed += added;
  }

  #show(): void {
    if (this.#text === "") return;
    if (!this.#near) {
      this.element.textContent = this.#text;
      return;
    }
    if (this.#context.markdown.engine === undefined) {
      this.element.classList.add("plain");
      this.element.textContent = this.#text.slice(0, plainLength);
    }
    this.#context.markdown.whenLoaded(this.#enqueue);
  }

  readonly #enqueue = (): void => this.#context.queue.add(this);

  #reset(): void {
    this.#document = undefined;
    this.#unfed = this.#text;
    this.#finished = false;
    this.#placed = [];
    this.#colouredTo = 0;
    this.#pastTo = 0;
    this.#restUntil = 0;
    this.#spokenTo = 0;
    this.element.replaceChildren();
  }

  #apply({ from, blocks }: Change): void {
    let at = from;
    const [first, ...others] = blocks;
    const open = this.#placed[from]?.fence;
    let added = blocks;
    // Code that is still arriving: the same element with more text.
    if (first?.fence !== undefined && open?.language === first.fence.language) {
      open.setText(first.fence.text);
      if (first.fence.closed) open.colour();
      at++;
      added = others;
    }
    for (const gone of this.#placed.splice(at)) for (const node of gone.nodes) node.remove();
    const safe = this.#toSafe(added);
    for (const [index, block] of added.entries()) {
      const nodes = safe[index];
      if (nodes !== undefined) this.#placed.push(this.#place(block, nodes));
    }
  }

  /** All blocks in one go: each text that is sanitised is parsed into a document of its own, which takes longer than the rest. */
  #toSafe(blocks: readonly Block[]): ParentNode[] {
    const { engine } = this.#context.markdown;
    if (engine === undefined) return [];
    const boxes = engine.toSafeFragment(blocks.map(({ html }) => `<div>${html}</div>`).join("")).children;
    // A block that closes more than it opens would mix up which is whose.
    if (boxes.length !== blocks.length) return blocks.map(({ html }) => engine.toSafeFragment(html));
    return [...boxes];
  }

  #place(block: Block, fragment: ParentNode): Placed {
    const last = this.#placed.at(-1);
    const before = last === undefined ? 0 : last.codesBefore + last.codes.length;
    const codes = [...fragment.querySelectorAll("pre")].map((pre, index) => {
      const language = /language-(\S+)/.exec(pre.firstElementChild?.className ?? "")?.[1] ?? "";
      return new CodeBlock(pre, language, before + index + 1, this.#context);
    });
    // A table wider than the panel scrolls by itself, by keyboard too.
    for (const table of fragment.querySelectorAll<HTMLElement>(".table-scroll")) table.tabIndex = 0;
    for (const formula of fragment.querySelectorAll<HTMLElement>(".math")) this.#context.formulas.show(formula);
    for (const box of fragment.querySelectorAll<HTMLElement>(".task-box")) nameTask(box, this.#context.strings);
    const fence = block.fence === undefined ? undefined : codes[0];
    if (block.fence?.closed === true) fence?.colour();
    const nodes = [...fragment.children];
    this.element.append(...nodes);
    return { nodes, codes, codesBefore: before, fence };
  }

  /** Blocks before `end` are complete: their code gets its colours, and a screen reader its words. */
  #settle(end: number): void {
    if (this.#speaks) this.#speak(end);
    const watched = Math.min(end - laidOut, mostWatched);
    for (; this.#pastTo < watched; this.#pastTo++) {
      for (const node of this.#placed[this.#pastTo]?.nodes ?? []) node.classList.add("past");
    }
    for (; this.#colouredTo < end; this.#colouredTo++) {
      for (const code of this.#placed[this.#colouredTo]?.codes ?? []) code.colour();
    }
  }

  #speak(end: number): void {
    for (; this.#spokenTo < end; this.#spokenTo++) {
      const placed = this.#placed[this.#spokenTo];
      if (placed === undefined) continue;
      const words = placed.fence?.spoken ?? placed.nodes.map((node) => node.textContent).join(" ");
      this.#context.say(words.trim().slice(0, longestSpoken));
    }
  }
}

function nameTask(box: HTMLElement, strings: Strings): void {
  const done = box.parentElement?.classList.contains("task-done") ?? false;
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", done ? strings.taskDone : strings.taskOpen);
  if (done) box.append(createIcon("check"));
}

import type { Block } from "../markdown/render.ts";
import type { Change, IncrementalMarkdown } from "../markdown/incremental.ts";
import type { Strings } from "../../protocol/strings.ts";
import { CodeBlock } from "./codeBlock.ts";
import type { ViewContext } from "./context.ts";
import { growItem, type OpenItem } from "./growItem.ts";
import { createIcon } from "./icons.ts";
import { firstLetterWithin, setOwnDirection } from "./ownDirection.ts";
import type { Job, Progress } from "./renderQueue.ts";
import { usesScreenReader } from "./screenReader.ts";
import type { Growth } from "./state.ts";

/** Characters parsed in one step; more where the open tail, which is parsed again, is much longer. */
const pieceLength = 2_048;
const pieceOfTail = 1 / 4;
/** Shown of an answer until the Markdown chunk is loaded. */
const plainLength = 20_000;
/** Characters of a block that are read out. */
const longestSpoken = 2_000;
/** So many parts at the end of an answer are laid out with it; those before only while they are near. */
const laidOut = 2;
/**
 * A part holds blocks of so much, each counted as its HTML, in characters, and a little more. One of a very long answer is this
 * fraction of what stands before it, as a browser looks at each of them.
 */
const partWeight = 12_000;
const partFraction = 1 / 64;
const blockWeight = 500;
/** Guess of the height of a block that was never laid out, in lines. */
const blockLines = 4;
/** After so many new elements the browser has enough to lay out in one frame. */
const mostAdded = 150;
/** A tail that takes long to render may take this part of the time, not more. */
const restPerWork = 4;

interface Placed {
  readonly nodes: readonly Element[];
  readonly codes: readonly CodeBlock[];
  /** Code blocks of the answer above this block, whose numbers go on here. */
  readonly codesBefore: number;
  /** What everything up to the end of this block weighs. */
  readonly weight: number;
  /** What it was made of. */
  readonly block: Block;
}

/** Neighbouring blocks, from the one at `from` on, that the browser lays out together or not at all. */
interface Part {
  readonly element: HTMLElement;
  readonly from: number;
  /** What the blocks before it weigh. */
  readonly weightBefore: number;
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
  #parts: Part[] = [];
  /** Blocks before this one are coloured. */
  #colouredTo = 0;
  /** Parts before this one cost nothing while they are out of sight. */
  #pastTo = 0;
  #openItem: OpenItem | undefined;
  /** Elements that the last step has added. */
  #added = 0;
  #restUntil = 0;
  #caret: Element | undefined;
  /** Whether blocks are read out as they are finished: an answer that was seen to arrive, for a screen reader. */
  #speaks = false;
  /** Blocks before this one were read out, or stood there before the answer went on. */
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
    if (live && usesScreenReader()) this.#speaks = true;
    this.element.classList.toggle("live", live && text !== "");
    this.#moveCaret();
    this.#show();
  }

  /** Far away the text stands there as it is: that costs next to nothing, and it can still be found and read out. */
  setNear(near: boolean): void {
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
      const length = Math.max(pieceLength, Math.floor(this.#document.tailLength * pieceOfTail));
      const piece = this.#unfed.slice(0, length);
      this.#unfed = this.#unfed.slice(length);
      this.#added = 0;
      this.#apply(this.#document.append(piece));
      this.#settle(this.#document.settled);
      const took = performance.now() - now;
      this.#restUntil = now + took * (1 + restPerWork);
      if (this.#unfed === "" && this.#live) return "done";
      return this.#added > mostAdded ? "later" : "more";
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
    // Read while it can change only: reading copies the whole of a text that was put together from pieces.
    if (!continues || this.#text.length < firstLetterWithin) setOwnDirection(this.element, text);
    const complete = this.#finished && text.length !== this.#text.length;
    this.#text = text;
    if (!continues) this.#spokenTo = 0;
    // The last block of an answer that was complete goes on, as a rule: it is read out once more.
    else if (complete) this.#spokenTo = Math.max(0, this.#spokenTo - 1);
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
    this.#parts = [];
    this.#colouredTo = 0;
    this.#pastTo = 0;
    this.#openItem = undefined;
    this.#restUntil = 0;
    this.element.replaceChildren();
  }

  #apply({ from, blocks }: Change): void {
    let at = from;
    const [first, ...others] = blocks;
    let added = blocks;
    if (first !== undefined && this.#grow(from, first)) {
      at++;
      added = others;
    }
    for (const gone of this.#placed.splice(at)) for (const node of gone.nodes) node.remove();
    // One that begins here takes the new blocks.
    const firstGone = added.length > 0 ? at + 1 : at;
    while ((this.#parts.at(-1)?.from ?? -1) >= firstGone) this.#parts.pop()?.element.remove();
    const safe = this.#toSafe(added);
    for (const [index, block] of added.entries()) {
      const nodes = safe[index];
      if (nodes !== undefined) this.#placed.push(this.#place(block, nodes));
    }
    this.#moveCaret();
  }

  /** A block that is still arriving keeps the elements that it has: code is one with more text, a list has more items. */
  #grow(at: number, block: Block): boolean {
    const open = this.#placed[at];
    if (open === undefined) return false;
    const codes = this.#growCode(open, block) ?? this.#growList(open, block);
    if (codes === undefined) return false;
    const weight = (this.#placed[at - 1]?.weight ?? 0) + weightOf(block);
    this.#placed[at] = { ...open, codes, block, weight };
    return true;
  }

  /** Returns the code blocks that are then in it, or undefined when it cannot grow like this. */
  #growCode({ block: { fence: open }, codes }: Placed, { fence }: Block): readonly CodeBlock[] | undefined {
    const [code] = codes;
    if (code === undefined || open === undefined || fence === undefined) return undefined;
    // The line that names the language, and maybe a path, arrives in pieces, too.
    if (open.language !== fence.language || open.info !== fence.info) return undefined;
    code.setText(fence.text);
    if (fence.closed) code.colour();
    return codes;
  }

  /** The same for a list: its first items stay that have come out the same, and the beginning of the one that has grown. */
  #growList(
    { block: { list: open }, nodes, codes, codesBefore }: Placed,
    { list }: Block,
  ): readonly CodeBlock[] | undefined {
    const element = nodes[0];
    if (list === undefined || open?.open !== list.open || element === undefined) return undefined;
    const same = list.items.findIndex((html, index) => html !== open.items[index]);
    const [added] = this.#toSafe([{ html: list.open + list.items.slice(same).join("") + list.close }]);
    const fresh = added?.firstElementChild ?? undefined;
    const first = fresh?.firstElementChild ?? undefined;
    if (same < 0 || fresh === undefined || first === undefined) return undefined;
    const plain = this.#plainItem(fresh);
    const item = this.#openItem?.shown === element.children[same] ? this.#openItem : undefined;
    const additions = item === undefined ? undefined : growItem(item, first, codes);
    const last = additions === undefined ? element.children[same - 1] : item?.shown;
    if (last === undefined) return undefined;
    // With the end of the line before it.
    if (additions !== undefined) for (const node of [first.previousSibling, first]) node?.remove();
    while (element.lastChild !== last) element.lastChild?.remove();
    const all = codes.filter((code) => element.contains(code.element));
    for (const { parent, from } of [...(additions ?? []), { parent: element, from: fresh }]) {
      all.push(...this.#dress(from, codesBefore + all.length));
      parent.append(...from.childNodes);
    }
    this.#openItem = openItem(element, plain);
    return all;
  }

  /** The last item of a list as the renderer gives it, while more may come. */
  #plainItem(list: Element | null): Element | undefined {
    const last = this.#live ? list?.lastElementChild?.cloneNode(true) : undefined;
    return last instanceof Element ? last : undefined;
  }

  /** The end of text that is still arriving. Marked by itself: for a rule about the answer a browser restyles all that is in it. */
  #moveCaret(): void {
    const last = this.#live ? this.#placed.at(-1)?.nodes.at(-1) : undefined;
    const end = last?.matches("ul, ol") === true ? last.lastElementChild : last;
    const caret = end?.matches("p, h4, h5, li") === true ? end : undefined;
    if (caret === this.#caret) return;
    if (this.#caret?.isConnected === true) this.#caret.removeAttribute("data-caret");
    caret?.setAttribute("data-caret", "");
    this.#caret = caret;
  }

  /** All blocks in one go: each text that is sanitised is parsed into a document of its own, which takes longer than the rest. */
  #toSafe(blocks: readonly Pick<Block, "html">[]): ParentNode[] {
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
    const weightBefore = last?.weight ?? 0;
    const plain = block.list === undefined ? undefined : this.#plainItem(fragment.firstElementChild);
    const codes = this.#dress(fragment, before);
    const nodes = [...fragment.children];
    this.#openItem = openItem(nodes[0], plain);
    if (block.fence?.closed === true) codes[0]?.colour();
    this.#partFrom(weightBefore).append(...nodes);
    return { nodes, codes, codesBefore: before, weight: weightBefore + weightOf(block), block };
  }

  /** Makes of what the renderer gives what the panel shows. Returns the code blocks, of which there are `before` above. */
  #dress(root: ParentNode, before: number): CodeBlock[] {
    this.#added += root.querySelectorAll("*").length;
    const codes = [...root.querySelectorAll("pre")].map((pre, index) => {
      const language = /language-(\S+)/.exec(pre.firstElementChild?.className ?? "")?.[1] ?? "";
      return new CodeBlock(pre, language, before + index + 1, this.#context);
    });
    // A table wider than the panel scrolls by itself, by keyboard too.
    for (const table of root.querySelectorAll<HTMLElement>(".table-scroll")) table.tabIndex = 0;
    for (const formula of root.querySelectorAll<HTMLElement>(".math")) this.#context.formulas.show(formula);
    for (const box of root.querySelectorAll<HTMLElement>(".task-box")) nameTask(box, this.#context.strings);
    return codes;
  }

  /**
   * The part for the next block. Where one begins depends on nothing but what stands before it, so that an answer comes out the
   * same however it arrived.
   */
  #partFrom(weightBefore: number): HTMLElement {
    const last = this.#parts.at(-1);
    if (last !== undefined) {
      const full = Math.max(partWeight, last.weightBefore * partFraction);
      if (weightBefore - last.weightBefore < full) return last.element;
    }
    const element = document.createElement("div");
    element.className = "part";
    this.#parts.push({ element, from: this.#placed.length, weightBefore });
    this.element.append(element);
    return element;
  }

  /** Blocks before `end` are complete: their code gets its colours, and a screen reader its words. */
  #settle(end: number): void {
    if (this.#speaks) this.#speak(end);
    else this.#spokenTo = Math.max(this.#spokenTo, end);
    for (; this.#pastTo < this.#parts.length - laidOut; this.#pastTo++) {
      const part = this.#parts[this.#pastTo];
      const next = this.#parts[this.#pastTo + 1];
      if (part === undefined || next === undefined || next.from > end) break;
      part.element.style.containIntrinsicBlockSize = `auto ${(next.from - part.from) * blockLines}lh`;
      part.element.classList.add("past");
    }
    for (; this.#colouredTo < end; this.#colouredTo++) {
      for (const code of this.#placed[this.#colouredTo]?.codes ?? []) code.colour();
    }
  }

  #speak(end: number): void {
    for (; this.#spokenTo < end; this.#spokenTo++) {
      const placed = this.#placed[this.#spokenTo];
      if (placed === undefined) continue;
      const code = placed.block.fence === undefined ? undefined : placed.codes[0];
      const words = code?.spoken ?? placed.nodes.map((node) => node.textContent).join(" ");
      this.#context.say(words.trim().slice(0, longestSpoken));
    }
  }
}

/** `plain` is what the renderer gave for the last item of a list. */
function openItem(list: Element | undefined, plain: Element | undefined): OpenItem | undefined {
  const shown = list?.lastElementChild ?? undefined;
  return shown === undefined || plain === undefined ? undefined : { shown, plain };
}

/** What a block weighs; see `partWeight`. */
function weightOf({ html }: Block): number {
  return html.length + blockWeight;
}

function nameTask(box: HTMLElement, strings: Strings): void {
  const done = box.parentElement?.classList.contains("task-done") ?? false;
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", done ? strings.taskDone : strings.taskOpen);
  if (done) box.append(createIcon("check"));
}

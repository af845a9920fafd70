import { fill, type Strings } from "../../../protocol/strings.ts";
import { isComposing } from "../composing.ts";
import { createIconButton } from "../icons.ts";
import { TextSearch, type Match } from "./textSearch.ts";

/** Text that still arrives is searched again so often, and not with every word. */
const searchAgainMs = 100;
/** For so many frames the match that was scrolled to is kept in sight: turns around it are drawn and change their height. */
const settlingFrames = 30;

/**
 * Find in page: VS Code offers its own for editors only, and the browser's does not reach into a view of the side bar. Works on
 * what is in the page, drawn or not; marks are the browser's, so that no element is touched.
 */
export class FindBar {
  readonly element = document.createElement("div");
  readonly #log: HTMLElement;
  readonly #strings: Strings;
  readonly #search: TextSearch;
  readonly #observer: MutationObserver;
  readonly #input = document.createElement("input");
  readonly #count = document.createElement("span");
  #matches: readonly Match[] = [];
  #current = -1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #settling = 0;
  #focusBefore: Element | null = null;

  /** `log` holds the turns and scrolls. */
  constructor(log: HTMLElement, strings: Strings) {
    this.#log = log;
    this.#strings = strings;
    this.#search = new TextSearch(log);
    this.#observer = new MutationObserver((records) => this.#changed(records));
    this.element.className = "find-bar";
    this.element.hidden = true;
    this.element.setAttribute("role", "search");
    this.element.setAttribute("aria-label", strings.find);
    this.#input.type = "text";
    this.#input.placeholder = strings.find;
    this.#input.setAttribute("aria-label", strings.find);
    this.#input.addEventListener("input", () => this.#start());
    this.#count.className = "find-count";
    this.#count.setAttribute("role", "status");
    this.element.append(
      this.#input,
      this.#count,
      createIconButton("arrow-up", strings.findPrevious, () => this.#step(-1)),
      createIconButton("arrow-down", strings.findNext, () => this.#step(1)),
      createIconButton("close", strings.close, () => this.close()),
    );
    this.element.addEventListener("keydown", (event) => this.#keyDown(event));
    // Who scrolls wants to be elsewhere.
    log.addEventListener("wheel", () => (this.#settling = 0), { passive: true });
  }

  /** Also when it is open: then the words are selected, ready to be replaced. */
  open(): void {
    const selected = document.getSelection()?.toString().trim() ?? "";
    const fromLog = document.getSelection()?.anchorNode;
    if (selected !== "" && !selected.includes("\n") && fromLog !== null && this.#log.contains(fromLog ?? null)) {
      this.#input.value = selected;
    }
    if (this.element.hidden) {
      this.#focusBefore = document.activeElement;
      this.element.hidden = false;
      document.addEventListener("keydown", this.#nextKey);
      const options = { subtree: true, childList: true, characterData: true, attributeFilter: ["hidden", "open"] };
      this.#observer.observe(this.#log, options);
      for (const turn of this.#log.querySelectorAll(".turn")) this.#search.forget(turn);
    }
    this.#input.focus();
    this.#input.select();
    this.#start();
  }

  close(): void {
    this.#observer.disconnect();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#settling = 0;
    document.removeEventListener("keydown", this.#nextKey);
    this.element.hidden = true;
    this.#matches = [];
    this.#current = -1;
    this.#mark();
    if (this.#focusBefore instanceof HTMLElement && this.#focusBefore.isConnected) this.#focusBefore.focus();
  }

  readonly #nextKey = (event: KeyboardEvent): void => {
    const again = event.key === "F3" || (event.metaKey && event.key.toLowerCase() === "g");
    if (!again || isComposing(event)) return;
    event.preventDefault();
    this.#step(event.shiftKey ? -1 : 1);
  };

  #keyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === "Escape") {
      // Elsewhere in the panel it stops the answer.
      event.stopPropagation();
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && event.target === this.#input) {
      event.preventDefault();
      this.#step(event.shiftKey ? -1 : 1);
    }
  }

  /** Other words: begins with the first match from what is seen on, or with the one before. */
  #start(): void {
    this.#matches = this.#search.find(this.#input.value);
    const top = this.#log.getBoundingClientRect().top;
    const at = this.#matches.findIndex(
      ({ turn, range }) => turn.getBoundingClientRect().bottom > top && boxOf(range).top >= top,
    );
    this.#show(at === -1 ? this.#matches.length - 1 : at);
  }

  #step(by: -1 | 1): void {
    const { length } = this.#matches;
    if (length > 0) this.#show((this.#current + by + length) % length);
  }

  #show(index: number): void {
    this.#current = index;
    this.#mark();
    const idle = this.#settling === 0;
    this.#settling = settlingFrames;
    if (idle) this.#settle();
    else this.#reveal();
  }

  readonly #settle = (): void => {
    if (this.#settling === 0) return;
    this.#settling--;
    this.#reveal();
    requestAnimationFrame(this.#settle);
  };

  #mark(): void {
    const current = this.#matches[this.#current];
    CSS.highlights.set("find-match", new Highlight(...this.#matches.map(({ range }) => range)));
    const strong = new Highlight(...(current === undefined ? [] : [current.range]));
    strong.priority = 1;
    CSS.highlights.set("find-current", strong);
    const { findCount, findNone } = this.#strings;
    const none = this.#input.value === "" ? "" : findNone;
    const count = current === undefined ? none : fill(findCount, this.#current + 1, this.#matches.length);
    if (this.#count.textContent !== count) this.#count.textContent = count;
    this.element.classList.toggle("nothing", count !== "" && current === undefined);
  }

  #reveal(): void {
    const match = this.#matches[this.#current];
    if (match === undefined) return;
    const { range, turn } = match;
    const seen = this.#log.getBoundingClientRect();
    // Where the bar does not cover it.
    const top = seen.top + this.element.offsetHeight + 8;
    // What the browser has not laid out has no place of its own until it comes near.
    if (boxOf(range).height === 0) turn.scrollIntoView({ block: "start" });
    const box = boxOf(range);
    if (box.top < top || box.bottom > seen.bottom - 8) {
      this.#log.scrollTop += box.top - (top + seen.bottom) / 2;
    }
    const sideways = range.startContainer.parentElement?.closest("pre, .table-scroll");
    if (sideways === null || sideways === undefined) return;
    const frame = sideways.getBoundingClientRect();
    if (box.left < frame.left || box.right > frame.right) sideways.scrollLeft += box.left - frame.left - 32;
  }

  #changed(records: readonly MutationRecord[]): void {
    for (const { target } of records) {
      const turn = (target instanceof Element ? target : target.parentElement)?.closest(".turn");
      if (turn !== null && turn !== undefined) this.#search.forget(turn);
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#searchAgain();
    }, searchAgainMs);
  }

  /** The same words in a page that has changed; the current match is the one with the same number in the same turn. */
  #searchAgain(): void {
    const before = this.#matches[this.#current];
    const first = this.#matches.findIndex(({ turn }) => turn === before?.turn);
    const number = this.#current - first;
    this.#matches = this.#search.find(this.#input.value);
    const start = this.#matches.findIndex(({ turn }) => turn === before?.turn);
    const inTurn = this.#matches.filter(({ turn }) => turn === before?.turn).length;
    this.#current = start === -1 ? this.#matches.length - 1 : start + Math.min(number, inTurn - 1);
    this.#mark();
  }
}

function boxOf({ startContainer, startOffset, endContainer, endOffset }: StaticRange): DOMRect {
  const range = document.createRange();
  range.setStart(startContainer, startOffset);
  range.setEnd(endContainer, endOffset);
  return range.getBoundingClientRect();
}

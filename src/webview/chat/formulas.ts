import type { Job, Progress, RenderQueue } from "./renderQueue.ts";

type ToMathML = (tex: string, display: boolean) => Element | undefined;

/** Formulas that are remembered, so that one in text that still grows is parsed once. */
const most = 500;
/** One with more elements takes the browser longer to lay out than us to make. */
const large = 200;

/** Draws formulas. The library for that is loaded with the first one; until then, and where it gives up, the source shows. */
export class Formulas {
  readonly #queue: RenderQueue;
  readonly #drawn = new Map<string, Element | undefined>();
  #waiting: Job[] = [];
  #toMathML: ToMathML | undefined;
  #loading = false;

  constructor(queue: RenderQueue) {
    this.#queue = queue;
  }

  /** `box` holds the source. */
  show(box: HTMLElement): void {
    if (this.#fromMemory(box)) return;
    const formula: Job = { step: () => this.#draw(box) };
    if (this.#toMathML !== undefined) this.#queue.add(formula);
    else {
      this.#waiting.push(formula);
      this.#load();
    }
  }

  #load(): void {
    if (this.#loading) return;
    this.#loading = true;
    void import("../markdown/mathml.ts").then(
      ({ toMathML }) => {
        this.#toMathML = toMathML;
        for (const formula of this.#waiting) this.#queue.add(formula);
        this.#waiting = [];
      },
      () => undefined,
    );
  }

  #draw(box: HTMLElement): Progress {
    // The text around it may have been drawn anew since.
    if (!box.isConnected || this.#fromMemory(box)) return "done";
    const drawn = this.#toMathML?.(box.textContent, isDisplay(box));
    this.#drawn.set(keyOf(box), drawn);
    for (const oldest of this.#drawn.keys()) {
      if (this.#drawn.size <= most) break;
      this.#drawn.delete(oldest);
    }
    fill(box, drawn);
    return box.getElementsByTagName("*").length > large ? "enough" : "done";
  }

  #fromMemory(box: HTMLElement): boolean {
    const key = keyOf(box);
    if (!this.#drawn.has(key)) return false;
    fill(box, this.#drawn.get(key));
    return true;
  }
}

function isDisplay(box: HTMLElement): boolean {
  return box.classList.contains("math-display");
}

function keyOf(box: HTMLElement): string {
  return `${isDisplay(box) ? "display" : "inline"} ${box.textContent}`;
}

/** Source of a formula, in characters, that may be wider than a narrow panel. */
const longInline = 40;

function fill(box: HTMLElement, drawn: Element | undefined): void {
  if (drawn === undefined) {
    box.classList.add("math-source");
    return;
  }
  const long = box.textContent.length > longInline;
  box.replaceChildren(drawn.cloneNode(true));
  box.classList.add("math-drawn");
  if (long) box.classList.add("math-long");
  // A formula wider than the panel scrolls by itself, by keyboard too.
  if (isDisplay(box) || long) box.tabIndex = 0;
}

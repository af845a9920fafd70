import type { MarkdownEngine } from "../markdown/engine.ts";

type Highlight = (code: string, language: string) => string | undefined;

/** Loads Markdown and colours when there is something to show, so that an empty panel opens with neither. */
export class MarkdownLoader {
  readonly #imageText: (alt: string) => string;
  readonly #waiting = new Set<() => void>();
  #engine: MarkdownEngine | undefined;
  #highlight: Highlight | undefined;
  #loading = false;
  #loadingHighlight = false;

  constructor(imageText: (alt: string) => string) {
    this.#imageText = imageText;
  }

  get engine(): MarkdownEngine | undefined {
    return this.#engine;
  }

  get highlight(): Highlight | undefined {
    return this.#highlight;
  }

  /** Calls `ready` once the engine is there, now if it is. */
  whenLoaded(ready: () => void): void {
    if (this.#engine !== undefined) {
      ready();
      return;
    }
    this.#waiting.add(ready);
    this.preload();
  }

  preload(): void {
    if (this.#loading) return;
    this.#loading = true;
    // A chunk that cannot be read (an update removed it) leaves plain text, which is still an answer.
    void import("../markdown/engine.ts").then(
      ({ createEngine }) => {
        this.#engine = createEngine(this.#imageText);
        for (const ready of this.#waiting) ready();
        this.#waiting.clear();
      },
      () => undefined,
    );
  }

  whenHighlighting(ready: () => void): void {
    if (this.#highlight !== undefined) {
      ready();
      return;
    }
    this.#waitingForColours.add(ready);
    if (this.#loadingHighlight) return;
    this.#loadingHighlight = true;
    void import("../markdown/highlight.ts").then(
      ({ highlight }) => {
        this.#highlight = highlight;
        for (const waiting of this.#waitingForColours) waiting();
        this.#waitingForColours.clear();
      },
      () => undefined,
    );
  }

  readonly #waitingForColours = new Set<() => void>();
}

import { usesScreenReader } from "./screenReader.ts";

/** Distance from the end, in pixels, that still counts as the bottom: zoom makes scroll positions fractional. */
const nearBottom = 24;

export interface Anchor {
  readonly turnId: string;
  readonly offset: number;
}

/**
 * Keeps the newest text in view while the user is at the bottom and leaves the place alone otherwise. Never scrolls for
 * users of a screen reader, whose place it would take away.
 */
export class Follower {
  readonly #log: HTMLElement;
  readonly #changed: (atBottom: boolean) => void;
  readonly #observer: ResizeObserver;
  readonly #gone = new AbortController();
  #following = true;
  /** Where the log was scrolled to, and its width then. */
  #seen = { top: 0, width: 0 };

  constructor(log: HTMLElement, content: HTMLElement, changed: (atBottom: boolean) => void) {
    this.#log = log;
    this.#changed = changed;
    // The log outlives the conversation that it shows.
    log.addEventListener("scroll", () => this.#scrolled(), { passive: true, signal: this.#gone.signal });
    // Fires after layout and before paint, whatever made the text grow.
    this.#observer = new ResizeObserver(() => this.#settle());
    this.#observer.observe(content);
    this.#observer.observe(log);
  }

  get following(): boolean {
    return this.#following;
  }

  /** The user asked to see the newest. */
  toBottom(): void {
    this.#following = true;
    this.#toEnd();
    this.#changed(true);
  }

  /** What a later life of the view scrolls back to; undefined at the bottom. */
  anchor(): Anchor | undefined {
    if (this.#following) return undefined;
    const top = this.#log.getBoundingClientRect().top;
    for (const turn of this.#log.querySelectorAll<HTMLElement>(".turn")) {
      const box = turn.getBoundingClientRect();
      if (box.bottom > top) return { turnId: turn.dataset["turn"] ?? "", offset: top - box.top };
    }
    return undefined;
  }

  /** False when that turn is not there. */
  restore({ turnId, offset }: Anchor): boolean {
    const turn = this.#log.querySelector<HTMLElement>(`[data-turn="${CSS.escape(turnId)}"]`);
    if (turn === null) return false;
    this.#following = false;
    turn.scrollIntoView({ block: "start" });
    this.#log.scrollTop += offset;
    return true;
  }

  /** Does what puts turns above the ones that are seen, which stay where they are. */
  hold(change: () => void): void {
    const anchor = this.anchor();
    change();
    if (anchor !== undefined) this.restore(anchor);
  }

  dispose(): void {
    this.#gone.abort();
    this.#observer.disconnect();
  }

  #atBottom(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight <= nearBottom;
  }

  #scrolled(): void {
    const { scrollTop: top, clientWidth: width } = this.#log;
    // Only the user scrolls up. What has grown below, or wraps anew in another width, is about to be followed.
    const isByUser = usesScreenReader() || (top < this.#seen.top && width === this.#seen.width);
    this.#following = this.#atBottom() || (this.#following && !isByUser);
    this.#seen = { top, width };
    this.#changed(this.#following);
  }

  #toEnd(): void {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#seen = { top: this.#log.scrollTop, width: this.#log.clientWidth };
  }

  #settle(): void {
    if (this.#following && !usesScreenReader()) this.#toEnd();
    this.#changed(this.#atBottom());
  }
}

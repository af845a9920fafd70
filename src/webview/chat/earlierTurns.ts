import type { ToHost } from "../../protocol/messages.ts";
import type { ChatState } from "./state.ts";

/** Asks for the turns that the host has held back, page by page, when the page has nothing else to do. */
export class EarlierTurns {
  readonly #post: (message: ToHost) => void;
  #wanted: string | undefined;
  #asked: string | undefined;
  #hurried = false;

  constructor(post: (message: ToHost) => void) {
    this.#post = post;
  }

  update({ conversationId, earlier }: ChatState): void {
    const wanted = earlier > 0 ? `${conversationId} ${earlier}` : undefined;
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted === undefined) this.#hurried = false;
    else if (this.#hurried) this.#ask();
    else whenIdle(() => this.#ask());
  }

  /** Somebody looks for something in them: no more waiting for a quiet moment. */
  hurry(): void {
    if (this.#wanted === undefined) return;
    this.#hurried = true;
    this.#ask();
  }

  #ask(): void {
    if (this.#wanted === undefined || this.#wanted === this.#asked) return;
    this.#asked = this.#wanted;
    this.#post({ type: "more-turns" });
  }
}

function whenIdle(act: () => void): void {
  // Safari has no idle callbacks; after the next frame is the best that it offers.
  if ("requestIdleCallback" in window) requestIdleCallback(act);
  else requestAnimationFrame(() => setTimeout(act));
}

import type { ToHost } from "../../protocol/messages.ts";
import type { ChatState } from "./state.ts";

/** Asks for the turns that the host has held back, page by page, when the page has nothing else to do. */
export class EarlierTurns {
  readonly #post: (message: ToHost) => void;
  /** The turn in front of which more are wanted. */
  #wanted: { readonly conversationId: string; readonly before: string; asked: boolean } | undefined;
  #hurried = false;

  constructor(post: (message: ToHost) => void) {
    this.#post = post;
  }

  update({ conversationId, turns, earlier }: ChatState): void {
    const before = earlier > 0 ? turns[0]?.id : undefined;
    if (before === this.#wanted?.before && conversationId === this.#wanted?.conversationId) return;
    this.#wanted = before === undefined ? undefined : { conversationId, before, asked: false };
    if (before === undefined) this.#hurried = false;
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
    if (this.#wanted === undefined || this.#wanted.asked) return;
    this.#wanted.asked = true;
    this.#post({ type: "more-turns", before: this.#wanted.before });
  }
}

function whenIdle(act: () => void): void {
  // Safari has no idle callbacks; after the next frame is the best that it offers.
  if ("requestIdleCallback" in window) requestIdleCallback(act);
  else requestAnimationFrame(() => setTimeout(act));
}

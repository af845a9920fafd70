import * as v from "valibot";
import { answers, type AnswerTo, type Ask, type AskOf } from "../../protocol/asks.ts";
import type { ToHost, ToView } from "../../protocol/messages.ts";

/** After this long the host is not expected to answer any more. */
const patienceMs = 20_000;

/** Why a question has no answer; `message` is a sentence of the host, or empty when there was none. */
export class AskError extends Error {}

interface Open {
  readonly type: Ask["type"];
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: AskError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Questions to the host that have an answer. Each ends in one of four ways: answered, refused, too late, cancelled. */
export class Requests {
  readonly #post: (message: ToHost) => void;
  readonly #open = new Map<number, Open>();
  #last = 0;

  constructor(post: (message: ToHost) => void) {
    this.#post = post;
  }

  /** @throws AskError */
  ask<Type extends Ask["type"]>(ask: AskOf<Type>, signal?: AbortSignal): Promise<AnswerTo<Type>> {
    const askId = ++this.#last;
    return new Promise<AnswerTo<Type>>((resolve, reject) => {
      const end = (error: AskError) => {
        this.#close(askId)?.reject(error);
        this.#post({ type: "cancel-ask", askId });
      };
      const timer = setTimeout(() => end(new AskError("")), patienceMs);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `receive` has checked it against this question's schema.
      const answered = (answer: unknown) => resolve(answer as AnswerTo<Type>);
      this.#open.set(askId, { type: ask.type, resolve: answered, reject, timer });
      signal?.addEventListener("abort", () => this.#open.has(askId) && end(new AskError("")), { once: true });
      this.#post({ type: "ask", askId, ask });
    });
  }

  receive({ askId, result, error }: Extract<ToView, { type: "response" }>): void {
    const open = this.#close(askId);
    if (open === undefined) return;
    const parsed = v.safeParse(answers[open.type], result);
    if (error === undefined && parsed.success) open.resolve(parsed.output);
    else open.reject(new AskError(error ?? ""));
  }

  #close(askId: number): Open | undefined {
    const open = this.#open.get(askId);
    clearTimeout(open?.timer);
    this.#open.delete(askId);
    return open;
  }
}

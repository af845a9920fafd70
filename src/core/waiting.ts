import type { WaitEvent } from "../api/client.ts";
import type { AnswerFacts } from "../protocol/turns.ts";
import type { Translate } from "./services.ts";

/** The line shown while a request waits. `now` is ms since the epoch. */
export function waitText(event: WaitEvent, now: number, t: Translate): string {
  const seconds = Math.max(1, Math.ceil(((event.resumesAt ?? now) - now) / 1000));
  const words: Record<WaitEvent["reason"], () => string> = {
    busy: () => t("The service is busy. Trying again in {0} s.", seconds),
    server: () => t("The service had an error. Trying again in {0} s.", seconds),
    unreachable: () => t("The service cannot be reached. Trying again in {0} s.", seconds),
    queue: () => t("Waiting for another GLM request to finish…"),
  };
  return words[event.reason]();
}

/** The line of a progress after `event`: counts down until the request goes on, then says `after` again. */
export function countdown(event: WaitEvent, after: string, t: Translate, clock = Date.now): () => string {
  return () => (clock() < (event.resumesAt ?? Infinity) ? waitText(event, clock(), t) : after);
}

/** What the chat view is told of `event`: nothing any more once a request has left the queue. */
export function waitFacts({ reason, resumesAt }: WaitEvent): AnswerFacts["wait"] {
  return reason === "queue" && resumesAt !== undefined ? undefined : { reason, resumesAt };
}

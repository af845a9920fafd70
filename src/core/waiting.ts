import type { WaitEvent } from "../api/client.ts";
import type { Translate } from "./services.ts";

/** The line shown while a request waits for its next try. `now` is ms since the epoch. */
export function waitText(event: WaitEvent, now: number, t: Translate): string {
  const seconds = Math.max(1, Math.ceil((event.resumesAt - now) / 1000));
  const words: Record<WaitEvent["reason"], () => string> = {
    busy: () => t("The service is busy. Trying again in {0} s.", seconds),
    server: () => t("The service had an error. Trying again in {0} s.", seconds),
    unreachable: () => t("The service cannot be reached. Trying again in {0} s.", seconds),
  };
  return words[event.reason]();
}

/** The line of a progress after `event`: counts down until the next try starts, then says `after` again. */
export function countdown(event: WaitEvent, after: string, t: Translate, clock = Date.now): () => string {
  return () => (clock() < event.resumesAt ? waitText(event, clock(), t) : after);
}

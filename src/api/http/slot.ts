import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import type { Slot } from "./governor.ts";
import type { Guard } from "./guard.ts";
import type { Ask } from "./request.ts";

const free: Slot = { release() {} };

/**
 * A place among the requests in flight, for one attempt; to be taken before its deadline starts and released before a
 * back-off. Waits in the queue of the key when others are in flight, which `onWait` hears of. Throws ApiError `cancelled`.
 */
export async function takeSlot(context: ClientContext, ask: Ask, options: RequestOptions): Promise<Slot> {
  const governed = ask.governed ?? ask.method === "POST";
  if (!context.governor || !governed) return free;
  let queued = false;
  const slot = await context.governor.acquire({
    priority: options.priority ?? "interactive",
    signal: options.signal,
    onQueued() {
      queued = true;
      options.onWait?.({ reason: "queue", attempt: 0, resumesAt: undefined });
    },
  });
  if (queued) options.onWait?.({ reason: "queue", attempt: 0, resumesAt: context.clock.now() });
  return slot;
}

/** Options for the requests of a job that has `guard` and a limit (ms) of its own, in which time in the queue does not count. */
export function limitJob(guard: Guard, totalMs: number, options: RequestOptions): RequestOptions {
  guard.limit("total", totalMs);
  return {
    ...options,
    signal: guard.signal,
    onWait(event) {
      if (event.reason === "queue" && event.resumesAt === undefined) guard.pause();
      else if (event.reason === "queue") guard.resume();
      options.onWait?.(event);
    },
  };
}

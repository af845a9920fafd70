import { ApiError, type Deadline } from "../errors.ts";
import type { Clock } from "../transport.ts";

/**
 * Ends one request for exactly one reason: the user's signal, one of our deadlines, or the consumer leaving. Whoever
 * catches a failure asks `failure()` first, because the exception of an aborted `fetch` does not say why it was aborted.
 */
export interface Guard {
  /** To be passed to the transport. */
  readonly signal: AbortSignal;
  /** Starts (or replaces) the limit in force, in ms from now. */
  limit(deadline: Deadline, milliseconds: number): void;
  /** Time does not count until `resume`, or the next call of `limit`. */
  pause(): void;
  resume(): void;
  /** Bytes arrived: the limit in force starts over. */
  touch(): void;
  /** The error to report when the guard itself ended the request. */
  failure(): ApiError | undefined;
  /** Runs `callback` once if the guard ends the request. */
  onFailure(callback: () => void): void;
  /** `work`, or a rejection as soon as the guard fails, even if `work` ignores the signal. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Closes the connection without a reason to report, and lets go of timer and listener. */
  close(): void;
  /** Lets go of timer and listener; the connection stays usable. */
  release(): void;
}

export function createGuard(clock: Clock, userSignal: AbortSignal | undefined): Guard {
  const controller = new AbortController();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  let error: ApiError | undefined;
  let deadline: Deadline = "total";
  let budget = 0;
  let since = 0;
  let pausedAt: number | undefined;
  let stopTimer: (() => void) | undefined;

  const release = () => {
    stopTimer?.();
    stopTimer = undefined;
    userSignal?.removeEventListener("abort", onUserAbort);
  };
  const fail = (reason: ApiError) => {
    if (error || controller.signal.aborted) return;
    error = reason;
    release();
    failed.reject(reason);
    controller.abort(reason);
  };
  const onUserAbort = () => fail(new ApiError("cancelled"));
  // `touch` runs for every network read, so it only notes the time; the timer moves itself on when it fires early.
  const check = () => {
    const waited = clock.now() - since;
    if (waited >= budget) fail(new ApiError("timeout", { deadline, waitedMs: waited }));
    else stopTimer = clock.after(budget - waited, check);
  };

  if (userSignal?.aborted) onUserAbort();
  else userSignal?.addEventListener("abort", onUserAbort, { once: true });

  return {
    signal: controller.signal,
    limit(kind, milliseconds) {
      if (controller.signal.aborted) return;
      stopTimer?.();
      deadline = kind;
      budget = milliseconds;
      pausedAt = undefined;
      since = clock.now();
      stopTimer = clock.after(milliseconds, check);
    },
    pause() {
      if (!stopTimer) return;
      stopTimer();
      stopTimer = undefined;
      pausedAt = clock.now();
    },
    resume() {
      if (pausedAt === undefined || controller.signal.aborted) return;
      since += clock.now() - pausedAt;
      pausedAt = undefined;
      stopTimer = clock.after(budget - (clock.now() - since), check);
    },
    touch() {
      since = clock.now();
    },
    failure: () => error,
    onFailure(callback) {
      if (error) callback();
      else controller.signal.addEventListener("abort", callback, { once: true });
    },
    race: (work) => Promise.race([work, failed.promise]),
    close() {
      release();
      controller.abort();
    },
    release,
  };
}

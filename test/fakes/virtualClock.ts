import type { Clock } from "../../src/api/transport.ts";

/**
 * Time that only passes while somebody sleeps: then it jumps from timer to timer. Days take no time, and what happens
 * between two timers happens at one moment.
 */
export function virtualClock(): Clock {
  const timers = new Map<object, { readonly at: number; readonly run: () => void }>();
  let now = Date.UTC(2026, 10, 21);
  let sleepers = 0;
  let scheduled = false;

  const set = (milliseconds: number, run: () => void): (() => void) => {
    const key = {};
    timers.set(key, { at: now + milliseconds, run });
    return () => void timers.delete(key);
  };
  /** Runs the next timer after all that can happen without one. */
  const schedule = () => {
    if (scheduled || sleepers === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      const [next] = [...timers].sort(([, a], [, b]) => a.at - b.at);
      if (!next || sleepers === 0) return;
      const [key, { at, run }] = next;
      timers.delete(key);
      now = Math.max(now, at);
      run();
      schedule();
    });
  };

  return {
    now: () => now,
    after: set,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const stop = set(milliseconds, () => end(resolve));
        const onAbort = () => end(() => reject(signal?.reason));
        const end = (settle: () => void) => {
          stop();
          sleepers--;
          signal?.removeEventListener("abort", onAbort);
          settle();
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        sleepers++;
        schedule();
      }),
  };
}

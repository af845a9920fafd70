import type { Clock } from "../../src/api/transport.ts";

export interface ManualClock extends Clock {
  /** Lets time pass and runs what became due, in order. */
  pass(milliseconds: number): void;
  /** Callbacks that wait for their time. */
  readonly pending: () => number;
}

/** A clock that stands still until it is told to go on. */
export function manualClock(start = 1_000_000): ManualClock {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const clock: ManualClock = {
    now: () => now,
    after(milliseconds, run) {
      const timer = { at: now + milliseconds, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    sleep: (milliseconds) => new Promise((resolve) => void clock.after(milliseconds, resolve)),
    pass(milliseconds) {
      const until = now + milliseconds;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
        if (!next) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = until;
    },
    pending: () => timers.size,
  };
  return clock;
}

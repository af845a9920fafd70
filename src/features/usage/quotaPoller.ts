import type { Clock } from "../../api/transport.ts";

const pauseMs = 60_000;

export interface QuotaPollerOptions {
  readonly clock: Pick<Clock, "now" | "after">;
  /** One request, ended by the signal. */
  readonly ask: (signal: AbortSignal) => Promise<void>;
  /** Base URL of the endpoint that would be asked. Each is asked at most once a minute. */
  readonly place: () => string;
  /** Whether there is a plan to ask about and the user lets us. */
  readonly allowed: () => boolean;
  /** Whether someone may be looking. */
  readonly focused: () => boolean;
}

export interface QuotaPoller {
  /** Something was used: the figures may have changed. */
  used(): void;
  /** The window got the focus, or a setting changed. */
  wake(): void;
  /** Asks at once for somebody who waits, unless that was done less than a minute ago. Resolves when there is an answer. */
  askNow(): Promise<void>;
  /** Another key or platform: what is under way is ended, and nothing is asked before the next use. */
  restart(): void;
  dispose(): void;
}

/**
 * Asks after use, one at a time and at most once a minute, and only while someone may be looking; what is due meanwhile is
 * asked once when it may be. Failures are silent: the next use asks again.
 */
export function createQuotaPoller({ clock, ask, place, allowed, focused }: QuotaPollerOptions): QuotaPoller {
  let due = false;
  let disposed = false;
  /** Outlives every restart: a change of key or platform is no reason to ask more often. */
  const askedAt = new Map<string, number>();
  let running: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;
  let stopTimer: (() => void) | undefined;

  const restMs = () => Math.max(0, (askedAt.get(place()) ?? -Infinity) + pauseMs - clock.now());

  function start(): Promise<void> {
    due = false;
    askedAt.set(place(), clock.now());
    const controller = new AbortController();
    const end = () => {
      if (running?.controller !== controller) return;
      running = undefined;
      wake();
    };
    const done = ask(controller.signal).then(end, end);
    running = { controller, done };
    return done;
  }

  function wake(): void {
    stopTimer?.();
    stopTimer = undefined;
    if (disposed || running || !due || !focused() || !allowed()) return;
    const rest = restMs();
    if (rest > 0) stopTimer = clock.after(rest, wake);
    else void start();
  }

  function restart(): void {
    due = false;
    running?.controller.abort();
    running = undefined;
    wake();
  }

  return {
    used() {
      due = true;
      wake();
    },
    wake,
    async askNow() {
      if (running) await running.done;
      else if (!disposed && restMs() === 0) await start();
    },
    restart,
    dispose() {
      disposed = true;
      restart();
    },
  };
}

import { ApiError } from "../errors.ts";
import { readNotes, writeNotes, type Note } from "./governorNotes.ts";
import type { Clock } from "../transport.ts";

/** Somebody waits for an interactive request; a background one may come later. */
export type Priority = "interactive" | "background";

export interface Slot {
  /** Lets the next request start. A second call does nothing. */
  release(): void;
}

export interface AcquireOptions {
  readonly priority: Priority;
  readonly signal?: AbortSignal | undefined;
  /** Called once if the slot is not free at once. */
  readonly onQueued?: (() => void) | undefined;
}

/** Decides when a request of one key may start: the service allows few at a time and does not say how many (API notes 4.4). */
export interface Governor {
  /**
   * Resolves when the request may start. Throws ApiError `cancelled` as soon as the signal is aborted, and `queue-full` when
   * as many as may wait are waiting before it: at once, or in the background when an interactive one took the last place.
   */
  acquire(options: AcquireOptions): Promise<Slot>;
  /** One request at a time until then (ms since the epoch, at most five minutes ahead), because the service refused more. */
  slowDown(until: number): void;
}

/** The governor as its maker sees it. */
export interface OwnedGovernor extends Governor {
  /** Ends the waiting of all that wait, with `cancelled`, and every timer and watch of its own. */
  dispose(): void;
}

/**
 * Where the windows of a user tell each other about their requests, one text each. A parameter, because this library knows
 * no disk.
 */
export interface Board {
  /**
   * Shows `update` the texts of the other living windows and replaces that of this window by what it returns (empty: none).
   * Nobody else does so in between. False when another window is at it just now: nothing was done, to be tried again.
   */
  exchange(update: (others: readonly string[]) => string): boolean;
  /** Replaces the text of this window at any time. */
  say(text: string): void;
  /** Calls `listener` after changes, and now and then without one. Returns what stops that. */
  watch(listener: () => void): () => void;
}

export interface Limits {
  /** Requests in flight at most, over all windows; of windows that differ, the smallest number counts for all. */
  readonly parallel: number;
  /** Requests that wait at most, over all windows. */
  readonly waiting: number;
}

export interface GovernorOptions {
  readonly clock: Clock;
  /**
   * Read again at every look: when a request comes or ends, and while some wait, whenever `board` is heard of. A request that
   * was let in while more might wait stays.
   */
  readonly limits?: (() => Limits) | undefined;
  /** Without one this window has only itself to care about. */
  readonly board?: Board | undefined;
}

const defaultLimits: Limits = { parallel: 2, waiting: Infinity };
const longestSlowMs = 300_000;
/** A window is at the board for less than a millisecond. */
const boardTakenMs = 3;

interface Request extends Note {
  /** How many might wait when this one was let in. */
  letInBy?: number;
  /** How many may wait, when that was too few for this one. */
  refusedBy?: number;
  /** The queue was looked at since this request joined it. */
  readonly considered: PromiseWithResolvers<void>;
  readonly started: PromiseWithResolvers<void>;
}

const ownBoard: Board = {
  exchange(update) {
    update([]);
    return true;
  },
  say() {},
  watch: () => () => {},
};

/**
 * A queue by priority, then by arrival, over all windows that share `board`. Every window starts and refuses only its own
 * requests, but all decide by the same rule from the same facts: a place that is due to another window's request is left to
 * that window. Windows also tell each other their limit. Were each to follow its own, the one with the smaller number would
 * wait for as long as the others keep more than that running.
 */
export function createGovernor({
  clock,
  limits = () => defaultLimits,
  board = ownBoard,
}: GovernorOptions): OwnedGovernor {
  /** Those of this window that wait or run, in order of arrival. */
  const requests = new Set<Request>();
  let slowUntil = 0;
  let lastArrival = 0;
  let boardTaken = false;
  let disposed = false;
  let stopTimer: (() => void) | undefined;
  let stopWatching: (() => void) | undefined;

  /** Starts what may start and tells the other windows. To be called after every change. */
  function advance(): void {
    if (disposed) return;
    if (!boardTaken) look();
    // That a request waits or has ended can be told at any time; only a start needs everybody's facts.
    if (boardTaken) board.say(writeNotes(requests, limits().parallel, slowUntil));
    watchWhileWaiting();
  }

  function look(): void {
    let slowMs = 0;
    boardTaken = !board.exchange((texts) => {
      const others = readNotes(texts);
      const now = clock.now();
      const isAhead = (until: number) => until > now && until <= now + longestSlowMs;
      if (!isAhead(slowUntil)) slowUntil = 0;
      slowMs = Math.max(now, slowUntil, ...others.slowUntil.filter(isAhead)) - now;
      const { parallel, waiting } = limits();
      decide(others.notes, slowMs > 0 ? 1 : Math.min(parallel, ...others.limits), waiting);
      return writeNotes(requests, parallel, slowUntil);
    });
    stopTimer?.();
    stopTimer = undefined;
    if (!boardTaken && slowMs === 0) return;
    stopTimer = clock.after(boardTaken ? boardTakenMs : slowMs, () => {
      boardTaken = false;
      advance();
    });
  }

  /** Starts those that have one of `places` and refuses those behind the first `queue` that have none. */
  function decide(others: readonly Note[], places: number, queue: number): void {
    const all: (Note & Partial<Request>)[] = [...requests, ...others];
    const free = Math.max(0, places - all.filter(({ running }) => running).length);
    // The sort is stable: of two equals each window takes its own, so that they cannot wait for each other.
    const waiting = all.filter(({ running }) => !running).sort(byRank);
    // However long the other window takes to wake up, nothing in the background overtakes its interactive request.
    const wouldOvertake = others.some(({ running, priority }) => !running && priority === "interactive");
    for (const [place, note] of waiting.entries()) {
      if (!isOwn(note)) continue;
      const room = Math.max(queue, (note.letInBy ??= queue));
      if (place >= free + room) refuse(note, room);
      else if (place < free && !(wouldOvertake && note.priority === "background")) {
        note.running = true;
        note.started.resolve();
      }
    }
    for (const { considered } of requests) considered.resolve();
  }

  function isOwn(note: Note & Partial<Request>): note is Request {
    return note.started !== undefined;
  }

  function refuse(request: Request, queue: number): void {
    request.refusedBy = queue;
    requests.delete(request);
    request.considered.resolve();
    request.started.resolve();
  }

  function watchWhileWaiting(): void {
    const waiting = [...requests].some(({ running }) => !running);
    if (waiting && !stopWatching) {
      stopWatching = board.watch(advance);
      // A place may have become free just before the watch began.
      advance();
    } else if (!waiting) {
      stopWatching?.();
      stopWatching = undefined;
    }
  }

  function leave(request: Request): void {
    if (requests.delete(request)) advance();
  }

  return {
    async acquire({ priority, signal, onQueued }) {
      if (disposed || signal?.aborted) throw new ApiError("cancelled");
      lastArrival = Math.max(lastArrival, clock.now());
      const request: Request = {
        priority,
        at: lastArrival,
        running: false,
        considered: Promise.withResolvers(),
        started: Promise.withResolvers(),
      };
      const onAbort = () => {
        request.considered.resolve();
        request.started.resolve();
        leave(request);
      };
      requests.add(request);
      signal?.addEventListener("abort", onAbort, { once: true });
      try {
        advance();
        await request.considered.promise;
        if (requests.has(request) && !request.running && !disposed) onQueued?.();
        await request.started.promise;
        if (disposed || signal?.aborted) throw new ApiError("cancelled");
        if (request.refusedBy !== undefined) throw new ApiError("queue-full", { queueSize: request.refusedBy });
        return { release: () => leave(request) };
      } catch (thrown) {
        leave(request);
        throw thrown;
      } finally {
        signal?.removeEventListener("abort", onAbort);
      }
    },
    slowDown(until) {
      slowUntil = Math.max(slowUntil, until);
      advance();
    },
    dispose() {
      disposed = true;
      stopTimer?.();
      stopWatching?.();
      for (const { considered, started } of requests) {
        considered.resolve();
        started.resolve();
      }
    },
  };
}

function byRank(one: Note, other: Note): number {
  if (one.priority !== other.priority) return one.priority === "interactive" ? -1 : 1;
  return one.at - other.at;
}

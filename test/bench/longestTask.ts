import type { Frame } from "playwright-core";

export interface LongestTask {
  /** From its beginning to its end, in ms, turns of other programs on the processor included. */
  readonly wallMs: number;
  /** The most that the page's thread itself has worked on one, in ms: where it is far less, the machine was busy. */
  readonly busyMs: number;
  /** The case whose mark was the last before the longest one ended. */
  readonly during: string;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Beginning, length and time on the processor, in µs. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
}

/** What the names of cases begin with in the page's marks, among which are the browser's own. */
export const caseMark = "bench case ";
const begin = "bench begins";
const end = "bench ends";

/**
 * Watches the thread of a page until the returned function is called, with Chromium's own trace: a task holds script, garbage
 * collection, style, layout and paint. VS Code's window shares the thread where both are of one origin; its tasks count, too.
 */
export async function watchTasks(frame: Frame): Promise<() => Promise<LongestTask>> {
  const browser = frame.page().context().browser();
  if (browser === null) throw new Error("the page has no browser");
  const mark = (name: string) => frame.evaluate((what) => void performance.mark(what), name);
  await browser.startTracing(frame.page(), { categories: ["-*", "toplevel", "blink.user_timing"] });
  await mark(begin);
  return async () => {
    await mark(end);
    const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
    return longestOf(trace.traceEvents);
  };
}

function longestOf(events: readonly TraceEvent[]): LongestTask {
  const first = events.find(({ name }) => name === begin);
  const last = events.find(({ name }) => name === end);
  if (first === undefined || last === undefined) throw new Error("the trace is not whole");
  const own = events.filter(
    ({ pid, tid, ts }) => pid === first.pid && tid === first.tid && ts >= first.ts && ts <= last.ts,
  );
  const tasks = own.filter(({ name }) => name.endsWith("RunTask"));
  const longest = tasks.reduce((most, task) => ((task.dur ?? 0) > (most.dur ?? 0) ? task : most), first);
  const until = longest.ts + (longest.dur ?? 0);
  const marks = own.filter(({ name, ts }) => name.startsWith(caseMark) && ts <= until);
  return {
    wallMs: (longest.dur ?? 0) / 1000,
    busyMs: tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur), 0) / 1000,
    during:
      marks
        .toSorted((one, other) => one.ts - other.ts)
        .at(-1)
        ?.name.slice(caseMark.length) ?? "",
  };
}

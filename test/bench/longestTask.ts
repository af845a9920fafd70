import type { Frame } from "playwright-core";

export interface LongestTask {
  /** Time of the page's thread on the processor, in ms. */
  readonly ms: number;
  /** The longest by the clock, in ms: more where other programs had their turns on the same cores meanwhile. */
  readonly wallMs: number;
  /** The case whose mark was the last before the one of most work ended. */
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
 * collection, style, layout and paint. What counts is the work: VS Code's window, its server, the compositor without a GPU and
 * the service that answers share two cores with the page here, and have turns in the middle of its tasks.
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
  const longest = tasks.reduce((most, task) => ((task.tdur ?? 0) > (most.tdur ?? 0) ? task : most), first);
  const until = longest.ts + (longest.dur ?? 0);
  const marks = own.filter(({ name, ts }) => name.startsWith(caseMark) && ts <= until);
  return {
    ms: (longest.tdur ?? 0) / 1000,
    wallMs: tasks.reduce((most, { dur = 0 }) => Math.max(most, dur), 0) / 1000,
    during:
      marks
        .toSorted((one, other) => one.ts - other.ts)
        .at(-1)
        ?.name.slice(caseMark.length) ?? "",
  };
}

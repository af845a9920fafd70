import type { Frame } from "playwright-core";
import { openHostedPanel } from "./hostedPanel.ts";
import { median, type Metrics } from "./metrics.ts";

const length = 60_000;
const tokensPerSecond = 2_000;
const runs = 3;

interface Seen {
  readonly bytes: number;
  /** From the first message to the last. */
  readonly perSecond: number;
  readonly longestTaskMs: number;
}

declare global {
  /** Ends the watch over the page and tells what it saw. */
  var stopWatch: () => Seen;
}

/** What the host posts for an answer of 60 kB at 2,000 tokens/s, and the longest that the page was busy meanwhile. */
export async function postMetrics(): Promise<Metrics> {
  const panel = await openHostedPanel();
  try {
    await panel.open();
    const frame = await panel.frame();
    const seen: Seen[] = [];
    for (let run = 0; run < runs; run++) {
      await watch(frame);
      await panel.answer(length, tokensPerSecond);
      seen.push(await frame.evaluate(() => globalThis.stopWatch()));
    }
    return {
      "render.longestTaskMs": median(seen.map(({ longestTaskMs }) => longestTaskMs)),
      "post.bytesPerAnswerByte": Math.max(...seen.map(({ bytes }) => bytes)) / length,
      "post.messagesPerSecond": Math.max(...seen.map(({ perSecond }) => perSecond)),
    };
  } finally {
    await panel.close();
  }
}

/** The length of a task is how much later than asked for a timer fires: that counts style, layout and paint, too. */
async function watch(frame: Frame): Promise<void> {
  await frame.evaluate(() => {
    // Nested timers fire after 4 ms at the earliest.
    const shortest = 4;
    const encoder = new TextEncoder();
    const times: number[] = [];
    let bytes = 0;
    let longest = 0;
    let timer: ReturnType<typeof setTimeout>;
    const count = ({ data }: MessageEvent<unknown>) => {
      bytes += encoder.encode(JSON.stringify(data)).length;
      times.push(performance.now());
    };
    const tick = (since: number) => {
      timer = setTimeout(() => {
        const now = performance.now();
        longest = Math.max(longest, now - since - shortest);
        tick(now);
      }, shortest);
    };
    window.addEventListener("message", count);
    tick(performance.now());
    globalThis.stopWatch = () => {
      clearTimeout(timer);
      window.removeEventListener("message", count);
      const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
      const perSecond = (times.length / spanMs) * 1000;
      return { bytes, perSecond, longestTaskMs: longest };
    };
  });
}

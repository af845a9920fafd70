import type { Frame } from "playwright-core";
import { openHostedPanel } from "./hostedPanel.ts";
import { watchTasks } from "./longestTask.ts";
import { median, type Metrics } from "./metrics.ts";

const length = 60_000;
const tokensPerSecond = 2_000;
const runs = 3;

interface Received {
  readonly bytes: number;
  /** In ms, of the page's own clock. */
  readonly times: readonly number[];
}

declare global {
  /** Ends the watch over the page and tells what it was sent. */
  var stopWatch: () => Received;
}

/**
 * What the host posts for an answer of 60 kB at 2,000 tokens/s, in its busiest second, and the longest that the page was busy
 * meanwhile, by the clock; `.busyMs` is what its thread itself has worked, the same on a machine that does nothing else.
 */
export async function postMetrics(): Promise<Metrics> {
  const panel = await openHostedPanel();
  try {
    await panel.open();
    const frame = await panel.frame();
    const received: Received[] = [];
    const busy: number[] = [];
    const wall: number[] = [];
    for (let run = 0; run < runs; run++) {
      await watch(frame);
      const stop = await watchTasks(frame);
      await panel.answer(length, tokensPerSecond);
      const { busyMs, wallMs } = await stop();
      busy.push(busyMs);
      wall.push(wallMs);
      received.push(await frame.evaluate(() => globalThis.stopWatch()));
    }
    return {
      "render.longestTaskMs": median(wall),
      "render.longestTaskMs.busyMs": median(busy),
      "post.bytesPerAnswerByte": Math.max(...received.map(({ bytes }) => bytes)) / length,
      "post.messagesPerSecond": Math.max(...received.map(({ times }) => busiestSecond(times))),
      "post.messagesPerSecond.average": Math.max(...received.map(({ times }) => average(times))),
    };
  } finally {
    await panel.close();
  }
}

function busiestSecond(times: readonly number[]): number {
  return Math.max(...times.map((time) => times.filter((other) => other >= time && other < time + 1000).length));
}

function average(times: readonly number[]): number {
  return (times.length / ((times.at(-1) ?? 0) - (times[0] ?? 0))) * 1000;
}

async function watch(frame: Frame): Promise<void> {
  await frame.evaluate(() => {
    const encoder = new TextEncoder();
    const times: number[] = [];
    let bytes = 0;
    const count = ({ data }: MessageEvent<unknown>) => {
      bytes += encoder.encode(JSON.stringify(data)).length;
      times.push(performance.now());
    };
    window.addEventListener("message", count);
    globalThis.stopWatch = () => {
      window.removeEventListener("message", count);
      return { bytes, times };
    };
  });
}

import type { VSCodeSession } from "../e2e/support/vscode.ts";
import { openHostedPanel } from "./hostedPanel.ts";
import { watchTasks } from "./longestTask.ts";
import { median, type Metrics } from "./metrics.ts";

const length = 60_000;
const tokensPerSecond = 2_000;
const runs = 3;

interface Posted {
  readonly bytes: number;
  /** In ms, of the host's own clock. */
  readonly times: readonly number[];
}

/**
 * What the host posts for an answer of 60 kB at 2,000 tokens/s, in its busiest second, and the longest that the page was busy
 * meanwhile; `.wallMs` by the clock.
 */
export async function postMetrics(): Promise<Metrics> {
  const panel = await openHostedPanel();
  try {
    await panel.open();
    const frame = await panel.frame();
    const posted: Posted[] = [];
    const work: number[] = [];
    const wall: number[] = [];
    for (let run = 0; run < runs; run++) {
      await watch(panel.session);
      const stop = await watchTasks(frame);
      await panel.answer(length, tokensPerSecond);
      const { ms, wallMs } = await stop();
      work.push(ms);
      wall.push(wallMs);
      posted.push(await panel.session.host<Posted>("return globalThis.stopWatch()"));
    }
    return {
      "render.longestTaskMs": median(work),
      "render.longestTaskMs.wallMs": median(wall),
      "post.bytesPerAnswerByte": Math.max(...posted.map(({ bytes }) => bytes)) / length,
      "post.messagesPerSecond": Math.max(...posted.map(({ times }) => busiestSecond(times))),
      "post.messagesPerSecond.average": Math.max(...posted.map(({ times }) => average(times))),
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

/** The page may receive several at once when it was busy: what counts is when the host has posted them. */
async function watch(session: VSCodeSession): Promise<void> {
  await session.host(
    `const panel = vscode.window.createWebviewPanel("bench", "", { viewColumn: 1, preserveFocus: true });
     const kind = Object.getPrototypeOf(panel.webview);
     panel.dispose();
     const postMessage = kind.postMessage;
     const posted = { bytes: 0, times: [] };
     kind.postMessage = function (message) {
       posted.bytes += Buffer.byteLength(JSON.stringify(message));
       posted.times.push(performance.now());
       return postMessage.call(this, message);
     };
     globalThis.stopWatch = () => {
       kind.postMessage = postMessage;
       return posted;
     };`,
  );
}

import { openHostedPanel } from "./hostedPanel.ts";
import { watchTasks } from "./longestTask.ts";
import type { Metrics } from "./metrics.ts";
import { pageScript } from "./pageScript.ts";

/**
 * The longest that the page's thread works without a pause on any case of the hostile corpus, restored or streamed, in the
 * panel itself inside VS Code. Which case that is, is printed.
 */
export async function hostileMetrics(): Promise<Metrics> {
  const script = await pageScript("hostileEntry.ts");
  const panel = await openHostedPanel();
  try {
    await panel.open();
    const frame = await panel.frame();
    await frame.evaluate(script);
    const stop = await watchTasks(frame);
    const cases = await frame.evaluate(() => globalThis.showHostile());
    const { busyMs, wallMs, during } = await stop();
    console.log(`  ${cases} cases; longest: ${during}`);
    return { "hostile.longestTaskMs": busyMs, "hostile.longestTaskMs.wallMs": wallMs };
  } finally {
    await panel.close();
  }
}

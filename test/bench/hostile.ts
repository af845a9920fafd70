import { watchTasks } from "./longestTask.ts";
import type { Metrics } from "./metrics.ts";
import { inPanelWith } from "./pageScript.ts";

/**
 * The longest that the page is busy on any case of the hostile corpus, restored or streamed, in the panel itself inside VS Code;
 * `.wallMs` by the clock. Which case that is, is printed.
 */
export function hostileMetrics(): Promise<Metrics> {
  return inPanelWith("hostileEntry.ts", async (frame) => {
    const stop = await watchTasks(frame);
    const cases = await frame.evaluate(() => globalThis.showHostile());
    const { ms, wallMs, during } = await stop();
    console.log(`  ${cases} cases; longest: ${during}`);
    return { "hostile.longestTaskMs": ms, "hostile.longestTaskMs.wallMs": wallMs };
  });
}

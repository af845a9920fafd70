import { openHostedPanel } from "./hostedPanel.ts";
import type { Metrics } from "./metrics.ts";

const answers = 200;
const warmUp = 10;
const answerLength = 1_500;

const megabytes = (bytes: number) => bytes / 1_000_000;

/** Heap of page and extension host after 200 streamed answers in one conversation, over the heap after ten of them. */
export async function soakMetrics(): Promise<Metrics> {
  const panel = await openHostedPanel();
  try {
    for (let count = 0; count < warmUp; count++) await panel.answer(answerLength, 0);
    const early = await panel.heap();
    for (let count = warmUp; count < answers; count++) await panel.answer(answerLength, 0);
    const late = await panel.heap();
    return {
      "chat.soak.heapGrowth": (late.page + late.host) / (early.page + early.host),
      "chat.soak.pageMB": megabytes(late.page),
      "chat.soak.pageMB.tenth": megabytes(early.page),
      "chat.soak.hostMB": megabytes(late.host),
      "chat.soak.hostMB.tenth": megabytes(early.host),
    };
  } finally {
    await panel.close();
  }
}

import type { Metrics } from "./metrics.ts";

/** A number must not be exceeded. */
export type Limit = number | { readonly atLeast: number };

/** What must be kept, by the bench that measures it. */
export const limits: Readonly<Record<string, Readonly<Record<string, Limit>>>> = {
  client: {
    "client.cpuVsOpenaiSdk": 0.3,
    "client.cpuVsFloor": 1.5,
  },
  live: {
    "client.overheadFirstPartMs": 3,
    "client.stopMs.max": 200,
    "client.heapMB.1Mevents": 20,
  },
  governor: { "governor.fairness": 1 },
  transport: { "transport.undici.newConnectionsAfterIdle60s": 0 },
  package: { "vsix.kB": 700 },
  activation: { "activation.vsEmpty": 2 },
  render: { "render.vsFullRerender": { atLeast: 40 }, "render.growth": 2.2 },
  post: { "render.longestTaskMs": 50, "post.bytesPerAnswerByte": 1.6, "post.messagesPerSecond": 61 },
  hostile: { "hostile.longestTaskMs": 200 },
  open: { "chat.openVsEmptyWebview": 1.4, "webview.initialKB": 80 },
  turns: { "chat.500turns.openMs": 300, "chat.500turns.heapMB": 60 },
  idle: { "idle.cpuPercent": 0.5 },
  soak: { "chat.soak.heapGrowth": 1.1 },
};

/** Names of the limits that `measured` does not keep; one that was not measured is not kept. */
export function missedLimits(measured: Metrics, limitsOfBench: Readonly<Record<string, Limit>>): readonly string[] {
  return Object.entries(limitsOfBench)
    .filter(([name, limit]) => !keeps(measured[name] ?? Number.NaN, limit))
    .map(([name]) => name);
}

function keeps(value: number, limit: Limit): boolean {
  return typeof limit === "number" ? value <= limit : value >= limit.atLeast;
}

export function limitInWords(limit: Limit): string {
  return typeof limit === "number" ? `at most ${limit}` : `at least ${limit.atLeast}`;
}

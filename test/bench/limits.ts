import type { Metrics } from "./metrics.ts";

/** What must not be exceeded, by the bench that measures it. */
export const limits: Readonly<Record<string, Metrics>> = {
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
};

/** Names of the limits that `measured` does not keep; one that was not measured is not kept. */
export function missedLimits(measured: Metrics, limitsOfBench: Metrics): readonly string[] {
  return Object.entries(limitsOfBench)
    .filter(([name, limit]) => !((measured[name] ?? Number.NaN) <= limit))
    .map(([name]) => name);
}

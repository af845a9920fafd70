import { join } from "node:path";
import { runOrThrow } from "../harness/process.ts";
import { bundleClient } from "./clientBundle.ts";
import type { Outcome } from "./contenders.ts";
import { median, type Metrics } from "./metrics.ts";
import { startServer } from "./serverProcess.ts";

const names = ["floor", "ours", "openai"] as const;
const rounds = 5;
const events = 40_000;

/**
 * CPU of reading a 40,000-event stream, as a ratio to the openai package and to the bare floor. Every run has a process of
 * its own; the contenders take turns, so that a busy moment of the machine hits all of them; the median counts.
 */
export async function clientMetrics(): Promise<Metrics> {
  const bundle = await bundleClient();
  const server = await startServer("streamServer.ts", [String(events)]);
  try {
    const times: Record<(typeof names)[number], number[]> = { floor: [], ours: [], openai: [] };
    const lengths = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      for (const name of names) {
        const script = join(import.meta.dirname, "contenders.ts");
        const parameters = [name, `${server.origin}/v4`, bundle];
        const output = await runOrThrow(process.execPath, ["--no-warnings", script, ...parameters]);
        const outcome = JSON.parse(output) as Outcome;
        times[name].push(outcome.cpuMs);
        lengths.add(`${outcome.textLength}/${outcome.reasoningLength}`);
      }
    }
    if (lengths.size !== 1) throw new Error(`the contenders did not read the same: ${[...lengths].join(", ")}`);
    const [floor, ours, openai] = [median(times.floor), median(times.ours), median(times.openai)];
    return {
      "client.cpuMs": ours,
      "client.cpuMs.floor": floor,
      "client.cpuMs.openaiSdk": openai,
      "client.cpuVsOpenaiSdk": ours / openai,
      "client.cpuVsFloor": ours / floor,
    };
  } finally {
    await server.stop();
  }
}

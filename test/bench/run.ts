/**
 * `npm run bench` measures everything, `npm run bench -- client package` only what is named. Figures are merged into
 * bench-results.json, so that a partial run keeps the others. Ends with code 1 when something could not be measured or a
 * figure misses its limit.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../harness/paths.ts";
import { limitInWords, limits, missedLimits } from "./limits.ts";
import type { Metrics } from "./metrics.ts";

/** One line per module. Imported when it is its turn, so that one that cannot be loaded does not stop the others. */
const benches: readonly { readonly name: string; readonly measure: () => Promise<Metrics> }[] = [
  { name: "client", measure: async () => (await import("./client.ts")).clientMetrics() },
  { name: "live", measure: async () => (await import("./live.ts")).liveMetrics() },
  { name: "governor", measure: async () => (await import("./governor.ts")).governorMetrics() },
  { name: "transport", measure: async () => (await import("./transport.ts")).transportMetrics() },
  { name: "package", measure: async () => (await import("./package.ts")).packageMetrics() },
  { name: "activation", measure: async () => (await import("./activation.ts")).activationMetrics() },
  { name: "render", measure: async () => (await import("./render.ts")).renderMetrics() },
  { name: "post", measure: async () => (await import("./post.ts")).postMetrics() },
  { name: "hostile", measure: async () => (await import("./hostile.ts")).hostileMetrics() },
  { name: "open", measure: async () => (await import("./open.ts")).openMetrics() },
  { name: "turns", measure: async () => (await import("./turns.ts")).turnsMetrics() },
  { name: "idle", measure: async () => (await import("./idle.ts")).idleMetrics() },
  { name: "soak", measure: async () => (await import("./soak.ts")).soakMetrics() },
];

const file = join(projectRoot, "bench-results.json");
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  throw new Error(`no bench named ${unknown.join(", ")}; there is ${benches.map(({ name }) => name).join(", ")}`);
}

const metrics = earlierMetrics();
let failed = false;
for (const { name, measure } of benches) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`measuring ${name} …`);
  try {
    const measured = await measure();
    Object.assign(metrics, measured);
    const ownLimits = limits[name] ?? {};
    const missed = missedLimits(measured, ownLimits);
    failed ||= missed.length > 0;
    for (const metric of missed) if (!(metric in measured)) console.error(`  ${metric} was not measured`);
    for (const [metric, value] of Object.entries(measured)) {
      const limit = ownLimits[metric];
      const verdict = limit === undefined ? "" : `${missed.includes(metric) ? "MISSED" : "ok"}, ${limitInWords(limit)}`;
      console.log(`  ${metric.padEnd(46)} ${value.toFixed(value < 10 ? 3 : 1).padStart(10)}  ${verdict}`.trimEnd());
    }
  } catch (error) {
    failed = true;
    console.error(`  could not be measured: ${error instanceof Error ? error.message : String(error)}`);
  }
}
const results = { date: new Date().toISOString(), node: process.version, metrics };
writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
process.exitCode = failed ? 1 : 0;

function earlierMetrics(): Metrics {
  if (!existsSync(file)) return {};
  try {
    const parsed = JSON.parse(readFileSync(file, "utf8")) as { metrics?: Metrics };
    return { ...parsed.metrics };
  } catch {
    return {};
  }
}

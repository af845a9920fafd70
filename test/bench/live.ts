import { join } from "node:path";
import { runOrThrow } from "../harness/process.ts";
import { bundleClient } from "./clientBundle.ts";
import type { Metrics } from "./metrics.ts";
import { startServer } from "./serverProcess.ts";

/** How soon the first part comes, how soon a stop is one, and how much a long answer leaves in memory. */
export async function liveMetrics(): Promise<Metrics> {
  const bundle = await bundleClient();
  const server = await startServer("liveServer.ts");
  try {
    const script = join(import.meta.dirname, "liveRun.ts");
    const flags = ["--no-warnings", "--expose-gc"];
    return JSON.parse(await runOrThrow(process.execPath, [...flags, script, server.origin, bundle])) as Metrics;
  } finally {
    await server.stop();
  }
}

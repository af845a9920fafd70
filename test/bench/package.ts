import { statSync } from "node:fs";
import { freshVsix } from "../harness/vsix.ts";
import type { Metrics } from "./metrics.ts";

/** Size of the packaged extension, in units of 1000 bytes; packaged anew when a source has changed since. */
export async function packageMetrics(): Promise<Metrics> {
  return { "vsix.kB": statSync(await freshVsix()).size / 1000 };
}

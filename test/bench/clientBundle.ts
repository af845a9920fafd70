import { spawn } from "node:child_process";
import { join } from "node:path";
import { build } from "esbuild";
import { cacheDir, projectRoot } from "../harness/paths.ts";
import { stopChild } from "../harness/process.ts";

/** The client as the extension ships it: bundled. Returns the file. */
export async function bundleClient(): Promise<string> {
  const bundle = join(cacheDir("bench"), "client.mjs");
  await build({
    entryPoints: [join(projectRoot, "test/bench/clientEntry.ts")],
    outfile: bundle,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    minify: true,
    logLevel: "error",
  });
  return bundle;
}

/** Starts a server of this folder that prints its port first. */
export async function startServer(
  script: string,
  ...parameters: readonly string[]
): Promise<{ readonly origin: string; stop(): Promise<void> }> {
  const server = spawn(process.execPath, [join(import.meta.dirname, script), ...parameters], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`${script} ended early`)));
    server.stdout.once("data", (line: Buffer) => resolve(line.toString().trim()));
  });
  return { origin: `http://127.0.0.1:${port}`, stop: () => stopChild(server) };
}

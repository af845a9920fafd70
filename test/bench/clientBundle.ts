import { join } from "node:path";
import { build } from "esbuild";
import { cacheDir, projectRoot } from "../harness/paths.ts";

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

import { join } from "node:path";
import { build } from "esbuild";
import { projectRoot } from "../harness/paths.ts";

/** Bundles a module of this folder into a script that a page can run. */
export async function pageScript(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(projectRoot, "test/bench", entry)],
    bundle: true,
    format: "iife",
    platform: "browser",
    target: "es2024",
    minify: true,
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

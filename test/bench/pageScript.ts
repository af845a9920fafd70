import { join } from "node:path";
import { build } from "esbuild";
import type { Frame } from "playwright-core";
import { projectRoot } from "../harness/paths.ts";
import { openHostedPanel } from "./hostedPanel.ts";

/** Opens the panel inside VS Code, runs a module of this folder in its page, and closes it after `measure`. */
export async function inPanelWith<T>(entry: string, measure: (frame: Frame) => Promise<T>): Promise<T> {
  const script = await pageScript(entry);
  const panel = await openHostedPanel();
  try {
    await panel.open();
    const frame = await panel.frame();
    await frame.evaluate(script);
    return await measure(frame);
  } finally {
    await panel.close();
  }
}

/** Bundles a module of this folder into a script that a page can run. */
async function pageScript(entry: string): Promise<string> {
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

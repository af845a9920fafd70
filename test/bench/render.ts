import { join } from "node:path";
import { build } from "esbuild";
import type { Frame } from "playwright-core";
import { projectRoot } from "../harness/paths.ts";
import { answerText } from "./answerText.ts";
import { openHostedPanel } from "./hostedPanel.ts";
import { median, type Metrics } from "./metrics.ts";
import { rendererCpuMs } from "./processTimes.ts";
import type { Contender } from "./renderEntry.ts";

const length = 60_000;
const pieces = 5_000;
const rounds = 3;

/**
 * CPU time of the page's process for an answer of 60 kB in 5,000 pieces, beside a view that renders the whole answer again
 * for each; and what twice as much costs. Runs in the panel's own page, with its styles, inside VS Code.
 */
export async function renderMetrics(): Promise<Metrics> {
  const script = await bundleEntry();
  const panel = await openHostedPanel();
  try {
    await panel.open();
    const frame = await panel.frame();
    await frame.evaluate(script);
    const draw = (contender: Contender, times: number) => measure(frame, contender, times);
    await draw("ours", 1);
    const ours: number[] = [];
    const double: number[] = [];
    let text = "";
    for (let round = 0; round < rounds; round++) {
      const once = await draw("ours", 1);
      ours.push(once.cpuMs);
      text = once.text;
      double.push((await draw("ours", 2)).cpuMs);
    }
    const peer = await draw("peer", 1);
    if (!sameWords(text, `Begun.\n${peer.text}`)) throw new Error("the two did not draw the same");
    return {
      "render.vsFullRerender": peer.cpuMs / median(ours),
      "render.growth": median(double) / median(ours),
      "render.oursMs": median(ours),
      "render.fullRerenderMs": peer.cpuMs,
    };
  } finally {
    await panel.close();
  }
}

async function measure(frame: Frame, contender: Contender, times: number): Promise<{ cpuMs: number; text: string }> {
  const browser = frame.page().context().browser();
  if (browser === null) throw new Error("the page has no browser");
  const text = answerText(length * times);
  const size = Math.ceil(length / pieces);
  const parts = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
  const before = await rendererCpuMs(browser);
  const drawn = await frame.evaluate(({ who, what }) => globalThis.drawAnswer(who, what), {
    who: contender,
    what: parts,
  });
  const after = await rendererCpuMs(browser);
  return { cpuMs: after - before, text: drawn };
}

function sameWords(one: string, other: string): boolean {
  return words(one) === words(other);
}

function words(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

async function bundleEntry(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(projectRoot, "test/bench/renderEntry.ts")],
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

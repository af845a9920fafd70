import { join } from "node:path";
import { build } from "esbuild";
import { projectRoot } from "../harness/paths.ts";
import { answerText } from "./answerText.ts";
import { openHostedPanel } from "./hostedPanel.ts";
import { median, type Metrics } from "./metrics.ts";

const length = 60_000;
const pieces = 5_000;
const rounds = 3;

/** Of the peer's pieces, each of these is drawn. */
const sampled = 25;

/**
 * Time that the page is busy with an answer of 60 kB in 5,000 pieces, beside a view that renders the whole answer again for
 * each; and what twice as much costs. Runs in the panel's own page, with its styles, inside VS Code.
 */
export async function renderMetrics(): Promise<Metrics> {
  const script = await bundleEntry();
  const panel = await openHostedPanel();
  try {
    await panel.open();
    const frame = await panel.frame();
    await frame.evaluate(script);
    const draw = (times: number) => frame.evaluate((what) => globalThis.drawOurs(what), piecesOf(times));
    await draw(1);
    const once: number[] = [];
    const twice: number[] = [];
    let text = "";
    for (let round = 0; round < rounds; round++) {
      const drawn = await draw(1);
      once.push(drawn.ms);
      text = drawn.text;
      twice.push((await draw(2)).ms);
    }
    const peer = await frame.evaluate(({ what, every }) => globalThis.drawPeer(what, every), {
      what: piecesOf(1),
      every: sampled,
    });
    if (words(text) !== words(peer.text)) throw new Error("the two did not draw the same");
    return {
      "render.vsFullRerender": peer.ms / median(once),
      "render.growth": median(twice) / median(once),
      "render.oursMs": median(once),
      "render.fullRerenderMs": peer.ms,
    };
  } finally {
    await panel.close();
  }
}

function piecesOf(times: number): string[] {
  const text = answerText(length * times);
  const size = length / pieces;
  return Array.from({ length: pieces * times }, (_, index) => text.slice(index * size, (index + 1) * size));
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

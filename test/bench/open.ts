import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { projectRoot } from "../harness/paths.ts";
import { emptyView, packageEmptyView } from "./emptyView.ts";
import { openHostedPanel, ourExtension, usableComposer, webviewOf, type HostedPanel } from "./hostedPanel.ts";
import { median, type Metrics } from "./metrics.ts";

/** Even, as they take turns in beginning; opening takes 200 to 450 ms, and a few would show chance. */
const rounds = 16;

/**
 * Time until one can type in the panel, beside a view that holds nothing but a text field: both opened in a window that has
 * just been loaded, so that activation counts, in turns first and second. And what the panel's page loads before the first
 * message, gzipped, in units of 1000 bytes.
 */
export async function openMetrics(): Promise<Metrics> {
  // The window's page watches both, which it could not in pages of another site.
  const panel = await openHostedPanel({ extensions: [await packageEmptyView()], webviewsApart: false });
  try {
    const ours: Times = { first: [], second: [] };
    const empty: Times = { first: [], second: [] };
    // The first round fills the caches of disk and browser and is thrown away.
    for (let round = 0; round <= rounds; round++) {
      const oursFirst = round % 2 === 0;
      const times = [await openOnce(panel, oursFirst)];
      times.push(await openOnce(panel, !oursFirst));
      const [mine, theirs] = oursFirst ? times : times.toReversed();
      if (round > 0 && mine !== undefined && theirs !== undefined) {
        ours[oursFirst ? "first" : "second"].push(mine);
        empty[oursFirst ? "second" : "first"].push(theirs);
      }
      if (round === rounds) break;
      // What was open last opens with the window.
      await panel.session.command("workbench.view.explorer");
      await panel.session.reload();
    }
    await panel.open();
    return {
      "chat.openVsEmptyWebview": typical(ours) / typical(empty),
      "chat.openMs": typical(ours),
      "chat.openMs.emptyWebview": typical(empty),
      "webview.initialKB": await initialKB(panel),
    };
  } finally {
    await panel.close();
  }
}

/** In ms. What opens first finds a window that is still busy and takes longer: a median over both would be one or the other. */
interface Times {
  readonly first: number[];
  readonly second: number[];
}

function typical({ first, second }: Times): number {
  return (median(first) + median(second)) / 2;
}

/** Watched from frame to frame by the workbench's page, which is of the same origin: Playwright itself looks twice a second. */
async function openOnce({ session }: HostedPanel, ours: boolean): Promise<number> {
  const usable = session.page.waitForFunction(
    ({ webview, composer }) =>
      document
        .querySelector<HTMLIFrameElement>(webview)
        ?.contentDocument?.querySelector<HTMLIFrameElement>("#active-frame")
        ?.contentDocument?.querySelector(composer)
        ?.checkVisibility() && performance.timeOrigin + performance.now(),
    { webview: webviewOf(ours ? ourExtension : emptyView.extension), composer: usableComposer },
  );
  const started = performance.timeOrigin + performance.now();
  await session.startCommand(ours ? "glm.chat.focus" : emptyView.show);
  return Number(await (await usable).jsonValue()) - started;
}

/** The page itself and every file of ours that it has asked for; VS Code's own part of a webview is not ours to count. */
async function initialKB(panel: HostedPanel): Promise<number> {
  const frame = await panel.frame();
  const { page, files } = await frame.evaluate(() => ({
    page: document.documentElement.outerHTML,
    files: performance.getEntriesByType("resource").map(({ name }) => name),
  }));
  const names = new Set(files.flatMap((url) => /\/dist\/webview\/([^?#]+)/.exec(url)?.[1] ?? []));
  if (!names.has("main.js") || !names.has("codicon.ttf")) throw new Error(`an unlikely list: ${[...names].join(", ")}`);
  const parts = [...names].map((name) => readFileSync(join(projectRoot, "dist", "webview", name)));
  return [Buffer.from(page), ...parts].reduce((sum, part) => sum + gzipSync(part).length, 0) / 1000;
}

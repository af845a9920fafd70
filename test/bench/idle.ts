import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openHostedPanel, ourExtension, type HostedPanel } from "./hostedPanel.ts";
import type { Metrics } from "./metrics.ts";
import { processCpuMs, rendererPids } from "./processTimes.ts";

const watchedMs = 20_000;
/** What has just been opened settles: VS Code saves its state, the browser collects garbage. */
const settleMs = 10_000;

/**
 * CPU that the extension host and the pages use while nothing happens, in percent of one core: with an answer in the open panel,
 * minus what the same window used before the extension was activated. In both the status bar has the focus, as the caret of a
 * text field blinks, whoever the field belongs to; `.typing` is the same with the focus in the composer. VS Code itself is busy
 * now and then: the quieter of two spells counts.
 */
export async function idleMetrics(): Promise<Metrics> {
  const panel = await openHostedPanel({ beforePage: ({ extensionsDir }) => activateOnlyWhenShown(extensionsDir) });
  try {
    const { session } = panel;
    const leaveFields = () => session.command("workbench.action.focusStatusBar");
    await session.command("workbench.view.explorer");
    await leaveFields();
    const active = () => session.host<boolean>("return vscode.extensions.getExtension(args).isActive", ourExtension);
    if (await active()) throw new Error("the extension is active before its panel was shown");
    const without = await quietCpuPercent(panel);
    await panel.answer(10_000, 0);
    if (!(await active())) throw new Error("the extension is not active");
    const typing = await quietCpuPercent(panel);
    await leaveFields();
    const withPanel = await quietCpuPercent(panel);
    return {
      "idle.cpuPercent": withPanel - without,
      "idle.cpuPercent.typing": typing - without,
      "idle.cpuPercent.with": withPanel,
      "idle.cpuPercent.without": without,
    };
  } finally {
    await panel.close();
  }
}

async function quietCpuPercent(panel: HostedPanel): Promise<number> {
  return Math.min(await cpuPercent(panel), await cpuPercent(panel));
}

/**
 * Takes the general activation event out of the installed copy: VS Code opens files of its own, settings among them, and
 * would activate the extension in every window before what the window needs without it was measured.
 */
function activateOnlyWhenShown(extensionsDir: string): void {
  const folder = readdirSync(extensionsDir).find((name) => name.startsWith(`${ourExtension}-`));
  if (folder === undefined) throw new Error(`${ourExtension} is not installed`);
  const file = join(extensionsDir, folder, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { activationEvents: string[] };
  const activationEvents = manifest.activationEvents.filter((event) => event !== "onLanguage");
  writeFileSync(file, JSON.stringify({ ...manifest, activationEvents }));
}

async function cpuPercent({ session }: HostedPanel): Promise<number> {
  const browser = session.context.browser();
  if (browser === null) throw new Error("the page has no browser");
  const host = await session.host<number>("return process.pid");
  await pause(settleMs);
  const pids = [host, ...(await rendererPids(browser))];
  const used = () => pids.reduce((sum, pid) => sum + processCpuMs(pid), 0);
  const before = used();
  await pause(watchedMs);
  return ((used() - before) / watchedMs) * 100;
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";
import { aptInstall, canUseApt } from "./apt.ts";
import { projectRoot } from "./paths.ts";
import { commandExists, run } from "./process.ts";

const say = (text: string): void => console.log(`[chromium] ${text}`);

/** Debian's package of fonts without which Chinese screenshots show boxes. */
const chineseFont = "fonts-noto-cjk";

/** Debian's package of the browser without windows, and its command. */
const debianShell = "chromium-headless-shell";

/**
 * Browsers without windows of their own come first: a whole browser starts the pages of its own surface with every
 * context, which takes more of the processor than most tests do.
 */
const shellNames = [debianShell, "chrome-headless-shell"];

const browserNames = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
  "microsoft-edge-stable",
  "msedge",
];

const usualPlaces = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
  String.raw`C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`,
  String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
];

let found: Promise<string> | undefined;

/**
 * Path of a Chromium that Playwright can drive. Looks at `CHROMIUM_PATH`, then for a headless shell, which it installs
 * where apt can be used, then at installed browsers, then takes Playwright's own download. Prints a line per step.
 * @throws when none can be had; the message says what to do.
 */
export function findChromium(): Promise<string> {
  found ??= search();
  return found;
}

/** Starts a headless Chromium with the flags that the harness wants everywhere. The caller closes it. */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = await findChromium();
  return chromium.launch({
    ...options,
    executablePath,
    // Containers have neither a usable sandbox for root nor a GPU nor a large /dev/shm.
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", ...(options.args ?? [])],
  });
}

async function search(): Promise<string> {
  const wanted = process.env["CHROMIUM_PATH"];
  if (wanted) {
    if (!existsSync(wanted)) throw new Error(`CHROMIUM_PATH names ${wanted}, which does not exist.`);
    say(`using CHROMIUM_PATH (${wanted})`);
    return wanted;
  }
  if (canUseApt()) await addChineseFont();
  const shell = (await firstCommand(shellNames)) ?? (canUseApt() ? await installShell() : undefined);
  const installed = shell ?? (await firstCommand(browserNames)) ?? usualPlaces.find((path) => existsSync(path));
  if (installed === undefined) return downloadWithPlaywright();
  say(`using ${installed}`);
  return installed;
}

async function firstCommand(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    if (!(await commandExists(name))) continue;
    const { output } = await run(process.platform === "win32" ? "where" : "which", [name]);
    const path = output.split("\n")[0]?.trim();
    if (path) return path;
  }
  return undefined;
}

async function installShell(): Promise<string | undefined> {
  say(`no headless browser found; installing ${debianShell} with apt-get …`);
  if (await aptInstall([debianShell, chineseFont])) return firstCommand(shellNames);
  // Its kin know the browser under this name only.
  if ((await firstCommand(browserNames)) === undefined) await aptInstall(["chromium", chineseFont]);
  return undefined;
}

/** For a browser that was there before us. A machine that refuses to install one still runs the tests. */
async function addChineseFont(): Promise<void> {
  if (!(await commandExists("fc-list"))) return;
  const { output } = await run("fc-list", [":lang=zh"]);
  if (output.trim() !== "") return;
  say("no Chinese font found; installing it with apt-get …");
  await aptInstall([chineseFont]);
}

async function downloadWithPlaywright(): Promise<string> {
  say("downloading a browser with Playwright's own installer …");
  const cli = join(projectRoot, "node_modules", "playwright-core", "cli.js");
  const { code, output } = await run(process.execPath, [cli, "install", "chromium"], { timeout: 600_000 });
  const path = chromium.executablePath();
  if (code === 0 && existsSync(path)) return path;
  throw new Error(
    "No Chromium could be found or installed. Install Chromium, Chrome or Edge, or set CHROMIUM_PATH. " +
      `Playwright said: ${output.trim().split("\n").at(-1) ?? ""}`,
  );
}

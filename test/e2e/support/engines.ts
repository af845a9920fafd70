import { rmSync } from "node:fs";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../harness/chromium.ts";
import type { Locale } from "../../harness/language.ts";
import { cacheDir } from "../../harness/paths.ts";
import { type RunningHost, startHost } from "../../harness/vscode-host.ts";
import { createDriver, type Driver } from "./driver.ts";

/** A VS Code server, a browser, and the way into extension hosts: what a window runs on. */
export type Engine = {
  server: RunningHost;
  browser: Browser;
  driver: Driver;
};

export type EngineOptions = {
  vsix: string[];
  locale: Locale;
  env: Record<string, string | undefined>;
  webviewsApart: boolean;
};

type Kept = { engine: Engine; stop: () => Promise<void> };

/** Engines without a window, by their options. */
const idle = new Map<string, Kept>();
let mostIdle = 0;

/** Keeps so many engines without a window for the next one, until this process ends; each takes memory. */
export function keepEngines(count: number): void {
  mostIdle = count;
}

/**
 * An engine that shows no window and remembers none: an idle one, as half of the time that a window takes to open goes into
 * starting these, else a new one. `giveBack` ends the window; one that is still `usable` serves the next in this process.
 */
export async function takeEngine(
  options: EngineOptions,
  settings: Record<string, unknown>,
): Promise<{ engine: Engine; giveBack: (usable: boolean) => Promise<void> }> {
  const key = JSON.stringify(options);
  const kept = idle.get(key);
  idle.delete(key);
  kept?.engine.server.renew(settings);
  const { engine, stop } = kept ?? (await start(options, settings));
  return {
    engine,
    giveBack: async (usable) => {
      await engine.driver.kill();
      if (!usable || idle.has(key)) return stop();
      idle.set(key, { engine, stop });
      for (const [oldest, other] of idle) {
        if (idle.size <= mostIdle) break;
        idle.delete(oldest);
        await other.stop();
      }
    },
  };
}

let started = 0;

async function start(options: EngineOptions, settings: Record<string, unknown>): Promise<Kept> {
  const { vsix, locale, env, webviewsApart } = options;
  const driverDir = cacheDir("run", `driver-${process.pid}-${Date.now().toString(36)}-${started++}`);
  const driver = createDriver(driverDir);
  // Side by side, as each mostly waits. Both are waited for, so that none stays behind when the other fails.
  const [server, browser] = await Promise.allSettled([
    startHost({ vsix, locale, settings, env: { ...env, ...driver.env }, fewBuiltins: true, webviewsApart }),
    launchChromium({
      args: [
        `--lang=${locale === "zh-cn" ? "zh-CN" : "en-US"}`,
        // A site of its own alone does not give a frame a process in a headless browser.
        ...(webviewsApart ? ["--site-per-process"] : []),
      ],
    }),
  ]);
  const stop = async (): Promise<void> => {
    if (browser.status === "fulfilled") await browser.value.close();
    if (server.status === "fulfilled") await server.value.stop();
    rmSync(driverDir, { recursive: true, force: true });
  };
  if (server.status === "fulfilled" && browser.status === "fulfilled") {
    return { engine: { server: server.value, browser: browser.value, driver }, stop };
  }
  await stop();
  throw server.status === "rejected" ? server.reason : (browser as PromiseRejectedResult).reason;
}

#!/usr/bin/env node
// Stands in for the desktop `code` executable: @vscode/test-electron starts it with the desktop's arguments, and it
// runs the same tests in the npm-hosted VS Code server with a headless browser as its window.
import { appendFileSync, rmSync } from "node:fs";
import { format } from "node:util";
import type { Browser } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { testLineMark } from "./host-results.ts";
import { startHost } from "./vscode-host.ts";

const limit = Number(process.env["GLM_HOST_TIMEOUT_MS"] ?? 300_000);
/** VS Code's whole console goes there; without it everything is printed. */
const logFile = process.env["GLM_HOST_LOG"];

function argument(name: string): string | undefined {
  const start = `--${name}=`;
  return process.argv.find((text) => text.startsWith(start))?.slice(start.length);
}

async function main(): Promise<number> {
  const development = argument("extensionDevelopmentPath");
  const tests = argument("extensionTestsPath");
  if (!development || !tests) throw new Error("the shim needs --extensionDevelopmentPath and --extensionTestsPath");
  const folder = process.argv.slice(2).find((text) => !text.startsWith("-"));

  const inherited = Object.entries(process.env).filter(([name]) => /^(GLM_|VSCODE_TEST_OPTIONS$)/.test(name));
  const host = await startHost({
    flavour: process.env["GLM_HOST_FLAVOUR"] === "oldest" ? "oldest" : "latest",
    smokeTestDriver: true,
    env: Object.fromEntries(inherited),
  });
  if (logFile) rmSync(logFile, { force: true });
  let browser: Browser | undefined;
  try {
    browser = await launchChromium();
    const page = await browser.newPage();
    const ended = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the in-host tests did not end within ${limit / 1000} s`)),
        limit,
      );
      const finish = (code: number): void => {
        clearTimeout(timer);
        resolve(code);
      };
      page.on("crash", () => reject(new Error("the browser page crashed")));
      void page.exposeFunction("codeAutomationExit", finish);
    });
    await page.exposeFunction("codeAutomationLog", (_kind: string, args: unknown[]) => {
      const text = format(...args);
      if (logFile) appendFileSync(logFile, `${text}\n`);
      if (!logFile || text.startsWith(testLineMark)) console.log(text);
    });
    await page.goto(address(host.url, development, tests, folder));
    return await ended;
  } catch (error) {
    console.error(host.log().slice(-4000));
    throw error;
  } finally {
    await browser?.close();
    await host.stop();
  }
}

function address(base: string, development: string, tests: string, folder: string | undefined): string {
  const remote = `vscode-remote://${new URL(base).host}`;
  const payload = [
    ["extensionDevelopmentPath", remote + development],
    ["extensionTestsPath", remote + tests],
    ["skipWelcome", "true"],
  ];
  const query = new URLSearchParams({ payload: JSON.stringify(payload) });
  if (folder) query.set("folder", folder);
  else query.set("ew", "true");
  return `${base}/?${query.toString()}`;
}

main().then(
  (code) => {
    process.exit(code);
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

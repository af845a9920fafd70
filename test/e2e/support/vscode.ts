import { mkdirSync, rmSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { Browser, BrowserContext, FrameLocator, Page } from "playwright-core";
import type { Locale } from "../../harness/language.ts";
import { type PlatformProxy, startPlatformProxy } from "../../harness/platform-proxy.ts";
import type { RunningHost } from "../../harness/vscode-host.ts";
import { packageDriver, testedVsix } from "../../harness/vsix.ts";
import { type Simulator, startSimulator } from "../../zai-server/server.ts";
import type { Driver } from "./driver.ts";
import { takeEngine } from "./engines.ts";
import { openSessions, screenshotRoot } from "./sessions.ts";
import { copySampleProject } from "../../harness/workspace.ts";

export type { Locale } from "../../harness/language.ts";
export { copySampleProject, sampleProject } from "../../harness/workspace.ts";

/** The running Z.AI simulator of a session. */
export type { Simulator };

/** The four kinds of theme that VS Code knows, each by its built-in default. */
export type Theme = "dark" | "light" | "hc-dark" | "hc-light";

export type OpenOptions = {
  /** Default `en`. */
  locale?: Locale;
  /** User settings. */
  settings?: Record<string, unknown>;
  /** Default `dark`. */
  theme?: Theme;
  /** A folder or `.code-workspace` to open (absolute), or `none`. Default: a fresh copy of the sample project. */
  workspace?: string;
  /** Default 1280 × 800. */
  viewport?: { width: number; height: number };
  /** Environment of the extension host. */
  env?: Record<string, string>;
  /** Packaged extensions that are installed beside ours. */
  extensions?: readonly string[];
  /** A simulator of the test's own; it is then not closed by the session. Default: a new one. */
  simulator?: Simulator;
  /** Gives webviews a process of their own, as in a desktop VS Code. Default: they share that of the window, which takes less. */
  webviewsApart?: boolean;
  /** Runs while the server waits for its first page, which reads the installed extensions. The server serves no other window. */
  beforePage?: (server: RunningHost) => void;
  /** The test changes the server itself, for example what is installed: it serves no other window. */
  changesServer?: boolean;
};

export type VSCodeSession = {
  page: Page;
  context: BrowserContext;
  locale: Locale;
  /** Folder or workspace file that is open, or undefined. A path in a folder is what the extension host sees too. */
  workspace: string | undefined;
  simulator: Simulator;
  /** The way to the simulator; its lists say what was really contacted. */
  proxy: PlatformProxy;
  server: RunningHost;
  /** Runs a function body in the extension host with `vscode`, `args`, `require` in scope; see Driver. */
  host: Driver["host"];
  /** Executes a command with JSON arguments and returns its JSON result. */
  command<T = unknown>(id: string, ...args: unknown[]): Promise<T>;
  /** Executes a command without waiting for it (it may show a prompt that the test answers). */
  startCommand(id: string, ...args: unknown[]): Promise<void>;
  /** Opens the command palette, types `title` and runs the entry with that exact text. */
  palette(title: string): Promise<void>;
  /** The content of the chat view's webview. */
  chatFrame(): FrameLocator;
  /** The content of an editor webview of ours (gallery, side-by-side OCR …). */
  editorFrame(): FrameLocator;
  /** Takes a picture into `test/e2e/screenshots/<locale>/<name>.png`; returns its path. */
  screenshot(name: string): Promise<string>;
  setTheme(theme: Theme): Promise<void>;
  /** Puts a PNG on the browser's clipboard, ready for Control+V. */
  copyImage(png: Uint8Array): Promise<void>;
  /** Process id of the running extension host. */
  hostPid(): number;
  /** Ends the extension host as a crash would, and waits for the successor that VS Code starts. */
  restartExtensionHost(): Promise<void>;
  /** Reloads the page, as a person does, and waits until the extension host is back. */
  reload(): Promise<void>;
  /** Reloads by VS Code's own command, which keeps the layout of the editors; a page is gone before it is written. */
  reloadWindow(): Promise<void>;
  close(): Promise<void>;
};

const extensionId = "glm-sidekick.glm-sidekick";

const themes: Record<Theme, { id: string; css: string }> = {
  dark: { id: "Default Dark Modern", css: "vs-dark" },
  light: { id: "Default Light Modern", css: "vs" },
  "hc-dark": { id: "Default High Contrast", css: "hc-black" },
  "hc-light": { id: "Default High Contrast Light", css: "hc-light" },
};

/**
 * Opens a real VS Code in a real browser with the packaged extension installed, behind a proxy that leads the official
 * host names to a simulator. Nothing in the product knows that it is tested.
 */
export async function openVSCode(options: OpenOptions = {}): Promise<VSCodeSession> {
  const closers: (() => Promise<unknown> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    return await open(options, closers, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function open(
  options: OpenOptions,
  closers: (() => Promise<unknown> | void)[],
  closeAll: () => Promise<void>,
): Promise<VSCodeSession> {
  const locale = options.locale ?? "en";
  const theme = options.theme ?? "dark";
  const vsix = [await testedVsix(), await packageDriver(), ...(options.extensions ?? [])];
  const simulator = options.simulator ?? (await startSimulator());
  if (!options.simulator) closers.push(() => simulator.close());
  const proxy = await startPlatformProxy(simulator.port);
  closers.push(() => proxy.close());

  const ownFolder = options.workspace === undefined;
  const workspace = options.workspace === "none" ? undefined : (options.workspace ?? copySampleProject());
  if (ownFolder && workspace) closers.push(() => rmSync(workspace, { recursive: true, force: true }));
  const { engine, giveBack } = await takeEngine(
    { vsix, locale, env: { ...proxy.env, ...options.env }, webviewsApart: options.webviewsApart ?? false },
    {
      "workbench.colorTheme": themes[theme].id,
      // A look at the plan after each answer would come between the requests that other tests count.
      "glm.usage.quota": false,
      ...proxy.settings,
      ...options.settings,
    },
  );
  const { server, driver } = engine;
  let usable = false;
  closers.push(() => giveBack(usable));
  options.beforePage?.(server);
  const { context, page } = await openPage(engine.browser, server, locale, options.viewport);
  closers.push(() => context.close());
  const kind = workspace?.endsWith(".code-workspace") ? "workspace" : "folder";
  await page.goto(workspace ? `${server.url}/?${kind}=${encodeURIComponent(workspace)}` : `${server.url}/?ew=true`);
  await workbenchReady(page);
  await assertPackaged(driver, server);
  usable = options.beforePage === undefined && options.changesServer !== true;

  const host: Driver["host"] = (body, args) => driver.host(body, args);
  // A view says in its address what it is for, an editor does not.
  const webview = (address: string): FrameLocator =>
    page
      .frameLocator(`iframe.webview.ready[src*="extensionId=${extensionId}"]${address}`)
      .frameLocator("iframe#active-frame");
  const afterNewHost = async (before: number | undefined): Promise<void> => {
    await until(() => driver.pid() !== before, "a new extension host");
    await driver.host("return 1");
  };

  const session: VSCodeSession = {
    page,
    context,
    locale,
    workspace,
    simulator,
    proxy,
    server,
    host,
    command: <T>(id: string, ...args: unknown[]) =>
      host<T>("return await vscode.commands.executeCommand(args.id, ...args.args)", { id, args }),
    startCommand: async (id, ...args) => {
      await host("void vscode.commands.executeCommand(args.id, ...args.args)", { id, args });
    },
    palette: (title) => runFromPalette(page, title),
    chatFrame: () => webview('[src*="purpose=webviewView"]'),
    editorFrame: () => webview(':not([src*="purpose="])'),
    screenshot: async (name) => {
      const path = join(screenshotRoot, locale, `${name}.png`);
      mkdirSync(dirname(path), { recursive: true });
      await page.screenshot({ path });
      return path;
    },
    setTheme: async (next) => {
      await host(
        "await vscode.workspace.getConfiguration('workbench').update('colorTheme', args, vscode.ConfigurationTarget.Global)",
        themes[next].id,
      );
      await page.locator(`.monaco-workbench.${themes[next].css}`).waitFor();
    },
    copyImage: (png) => copyImage(page, png),
    hostPid: () => {
      const pid = driver.pid();
      if (pid === undefined) throw new Error("there is no extension host");
      return pid;
    },
    restartExtensionHost: async () => {
      const before = session.hostPid();
      process.kill(before, "SIGKILL");
      await afterNewHost(before);
    },
    reload: async () => {
      const before = driver.pid();
      await page.reload();
      await workbenchReady(page);
      await afterNewHost(before);
    },
    reloadWindow: async () => {
      const before = driver.pid();
      await session.startCommand("workbench.action.reloadWindow");
      await afterNewHost(before);
      await workbenchReady(page);
    },
    close: async () => {
      openSessions.delete(registered);
      await closeAll();
    },
  };
  const registered = { page, log: () => server.log(), close: () => session.close() };
  openSessions.add(registered);
  return session;
}

async function openPage(
  browser: Browser,
  server: RunningHost,
  locale: Locale,
  viewport = { width: 1280, height: 800 },
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    viewport,
    // Without a GPU every frame of an animation is drawn by the processor, which the tests need for themselves.
    reducedMotion: "reduce",
    locale: locale === "zh-cn" ? "zh-CN" : "en-US",
    timezoneId: "Asia/Shanghai",
  });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
  // VS Code turns and wiggles its own signs also where somebody wants less motion; without a GPU one of them takes a whole core.
  await context.addInitScript(() => {
    if (window !== window.top) return;
    const still = new CSSStyleSheet();
    still.replaceSync("*, ::before, ::after { animation: none !important; transition: none !important }");
    document.adoptedStyleSheets.push(still);
  });
  return { context, page: await context.newPage() };
}

async function workbenchReady(page: Page): Promise<void> {
  await page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: 60_000 });
}

/** The point of this lane is the artefact that users get; a development copy must never slip in. */
async function assertPackaged(driver: Driver, server: RunningHost): Promise<void> {
  const facts = await driver.host<{ path: string; development: boolean; mode: number } | null>(
    `const found = vscode.extensions.getExtension(args)
     return found && { path: found.extensionPath, development: found.packageJSON.isUnderDevelopment, mode: context.extensionMode }`,
    extensionId,
  );
  if (!facts) throw new Error(`${extensionId} is not installed in the host`);
  const inside = facts.path.startsWith(server.extensionsDir + sep);
  if (!inside || facts.development || facts.mode !== 1) {
    throw new Error(`not the packaged extension: ${JSON.stringify(facts)}`);
  }
}

async function runFromPalette(page: Page, title: string): Promise<void> {
  const input = page.locator(".quick-input-widget input");
  const row = page.locator(".quick-input-list .monaco-list-row").filter({ hasText: title }).first();
  // A webview that is just opening, such as the picture preview or a chat, takes the focus: it may swallow the key, or
  // close the palette again, which VS Code does as soon as the palette has lost the focus.
  await until(async () => {
    await page.keyboard.press("F1");
    return input
      .fill(`>${title}`, { timeout: 2000 })
      .then(() => row.click({ timeout: 5000 }))
      .then(() => true)
      .catch(() => false);
  }, `“${title}” in the command palette`);
}

async function copyImage(page: Page, png: Uint8Array): Promise<void> {
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.codePointAt(0) ?? 0);
    const item = new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) });
    await navigator.clipboard.write([item]);
  }, Buffer.from(png).toString("base64"));
}

/** Waits for something outside the page. @throws after 30 s, naming what was awaited. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, limit = 30_000): Promise<void> {
  const deadline = Date.now() + limit;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${limit / 1000} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

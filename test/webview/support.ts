import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";
import type { Browser, Page } from "playwright-core";
import { vi } from "vitest";
import type { ToHost, ToView } from "../../src/protocol/messages.ts";
import { chatPage } from "../../src/protocol/page.ts";
import { englishStrings } from "../../src/protocol/strings.ts";
import { launchChromium } from "../harness/chromium.ts";

const here = import.meta.dirname;
const root = path.join(here, "../..");
/** Stands for the origin from which VS Code serves a webview's files. */
const origin = "http://webview.test";

export const themes = ["light", "dark", "hc-dark", "hc-light"] as const;
export type Theme = (typeof themes)[number];

const bodyClasses: Readonly<Record<Theme, readonly string[]>> = {
  light: ["vscode-light"],
  dark: ["vscode-dark"],
  "hc-dark": ["vscode-high-contrast"],
  "hc-light": ["vscode-high-contrast-light", "vscode-high-contrast"],
};

/** The part of VS Code's own webview style sheet that touches our elements. */
const defaultStyles = `@layer vscode-default {
  body { background-color: transparent; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family);
    font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
  a, a code { color: var(--vscode-textLink-foreground); }
  a:hover { color: var(--vscode-textLink-activeForeground); }
  a:focus, input:focus, select:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
  code { font-family: monospace; color: var(--vscode-textPreformat-foreground);
    background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
  pre code { padding: 0; }
  blockquote { background: var(--vscode-textBlockQuote-background); border-color: var(--vscode-textBlockQuote-border); }
}
html { background: var(--vscode-sideBar-background); }`;

function themeVariables(theme: Theme): Record<string, string> {
  return JSON.parse(readFileSync(path.join(here, "themes", `${theme}.json`), "utf8")) as Record<string, string>;
}

/** What is written without types. */
interface IconBuild {
  readonly icons: () => { readonly font: Buffer };
  readonly iconStyles: esbuild.Plugin;
}

/** Same options as esbuild.mjs, kept in memory so that tests neither need a build nor disturb one. */
async function bundle(): Promise<Map<string, Uint8Array>> {
  const { href } = new URL("../../esbuild.icons.mjs", import.meta.url);
  const { icons, iconStyles } = (await import(href)) as IconBuild;
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    write: false,
    target: "es2024",
    plugins: [iconStyles],
    chunkNames: "chunks/[name]-[hash]",
    outdir: "/out",
    entryPoints: { main: "src/webview/chat/main.ts", styles: "src/webview/chat/styles.css" },
  });
  const files = new Map(
    outputFiles.map((file) => [file.path.replace(/^.*?[\\/]out[\\/]/, "").replaceAll("\\", "/"), file.contents]),
  );
  files.set("codicon.ttf", icons().font);
  return files;
}

function html(theme: Theme, bodyClass: string, nonce: string, styles: string): string {
  const page = chatPage({
    language: "en",
    title: "Chat",
    nonce,
    source: origin,
    styles: styles.replaceAll("url(./", `url(${origin}/`),
    script: "/main.js",
    imports: [],
    words: englishStrings,
  });
  return page
    .replace("</head>", `<link rel="stylesheet" href="/theme-${theme}.css"></head>`)
    .replace("<body>", `<body class="${bodyClasses[theme].join(" ")} ${bodyClass}">`);
}

function contentType(name: string): string {
  if (name.endsWith(".js")) return "text/javascript";
  return name.endsWith(".css") ? "text/css" : "font/ttf";
}

interface Recorded {
  posted: ToHost[];
  violations: string[];
  hit: string[];
}

declare global {
  // Filled by the script that runs before the page's own.
  var recorded: Recorded;
  var framesAskedFor: number;
}

/** What VS Code gives a webview: one handle, state that outlives a reload; and what tests want to see. */
function fakeHost(): void {
  globalThis.recorded = { posted: [], violations: [], hit: [] };
  // The page is one that VS Code shows while somebody works elsewhere.
  document.hasFocus = () => false;
  document.addEventListener("securitypolicyviolation", (event) =>
    globalThis.recorded.violations.push(`${event.violatedDirective} ${event.blockedURI}`),
  );
  globalThis.framesAskedFor = 0;
  const ask = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (callback) => {
    globalThis.framesAskedFor++;
    return ask((time) => {
      globalThis.framesAskedFor--;
      callback(time);
    });
  };
  let taken = false;
  Object.assign(globalThis, {
    acquireVsCodeApi() {
      if (taken) throw new Error("The handle has already been taken");
      taken = true;
      return {
        postMessage: (message: ToHost) => void globalThis.recorded.posted.push(message),
        getState: () => JSON.parse(sessionStorage.getItem("state") ?? "null") as unknown,
        setState: (state: unknown) => sessionStorage.setItem("state", JSON.stringify(state)),
      };
    },
    // What a hostile script would call.
    pwned: (what: string) => globalThis.recorded.hit.push(what),
  });
}

export interface ViewOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly bodyClass?: string;
  readonly reducedMotion?: boolean;
  /** Milliseconds that Markdown and colours take to arrive. */
  readonly chunkDelay?: number;
  /** What the page's script waits for; the view is then open before it has run. */
  readonly script?: Promise<void>;
}

/** In the page: Markdown is there, code is coloured, and the view asks for no further frame. */
function drawn(what: "all" | "near"): boolean {
  const uncoloured = ":scope:not(.live) .code-block:not(.coloured) code[class*=language-]";
  const log = document.querySelector(".log")?.getBoundingClientRect() ?? new DOMRect();
  const isFar = (element: Element): boolean => {
    const { top, bottom } = element.getBoundingClientRect();
    return bottom < log.top - log.height || top > log.bottom + log.height;
  };
  return (
    globalThis.framesAskedFor === 0 &&
    [...document.querySelectorAll(".answer > .markdown")].every((answer) =>
      answer.classList.contains("plain") ? what === "near" && isFar(answer) : answer.querySelector(uncoloured) === null,
    )
  );
}

export class View {
  /** Everything that the page asked for which is not a file of ours. */
  readonly foreignRequests: string[] = [];
  readonly errors: string[] = [];
  readonly page: Page;
  readonly #leave: (page: Page) => Promise<void>;

  /** `leave` takes the page back. */
  constructor(page: Page, leave: (page: Page) => Promise<void>) {
    this.page = page;
    this.#leave = leave;
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${origin}/`)) this.foreignRequests.push(url);
    });
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("dialog", (dialog) => {
      this.errors.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  /** Delivers messages in order, then waits until the view has drawn them. */
  async post(...messages: ToView[]): Promise<void> {
    await this.page.evaluate((all) => all.forEach((message) => window.postMessage(message, "*")), messages);
    await this.settle();
  }

  /** Delivers one message, or one group of them, per frame, as answers stream in, then waits until they are drawn. */
  async stream(steps: readonly (ToView | ToView[])[]): Promise<void> {
    await this.page.evaluate(async (all) => {
      for (const step of all) {
        for (const message of [step].flat()) window.postMessage(message, "*");
        await new Promise(requestAnimationFrame);
      }
    }, steps);
    await this.settle();
  }

  /** Two frames: one that draws, one that shows that it is drawn. */
  async settle(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(resolve)))),
    );
  }

  /**
   * Until everything is drawn, which takes several frames on a busy machine; or what is `near`, where a stream has left
   * answers further away than a height of the log: they stay plain text.
   */
  async drawn(what: "all" | "near" = "all"): Promise<void> {
    await this.page.waitForFunction(drawn, what, { polling: 20 });
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
    await this.settle();
  }

  /** Until the page's script has run. */
  async ready(): Promise<void> {
    await this.page.waitForFunction(() => globalThis.recorded.posted.some(({ type }) => type === "ready"));
  }

  async posted(): Promise<ToHost[]> {
    return this.page.evaluate(() => globalThis.recorded.posted);
  }

  /** Messages of one kind that the view has posted. */
  async postedOf<K extends ToHost["type"]>(type: K): Promise<Extract<ToHost, { type: K }>[]> {
    const all = await this.posted();
    return all.filter((message): message is Extract<ToHost, { type: K }> => message.type === type);
  }

  async violations(): Promise<string[]> {
    return this.page.evaluate(() => globalThis.recorded.violations);
  }

  async hits(): Promise<string[]> {
    return this.page.evaluate(() => globalThis.recorded.hit);
  }

  /** Changes the theme as VS Code does under an open view: other variables and another class, the page stays. */
  async setTheme(theme: Theme): Promise<void> {
    const change = {
      sheet: `/theme-${theme}.css`,
      classes: bodyClasses[theme],
      otherClasses: Object.values(bodyClasses).flat(),
    };
    await this.page.evaluate(async ({ sheet, classes, otherClasses }) => {
      const link = document.querySelector<HTMLLinkElement>("link[href^='/theme-']");
      if (link === null) throw new Error("the page has no theme");
      const loaded = new Promise((resolve) => link.addEventListener("load", resolve, { once: true }));
      link.href = sheet;
      await loaded;
      document.body.classList.remove(...otherClasses);
      document.body.classList.add(...classes);
    }, change);
  }

  async close(): Promise<void> {
    await this.#leave(this.page);
  }
}

let started: Promise<{ browser: Browser; files: Map<string, Uint8Array> }> | undefined;
/** A page that a test has left: a new one, with its process, takes longer than most tests. */
let left: { readonly page: Page; readonly shown: Shown } | undefined;

/** What the page shows is decided by whoever opens it, not by who made it. */
interface Shown {
  options: ViewOptions;
}

/** Some machines are slow or shared: nothing here is a matter of seconds, but the browser's start may be. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Opens the chat view in a real browser, under the policy that VS Code and the host set. */
export async function openView(options: ViewOptions = {}): Promise<View> {
  const { page, shown } = left ?? (await newPage());
  left = undefined;
  shown.options = options;
  const { width = 360, height = 640, reducedMotion = false } = options;
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ reducedMotion: reducedMotion ? "reduce" : "no-preference" });
  const view = new View(page, async () => {
    page.removeAllListeners();
    await page.mouse.move(0, 0);
    await page.goto(`${origin}/left`);
    await page.evaluate(() => sessionStorage.clear());
    if (left === undefined) left = { page, shown };
    else await page.close();
  });
  await page.goto(`${origin}/`);
  if (options.script === undefined) await view.ready();
  return view;
}

async function newPage(): Promise<{ page: Page; shown: Shown }> {
  started ??= Promise.all([launchChromium(), bundle()]).then(([browser, files]) => ({ browser, files }));
  const { browser, files } = await started;
  const styles = Buffer.from(files.get("styles.css") ?? "").toString();
  const page = await browser.newPage();
  const shown: Shown = { options: {} };
  await page.addInitScript(fakeHost);
  await page.route(`${origin}/**`, async (route) => {
    const { theme = "dark", bodyClass = "", chunkDelay = 0 } = shown.options;
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === "" || name === "left") {
      const body = name === "" ? html(theme, bodyClass, randomBytes(16).toString("hex"), styles) : "";
      await route.fulfill({ contentType: "text/html", body });
      return;
    }
    const wanted = themes.find((one) => name === `theme-${one}.css`);
    if (wanted !== undefined) {
      const variables = Object.entries(themeVariables(wanted)).map(([key, value]) => `${key}: ${value};`);
      await route.fulfill({ contentType: "text/css", body: `:root { ${variables.join(" ")} }\n${defaultStyles}` });
      return;
    }
    const file = files.get(name);
    if (name === "main.js") await shown.options.script;
    if (name.startsWith("chunks/") && chunkDelay > 0) await new Promise((resolve) => setTimeout(resolve, chunkDelay));
    if (file === undefined) await route.fulfill({ status: 404 });
    else await route.fulfill({ contentType: contentType(name), body: Buffer.from(file) });
  });
  return { page, shown };
}

/** What axe must not ask of the view: the page around a webview is VS Code's, which has the first heading. */
export const pageRules = ["page-has-heading-one"] as const;

export async function closeBrowser(): Promise<void> {
  if (started !== undefined) await (await started).browser.close();
  started = undefined;
  left = undefined;
}

export async function screenshotPath(name: string): Promise<string> {
  const folder = path.join(root, "test/e2e/screenshots");
  await mkdir(folder, { recursive: true });
  return path.join(folder, `webview-${name}.png`);
}

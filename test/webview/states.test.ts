import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ToView } from "../../src/protocol/messages.ts";
import {
  answer,
  attachments,
  busy,
  delta,
  factsOf,
  longAnswer,
  question,
  richAnswer,
  snapshot,
  thoughts,
  user,
} from "./fixtures.ts";
import { closeBrowser, openView, screenshotPath, themes, type View } from "./support.ts";

interface State {
  readonly messages: () => ToView[];
  readonly prepare?: (view: View) => Promise<void>;
  readonly bodyClass?: string;
}

const title = "Fix the retry loop in sse.ts";
const usage = { input: 1_240, cached: 912, output: 340 };
const asked = () => user(question, attachments);
const done = (more = {}) => answer(richAnswer, "done", { thinking: thoughts, thinkingMs: 12_400, usage, ...more });

/** Every state that a user can meet, by the name of its screenshot. */
const states: Readonly<Record<string, State>> = {
  "no-key": { messages: () => [snapshot([], { setup: { hasKey: false } })] },
  "no-key-found": {
    messages: () => [
      snapshot([], {
        setup: {
          hasKey: false,
          host: "api.z.ai or open.bigmodel.cn",
          keyVariables: ["ZHIPU_AI_API_KEY"],
          wasSetUp: true,
        },
      }),
    ],
  },
  "no-address": { messages: () => [snapshot([], { setup: { hasKey: false, host: "", platform: "Custom server" } })] },
  empty: { messages: () => [snapshot()] },
  restricted: { messages: () => [snapshot([asked(), done()], { title, setup: { restricted: true } })] },
  composing: {
    messages: () => [
      snapshot([asked(), done()], {
        title,
        composer: {
          attachments: [
            ...attachments,
            { id: "f1", kind: "file", label: "a-file-with-quite-a-long-name.integration.test.ts", detail: "test/a" },
            { id: "y1", kind: "symbol", label: "readLines", detail: "function in sse.ts" },
          ],
        },
      }),
      { type: "draft", text: "Now write a test that aborts\nwhile a chunk is pending" },
    ],
  },
  waiting: {
    messages: () => [snapshot([asked(), answer("", "waiting", { startedAt: Date.now() - 3_000 })], { title }), busy()],
  },
  "waiting-long": {
    messages: () => [snapshot([asked(), answer("", "waiting", { startedAt: Date.now() - 75_000 })], { title }), busy()],
  },
  countdown: {
    messages: () => [
      snapshot([asked(), answer("", "waiting", { wait: { reason: "busy", resumesAt: Date.now() + 8_500 } })], {
        title,
      }),
      busy(),
    ],
  },
  queued: {
    messages: () => [snapshot([asked(), answer("", "waiting", { wait: { reason: "queue" } })], { title }), busy()],
  },
  thinking: {
    messages: () => [
      snapshot([asked(), answer("", "thinking", { thinking: thoughts, startedAt: Date.now() - 12_000 })], { title }),
      busy(),
    ],
  },
  streaming: {
    messages: () => [
      snapshot([asked(), answer("", "thinking")], { title }),
      busy(),
      delta("", thoughts),
      factsOf("answering", { thinkingMs: 12_400 }),
      delta("The loop awaits `reader.read()`, which does not end when the signal is aborted. Cancel the"),
    ],
  },
  "streaming-code": {
    messages: () => [
      snapshot([asked(), answer("", "answering")], { title }),
      busy(),
      delta(richAnswer.slice(0, richAnswer.indexOf("  for (let"))),
    ],
  },
  answered: { messages: () => [snapshot([asked(), done()], { title })] },
  "answered-end": {
    messages: () => [snapshot([asked(), done()], { title })],
    prepare: async (view) => view.page.locator(".log").evaluate((log) => log.scrollTo(0, log.scrollHeight)),
  },
  "answered-start": {
    messages: () => [snapshot([asked(), done()], { title })],
    prepare: async (view) => {
      const toggle = view.page.locator(".thinking-toggle");
      if ((await toggle.getAttribute("aria-expanded")) === "false") await toggle.click();
      await view.page.locator(".log").evaluate((log) => log.scrollTo(0, 0));
      await view.page.locator(".code-block").first().hover();
    },
  },
  stopped: {
    messages: () => [snapshot([asked(), answer("The loop awaits `reader.read()`, which", "stopped")], { title })],
  },
  cut: {
    messages: () => [
      snapshot(
        [
          asked(),
          answer("The loop awaits `reader.read()`, which does not end when", "cut", {
            problem: {
              text: "The answer was cut off after 60 s without data. What arrived is kept.",
              actions: [{ id: "continue", label: "Continue" }],
            },
          }),
        ],
        { title },
      ),
    ],
  },
  failed: {
    messages: () => [
      snapshot(
        [
          asked(),
          answer("", "failed", {
            problem: {
              text: "api.z.ai does not accept this key. Keys from z.ai and bigmodel.cn are not interchangeable.",
              details: "error: key-rejected\nhost: api.z.ai\nHTTP: 401\ncode: 1002\nrequest: 2026112102065f3c8a1b",
              actions: [
                { id: "set-key", label: "Set API key" },
                { id: "choose-platform", label: "Check platforms" },
              ],
            },
          }),
        ],
        { title },
      ),
    ],
    prepare: async (view) => view.page.locator("details").evaluate((details) => details.setAttribute("open", "")),
  },
  "jump-to-latest": {
    messages: () => [snapshot([asked(), answer(longAnswer)], { title })],
    prepare: async (view) => view.page.locator(".log").evaluate((log) => log.scrollTo(0, log.scrollHeight / 3)),
  },
  "turn-focused": {
    messages: () => [snapshot([asked(), done()], { title })],
    prepare: async (view) => {
      await view.page.locator("textarea").focus();
      await view.page.keyboard.press("Alt+ArrowUp");
      await view.page.keyboard.press("Alt+ArrowUp");
    },
  },
  "screen-reader": {
    messages: () => [snapshot([asked(), done()], { title })],
    bodyClass: "vscode-using-screen-reader",
  },
};

/** Width of a side bar as it opens, of one made narrow, and of an editor's place. */
const widths = [360, 240, 900] as const;

afterAll(closeBrowser);

// One page per state, which changes its theme as VS Code does: a page costs more than all that is looked at in it.
describe.each(Object.entries(states))("%s", (name, { messages, prepare, bodyClass = "" }) => {
  let view: View;

  beforeAll(async () => {
    view = await openView({ width: widths[0], height: 720, bodyClass });
  });
  afterAll(() => view.close());

  it.each(themes)("has nothing that axe objects to and no text that is cut in the %s theme", async (theme) => {
    await view.setTheme(theme);
    await view.page.setViewportSize({ width: widths[0], height: 720 });
    // Again for each theme, so that clocks begin anew.
    await view.post(...messages());
    await view.drawn();
    for (const width of widths) {
      await view.page.setViewportSize({ width, height: 720 });
      await prepare?.(view);
      await view.settle();
      if (width === widths[0]) expect(await faults(view)).toEqual([]);
      await view.page.screenshot({ path: await screenshotPath(`${name}-${theme}-${width}`), animations: "disabled" });
      const overflow = await view.page.evaluate(() => {
        const log = document.querySelector(".log");
        return [document.documentElement.scrollWidth - innerWidth, (log?.scrollWidth ?? 0) - (log?.clientWidth ?? 0)];
      });
      expect(overflow, "neither the panel nor the log scrolls sideways").toEqual([0, 0]);
    }
    expect(await view.violations()).toEqual([]);
    expect(view.errors).toEqual([]);
  });
});

/** What axe objects to in the page: rule and places. */
async function faults(view: View) {
  const { violations } = await new AxeBuilder({ page: view.page })
    // The page around a webview is VS Code's: it has the first heading.
    .options({ resultTypes: ["violations"], rules: { "page-has-heading-one": { enabled: false } } })
    // In this page alone, which has no frames; else a second page is opened to put the frames' results together.
    .setLegacyMode()
    .analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map((node) => `${node.html} ${node.failureSummary ?? ""}`)]);
}

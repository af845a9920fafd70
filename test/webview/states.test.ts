import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { englishStrings } from "../../src/protocol/strings.ts";
import { axeFaults } from "../harness/axe.ts";
import { answerStates, type State } from "./answerStates.ts";
import {
  answer,
  answerAsk,
  attachments,
  busy,
  composing,
  delta,
  effort,
  factsOf,
  longAnswer,
  question,
  redPng,
  richAnswer,
  snapshot,
  thoughts,
  user,
} from "./fixtures.ts";
import { closeBrowser, openView, pageRules, screenshotPath, type Theme, themes, type View } from "./support.ts";

const title = "Fix the retry loop in sse.ts";
const usage = { input: 1_240, cached: 912, output: 340 };
const asked = () => user(question, attachments);
const done = (more = {}) => answer(richAnswer, "done", { thinking: thoughts, thinkingMs: 12_400, usage, ...more });

const chinese = JSON.parse(
  readFileSync(path.join(import.meta.dirname, "../../l10n/bundle.l10n.zh-cn.json"), "utf8"),
) as Record<string, string>;
const chineseStrings = Object.fromEntries(
  Object.entries(englishStrings).map(([key, english]) => [key, chinese[english] ?? english]),
);

/** The first two thumbnails get a picture, the third none. */
async function showPictures(view: View): Promise<void> {
  await expect.poll(async () => (await view.postedOf("ask")).length).toBeGreaterThanOrEqual(3);
  for (const { askId, ask } of await view.postedOf("ask")) {
    if (ask.type !== "picture") continue;
    const result = ask.pictureId === "p3" ? undefined : { mime: "image/png", base64: redPng };
    await view.post({ type: "response", askId, result });
  }
}

/** Types into the composer and waits until its list has asked for what it shows. */
async function typeForList(view: View, text: string, query?: string): Promise<void> {
  const box = view.page.locator(".composer textarea");
  await box.fill("");
  const before = (await view.postedOf("ask")).length;
  await box.pressSequentially(text);
  await expect
    .poll(async () => {
      const asks = (await view.postedOf("ask")).slice(before);
      return asks.some(({ ask }) => (ask.type === "suggest-context" ? ask.query === query : query === undefined));
    })
    .toBe(true);
}

const waitingMessages = {
  paused: false,
  messages: [
    { id: "q1", text: "Now write a test that aborts while a chunk is pending, and one that aborts before", extras: 2 },
    { id: "q2", text: "And the changelog", extras: 0 },
  ],
};

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
  "composing-warned": {
    messages: () => [
      snapshot([asked(), done()], {
        title,
        composer: {
          attachments: [
            { id: "f1", kind: "file", label: "sse.ts", detail: "src/client/sse.ts", tokens: 1_240 },
            {
              id: "e1",
              kind: "file",
              label: ".env",
              detail: ".env",
              tokens: 90,
              warning: "This file seems to hold keys.",
            },
          ],
          offer: { label: "price.ts", detail: "src/price.ts" },
          effort,
          web: true,
        },
      }),
      { type: "draft", text: "Why does the server refuse this?" },
    ],
  },
  pictures: {
    messages: () => [
      snapshot([{ ...asked(), pictures: [{ id: "p1", label: "first.png" }] }, done()], {
        title,
        composer: {
          pictures: [
            { id: "p2", label: "image.png", width: 640, height: 480 },
            { id: "p3", label: "a-screenshot-with-quite-a-long-name.png" },
          ],
        },
      }),
    ],
    prepare: showPictures,
  },
  "mention-list": {
    messages: () => [snapshot([asked(), done()], { title })],
    prepare: async (view) => {
      await typeForList(view, "Compare with @s", "s");
      await answerAsk(view, "suggest-context", {
        items: [
          { id: "1", icon: "file", label: "sse.ts", detail: "src/client/sse.ts" },
          { id: "2", icon: "file", label: "a-file-with-quite-a-long-name.integration.test.ts", detail: "test/client" },
          { id: "3", icon: "folder", label: "src", detail: "12 files" },
          { id: "4", icon: "symbol-method", label: "Symbol…", detail: "of this workspace", completes: "symbol:" },
        ],
      });
    },
  },
  "command-list": {
    messages: () => [snapshot([asked(), done()], { title })],
    prepare: async (view) => {
      await typeForList(view, "/");
      await answerAsk(view, "slash-commands", {
        commands: [
          { name: "explain", description: "Explain the selection or the open file" },
          { name: "search", description: "Search the web before answering", argument: "what to look for" },
          { name: "release-notes", description: "Write release notes", origin: "workspace" },
        ],
      });
    },
  },
  "editing-message": {
    messages: () => [snapshot([asked(), answer("It awaits a chunk that does not come.")], { title })],
    prepare: async (view) => {
      if ((await view.page.locator(".turn-editor").count()) > 0) return;
      await view.page.locator(".turn.user").hover();
      await view.page.locator(".edit-button").click();
    },
  },
  renaming: {
    messages: () => [snapshot([asked(), done()], { title })],
    prepare: async (view) => {
      const button = view.page.locator(".title button");
      if (await button.isVisible()) await button.click();
    },
  },
  "drop-target": {
    messages: () => [snapshot([asked(), done()], { title })],
    prepare: async (view) => {
      await view.page.locator("main").evaluate((main) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.setData("resourceurls", "[]");
        main.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true }));
      });
    },
  },
  starters: {
    messages: () => [
      snapshot([], {
        composer: {
          starters: ["What does total() in price.ts do?", "Look for bugs in price.ts", "Suggest tests for price.ts"],
          offer: { label: "price.ts", detail: "src/price.ts" },
        },
      }),
    ],
  },
  chinese: {
    messages: () => [
      snapshot(
        [
          user(
            "为什么这个循环在中止请求之后会一直卡住？我已经检查过超时设置，问题只在服务器响应很慢的时候出现。".repeat(
              3,
            ),
          ),
        ],
        {
          title: "排查流式响应在中止请求之后一直等待下一块数据而不结束的问题",
          language: "zh-cn",
          strings: chineseStrings,
          composer: { effort, web: true, queue: waitingMessages, budget: { used: 120_000, limit: 200_000 } },
        },
      ),
      {
        type: "draft",
        text: "请补充单元测试，覆盖在等待数据块时中止请求的情况，以及在收到第一个字节之前中止请求的情况。".repeat(4),
      },
    ],
  },
  "right-to-left": {
    messages: () => [
      snapshot(
        [
          user("لماذا تتوقف هذه الحلقة عند الإلغاء؟ `sse.ts`"),
          answer("تنتظر الحلقة `reader.read()`، وهي لا تنتهي عند الإلغاء."),
        ],
        {
          title: "إصلاح حلقة إعادة المحاولة",
          composer: { attachments: [...attachments], effort },
        },
      ),
      { type: "draft", text: "اكتب الآن اختبارًا يلغي الطلب\nأثناء الانتظار" },
    ],
  },
  "messages-waiting": {
    messages: () => [
      snapshot([asked(), answer("The loop awaits", "answering")], { title }),
      composing({ busy: true, effort, web: false, queue: waitingMessages }),
    ],
  },
  "messages-paused": {
    messages: () => [
      snapshot([asked(), answer("The loop awaits", "stopped")], { title }),
      composing({ effort, web: false, queue: { ...waitingMessages, paused: true } }),
    ],
  },
  "effort-menu": {
    messages: () => [snapshot([asked(), done()], { title, composer: { effort, web: false } })],
    prepare: async (view) => {
      // Each width closes it, and moves the button that opens it.
      await view.settle();
      await view.page.locator("[data-control=effort]:visible, .more-button:visible").first().click();
      await view.page.getByRole("menu").waitFor();
    },
  },
  "nearly-full": {
    messages: () => [
      snapshot([asked(), done()], { title, composer: { effort, budget: { used: 180_000, limit: 200_000 } } }),
    ],
  },
  "half-full": {
    messages: () => [
      snapshot([asked(), done()], { title, composer: { effort, budget: { used: 120_000, limit: 200_000 } } }),
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
  ...answerStates,
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
/** One as narrow as VS Code makes it, or a wider one that is enlarged. A theme changes nothing about widths: one is enough. */
const widthsIn = (theme: Theme) => (theme === themes[0] ? [...widths, 160] : widths.slice(1));

/** The only rules whose verdict depends on colours. The elements are the same in each theme. */
const aboutColours = ["color-contrast", "link-in-text-block"];
const rulesFor = (theme: Theme) => (theme === themes[0] ? undefined : aboutColours);

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
    // Again for each theme, so that clocks begin anew.
    await view.post(...messages());
    await view.drawn();
    for (const width of widthsIn(theme)) {
      await view.page.setViewportSize({ width, height: 720 });
      await prepare?.(view);
      await view.settle();
      if (width === widthsIn(theme)[0])
        expect(await axeFaults(view.page.locator("html"), pageRules, rulesFor(theme))).toEqual([]);
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

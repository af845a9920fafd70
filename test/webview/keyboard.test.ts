import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { ToView } from "../../src/protocol/messages.ts";
import { longestText } from "../../src/protocol/fields.ts";
import { answer, attachments, busy, enterLong, snapshot, user } from "./fixtures.ts";
import { closeBrowser, openView, type View, type ViewOptions } from "./support.ts";

let view: View;

async function open(messages: ToView[], options: ViewOptions = {}) {
  view = await openView(options);
  await view.post(...messages);
  await view.drawn();
  const box = view.page.locator("textarea");
  return { page: view.page, box, keys: view.page.keyboard };
}

const chat = () =>
  snapshot([
    user("first\nquestion"),
    answer("text", "done"),
    user("second", [], "u2"),
    answer("```js\n1\n```", "done", { id: "a2" }),
  ]);

afterEach(async () => {
  expect(view.errors).toEqual([]);
  await view.close();
});
afterAll(closeBrowser);

describe("writing", () => {
  it("sends on Enter, trimmed, and clears the box", async () => {
    const { box, keys } = await open([snapshot()]);
    await box.fill("  hello ");
    await keys.press("Enter");
    expect(await view.postedOf("send")).toEqual([{ type: "send", text: "hello" }]);
    expect(await box.inputValue()).toBe("");
  });

  it("breaks the line on Shift+Enter and sends nothing that is empty", async () => {
    const { box, keys } = await open([snapshot()]);
    await box.focus();
    await keys.press("Enter");
    await keys.type("a");
    await keys.press("Shift+Enter");
    await keys.type("b");
    expect(await box.inputValue()).toBe("a\nb");
    expect(await view.postedOf("send")).toEqual([]);
  });

  it("sends on Enter while an answer runs, too: the host lets it wait", async () => {
    const { box, keys } = await open([snapshot([user("q"), answer("", "waiting")]), busy()]);
    expect(await box.getAttribute("placeholder")).toBe("Enter queues your next message…");
    await box.fill("next");
    await keys.press("Enter");
    expect(await box.inputValue()).toBe("");
    expect(await view.postedOf("send")).toEqual([{ type: "send", text: "next" }]);
  });

  it("keeps what was sent without a key until the host has taken it", async () => {
    const { box, keys } = await open([snapshot([], { setup: { hasKey: false } })]);
    await box.fill("hello");
    await keys.press("Enter");
    expect(await view.postedOf("send")).toHaveLength(1);
    expect(await box.inputValue()).toBe("hello");
    await view.post({ type: "turn-added", turn: user("hello") });
    expect(await box.inputValue()).toBe("");
  });

  it("keeps a text that is longer than the host takes, and says what to do with it", async () => {
    const { box, page } = await open([snapshot()]);
    const warnings = page.locator(".composer-warning");
    const words =
      "Messages of more than 4M characters cannot be sent. Shorten this one, or save the text as a file and attach that.";
    await enterLong(box, longestText + 1);
    await enterLong(box, longestText + 1);
    expect(await view.postedOf("send")).toEqual([]);
    expect(await box.evaluate((element: HTMLTextAreaElement) => element.value.length)).toBe(longestText + 1);
    expect(await warnings.allInnerTexts()).toEqual([words]);
    expect(await page.getByRole("status").locator("p").last().innerText()).toBe(words);
    await enterLong(box, longestText);
    expect(await warnings.count()).toBe(0);
    expect((await view.postedOf("send")).map(({ text }) => text.length)).toEqual([longestText]);
  });

  it.each([
    ["isComposing", { isComposing: true }],
    ["keyCode 229", { keyCode: 229 }],
  ])("leaves Enter, Escape and Up to an input method (%s)", async (_, extra) => {
    const { box } = await open([chat(), busy()]);
    await box.focus();
    const results = await box.evaluate((element, init) => {
      const press = (key: string) =>
        element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));
      return ["Enter", "Escape", "ArrowUp"].map(press);
    }, extra);
    expect(results, "none was prevented").toEqual([true, true, true]);
    expect(await box.inputValue()).toBe("");
    expect((await view.posted()).map(({ type }) => type)).toEqual(["ready"]);
    expect(await box.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it("composes Chinese through the browser's own input method path", async () => {
    const { box, keys } = await open([snapshot()]);
    await box.focus();
    const session = await view.page.context().newCDPSession(view.page);
    await session.send("Input.imeSetComposition", { text: "nihao", selectionStart: 5, selectionEnd: 5 });
    await session.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter", windowsVirtualKeyCode: 229 });
    expect(await view.postedOf("send")).toEqual([]);
    await session.send("Input.insertText", { text: "你好" });
    expect(await box.inputValue()).toBe("你好");
    await keys.press("Enter");
    expect(await view.postedOf("send")).toEqual([{ type: "send", text: "你好" }]);
  });

  it("grows to a third of the panel and then scrolls by itself", async () => {
    const { box } = await open([snapshot()], { height: 600 });
    const small = (await box.boundingBox())?.height ?? 0;
    await box.fill("a\nb\nc\nd");
    const four = (await box.boundingBox())?.height ?? 0;
    await box.fill("line\n".repeat(100));
    const large = (await box.boundingBox())?.height ?? 0;
    expect(four).toBeGreaterThan(small + 40);
    expect(large).toBeLessThanOrEqual(200);
    expect(await box.evaluate((element) => element.scrollHeight > element.clientHeight)).toBe(true);
  });

  it("takes a draft from the host, with the caret behind it, and only focuses for an empty one", async () => {
    const { box, keys } = await open([snapshot()]);
    await view.post({ type: "draft", text: "Explain this" });
    await keys.type("!");
    expect(await box.inputValue()).toBe("Explain this!");
    await view.post({ type: "draft", text: "" });
    expect(await box.inputValue()).toBe("Explain this!");
  });
});

describe("stopping and moving", () => {
  it("stops on Escape while an answer runs, else goes back to the editor", async () => {
    const { box, keys } = await open([chat(), busy()]);
    await box.focus();
    await keys.press("Escape");
    expect(await view.postedOf("stop")).toHaveLength(1);
    await view.post(busy(false));
    await keys.press("Escape");
    expect(await view.postedOf("stop")).toHaveLength(1);
    expect(await view.postedOf("focus-editor")).toHaveLength(1);
  });

  it("gives the box what focus the page gets as a whole, unless a click has brought it", async () => {
    const { box, page } = await open([chat()]);
    const isFocused = () => box.evaluate((element) => element === document.activeElement);
    const pageFocus = () => page.evaluate(() => window.dispatchEvent(new FocusEvent("focus")));
    await page.locator(".user-text").first().hover();
    await page.mouse.down();
    await pageFocus();
    expect(await isFocused()).toBe(false);
    await page.mouse.up();
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    await pageFocus();
    expect(await isFocused()).toBe(true);
  });

  it("walks over the turns with Alt+Up and Alt+Down and comes back to the box", async () => {
    const { box, keys, page } = await open([chat()]);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    await box.focus();
    const seen: unknown[] = [];
    for (const key of ["Up", "Up", "Up", "Up", "Up", "Down", "Down", "Down", "Down"]) {
      await keys.press(`Alt+Arrow${key}`);
      seen.push(await focused());
    }
    const [you, glm] = ["Your message", "Answer from GLM-5.3"];
    expect(seen).toEqual([glm, you, glm, you, you, glm, you, glm, "Message"]);
  });

  it("has one tab stop among the turns: the newest, until one is visited", async () => {
    const { box, keys, page } = await open([chat()]);
    const stops = () =>
      page.locator(".turn[tabindex='0']").evaluateAll((all) => all.map((turn) => turn.dataset["turn"]));
    await view.post({ type: "turn-added", turn: answer("third", "done", { id: "a3" }) });
    expect(await stops()).toEqual(["a3"]);
    await box.focus();
    await keys.press("Alt+ArrowUp");
    await keys.press("Alt+ArrowUp");
    await view.post({ type: "turn-added", turn: answer("fourth", "done", { id: "a4" }) });
    expect(await stops()).toEqual(["a2"]);
    await view.post({ type: "turn-removed", turnId: "a2" });
    expect(await stops()).toEqual(["a4"]);
  });

  it("goes through turns, then the box, then its row with Tab; each stop is visible", async () => {
    const { keys, page } = await open([chat()]);
    const stops: unknown[] = [];
    for (let count = 0; count < 17; count++) {
      await keys.press("Tab");
      const stop = await page.evaluate(() => {
        const element = document.activeElement ?? document.body;
        const box = element.closest(".composer-box") ?? element;
        const style = getComputedStyle(element);
        const visible =
          style.outlineStyle !== "none" ||
          (element.matches("textarea") && getComputedStyle(box).borderColor === "rgb(0, 120, 212)");
        const shown = [...(element.closest(".code-actions, .foot-actions") ?? element).getAnimations()].length === 0;
        return [element.getAttribute("aria-label") ?? element.tagName, visible && shown];
      });
      stops.push(stop);
    }
    expect(stops).toEqual([
      ["Branch from here", true],
      ["Copy answer", true],
      ["Answer from GLM-5.3", true],
      ["Copy code block 1", true],
      ["Insert code block 1 at cursor", true],
      ["Apply code block 1 to a file", true],
      ["More actions for code block 1", true],
      ["PRE", true],
      ["Ask again", true],
      ["Ask again with another model", true],
      ["Branch from here", true],
      ["Copy answer", true],
      ["Message", true],
      ["Attach context", true],
      ["Mention context with @", true],
      ["Model: GLM-5.3. Choose another", true],
      ["Send", true],
    ]);
  });
});

describe("buttons", () => {
  it("tell the host what they are for", async () => {
    const problem = { text: "No.", actions: [{ id: "set-key", label: "Set API key" }] };
    const { page } = await open([
      snapshot([user("q"), answer("hi\n\n```ts\nconst a = 1;\n```", "cut", { problem })], {
        composer: { attachments: [...attachments] },
      }),
    ]);
    await page.getByRole("button", { name: "Copy code block 1" }).click();
    await page.getByRole("button", { name: "Insert code block 1 at cursor" }).click();
    await page.getByRole("button", { name: "Copy answer" }).click();
    await page.getByRole("button", { name: "Set API key" }).click();
    await page.getByRole("button", { name: "Retry" }).click();
    await page.getByRole("button", { name: "Model: GLM-5.3. Choose another" }).click();
    await page.getByRole("button", { name: "Remove 1 problem" }).click();
    expect((await view.posted()).slice(1)).toEqual([
      { type: "copy", text: "const a = 1;" },
      { type: "insert", text: "const a = 1;" },
      { type: "copy", text: "hi\n\n```ts\nconst a = 1;\n```" },
      { type: "problem-action", turnId: "a1", action: "set-key" },
      { type: "retry", turnId: "a1" },
      { type: "pick-model" },
      { type: "remove-attachment", id: "p1" },
    ]);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
  });

  it("offers no second way to retry when the problem has one", async () => {
    const problem = { text: "No.", actions: [{ id: "retry", label: "Try once more" }] };
    const { page } = await open([snapshot([user("q"), answer("", "failed", { problem })])]);
    expect(await page.locator(".problem button").allTextContents()).toEqual(["Try once more"]);
  });

  it("sends and stops with the same button, which keeps the focus and swallows a double click", async () => {
    const { page, box } = await open([snapshot()]);
    await box.fill("hello");
    const button = page.locator(".send-button");
    await button.click();
    await view.post(busy());
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Stop");
    await button.dispatchEvent("click", { detail: 2 });
    expect(await view.postedOf("stop")).toEqual([]);
    await button.click();
    expect(await view.postedOf("stop")).toHaveLength(1);
  });

  it("starts from an empty conversation, and asks for a key without one", async () => {
    const { page } = await open([snapshot([], { composer: { starters: ["Look for bugs in price.ts."] } })]);
    await page.getByRole("button", { name: "Look for bugs in price.ts." }).click();
    await view.post({
      type: "setup",
      setup: { hasKey: false, host: "open.bigmodel.cn", platform: "BigModel", restricted: false },
    });
    expect(await page.locator(".welcome").innerText()).toContain("open.bigmodel.cn");
    await page.getByRole("button", { name: "Set API key" }).click();
    await page.getByRole("button", { name: "Get a key" }).click();
    await page.getByRole("button", { name: "Get started, step by step" }).click();
    await view.post({
      type: "setup",
      setup: { hasKey: false, host: "", platform: "Custom server", restricted: false },
    });
    await page.getByRole("button", { name: "Set up server" }).click();
    await page.getByRole("button", { name: "Choose platform" }).click();
    expect((await view.posted()).slice(1)).toEqual([
      { type: "ask-about-file", text: "Look for bugs in price.ts." },
      { type: "set-key" },
      { type: "get-key" },
      { type: "get-started" },
      { type: "set-up-server" },
      { type: "choose-platform" },
    ]);
  });

  it("says in Restricted Mode what waits, until trust is given", async () => {
    const setup = { hasKey: true, host: "api.z.ai", platform: "Z.AI Coding Plan" };
    const { page, box } = await open([snapshot([], { setup: { restricted: true } })]);
    const notice = page.getByText("Restricted Mode: nothing is written to this folder.");
    await notice.getByRole("button", { name: "Manage trust" }).click();
    expect((await view.posted()).slice(1)).toEqual([{ type: "manage-trust" }]);
    await box.fill("What waits?");
    await view.post({ type: "setup", setup: { ...setup, restricted: false } });
    expect(await notice.count()).toBe(0);
    expect(await box.inputValue()).toBe("What waits?");
    await view.post({ type: "setup", setup: { ...setup, restricted: true } });
    expect(await notice.isVisible()).toBe(true);
  });

  it("hands links to the host and to nobody else", async () => {
    const { page } = await open([snapshot([user("q"), answer("[a](https://a.b/c?d=1&e=2#f) <mailto:x@y.z>")])]);
    await page.evaluate(() => window.addEventListener("click", () => globalThis.recorded.hit.push("window saw it")));
    await page.locator(".markdown a").first().click();
    await page.locator(".markdown a").first().click({ button: "middle" });
    await page.locator(".markdown a").last().click();
    expect(await view.postedOf("open-link")).toEqual([
      { type: "open-link", href: "https://a.b/c?d=1&e=2#f" },
      { type: "open-link", href: "https://a.b/c?d=1&e=2#f" },
      { type: "open-link", href: "mailto:x@y.z" },
    ]);
    expect(await view.hits()).toEqual([]);
    expect(page.context().pages()).toHaveLength(1);
    expect(page.url()).toBe("http://webview.test/");
  });
});

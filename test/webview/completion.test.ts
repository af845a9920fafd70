import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { SlashCommandView, Suggestion } from "../../src/protocol/asks.ts";
import { matchingCommands } from "../../src/webview/chat/composer/matchingCommands.ts";
import { findTrigger } from "../../src/webview/chat/composer/trigger.ts";
import { answerAsk, snapshot } from "./fixtures.ts";
import { closeBrowser, openView, type View } from "./support.ts";

const files: Suggestion[] = [
  { id: "file:price", icon: "file", label: "price.ts", detail: "src" },
  { id: "file:print", icon: "file", label: "print.ts", detail: "src" },
  { id: "symbols", icon: "symbol-method", label: "Symbol…", completes: "symbol:" },
];
const commands: SlashCommandView[] = [
  { name: "explain", description: "Explain the selection" },
  { name: "search", description: "Search the web first", argument: "what to look for" },
  { name: "release-notes", description: "Write release notes", origin: "workspace" },
];

describe("what is being typed", () => {
  it.each([
    ["@", 1, { kind: "context", start: 0, end: 1, query: "" }],
    ["see @pri", 8, { kind: "context", start: 4, end: 8, query: "pri" }],
    ["see @price and", 8, { kind: "context", start: 4, end: 8, query: "pri" }],
    ["a\n@symbol:x", 11, { kind: "context", start: 2, end: 11, query: "symbol:x" }],
    ["请看@价格", 5, { kind: "context", start: 2, end: 5, query: "价格" }],
    ["（@a", 3, { kind: "context", start: 1, end: 3, query: "a" }],
    ["/", 1, { kind: "command", start: 0, end: 1, query: "" }],
    ["\n /exp", 6, { kind: "command", start: 2, end: 6, query: "exp" }],
  ] as const)("is found in %j at %i", (text, caret, trigger) => {
    expect(findTrigger(text, caret)).toEqual(trigger);
  });

  it.each([
    ["mail me@example.com", 19],
    ["see @price and", 14],
    ["say /explain", 12],
    ["/usr/bin", 8],
    ["/explain this", 13],
    [`${" ".repeat(300)}/explain`, 308],
    [`@${"x".repeat(201)}`, 202],
    ["", 0],
  ])("is nothing in %j at %i", (text, caret) => {
    expect(findTrigger(text, caret)).toBeUndefined();
  });

  it("matches commands by their beginning first, whatever the case", () => {
    expect(matchingCommands(commands, "E").map(({ name }) => name)).toEqual(["explain", "search", "release-notes"]);
    expect(matchingCommands(commands, "se").map(({ name }) => name)).toEqual(["search", "release-notes"]);
    expect(matchingCommands(commands, "zz")).toEqual([]);
  });
});

describe("the list", () => {
  let view: View;

  async function open() {
    view = await openView({});
    await view.post(snapshot());
    const box = view.page.locator(".composer textarea");
    await box.focus();
    return { page: view.page, box, keys: view.page.keyboard, list: view.page.getByRole("listbox") };
  }

  const asked = async (query: string) => {
    await expect.poll(async () => (await view.postedOf("ask")).at(-1)?.ask).toMatchObject({ query });
  };
  const active = async () => {
    const id = await view.page.locator(".composer textarea").getAttribute("aria-activedescendant");
    return id === null ? undefined : view.page.locator(`#${id} .suggestion-label`).innerText();
  };
  const spoken = () => view.page.getByRole("status").locator("p").last().innerText();

  afterEach(async () => {
    expect(view.errors).toEqual([]);
    expect(await view.violations()).toEqual([]);
    await view.close();
  });
  afterAll(closeBrowser);

  it("attaches what is chosen and takes its words out of the text", async () => {
    const { box, keys, list } = await open();
    await keys.type("look at @pri now");
    await box.evaluate((element: HTMLTextAreaElement) => element.setSelectionRange(12, 12));
    await keys.type("c");
    await asked("pric");
    await answerAsk(view, "suggest-context", { items: files });
    expect(await list.getAttribute("aria-label")).toBe("Context to attach");
    expect(await spoken()).toBe("3 suggestions");
    expect(await active()).toBe("price.ts");
    await keys.press("ArrowDown");
    expect(await active()).toBe("print.ts");
    await keys.press("ArrowUp");
    await keys.press("ArrowUp");
    expect(await active()).toBe("Symbol…");
    await keys.press("ArrowDown");
    await keys.press("Tab");
    expect(await view.postedOf("attach")).toEqual([{ type: "attach", suggestion: "file:price" }]);
    expect(await box.inputValue()).toBe("look at now");
    expect(await list.count()).toBe(0);
    await keys.press("Enter");
    expect(await view.postedOf("send")).toEqual([{ type: "send", text: "look at now" }]);
  });

  it("goes on where a group needs more words", async () => {
    const { box, keys } = await open();
    await keys.type("@");
    await asked("");
    await answerAsk(view, "suggest-context", { items: files });
    await view.page.getByRole("option", { name: "Symbol…" }).click();
    expect(await box.inputValue()).toBe("@symbol:");
    await asked("symbol:");
    await answerAsk(view, "suggest-context", { items: [{ id: "s", icon: "symbol-method", label: "readLines" }] });
    expect(await spoken()).toBe("1 suggestion");
    await keys.press("Enter");
    expect(await view.postedOf("attach")).toEqual([{ type: "attach", suggestion: "s" }]);
    expect(await box.inputValue()).toBe("");
  });

  it("drops an answer to an earlier question and cancels that", async () => {
    const { keys } = await open();
    await keys.type("@");
    await asked("");
    await keys.type("p");
    await asked("p");
    const [first, second] = await view.postedOf("ask");
    expect(await view.postedOf("cancel-ask")).toEqual([{ type: "cancel-ask", askId: first?.askId }]);
    await view.post({ type: "response", askId: second?.askId ?? 0, result: { items: files.slice(0, 1) } });
    await view.post({ type: "response", askId: first?.askId ?? 0, result: { items: files.slice(1) } });
    expect(await active()).toBe("price.ts");
  });

  it.each(["Enter", "Tab"])(
    "keeps %s until there is an answer to all that was typed, then chooses from that",
    async (key) => {
      const { box, keys } = await open();
      await keys.type("look at @");
      await asked("");
      await answerAsk(view, "suggest-context", { items: files });
      await keys.type("retry");
      await keys.press(key);
      await asked("retry");
      expect(await view.postedOf("attach")).toEqual([]);
      await answerAsk(view, "suggest-context", { items: [{ id: "file:retry", icon: "file", label: "retry.ts" }] });
      expect(await view.postedOf("attach")).toEqual([{ type: "attach", suggestion: "file:retry" }]);
      expect(await box.inputValue()).toBe("look at ");
      expect(await view.postedOf("send")).toEqual([]);
    },
  );

  it("keeps Enter while it searches for the first time, too", async () => {
    const { keys, page } = await open();
    await keys.type("@");
    await page.locator(".suggestions", { hasText: "Searching…" }).waitFor();
    await keys.press("Enter");
    await answerAsk(view, "suggest-context", { items: files });
    expect(await view.postedOf("attach")).toEqual([{ type: "attach", suggestion: "file:price" }]);
    expect(await view.postedOf("send")).toEqual([]);
  });

  it.each([
    ["Escape", ["Escape"]],
    ["another letter", ["y"]],
    ["a step of the caret", ["ArrowLeft"]],
    ["a step of the caret and back", ["ArrowLeft", "ArrowRight"]],
  ])("forgets a kept Enter after %s", async (_, then) => {
    const { keys } = await open();
    await keys.type("@");
    await asked("");
    await keys.type("x");
    await asked("x");
    await keys.press("Enter");
    for (const key of then) await keys.press(key);
    await view.page.waitForTimeout(150);
    await answerAsk(view, "suggest-context", { items: files });
    expect(await view.postedOf("attach")).toEqual([]);
    expect(await view.postedOf("send")).toEqual([]);
  });

  it("takes what somebody has walked to, although the list has not caught up yet", async () => {
    const { keys } = await open();
    await keys.type("@");
    await asked("");
    await answerAsk(view, "suggest-context", { items: files });
    await keys.type("p");
    await keys.press("ArrowDown");
    await keys.press("Enter");
    expect(await view.postedOf("attach")).toEqual([{ type: "attach", suggestion: "file:print" }]);
  });

  it("shows what is known at once and the rest when it is there, without moving what is about to be chosen", async () => {
    const { keys, list } = await open();
    await keys.type("@p");
    await asked("p");
    await answerAsk(view, "suggest-context", { items: files.slice(1, 2), partial: true });
    expect(await active()).toBe("print.ts");
    await expect
      .poll(async () => (await view.postedOf("ask")).at(-1)?.ask)
      .toEqual({ type: "suggest-context", query: "p", patient: true });
    const numbered = files.map((file, at) => ({ ...file, id: `later-${at}` }));
    await answerAsk(view, "suggest-context", { items: numbered });
    await list.getByRole("option").nth(2).waitFor();
    expect(await active()).toBe("print.ts");
    expect(await spoken()).toBe("3 suggestions");
    await keys.press("Enter");
    expect(await view.postedOf("attach")).toEqual([{ type: "attach", suggestion: "later-1" }]);
  });

  it("goes on searching, and keeps Enter, while nothing is found yet", async () => {
    const { keys, page } = await open();
    await keys.type("@stock");
    await asked("stock");
    await answerAsk(view, "suggest-context", { items: [], partial: true });
    await expect.poll(async () => (await view.postedOf("ask")).at(-1)?.ask).toMatchObject({ patient: true });
    expect(await page.locator(".suggestions").innerText()).toBe("Searching…");
    await keys.press("Enter");
    await answerAsk(view, "suggest-context", { items: files });
    expect(await view.postedOf("attach")).toEqual([{ type: "attach", suggestion: "file:price" }]);
    expect(await view.postedOf("send")).toEqual([]);
  });

  it("keeps what it has when the rest does not come", async () => {
    const { keys } = await open();
    await keys.type("@p");
    await asked("p");
    await answerAsk(view, "suggest-context", { items: files, partial: true });
    await expect.poll(async () => (await view.postedOf("ask")).at(-1)?.ask).toMatchObject({ patient: true });
    await answerAsk(view, "suggest-context", undefined, "Git is not installed.");
    await view.settle();
    expect(await active()).toBe("price.ts");
  });

  it.each([
    ["nothing is found", { items: [] }, undefined],
    ["the search fails", undefined, "Git is not installed."],
  ])("drops a kept Enter when %s, and the next one sends", async (_, result, error) => {
    const { keys } = await open();
    await keys.type("hello @bob");
    await asked("bob");
    await keys.press("Enter");
    expect(await view.postedOf("send")).toEqual([]);
    await answerAsk(view, "suggest-context", result, error);
    expect(await view.postedOf("send")).toEqual([]);
    await keys.press("Enter");
    expect(await view.postedOf("send")).toEqual([{ type: "send", text: "hello @bob" }]);
  });

  it("says that there is nothing, or why, and then leaves Enter to the text", async () => {
    const { keys, page } = await open();
    await keys.type("@x");
    await asked("x");
    expect(await page.locator(".suggestions").innerText()).toBe("Searching…");
    await answerAsk(view, "suggest-context", { items: [] });
    expect(await page.locator(".suggestions").innerText()).toBe("Nothing found");
    await keys.type("y");
    await asked("xy");
    await answerAsk(view, "suggest-context", undefined, "Git is not installed.");
    expect(await page.locator(".suggestions").innerText()).toBe("Git is not installed.");
    expect(await spoken()).toBe("Git is not installed.");
    await keys.press("Enter");
    expect(await view.postedOf("send")).toEqual([{ type: "send", text: "@xy" }]);
    expect(await page.locator(".suggestions").isVisible()).toBe(false);
  });

  it("closes on Escape, stays closed while that word is written, and opens for another", async () => {
    const { keys, list } = await open();
    await keys.type("@");
    await asked("");
    await answerAsk(view, "suggest-context", { items: files });
    await keys.press("Escape");
    expect(await list.count()).toBe(0);
    await keys.type("pr");
    await view.settle();
    expect(await list.count()).toBe(0);
    await keys.type(" @p");
    await asked("p");
    expect(await view.postedOf("focus-editor")).toEqual([]);
  });

  it("opens again where it was closed in a text that has been sent or replaced", async () => {
    const { keys, page } = await open();
    const list = page.locator(".suggestions");
    const closeList = async () => {
      await keys.type("@");
      await list.waitFor();
      await keys.press("Escape");
      await list.waitFor({ state: "hidden" });
    };
    await closeList();
    await keys.type("a");
    await keys.press("Enter");
    expect(await view.postedOf("send")).toMatchObject([{ text: "@a" }]);
    await closeList();
    await view.post(snapshot([], { conversationId: "another" }));
    await closeList();
  });

  it("waits for an input method and leaves its keys alone", async () => {
    const { box, keys } = await open();
    await keys.type("@");
    await asked("");
    await answerAsk(view, "suggest-context", { items: files });
    await box.evaluate((element) => {
      for (const key of ["Enter", "ArrowDown", "Tab", "Escape"]) {
        element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, keyCode: 229 }));
      }
    });
    expect(await active()).toBe("price.ts");
    expect(await view.postedOf("attach")).toEqual([]);
    const session = await view.page.context().newCDPSession(view.page);
    await session.send("Input.imeSetComposition", { text: "jia", selectionStart: 3, selectionEnd: 3 });
    await view.settle();
    expect(await view.postedOf("ask")).toHaveLength(1);
    await session.send("Input.insertText", { text: "价" });
    await asked("价");
  });

  it("completes commands with their origin, then sends", async () => {
    const { box, keys, page, list } = await open();
    await keys.type("/");
    await expect.poll(async () => (await view.postedOf("ask")).length).toBe(1);
    await answerAsk(view, "slash-commands", { commands });
    expect(await list.getAttribute("aria-label")).toBe("Commands");
    expect(await page.getByRole("option").allInnerTexts()).toHaveLength(3);
    await keys.type("re");
    expect(await page.getByRole("option").first().innerText()).toContain("prompt file of this folder");
    await keys.press("Backspace");
    await keys.press("Backspace");
    await keys.type("sea");
    // A narrow list keeps only what a command does.
    await page.setViewportSize({ width: 480, height: 640 });
    expect(await page.getByRole("option").innerText()).toContain("what to look for");
    await keys.press("Enter");
    expect(await box.inputValue()).toBe("/search ");
    expect(await list.count()).toBe(0);
    await keys.type("retry storms");
    await keys.press("Enter");
    expect(await view.postedOf("send")).toEqual([{ type: "send", text: "/search retry storms" }]);
    expect(await view.postedOf("ask")).toHaveLength(1);
  });

  it("is no obstacle when a command is unknown or the host does not answer", async () => {
    const { box, keys } = await open();
    await keys.type("/nothing");
    await keys.press("Enter");
    expect(await view.postedOf("send")).toEqual([{ type: "send", text: "/nothing" }]);
    await keys.type("/e");
    await answerAsk(view, "slash-commands", undefined, "No.");
    await keys.press("Enter");
    expect(await box.inputValue()).toBe("");
  });

  it("is begun by the button, apart from the word before", async () => {
    const { box, page } = await open();
    await box.fill("see");
    await page.getByRole("button", { name: "Mention context with @" }).click();
    expect(await box.inputValue()).toBe("see @");
    await asked("");
  });
});

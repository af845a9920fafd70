import { afterAll, afterEach, describe, expect, it } from "vitest";
import { longestText } from "../../src/protocol/fields.ts";
import { answer, composing, enterLong, snapshot, user } from "./fixtures.ts";
import { closeBrowser, openView, type View } from "./support.ts";

let view: View;

async function open() {
  view = await openView({});
  await view.post(
    snapshot([user("first"), answer("a"), user("second\nline", [], "u2"), answer("b", "done", { id: "a2" })], {
      title: "Old title",
    }),
  );
  await view.drawn();
  const { page } = view;
  return {
    page,
    keys: page.keyboard,
    box: page.getByRole("textbox", { name: "Message", exact: true }),
    editor: page.getByRole("textbox", { name: "Edit message" }),
    button: (name: string) => page.getByRole("button", { name, exact: true }),
  };
}

const inComposer = () => view.page.evaluate(() => document.activeElement?.closest(".composer") !== null);

afterEach(async () => {
  expect(view.errors).toEqual([]);
  await view.close();
});
afterAll(closeBrowser);

describe("a sent message", () => {
  it("is edited in its place with Up from an empty box, only from an empty one", async () => {
    const { box, keys, editor } = await open();
    await box.fill("x");
    await keys.press("ArrowUp");
    expect(await editor.count()).toBe(0);
    await box.fill("");
    await keys.press("ArrowUp");
    expect(await editor.inputValue()).toBe("second\nline");
    await keys.type("!");
    await keys.press("Shift+Enter");
    await keys.type("more");
    await keys.press("Enter");
    expect(await view.postedOf("edit")).toEqual([{ type: "edit", turnId: "u2", text: "second\nline!\nmore" }]);
    expect(await editor.count()).toBe(0);
    expect(await inComposer()).toBe(true);
  });

  it("comes back out of the queue with Up when it still waits", async () => {
    const { box, keys } = await open();
    const messages = ["q1", "q2"].map((id) => ({ id, text: id, extras: 0 }));
    await view.post(composing({ busy: true, queue: { messages, paused: false } }));
    await box.focus();
    await keys.press("ArrowUp");
    expect(await view.postedOf("edit-queued")).toEqual([{ type: "edit-queued", messageId: "q2" }]);
  });

  it("keeps its words on Escape, which neither stops nor leaves the panel, and gives the focus back", async () => {
    const { keys, page, editor } = await open();
    await view.post(composing({ busy: true }));
    await page.locator(".turn.user").first().focus();
    await keys.press("Tab");
    await keys.press("Tab");
    await keys.press("Enter");
    await keys.type(" changed");
    await keys.press("Escape");
    expect(await editor.count()).toBe(0);
    expect(await page.locator(".user-text").first().innerText()).toBe("first");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Edit message");
    expect((await view.posted()).map(({ type }) => type)).toEqual(["ready"]);
  });

  it("leaves the keys of an input method alone", async () => {
    const { box, keys, editor } = await open();
    await box.focus();
    await keys.press("ArrowUp");
    await editor.evaluate((element) => {
      for (const key of ["Enter", "Escape"]) {
        element.dispatchEvent(
          new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, isComposing: true }),
        );
      }
    });
    expect(await editor.count()).toBe(1);
    expect(await view.postedOf("edit")).toEqual([]);
  });

  it("keeps a change that was begun when the view is closed and opened", async () => {
    const { box, keys, page } = await open();
    await box.focus();
    await keys.press("ArrowUp");
    await keys.type(" and more");
    await page.reload();
    await view.ready();
    await view.post(snapshot([user("first"), answer("a"), user("second\nline", [], "u2")]));
    const editor = page.getByRole("textbox", { name: "Edit message" });
    expect(await editor.inputValue()).toBe("second\nline and more");
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(await editor.count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Your message");
  });

  it("goes on with a change that was begun when Up is pressed once more", async () => {
    const { box, keys, editor } = await open();
    await box.focus();
    await keys.press("ArrowUp");
    await keys.type(" and more");
    await box.focus();
    await keys.press("ArrowUp");
    expect(await editor.inputValue()).toBe("second\nline and more");
    expect(await editor.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it("keeps what was changed in one when another is changed or left as it was", async () => {
    const { box, keys, page, editor } = await open();
    await page.locator(".turn.user").first().hover();
    await page.getByRole("button", { name: "Edit message" }).first().click();
    await keys.type(" kept");
    await box.focus();
    await keys.press("ArrowUp");
    await keys.type(" as well");
    const again = async () => {
      await page.reload();
      await view.ready();
      await view.post(snapshot([user("first"), answer("a"), user("second\nline", [], "u2")]));
      return editor.evaluateAll((all) => all.map((one) => one instanceof HTMLTextAreaElement && one.value));
    };
    expect(await again()).toEqual(["first kept", "second\nline as well"]);
    await page.getByRole("button", { name: "Cancel" }).last().click();
    expect(await again()).toEqual(["first kept"]);
  });

  it("is not sent when it has become longer than the host takes, and says so", async () => {
    const { box, keys, page, editor } = await open();
    await box.focus();
    await keys.press("ArrowUp");
    const field = page.locator(".turn-editor textarea");
    const warning = page.locator(".turn-editor .composer-warning");
    await enterLong(field, longestText + 1);
    expect(await view.postedOf("edit")).toEqual([]);
    expect(await warning.innerText()).toContain("more than 4M characters");
    expect(await page.getByRole("status").textContent()).toContain("more than 4M characters");
    await enterLong(field, longestText);
    expect((await view.postedOf("edit")).map(({ text }) => text.length)).toEqual([longestText]);
    expect(await editor.count()).toBe(0);
  });

  it("is copied and branched from", async () => {
    const { page } = await open();
    await page.locator(".turn.user").first().hover();
    await page.getByRole("button", { name: "Copy message" }).first().click();
    await page.getByRole("button", { name: "Branch from here" }).first().click();
    expect((await view.posted()).slice(1)).toEqual([
      { type: "copy", text: "first" },
      { type: "branch", turnId: "u1" },
    ]);
  });
});

describe("the title", () => {
  it("is renamed in its place, and not by Escape, nothing or the same words", async () => {
    const { button, keys, page } = await open();
    const input = page.getByRole("textbox", { name: "Rename conversation" });
    for (const [text, key] of [
      ["Escaped", "Escape"],
      ["   ", "Enter"],
      ["Old title", "Enter"],
      [" New title ", "Enter"],
    ] as const) {
      await button("Old title").click();
      await input.fill(text);
      await keys.press(key);
      expect(await input.count()).toBe(0);
    }
    expect((await view.posted()).slice(1)).toEqual([{ type: "rename", title: "New title" }]);
    await view.post({ type: "title", title: "New title" });
    expect(await button("New title").isVisible()).toBe(true);
  });

  it("takes the name when the focus leaves", async () => {
    const { button, box, page } = await open();
    await button("Old title").click();
    await page.getByRole("textbox", { name: "Rename conversation" }).fill("Left");
    await box.focus();
    expect(await view.postedOf("rename")).toEqual([{ type: "rename", title: "Left" }]);
    expect(await inComposer()).toBe(true);
  });
});

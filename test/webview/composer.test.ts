import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { ToView } from "../../src/protocol/messages.ts";
import type { ComposerView } from "../../src/protocol/panelParts.ts";
import { attachments, composing, effort, snapshot } from "./fixtures.ts";
import { closeBrowser, openView, type View, type ViewOptions } from "./support.ts";

let view: View;

async function open(composer: Partial<ComposerView> = {}, options: ViewOptions = {}, ...more: ToView[]) {
  view = await openView(options);
  await view.post(snapshot([], { composer }), ...more);
  await view.drawn();
  const button = (name: string) => view.page.getByRole("button", { name, exact: true });
  return { page: view.page, box: view.page.locator(".composer textarea"), keys: view.page.keyboard, button };
}

/** What was said last. */
const spoken = () => view.page.getByRole("status").locator("p").last().innerText();
const focused = () => view.page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
const controls = () =>
  view.page
    .locator(".composer-row button:visible")
    .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));

afterEach(async () => {
  expect(view.errors).toEqual([]);
  expect(await view.violations()).toEqual([]);
  await view.close();
});
afterAll(closeBrowser);

describe("chips", () => {
  it("say what a message costs and why to look twice, in words that the remove button refers to", async () => {
    const warning = "This file seems to hold a key.";
    const [first] = attachments;
    const { page, button } = await open({
      attachments: first === undefined ? [] : [first, { ...first, id: "e", label: ".env", tokens: 1_240, warning }],
    });
    expect(await page.locator(".chip").nth(1).innerText()).toContain("1.2K tokens");
    expect(await page.locator("p.composer-warning").innerText()).toBe(warning);
    const remove = button("Remove .env");
    const described = await remove.getAttribute("aria-describedby");
    expect(await page.locator(`#${described ?? ""}`).innerText()).toBe(warning);
    await remove.click();
    expect(await view.postedOf("remove-attachment")).toEqual([{ type: "remove-attachment", id: "e" }]);
  });

  it("offer the open file and attach it only on a click", async () => {
    const { box, keys, button } = await open({ offer: { label: "price.ts", detail: "src/price.ts" } });
    await box.fill("hello");
    await keys.press("Enter");
    expect(await view.postedOf("attach-offer")).toEqual([]);
    await button("Attach price.ts").click();
    expect(await view.postedOf("attach-offer")).toHaveLength(1);
    expect(await box.evaluate((element) => element === document.activeElement)).toBe(true);
  });
});

const queue = (paused: boolean, ...texts: string[]) => ({
  paused,
  messages: texts.map((text, index) => ({ id: `q${index}`, text, extras: index })),
});

describe("messages that wait", () => {
  it("can be changed, removed and sent, and their number is announced", async () => {
    const { button } = await open({ busy: true });
    await view.post(composing({ busy: true, queue: queue(false, "one", "two") }));
    expect(await spoken()).toBe("Messages waiting: 2");
    expect(await button("Send now").count()).toBe(0);
    await button("Edit waiting message 2").click();
    await button("Remove waiting message 1").click();
    await view.post(composing({ queue: queue(true, "one") }));
    expect(await spoken()).toBe("Paused. These messages wait until you send them.");
    await button("Send now").click();
    await view.post(composing({}));
    expect(await spoken()).toBe("No message is waiting any more");
    expect((await view.posted()).slice(1)).toEqual([
      { type: "edit-queued", messageId: "q1" },
      { type: "unqueue", messageId: "q0" },
      { type: "resume-queue" },
    ]);
  });
});

describe("row", () => {
  const all = { effort, web: false, model: "GLM-5.3" };

  it("shows only what the model has", async () => {
    await open();
    expect(await controls()).toEqual([
      "Attach context",
      "Mention context with @",
      "Model: GLM-5.3. Choose another",
      "Send",
    ]);
  });

  it("moves what does not fit into a menu, from right to left, and back again", async () => {
    const { page } = await open(all, { width: 700 });
    expect(await controls()).toHaveLength(6);
    const lost: string[][] = [];
    for (const width of [355, 300, 240, 200, 700]) {
      await page.setViewportSize({ width, height: 640 });
      await view.settle();
      lost.push((await controls()).map((name) => (name ?? "").split(/[ :]/)[0] ?? ""));
    }
    expect(lost).toEqual([
      ["Attach", "Mention", "Model", "Think", "More", "Send"],
      ["Attach", "Mention", "Model", "More", "Send"],
      ["Attach", "Mention", "Model", "More", "Send"],
      ["Attach", "Model", "More", "Send"],
      ["Attach", "Mention", "Model", "Think", "Web", "Send"],
    ]);
  });

  it("chooses the effort in a menu that the keyboard walks through", async () => {
    const { keys, button, page } = await open(all, { width: 700 });
    const effortButton = button("Think: high. Choose another effort");
    await effortButton.focus();
    await keys.press("Enter");
    await page.getByRole("menu", { name: "Thinking effort" }).waitFor();
    const walk: string[] = [await focused()];
    for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "Home", "End", "l"]) {
      await keys.press(key);
      walk.push(await focused());
    }
    expect(walk).toEqual(["high", "max", "off", "max", "off", "max", "low"]);
    await keys.press("Escape");
    expect(await page.getByRole("menu").count()).toBe(0);
    expect(await focused()).toBe("Think: high");
    await keys.press("Enter");
    await keys.press("ArrowDown");
    await keys.press("Enter");
    expect((await view.posted()).slice(1)).toEqual([{ type: "set-effort", level: "max" }]);
    await effortButton.click();
    expect(await page.getByRole("menuitemradio", { checked: true }).innerText()).toBe("high");
    await effortButton.click();
    expect(await page.getByRole("menu").count()).toBe(0);
  });

  it("tells the host whenever a text has arrived that it keeps until then", async () => {
    const { box } = await open();
    await box.fill("Why?");
    await expect.poll(() => view.postedOf("drafted")).toHaveLength(1);
    await view.post({ type: "draft", text: "Why?" });
    const told = { type: "drafted", text: "Why?" };
    await expect.poll(() => view.postedOf("drafted")).toEqual([told, told]);
  });

  it("closes a menu on Escape without stopping the answer", async () => {
    const { keys, button, page } = await open({ ...all, busy: true }, { width: 700 });
    await button("Think: high. Choose another effort").click();
    await page.getByRole("menu").waitFor();
    await keys.press("Escape");
    expect(await view.postedOf("stop")).toEqual([]);
    await keys.press("Escape");
    expect(await view.postedOf("stop")).toHaveLength(1);
  });

  it("reaches everything that has moved through the menu", async () => {
    const { button, page } = await open(all, { width: 200 });
    const more = button("More options");
    await more.click();
    await page.getByRole("menuitemcheckbox", { name: "Search the web before answering", checked: false }).click();
    await more.click();
    await page.getByRole("menuitemradio", { name: "max" }).click();
    await more.click();
    await page.getByRole("menuitem", { name: "Mention context with @" }).click();
    expect(await page.locator(".composer textarea").inputValue()).toBe("@");
    expect((await view.posted()).slice(1, 3)).toEqual([
      { type: "set-web", on: true },
      { type: "set-effort", level: "max" },
    ]);
  });

  it("shows how full the context is from half on, with the draft, and says so in words when it is nearly full", async () => {
    const limit = 200_000;
    const { box, page } = await open({ budget: { used: 90_000, limit } });
    expect(await page.getByRole("meter").count()).toBe(0);
    await box.fill("word ".repeat(12_000));
    expect(await page.getByRole("meter").getAttribute("aria-valuetext")).toBe("105K of 200K tokens");
    await view.post(composing({ budget: { used: 170_000, limit } }));
    expect(await page.locator(".composer-warning").innerText()).toBe(
      "The context is nearly full: 185K of 200K tokens.",
    );
    expect(await spoken()).toContain("nearly full");
    await view.post(composing({ budget: { used: 210_000, limit } }));
    expect(await page.locator(".composer-warning").innerText()).toContain("more than the model can read");
  });
});

import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { ToView } from "../../src/protocol/messages.ts";
import type { TurnView } from "../../src/protocol/turns.ts";
import { answer, delta, factsOf, snapshot, user } from "./fixtures.ts";
import { closeBrowser, openView, type View } from "./support.ts";

let view: View;

const text = (index: number) =>
  `Answer **${index}** begins.\n\n${"Some words that fill a line or two.\n\n".repeat(12)}`;
const pair = (index: number): TurnView[] => [
  user(`question ${index}`, [], `u${index}`),
  answer(text(index), "done", { id: `a${index}` }),
];
/** Questions and answers from number `from` on. */
const pairs = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => pair(from + index)).flat();
/** What stands in front of question number `next`. */
const before = (next: number, turns: TurnView[], earlier: number): ToView => ({
  type: "turns-before",
  conversationId: "c1",
  before: `u${next}`,
  turns,
  earlier,
});

const log = () => view.page.locator(".log");
const fromBottom = () => log().evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop);
const bodyOf = (index: number) => view.page.locator(`[data-turn=a${index}] .markdown`);
const isDrawn = async (index: number) => (await bodyOf(index).locator("strong").count()) === 1;
const untilDrawn = (index: number) => bodyOf(index).locator("strong").waitFor();
const untilPlain = (index: number) => bodyOf(index).locator(":scope.far").waitFor({ state: "attached" });
const topOf = (id: string) =>
  view.page.locator(`[data-turn=${id}]`).evaluate((element) => element.getBoundingClientRect().top);
const asked = async () => (await view.postedOf("more-turns")).length;

async function open(...messages: ToView[]) {
  view = await openView();
  await view.post(...messages);
  await view.drawn();
  return view.page;
}

afterEach(async () => {
  expect(view.errors).toEqual([]);
  expect(await view.violations()).toEqual([]);
  await view.close();
});
afterAll(closeBrowser);

describe("turns far from what is seen", () => {
  it("are plain text until they come near, and again when they have gone far away", async () => {
    const page = await open(snapshot(pairs(0, 60)));
    expect(await isDrawn(59)).toBe(true);
    expect(await isDrawn(10)).toBe(false);
    // As it was written, so that it can be read out, selected and found.
    expect(await bodyOf(10).textContent()).toBe(text(10));
    await page.locator("[data-turn=a10]").evaluate((element) => element.scrollIntoView());
    await untilDrawn(10);
    await untilDrawn(11);
    expect(await isDrawn(40)).toBe(false);
    await log().evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await untilPlain(10);
    expect(await bodyOf(10).locator("*").count()).toBe(0);
    expect(await isDrawn(59)).toBe(true);
  });

  it("leave nothing behind of what was drawn", async () => {
    const page = await open(snapshot(pairs(0, 60)));
    await page.locator("[data-turn=a10]").evaluate((element) => element.scrollIntoView());
    await untilDrawn(10);
    const drawn = await bodyOf(10)
      .locator("strong")
      .evaluateHandle((element) => new WeakRef(element));
    await log().evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await untilPlain(10);
    await view.settle();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("HeapProfiler.collectGarbage");
    await devtools.detach();
    expect(await drawn.evaluate((reference) => reference.deref()?.outerHTML)).toBeUndefined();
  });

  it("go off the page without holding it up when there is very much in one of them", async () => {
    const page = await open(snapshot([user("q"), answer("- a\n".repeat(10_500), "done", { id: "large" })]));
    await view.post(snapshot([user("another"), answer("one **answer**")], { conversationId: "c2" }));
    await page.waitForFunction(() => document.querySelectorAll(".turns").length === 1);
    expect(await page.locator(".turn").count()).toBe(2);
    expect(await page.locator("[data-turn=large]").count()).toBe(0);
    await page.locator(".markdown strong").waitFor();
  });

  it("cannot be edited any more while they go", async () => {
    const page = await open(snapshot([user("q"), answer("- a\n".repeat(10_500))]));
    const leaving = await page.evaluate(
      async (message) => {
        window.postMessage(message, "*");
        const field = document.querySelector("textarea");
        await new Promise((resolve) => window.addEventListener("message", resolve, { once: true }));
        field?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true, cancelable: true }));
        return document.querySelectorAll(".leaving .turn").length;
      },
      snapshot([], { conversationId: "c2" }),
    );
    expect(leaving).toBe(2);
    expect(await page.locator(".turn textarea").count()).toBe(0);
    await page.waitForFunction(() => document.querySelectorAll(".turns").length === 1);
  });

  it("do not move what is seen when they are drawn", async () => {
    const page = await open(snapshot(pairs(0, 60)));
    await page.locator("[data-turn=u20]").evaluate((element) => element.scrollIntoView());
    await untilDrawn(19);
    await untilDrawn(20);
    await view.drawn();
    for (let step = 0; step < 6; step++) {
      const top = await topOf("u20");
      await log().evaluate((element) => element.scrollBy(0, -150));
      await view.settle();
      await view.settle();
      expect(Math.abs((await topOf("u20")) - top - 150)).toBeLessThan(2);
    }
  });

  it("stay drawn while something in them is selected", async () => {
    const page = await open(snapshot(pairs(0, 60)));
    await page.locator("[data-turn=a10]").evaluate((element) => element.scrollIntoView());
    await untilDrawn(10);
    await untilDrawn(9);
    await bodyOf(10).evaluate((element) => document.getSelection()?.selectAllChildren(element));
    await log().evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await untilPlain(9);
    expect(await isDrawn(10)).toBe(true);
  });

  it("are drawn without the browser's help when they are the newest", async () => {
    await open(snapshot(pairs(0, 40)));
    await log().evaluate((element) => element.scrollTo(0, 0));
    await untilDrawn(0);
    const late = { type: "turn-added", turn: answer("", "answering", { id: "late" }) } as const;
    await view.post(late, delta("Now **here**", "", "late"), factsOf("done", {}, "late"));
    await view.page.locator("[data-turn=late] strong").waitFor({ state: "attached" });
    expect(await isDrawn(39)).toBe(true);
  });
});

describe("turns that the host has held back", () => {
  it("are asked for page by page until all are there", async () => {
    const page = await open(snapshot(pairs(20, 30), { earlier: 40 }));
    await page.waitForFunction(() => globalThis.recorded.posted.some(({ type }) => type === "more-turns"));
    await view.settle();
    expect(await asked()).toBe(1);
    await view.post(before(20, pairs(10, 20), 20));
    await page.waitForFunction(
      () => globalThis.recorded.posted.filter(({ type }) => type === "more-turns").length === 2,
    );
    await view.post(before(10, pairs(0, 10), 0));
    await page.waitForTimeout(100);
    expect(await asked()).toBe(2);
    const ids = await page
      .locator(".turn")
      .evaluateAll((all) => all.map((element) => element.getAttribute("data-turn")));
    expect(ids).toEqual(pairs(0, 30).map(({ id }) => id));
  });

  it("come once and are all asked for when the latest ones are sent anew meanwhile", async () => {
    const page = await open(snapshot(pairs(20, 30), { earlier: 40 }));
    const askedBefore = async () => (await view.postedOf("more-turns")).map((message) => message.before);
    const untilAsked = (count: number) =>
      page.waitForFunction(
        (wanted) => globalThis.recorded.posted.filter(({ type }) => type === "more-turns").length === wanted,
        count,
      );
    await untilAsked(1);
    // The same chat is chosen once more: what comes for the first question comes after the latest turns.
    await view.post(snapshot(pairs(20, 30), { earlier: 40 }), before(20, pairs(10, 20), 20));
    await untilAsked(2);
    await view.post(snapshot(pairs(20, 30), { earlier: 40 }), before(20, pairs(10, 20), 20));
    await view.post(before(10, pairs(0, 10), 0));
    await view.settle();
    expect(await askedBefore()).toEqual(["u20", "u10"]);
    const ids = await page
      .locator(".turn")
      .evaluateAll((all) => all.map((element) => element.getAttribute("data-turn")));
    expect(ids).toEqual(pairs(0, 30).map(({ id }) => id));
    // Another chat and back: its turns are asked for anew.
    await view.post(snapshot([], { conversationId: "c2" }));
    await view.settle();
    await view.post(snapshot(pairs(20, 30), { earlier: 40 }));
    await untilAsked(3);
  });

  it.each([0, 90])("leave the place as it is when it is %i pixels from the top", async (place) => {
    await open(snapshot(pairs(20, 30), { earlier: 40 }));
    await log().evaluate((element, top) => element.scrollTo(0, top), place);
    await untilDrawn(20);
    await view.drawn();
    const top = await topOf("a20");
    await view.post(before(20, pairs(10, 20), 20));
    await view.drawn();
    expect(Math.abs((await topOf("a20")) - top)).toBeLessThan(2);
    expect(await view.page.locator(".latest").isVisible()).toBe(true);
  });

  it("leave the view at the bottom when it was there", async () => {
    await open(snapshot(pairs(20, 30), { earlier: 40 }));
    await view.post(before(20, pairs(0, 20), 0));
    await view.drawn();
    expect(await fromBottom()).toBeLessThan(2);
  });

  it("stay at the bottom while the side bar is dragged narrower and wider", async () => {
    const page = await open(snapshot(pairs(0, 8)));
    await page.waitForTimeout(200);
    const size = page.viewportSize() ?? { width: 400, height: 800 };
    for (const way of [-20, 20]) {
      for (let step = 1; step <= 10; step += 1) {
        size.width += way;
        await page.setViewportSize(size);
      }
      await view.settle();
      expect(await fromBottom()).toBeLessThan(2);
      expect(await page.locator(".latest").isVisible()).toBe(false);
    }
  });

  it("are scrolled to when the user was there before", async () => {
    const page = await open(snapshot(pairs(0, 30)));
    await page.locator("[data-turn=u5]").evaluate((element) => element.scrollIntoView());
    await untilDrawn(5);
    await page.waitForTimeout(300);
    const turn = await page.evaluate(() =>
      document.elementFromPoint(100, 100)?.closest(".turn")?.getAttribute("data-turn"),
    );
    await page.reload();
    await view.ready();
    await view.post(snapshot(pairs(20, 30), { earlier: 40 }));
    await view.drawn();
    await view.post(before(20, pairs(10, 20), 20));
    await view.post(before(10, pairs(0, 10), 0));
    await view.drawn();
    expect(
      await page.evaluate(() => document.elementFromPoint(100, 100)?.closest(".turn")?.getAttribute("data-turn")),
    ).toBe(turn);
  });
});

describe("cost", () => {
  it("is nothing while a long conversation is only shown", async () => {
    const page = await open(snapshot(pairs(0, 150)));
    await page.waitForTimeout(2_500);
    await page.evaluate(() => {
      for (const name of ["requestAnimationFrame", "requestIdleCallback", "setTimeout", "setInterval"] as const) {
        const real: (...args: never[]) => number = window[name];
        Object.assign(window, {
          [name]: (...args: never[]) => {
            globalThis.recorded.hit.push(name);
            return real(...args);
          },
        });
      }
    });
    await page.waitForTimeout(1_500);
    expect(await view.hits()).toEqual([]);
  });

  it("of an answer that grows does not come from the turns above it", async () => {
    const page = await open(snapshot([...pairs(100, 350), user("q"), answer("", "answering")]));
    await view.post(delta("Begun.\n\n"));
    await view.drawn();
    const changes = await page.evaluate(async () => {
      let count = 0;
      new MutationObserver((records) => {
        for (const { target } of records) {
          if (target instanceof Element && target.closest("[data-turn=a1]") === null) count++;
        }
      }).observe(document, { subtree: true, childList: true, attributes: true });
      for (let word = 0; word < 200; word++) {
        window.postMessage({ type: "delta", turnId: "a1", text: `word ${word}\n\n`, thinking: "" }, "*");
        await new Promise(requestAnimationFrame);
      }
      return count;
    });
    // A turn or two come near while the answer is short.
    expect(changes).toBeLessThan(20);
  });
});

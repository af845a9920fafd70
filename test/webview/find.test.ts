import type { Page } from "playwright-core";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { ToView } from "../../src/protocol/messages.ts";
import { answer, busy, delta, factsOf, richAnswer, snapshot, user } from "./fixtures.ts";
import { closeBrowser, openView, screenshotPath, type View, type ViewOptions } from "./support.ts";

let view: View;

async function open(messages: ToView[], options: ViewOptions = {}): Promise<Page> {
  view = await openView(options);
  await view.post(...messages);
  await view.drawn();
  return view.page;
}

const input = () => view.page.getByRole("textbox", { name: "Find" });
const count = () => view.page.locator(".find-count");
const untilCount = (text: string) => view.page.locator(".find-count", { hasText: new RegExp(`^${text}$`) }).waitFor();

async function find(words: string): Promise<void> {
  await view.page.keyboard.press("Control+f");
  await input().waitFor();
  await input().fill(words);
}

/** What the browser marks. */
const marked = (name: string) =>
  view.page.evaluate((highlight) => {
    const ranges = [...(CSS.highlights.get(highlight) ?? [])];
    return ranges.map(({ startContainer, startOffset, endContainer, endOffset }) => {
      const range = document.createRange();
      range.setStart(startContainer, startOffset);
      range.setEnd(endContainer, endOffset);
      return range.toString();
    });
  }, name);

/** Whether the current match lies in what is seen of the log, and is not covered by the bar. */
const currentIsSeen = () =>
  view.page.evaluate(() => {
    const [current] = CSS.highlights.get("find-current") ?? [];
    const log = document.querySelector(".log")?.getBoundingClientRect();
    const bar = document.querySelector(".find-bar")?.getBoundingClientRect();
    if (current === undefined || log === undefined || bar === undefined) return false;
    const range = document.createRange();
    range.setStart(current.startContainer, current.startOffset);
    range.setEnd(current.endContainer, current.endOffset);
    const box = range.getBoundingClientRect();
    return box.height > 0 && box.top >= bar.bottom && box.bottom <= log.bottom;
  });

const filler = "Some words that fill a line or two.\n\n".repeat(12);
const long = Array.from({ length: 60 }, (_, index) => [
  user(`question ${index}`, [], `u${index}`),
  answer(`Answer **${index}** has a nee**dle** in it.\n\n${filler}`, "done", { id: `a${index}` }),
]).flat();

afterEach(async () => {
  expect(view.errors).toEqual([]);
  expect(await view.violations()).toEqual([]);
  await view.close();
});
afterAll(closeBrowser);

describe("find in page", () => {
  it("is not read before it is asked for", async () => {
    const requested: string[] = [];
    view = await openView();
    view.page.on("request", (request) => requested.push(new URL(request.url()).pathname));
    await view.post(snapshot([user("q")]));
    expect(requested.filter((name) => name.includes("findBar"))).toEqual([]);
    await find("q");
    expect(requested.filter((name) => name.includes("findBar")).length).toBe(1);
  });

  it("opens once, however often it is asked for before it has been read", async () => {
    const page = await open([snapshot([user("q")])], { chunkDelay: 50 });
    await page.keyboard.press("Control+f");
    await page.keyboard.press("Control+f");
    await find("q");
    await untilCount("Match 1 of 1");
    expect(await page.locator(".find-bar").count()).toBe(1);
  });

  it("counts, marks and walks through the matches, round the end", async () => {
    await open([snapshot([user("One reader"), answer("The **read**er reads.\n\nNo READER here.")])]);
    await find("reader");
    await untilCount("Match 1 of 3");
    expect(await marked("find-match")).toEqual(["reader", "reader", "READER"]);
    const page = view.page;
    await page.keyboard.press("Enter");
    await untilCount("Match 2 of 3");
    expect(await marked("find-current")).toEqual(["reader"]);
    await page.keyboard.press("F3");
    await untilCount("Match 3 of 3");
    await page.getByRole("button", { name: "Next match" }).click();
    await untilCount("Match 1 of 3");
    await page.keyboard.press("Shift+F3");
    await untilCount("Match 3 of 3");
    await input().press("Shift+Enter");
    await untilCount("Match 2 of 3");
    await page.getByRole("button", { name: "Previous match" }).click();
    await untilCount("Match 1 of 3");
  });

  it("says that there is nothing, and takes signs for signs", async () => {
    await open([snapshot([user("What is a+b (in C)?"), answer("x")])]);
    await find("a+b (in");
    await untilCount("Match 1 of 1");
    await input().fill("nowhere");
    await untilCount("No results");
    await input().fill("");
    expect(await count().textContent()).toBe("");
    expect(await marked("find-match")).toEqual([]);
  });

  it("finds words across lines of source and elements, not names of buttons nor what is folded away", async () => {
    await open([snapshot([user("q"), answer("one\ntwo **three**\n\nfour", "done", { thinking: "hidden thought" })])]);
    await find("one two three");
    await untilCount("Match 1 of 1");
    await input().fill("three four");
    await untilCount("No results");
    await input().fill("Copy");
    await untilCount("No results");
    await input().fill("hidden thought");
    await untilCount("No results");
    await view.page.locator(".thinking-toggle").click();
    await untilCount("Match 1 of 1");
  });

  it("reaches turns that are not drawn yet, and stays on the match when they are", async () => {
    await open([snapshot(long)]);
    await find("Answer 3 has");
    // Far away the text is as it was written; the marks around the number stand between.
    await input().fill("question 3");
    await untilCount("Match 11 of 11");
    await view.page.keyboard.press("Enter");
    await untilCount("Match 1 of 11");
    await view.page.locator("[data-turn=a3] strong").first().waitFor();
    await view.page.waitForTimeout(300);
    expect(await currentIsSeen()).toBe(true);
    expect(await marked("find-current")).toEqual(["question 3"]);
    await input().fill("needle");
    await untilCount("Match [1-9]\\d* of [1-9]\\d*");
    expect(await currentIsSeen()).toBe(true);
  });

  it("asks for all earlier turns at once and looks through them", async () => {
    const earlier = (from: number, to: number): ToView => ({
      type: "turns-before",
      conversationId: "c1",
      before: long[to]?.id ?? "",
      turns: long.slice(from, to),
      earlier: from,
    });
    await open([snapshot(long.slice(-20), { earlier: 100 })]);
    await find("question 7");
    await untilCount("No results");
    await view.post(earlier(50, 100));
    await view.post(earlier(0, 50));
    await untilCount("Match 1 of 1");
    expect((await view.postedOf("more-turns")).length).toBe(2);
  });

  it("keeps up with an answer that arrives", async () => {
    await open([snapshot([user("q"), answer("", "answering")])]);
    await find("needle");
    await untilCount("No results");
    await view.post(delta("a needle"));
    await untilCount("Match 1 of 1");
    await view.post(delta(" and a needle"), factsOf("done"));
    await untilCount("Match 1 of 2");
  });

  it("takes what is selected, closes with Escape and gives the focus back without stopping the answer", async () => {
    const page = await open([snapshot([user("q"), answer("take this word")]), busy()]);
    await page.locator("textarea").focus();
    await page.locator(".markdown p").evaluate((element) => {
      const node = element.firstChild;
      if (node !== null) document.getSelection()?.setBaseAndExtent(node, 5, node, 9);
    });
    await page.keyboard.press("Control+f");
    await input().waitFor();
    expect(await input().inputValue()).toBe("this");
    await untilCount("Match 1 of 1");
    await page.keyboard.press("Escape");
    expect(await view.page.locator(".find-bar").isVisible()).toBe(false);
    expect(await marked("find-match")).toEqual([]);
    expect(await view.postedOf("stop")).toEqual([]);
  });

  it("leaves the keys to the input method", async () => {
    await open([snapshot([user("one one")])]);
    await find("one");
    await untilCount("Match 1 of 2");
    await input().evaluate((element) => {
      for (const key of ["Enter", "Escape"]) {
        const options = { key, bubbles: true, cancelable: true } as const;
        element.dispatchEvent(new KeyboardEvent("keydown", { ...options, isComposing: true }));
        element.dispatchEvent(new KeyboardEvent("keydown", { ...options, keyCode: 229 }));
      }
    });
    expect(await count().textContent()).toBe("Match 1 of 2");
    expect(await input().isVisible()).toBe(true);
  });

  it("leaves nothing running when it is closed", async () => {
    const page = await open([snapshot([user("q"), answer("x")])]);
    await find("x");
    await page.keyboard.press("Escape");
    await page.evaluate(() => {
      const real = window.setTimeout;
      Object.assign(window, {
        setTimeout: (act: () => void, ms?: number) => {
          // One without a time is the test's own.
          if (ms !== undefined) globalThis.recorded.hit.push(`timer ${ms}`);
          return real(act, ms);
        },
      });
      document.querySelector(".markdown p")?.append(" more");
    });
    await view.settle();
    expect(await view.hits()).toEqual([]);
  });

  it.each(["dark", "light", "hc-dark", "hc-light"] as const)("looks native (%s)", async (theme) => {
    await open([snapshot([user("Why does the reader hang?"), answer(richAnswer)])], { theme });
    await find("read");
    await view.page.keyboard.press("Enter");
    await view.settle();
    await view.page.screenshot({ path: await screenshotPath(`find-${theme}`) });
    expect(await currentIsSeen()).toBe(true);
  });

  it("fits a panel of 240 pixels", async () => {
    await open([snapshot([user("Why does the reader hang?"), answer(richAnswer)])], { width: 240 });
    await find("read");
    await view.page.screenshot({ path: await screenshotPath("find-narrow") });
    const box = await view.page.locator(".find-bar").boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(240);
  });
});

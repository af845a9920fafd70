import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answer, busy, delta, factsOf, snapshot, user } from "./fixtures.ts";
import { heavyAnswers, hostileAnswers } from "./hostile.ts";
import { closeBrowser, openView, type View } from "./support.ts";

declare global {
  // Milliseconds that the longest task since the last answer has taken; in the page.
  var longestTask: () => number;
}

afterAll(closeBrowser);

/** Elements that an answer may be made of; anything else came from the answer itself. */
const allowed =
  "P H4 H5 UL OL LI BLOCKQUOTE PRE CODE EM STRONG S A SPAN DIV BR HR TABLE THEAD TBODY TR TH TD BUTTON I".split(" ");

describe("hostile text", () => {
  let view: View;
  beforeAll(async () => {
    view = await openView({ width: 500, height: 2_000 });
  });

  it(`has ${hostileAnswers.length} cases`, () => {
    expect(hostileAnswers.length).toBeGreaterThanOrEqual(60);
  });

  it.each([
    ["restored from history", false],
    ["streamed in pieces", true],
  ])(
    "executes nothing and loads nothing, %s",
    async (_, streamed) => {
      for (const [index, text] of hostileAnswers.entries()) {
        const id = `h${index}`;
        const problem = { text, details: text, actions: [{ id: "a", label: text }] };
        if (streamed) {
          const pieces = text.match(/[^]{1,23}/g) ?? [];
          await view.stream([
            snapshot([user(text), answer("", "answering", { id })], { conversationId: `s${index}`, title: text }),
            ...pieces.map((piece) => delta(piece, piece, id)),
            factsOf("failed", { model: text, problem }, id),
          ]);
        } else {
          const attachment = { id: "x", kind: "file", label: text, detail: text } as const;
          const turns = [user(text, [attachment]), answer(text, "cut", { id, thinking: text, model: text, problem })];
          await view.post(
            snapshot(turns, {
              conversationId: `r${index}`,
              title: text,
              composer: { attachments: [attachment], model: text },
            }),
          );
        }
        await view.drawn();
        const found = await view.page.evaluate(() => {
          const elements = [...document.querySelectorAll(".markdown *")];
          return {
            tags: [...new Set(elements.map(({ tagName }) => tagName))],
            handlers: elements.flatMap((element) =>
              element.getAttributeNames().filter((name) => /^(on|style$|src)/.test(name)),
            ),
            hrefs: elements.flatMap((element) =>
              element.hasAttribute("href") ? [element.getAttribute("href") ?? ""] : [],
            ),
          };
        });
        expect(
          found.tags.filter((tag) => !allowed.includes(tag)),
          text,
        ).toEqual([]);
        expect(found.handlers, text).toEqual([]);
        expect(
          found.hrefs.filter((href) => !/^(https?:\/\/|mailto:)/.test(href)),
          text,
        ).toEqual([]);
        // A click on everything that looks like a link: it may only ask the host.
        await view.page.evaluate(() =>
          document.querySelectorAll<HTMLElement>(".markdown a").forEach((link) => link.click()),
        );
      }
      expect(await view.hits()).toEqual([]);
      expect(view.foreignRequests).toEqual([]);
      expect(view.errors).toEqual([]);
      expect(await view.violations(), "the policy had nothing to stop").toEqual([]);
      expect(view.page.url()).toBe("http://webview.test/");
      for (const { href } of await view.postedOf("open-link")) expect(href).toMatch(/^https?:\/\//);
    },
    120_000,
  );
});

describe("heavy text", () => {
  it.each(Object.entries(heavyAnswers))("%s does not freeze the panel", async (_, text) => {
    const view = await openView();
    // So that what is measured is the text and not the loading of Markdown.
    await view.post(snapshot([user("q"), answer("```ts\nx\n```", "done")], { conversationId: "warm" }));
    await view.drawn();
    await view.post(snapshot([user("q"), answer("", "answering")]), busy());
    await view.page.evaluate(() => {
      const durations: number[] = [];
      const keep = (entries: PerformanceEntryList) => durations.push(...entries.map(({ duration }) => duration));
      const observer = new PerformanceObserver((list) => void keep(list.getEntries()));
      observer.observe({ type: "longtask" });
      globalThis.longestTask = () => {
        keep(observer.takeRecords());
        return Math.max(0, ...durations);
      };
    });
    await view.post(delta(text), factsOf("done"));
    await view.drawn();
    const longest = await view.page.evaluate(() => globalThis.longestTask());
    // A tenth of this on a quiet machine; the benchmark measures, this catches what never ends.
    expect(longest).toBeLessThan(2_000);
    expect(view.errors).toEqual([]);
    // Still answers: the composer takes a key.
    await view.page.locator("textarea").press("a");
    expect(await view.page.locator("textarea").inputValue()).toBe("a");
    await view.close();
  });
});

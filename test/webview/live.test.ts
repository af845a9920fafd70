import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { ToView } from "../../src/protocol/messages.ts";
import { answer, busy, delta, factsOf, longAnswer, richAnswer, snapshot, user } from "./fixtures.ts";
import { closeBrowser, openView, type View, type ViewOptions } from "./support.ts";

let view: View;

async function open(messages: ToView[], options: ViewOptions = {}) {
  view = await openView(options);
  await view.post(...messages);
  return view.page;
}

const begun = () => [snapshot([user("q"), answer("", "waiting")]), busy()];
const log = () => view.page.locator(".log");
const fromBottom = () => log().evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop);
const spoken = () => view.page.locator("[role=status]").textContent();

afterEach(async () => {
  expect(view.errors).toEqual([]);
  await view.close();
});
afterAll(closeBrowser);

describe("an answer that arrives", () => {
  it("shows text at once and loses none when Markdown is still on its way", async () => {
    const page = await open(begun(), { chunkDelay: 400 });
    await view.post(factsOf("answering"), delta("**one** "), delta("two\n\n"));
    expect(await page.locator(".markdown").textContent()).toBe("**one** two\n\n");
    await view.post(delta("three"));
    await page.waitForFunction(() => document.querySelector(".markdown strong") !== null);
    await view.post(delta(" four"), factsOf("done"));
    await view.drawn();
    expect(await page.locator(".markdown p").allTextContents()).toEqual(["one two", "three four"]);
  });

  it("looks the same streamed as restored", async () => {
    const page = await open(begun());
    await view.post(factsOf("answering"));
    for (let at = 0; at < richAnswer.length; at += 40) await view.post(delta(richAnswer.slice(at, at + 40)));
    await view.post(factsOf("done"), busy(false));
    await view.drawn();
    const streamed = await page.locator(".markdown").innerHTML();
    await view.post(snapshot([user("q"), answer(richAnswer)], { conversationId: "c2" }));
    await view.drawn();
    expect(await page.locator(".markdown").innerHTML()).toBe(streamed);
  });

  it("is laid out in parts, alike streamed and restored, of which those before the last two rest while they are far", async () => {
    const long = Array.from({ length: 120 }, (_, index) => `## ${index}\n\nA paragraph.\n\n- a\n- b`).join("\n\n");
    const page = await open(begun());
    await view.post(factsOf("answering"));
    for (let at = 0; at < long.length; at += 400) await view.post(delta(long.slice(at, at + 400)));
    await view.post(factsOf("done"), busy(false));
    await view.drawn();
    const resting = () =>
      page.locator(".part").evaluateAll((all) => all.map((part) => part.classList.contains("past")));
    const parts = await resting();
    expect(parts.length).toBeGreaterThan(5);
    expect(parts).toEqual(parts.map((_, index) => index < parts.length - 2));
    expect(await page.locator(".part > *").count()).toBe(360);
    expect(await fromBottom()).toBeLessThan(1);
    const streamed = await page.locator(".markdown").innerHTML();
    await view.post(snapshot([user("q"), answer(long)], { conversationId: "c2" }));
    await view.drawn();
    expect(await page.locator(".markdown").innerHTML()).toBe(streamed);
  });

  it("keeps its distances where one part ends and the next begins", async () => {
    const blocks = ["A paragraph.", "## A heading", "- a\n- b", "---", "`code`", "> quote", "### Another heading"];
    const long = Array.from({ length: 200 }, (_, index) => blocks[index % blocks.length]).join("\n\n");
    const page = await open([snapshot([user("q"), answer(long)])]);
    await view.drawn();
    const gaps = await page.locator(".markdown").evaluate((markdown) => {
      for (const part of markdown.children) part.classList.remove("past");
      const all = [...markdown.querySelectorAll(".part > *")];
      return all.slice(1).map((block, index) => {
        const before = all[index];
        const between = block.getBoundingClientRect().top - (before?.getBoundingClientRect().bottom ?? 0);
        const names = `${before?.localName} ${block.localName}`;
        return { names, between: Math.round(between), crosses: before?.parentElement !== block.parentElement };
      });
    });
    const inside = new Map(gaps.filter(({ crosses }) => !crosses).map(({ names, between }) => [names, between]));
    const across = gaps.filter(({ crosses }) => crosses);
    expect(across.length).toBeGreaterThan(3);
    expect(across.map(({ between }) => between)).toEqual(across.map(({ names }) => inside.get(names)));
  });

  it("keeps the finished items of a list that still grows", async () => {
    const source =
      "- one\n- two\n\n  ```js\n  let a;\n  ```\n- three `c` and\n  more\n\n  ```ts\n  let b;\n  ```\n- [x] four\n\nend";
    const page = await open(begun());
    await view.post(factsOf("answering"));
    await view.stream((source.slice(0, -12).match(/.{1,4}/gs) ?? []).map((piece) => delta(piece)));
    await view.drawn();
    const items = page.locator(".markdown li");
    await items.first().evaluate((item) => {
      item.dataset["kept"] = "yes";
      document.getSelection()?.selectAllChildren(item);
    });
    await view.post(delta(source.slice(-12)), factsOf("done"), busy(false));
    await view.drawn();
    expect(await items.first().getAttribute("data-kept")).toBe("yes");
    expect(await page.evaluate(() => document.getSelection()?.toString())).toBe("one");
    expect(await page.locator(".code-language").allTextContents()).toEqual(["js", "ts"]);
    await items.first().evaluate((item) => item.removeAttribute("data-kept"));
    const streamed = await page.locator(".markdown").innerHTML();
    await view.post(snapshot([user("q"), answer(source)], { conversationId: "c2" }));
    await view.drawn();
    expect(await page.locator(".markdown").innerHTML()).toBe(streamed);
  });

  it.each([
    [
      "the only item",
      "1. See **this**:\n\n   ```ts\n   let a = 1; // ",
      "long ".repeat(60),
      "\n   ```\n\n   More.\n2. two\n",
    ],
    ["the last item", "- one\n- two:\n  ```ts\n  let a = 1; // ", "long ".repeat(60), "\n  ```\n  more\n- three\n"],
    [
      "an item of an item",
      "- one\n  - two:\n    ```ts\n    let a = 1; // ",
      "long ".repeat(60),
      "\n    ```\n  - three\n- four\n",
    ],
    [
      "an item with more code",
      "- one:\n\n  ```ts\n  let a = 1; // ",
      `${"long ".repeat(60)}\n  \`\`\`\n\n  \`\`\`js\n  let`,
      " b;\n  ```\n",
    ],
  ])("keeps code in %s of a list that still grows", async (_, begin, long, rest) => {
    const page = await open(begun());
    await view.post(factsOf("answering"), delta(begin), delta(long));
    await view.drawn();
    const insert = page.getByRole("button", { name: "Insert code block 1 at cursor" });
    await insert.focus();
    await page
      .locator("pre")
      .first()
      .evaluate((pre) => {
        pre.dataset["kept"] = "yes";
        pre.scrollLeft = 50;
      });
    const { x, y, width, height } = (await insert.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await view.post(delta(" end"));
    await view.stream((rest.match(/.{1,3}/gs) ?? []).map((piece) => delta(piece)));
    await view.drawn();
    const kept = await page.locator("pre[data-kept]").evaluate((pre) => [pre.scrollLeft, pre.textContent]);
    expect(kept).toEqual([50, expect.stringMatching(/^let a = 1; \/\/ (?:long )+(?: end)?$/)]);
    expect(await insert.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.mouse.up();
    expect(await view.postedOf("insert")).toHaveLength(1);
    await view.post(factsOf("done"), busy(false));
    await view.drawn();
    await page.locator("pre[data-kept]").evaluate((pre) => delete pre.dataset["kept"]);
    const streamed = await page.locator(".markdown").innerHTML();
    await view.post(snapshot([user("q"), answer(`${begin}${long} end${rest}`)], { conversationId: "c2" }));
    await view.drawn();
    expect(await page.locator(".markdown").innerHTML()).toBe(streamed);
  });

  it("shows where it goes on, until it is complete", async () => {
    const page = await open(begun());
    const marked = () => page.locator("[data-caret]").allTextContents();
    await view.post(factsOf("answering"), delta("one\n\ntwo"));
    await view.drawn();
    expect(await marked()).toEqual(["two"]);
    await view.post(delta("\n\n- three\n- four"));
    await view.drawn();
    expect(await marked()).toEqual(["four"]);
    await view.post(factsOf("done"), busy(false));
    await view.drawn();
    expect(await marked()).toEqual([]);
  });

  it("keeps the elements of finished blocks and of code that still grows", async () => {
    const page = await open(begun());
    await view.post(factsOf("answering"), delta("one\n\ntwo\n\nthree\n\n```js\nlet a"));
    await view.drawn();
    await page.evaluate(() => {
      for (const element of document.querySelectorAll<HTMLElement>(".markdown > .part > *"))
        element.dataset["kept"] = "yes";
    });
    await view.post(delta(" = 1;\nlet b"), delta(";\n```\n\nfour"));
    await view.drawn();
    const kept = await page
      .locator(".markdown > .part > *")
      .evaluateAll((all) => all.map((element) => element.getAttribute("data-kept")));
    expect(kept).toEqual(["yes", "yes", "yes", "yes", null]);
    expect(await page.locator("pre").textContent()).toBe("let a = 1;\nlet b;");
    expect(await page.locator(".hljs-keyword").allTextContents()).toEqual(["let", "let"]);
  });

  it("colours a block once, when its fence closes", async () => {
    const page = await open(begun());
    await view.post(factsOf("answering"), delta("```js\nlet a = 1;\n"));
    await view.drawn();
    expect(await page.locator(".hljs-keyword").count()).toBe(0);
    await view.post(delta("```\n"));
    await page.waitForSelector(".hljs-keyword");
    await page.evaluate(() => {
      const code = document.querySelector("code");
      if (code !== null)
        new MutationObserver(() => globalThis.recorded.hit.push("coloured again")).observe(code, { childList: true });
    });
    await view.post(delta("\n\nmore\n\nand more"), factsOf("done"));
    await view.drawn();
    expect(await view.hits()).toEqual([]);
  });

  it("resolves links whose address comes last", async () => {
    const page = await open(begun());
    await view.post(factsOf("answering"), delta("see [it][r]\n\nb\n\nc\n\nd"));
    await view.drawn();
    await view.post(delta("\n\n[r]: https://a.b/c\n"));
    await view.drawn();
    expect(await page.locator(".markdown a").count()).toBe(0);
    await view.post(factsOf("done"));
    await view.drawn();
    expect(await page.locator(".markdown a").getAttribute("href")).toBe("https://a.b/c");
  });

  it("opens thinking while it runs and closes it when the answer starts", async () => {
    const page = await open(begun());
    const toggle = page.locator(".thinking-toggle");
    await view.post(factsOf("thinking"), delta("", "one\ntwo"), delta("", " three\n\nfour"));
    expect(await toggle.getAttribute("aria-expanded")).toBe("true");
    expect(await page.locator(".thinking-part > div").allTextContents()).toEqual(["one", "two three", "", "four"]);
    expect(await toggle.textContent()).toMatch(/^Thinking… \d s$/);
    await view.post(factsOf("answering", { thinkingMs: 12_400 }), delta("x"));
    expect(await toggle.getAttribute("aria-expanded")).toBe("false");
    expect(await toggle.textContent()).toBe("Thought for 12 s");
  });

  it("leaves thinking open that the user opened, also after a reload", async () => {
    const page = await open(begun());
    await view.post(factsOf("thinking"), delta("", "hm"));
    await page.locator(".thinking-toggle").click();
    await page.locator(".thinking-toggle").click();
    await view.post(factsOf("answering", { thinkingMs: 1_000 }), delta("x"), factsOf("done"));
    expect(await page.locator(".thinking-toggle").getAttribute("aria-expanded")).toBe("true");
    await page.waitForTimeout(250);
    await page.reload();
    await view.ready();
    await view.post(snapshot([user("q"), answer("x", "done", { thinking: "hm", thinkingMs: 1_000 })]));
    expect(await page.locator(".thinking-toggle").getAttribute("aria-expanded")).toBe("true");
  });

  it("begins the clock of thinking anew when an answer that was cut goes on", async () => {
    const page = await open([snapshot([user("q"), answer("", "thinking")]), busy()]);
    await view.post(delta("Half", "hm"), factsOf("cut", { thinkingMs: 3_000 }), busy(false));
    await page.evaluate(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + 3_600_000;
    });
    await view.post(factsOf("waiting"), busy());
    await view.post(factsOf("thinking"));
    expect(await page.locator(".thinking-toggle").innerText()).toMatch(/^Thinking… \d s$/);
  });

  it("shows the clock, says after ten seconds what it waits for, and counts down", async () => {
    const page = await open(begun());
    const line = page.locator(".wait-line");
    expect(await line.textContent()).toMatch(/Waiting for the first word… \d s/);
    await page.waitForFunction(() => document.querySelector(".wait-line")?.textContent?.includes("3 s"));
    await view.post(factsOf("waiting", { startedAt: Date.now() - 11_000 }));
    expect(await line.textContent()).toContain("Still waiting for GLM-5.3");
    await view.post(factsOf("waiting", { wait: { reason: "busy", resumesAt: Date.now() + 3_500 } }));
    expect(await line.textContent()).toMatch(/Trying again in [34] s/);
    await view.post(factsOf("answering"), delta("x"));
    expect(await line.count()).toBe(0);
  });

  it("shows a wait of unknown length without a clock", async () => {
    const page = await open(begun());
    await view.post(factsOf("waiting", { startedAt: Date.now() - 60_000, wait: { reason: "queue" } }));
    expect((await page.locator(".wait-line").textContent())?.trim()).toBe("Waiting for another GLM request to finish…");
  });

  it("announces beginning, end and problems, never a token", async () => {
    const page = await open(begun());
    await page.evaluate(() => {
      const region = document.querySelector("[role=status]");
      if (region === null) return;
      new MutationObserver(() => globalThis.recorded.hit.push(region.lastElementChild?.textContent ?? "")).observe(
        region,
        { childList: true },
      );
    });
    await view.post(factsOf("thinking"), delta("", "hm"));
    await view.post(factsOf("answering"), delta("secret token"));
    await view.post(delta(" another"));
    await view.post(factsOf("cut", { problem: { text: "It was cut.", actions: [] } }));
    expect(await view.hits()).toEqual(["Answer started", "It was cut."]);
    expect(await page.locator(".log").getAttribute("aria-live")).toBe("off");
  });

  it("says nothing about a conversation that is only shown again", async () => {
    await open([snapshot([user("q"), answer("a")])]);
    await view.post(snapshot([user("q"), answer("a")]));
    expect(await spoken()).toBe("");
  });

  it("drops an answer that is taken away and everything that still comes for it", async () => {
    const page = await open(begun());
    await view.post({ type: "turn-removed", turnId: "a1" }, delta("late"), factsOf("done"));
    expect(await page.locator(".turn").count()).toBe(1);
  });

  it("starts over when the text is another one", async () => {
    const page = await open([snapshot([user("q"), answer("this was thinking", "answering")])]);
    await view.drawn();
    await view.post(snapshot([user("q"), answer("", "thinking", { thinking: "this was thinking" })]));
    expect(await page.locator(".markdown").textContent()).toBe("");
    await view.post(factsOf("answering"), delta("answer"));
    await view.drawn();
    expect(await page.locator(".markdown").textContent()).toBe("answer");
  });
});

describe("the place in the log", () => {
  it("follows the answer at the bottom, and no longer once the user has scrolled up", async () => {
    const page = await open([snapshot([user("q"), answer(longAnswer, "answering")]), busy()]);
    await view.drawn();
    expect(await fromBottom()).toBeLessThan(2);
    await view.post(delta("\n\nmore\n\n".repeat(20)));
    expect(await fromBottom()).toBeLessThan(2);
    expect(await page.locator(".latest").isVisible()).toBe(false);
    await log().evaluate((element) => element.scrollBy(0, -400));
    await view.settle();
    const top = await log().evaluate((element) => element.scrollTop);
    await view.post(delta("\n\nmore\n\n".repeat(20)));
    expect(await log().evaluate((element) => element.scrollTop)).toBe(top);
    await page.getByRole("button", { name: "Jump to latest" }).click();
    expect(await fromBottom()).toBeLessThan(2);
    expect(await page.locator(".latest").isVisible()).toBe(false);
  });

  it("does not scroll by itself for a screen reader", async () => {
    const page = await open([snapshot([user("q"), answer("", "answering")])], {
      bodyClass: "vscode-using-screen-reader",
    });
    await view.post(delta(longAnswer));
    await view.drawn();
    expect(await log().evaluate((element) => element.scrollTop)).toBe(0);
    expect(
      await page
        .locator(".code-actions")
        .first()
        .evaluate((element) => getComputedStyle(element).opacity),
    ).toBe("1");
  });

  it("is found again after a reload, with the draft", async () => {
    const shown = snapshot([
      user("q"),
      answer(longAnswer),
      user("q2", [], "u2"),
      answer(longAnswer, "done", { id: "a2" }),
    ]);
    const page = await open([shown]);
    await view.drawn();
    await page.locator("textarea").fill("half a thought");
    await log().evaluate((element) => element.scrollTo(0, 700));
    await page.waitForTimeout(300);
    const sight = () => page.evaluate(() => document.elementFromPoint(100, 120)?.textContent?.slice(0, 40));
    const before = await sight();
    await page.reload();
    await view.ready();
    await view.post(shown);
    await view.drawn();
    expect(await page.locator("textarea").inputValue()).toBe("half a thought");
    expect(await sight()).toBe(before);
    await view.post(snapshot([], { conversationId: "c2" }));
    expect(await page.locator("textarea").inputValue(), "each conversation has its own draft").toBe("");
    await view.post(shown);
    expect(await page.locator("textarea").inputValue()).toBe("half a thought");
  });

  it("keeps the draft and the elements when the host shows the same conversation again", async () => {
    const page = await open([snapshot([user("q"), answer("a")])]);
    await view.drawn();
    await page.locator("textarea").fill("half");
    await page
      .locator(".turn")
      .first()
      .evaluate((element) => element.setAttribute("data-kept", ""));
    await view.post(snapshot([user("q"), answer("a")]));
    expect(await page.locator("textarea").inputValue()).toBe("half");
    expect(await page.locator("[data-kept]").count()).toBe(1);
  });
});

describe("cost", () => {
  it("asks for neither Markdown nor colours before there is something to show", async () => {
    const requested: string[] = [];
    view = await openView();
    view.page.on("request", (request) => requested.push(new URL(request.url()).pathname));
    await view.post(snapshot());
    await view.page.waitForTimeout(200);
    expect(requested.filter((name) => name.includes("chunks"))).toEqual([]);
  });

  it("sleeps when nothing happens", async () => {
    const page = await open([snapshot([user("q"), answer(richAnswer)])]);
    await view.drawn();
    await page.waitForTimeout(2_500);
    await page.evaluate(() => {
      for (const name of ["requestAnimationFrame", "setTimeout", "setInterval"] as const) {
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
    expect(
      await page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === "running").length),
    ).toBe(0);
  });

  it("leaves nothing behind of conversations that were shown", async () => {
    const page = await open([snapshot([user("q"), answer("a")], { conversationId: "first" })]);
    const listeners = async () => {
      const devtools = await page.context().newCDPSession(page);
      const { result } = await devtools.send("Runtime.evaluate", { expression: "document.querySelector('.log')" });
      const found = await devtools.send("DOMDebugger.getEventListeners", { objectId: result.objectId ?? "" });
      await devtools.detach();
      return found.listeners.map(({ type }) => type).toSorted();
    };
    const before = await listeners();
    expect(before).toContain("scroll");
    for (const conversationId of ["second", "third"]) {
      await view.post(snapshot([user("q"), answer("a")], { conversationId }));
    }
    expect(await listeners()).toEqual(before);
  });

  it("stands still when motion is not wanted", async () => {
    for (const options of [{ reducedMotion: true }, { bodyClass: "vscode-reduce-motion" }]) {
      const page = await open([snapshot([user("q"), answer("text", "answering")]), busy()], options);
      await view.drawn();
      expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
      if (options.reducedMotion === true) await view.close();
    }
  });

  it("touches each part of a long stream a few times, however long the whole is", async () => {
    const page = await open([snapshot([user("q"), answer("", "answering")]), busy()]);
    await view.post(delta("Begun.\n\n"));
    await view.drawn();
    const text = longAnswer.repeat(14).slice(0, 60_000);
    const { added, final, restyled } = await page.evaluate(async (source) => {
      let count = 0;
      let attributes = 0;
      new MutationObserver((records) => {
        for (const { addedNodes, type, target } of records) {
          if (type === "attributes" && target instanceof Element && target.closest(".markdown") === null) attributes++;
          for (const node of addedNodes) if (node instanceof Element) count += 1 + node.querySelectorAll("*").length;
        }
      }).observe(document, { subtree: true, childList: true, attributes: true });
      for (let at = 0; at < source.length; at += 240) {
        window.postMessage({ type: "delta", turnId: "a1", text: source.slice(at, at + 240), thinking: "" }, "*");
        await new Promise(requestAnimationFrame);
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
      return { added: count, final: document.querySelectorAll(".markdown *").length, restyled: attributes };
    }, text);
    expect(final).toBeGreaterThan(3_000);
    expect(added / final).toBeLessThan(4);
    // Setting an attribute of the page again with each delta restyled everything: 7 s for this answer.
    expect(restyled).toBeLessThan(10);
  });
});

describe("before the first conversation is there", () => {
  it("keeps what is typed, which a saved draft must not replace", async () => {
    const page = await open([]);
    await page.locator("textarea").fill("typed early");
    await view.post(snapshot());
    expect(await page.locator("textarea").inputValue()).toBe("typed early");
    await page.locator("textarea").press("Enter");
    expect(await view.postedOf("send")).toEqual([{ type: "send", text: "typed early" }]);
  });
});

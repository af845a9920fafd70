import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ToHost } from "../../src/protocol/messages.ts";
import { answer, busy, delta, factsOf, rightToLeftThoughts, snapshot, user } from "./fixtures.ts";
import { closeBrowser, openView, type View } from "./support.ts";

afterAll(closeBrowser);

let view: View;
let conversation = 0;
beforeAll(async () => {
  view = await openView({ width: 420, height: 900 });
});
afterEach(async () => {
  expect(view.errors).toEqual([]);
  expect(await view.violations()).toEqual([]);
  await view.page.evaluate(() => (globalThis.recorded.posted = []));
});

/** Shows an answer in a conversation of its own. */
async function show(text: string, ...more: Parameters<typeof answer> extends [string, ...infer Rest] ? Rest : never) {
  conversation++;
  await view.post(snapshot([user("q"), answer(text, ...more)], { conversationId: `answers-${conversation}` }));
  await view.drawn();
}

/** The question of this kind that the view has asked last. */
async function asked(type: Extract<ToHost, { type: "ask" }>["ask"]["type"]) {
  await view.page.waitForFunction(
    (wanted) => globalThis.recorded.posted.some((message) => message.type === "ask" && message.ask.type === wanted),
    type,
  );
  const all = await view.postedOf("ask");
  const found = all.findLast(({ ask }) => ask.type === type);
  if (found === undefined) throw new Error(`nothing asked of kind ${type}`);
  return found;
}

const button = (name: string) => view.page.getByRole("button", { name, exact: true });

/** What hidden characters are shown as, and what their tooltips begin with. */
const marks = () =>
  view.page
    .locator(".hidden-character")
    .evaluateAll((all) =>
      all.map((mark) => [getComputedStyle(mark, "::before").content, mark.getAttribute("title")?.slice(0, 23)]),
    );

describe("code blocks", () => {
  /** Right to left inside of a comment, so that what follows seems to be part of it. */
  const turned = 'if (level !== "user\u202E \u2066// Check if admin\u2069 \u2066") {\n}';

  it.each(["ts", "", "unknown"])(
    "mark what would turn code around, and hand it over as it is: %s",
    async (language) => {
      const marked = ["202E", "2066", "2069", "2066"].map((code) => [`"U+${code}"`, `Hidden character U+${code}`]);
      await show(`\`\`\`${language}\n${turned}\n\`\`\``);
      expect(await marks()).toEqual(marked);
      await button("Copy code block 1").click();
      expect(await view.postedOf("copy")).toEqual([{ type: "copy", text: turned }]);
      // Shown in the order in which it runs.
      const places = await view.page.locator(".code-block code").evaluate((code) => {
        const range = document.createRange();
        const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
        const lefts: number[] = [];
        for (let node = walker.nextNode(); node !== null && lefts.length < 40; node = walker.nextNode()) {
          for (let at = 0; at < (node.nodeValue ?? "").length && node.nodeValue?.[at] !== "\n"; at++) {
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            lefts.push(range.getBoundingClientRect().left);
          }
        }
        return lefts;
      });
      expect(places).toEqual(places.toSorted((one, other) => one - other));
    },
  );

  it("mark it also while the code arrives, and no more than anybody reads", async () => {
    conversation++;
    const start = answer("", "answering");
    await view.post(snapshot([user("q"), start], { conversationId: `answers-${conversation}` }), busy());
    for (const text of ["```ts\nlet a = 1; ", "\u202Eb", "c\u202C\n"]) await view.post(delta(text));
    await view.drawn();
    expect((await marks()).map(([content]) => content)).toEqual(['"U+202E"', '"U+202C"']);
    expect(await view.page.locator(".code-block code").evaluate((code) => code.textContent)).toBe(
      "let a = 1; \u202Ebc\u202C",
    );
    await show(`\`\`\`\n${"\u202Ea".repeat(5_000)}\n\`\`\``);
    expect(await marks()).toHaveLength(1_000);
  });

  it("hand the code over with the path that is named next to it", async () => {
    await show(
      "Change `src/price.ts:12`:\n\n```ts\nlet a;\n```\n\n```ts src/stock.ts\nlet b;\n```\n\n```py\n# lib/orders.py\nc = 1\n```\n\n```ts\nlet d;\n```",
    );
    for (const number of [1, 2, 3, 4]) await button(`Apply code block ${number} to a file`).click();
    expect(await view.postedOf("apply-code")).toEqual([
      { type: "apply-code", text: "let a;", language: "ts", hint: "src/price.ts" },
      { type: "apply-code", text: "let b;", language: "ts", hint: "src/stock.ts" },
      { type: "apply-code", text: "# lib/orders.py\nc = 1", language: "py", hint: "lib/orders.py" },
      { type: "apply-code", text: "let d;", language: "ts" },
    ]);
  });

  it.each([
    ["```src/a.ts\nx\n```", "ts", "src/a.ts"],
    ["```ts:src/a.ts\nx\n```", "ts", "src/a.ts"],
    ['```tsx title="src/a b.tsx" {1}\nx\n```', "tsx", undefined],
    ["```js filename=a.js\nx\n```", "js", "a.js"],
    ["```css\n/* app/main.css */\nx\n```", "css", "app/main.css"],
    ["**web/index.html**:\n\n```html\n<p>\n```", "html", "web/index.html"],
    ["Version `1.2.3`, see `useThing`:\n\n```js\nx\n```", "js", undefined],
  ])("read %j", async (text, language, hint) => {
    await show(text);
    await button("Apply code block 1 to a file").click();
    const [message] = await view.postedOf("apply-code");
    expect([message?.language, message?.hint]).toEqual([language, hint]);
    expect(await view.page.locator(".code-language").innerText()).toBe(language);
    expect(await view.page.locator("pre[title]").count()).toBe(0);
  });

  it.each([
    ["```ts", ":src/app.ts\nx\n", "```"],
    ["```ts:src/app.ts", "x\nx\n", "```"],
    ["```tsx ", 'title="src/b', '.tsx"\nx\n```'],
    ["1. See:\n   ```ts", ":src/app.ts\n   x\n   ```"],
  ])("keep the path of a first line that arrives in pieces: %j", async (...pieces) => {
    conversation++;
    const start = answer("", "answering");
    await view.post(snapshot([user("q"), start], { conversationId: `answers-${conversation}` }), busy());
    for (const piece of pieces) {
      await view.post(delta(piece));
      await view.drawn();
    }
    await view.post(factsOf("done"), busy(false));
    await view.drawn();
    await button("Apply code block 1 to a file").click();
    await show(pieces.join(""));
    await button("Apply code block 1 to a file").click();
    const [streamed, restored] = await view.postedOf("apply-code");
    expect(streamed?.hint).toMatch(/^src\/(?:app\.tsx?|b\.tsx)$/);
    expect(streamed).toEqual(restored);
  });

  it.each([
    ["1. In `src/a.ts`:\n   ```ts\n   x\n   ```", "src/a.ts"],
    ["- **src/b.ts**, see `load()`\n  ```ts\n  x\n  ```", "src/b.ts"],
    ["- See `src/a.ts`:\n  - In `src/b.ts`:\n    ```ts\n    x\n    ```", "src/b.ts"],
    ["1. In `src/a.ts`:\n\n   ```ts\n   x\n   ```", "src/a.ts"],
    ["- See `src/a.ts`:\n  - first\n\n    ```ts\n    x\n    ```", undefined],
    ["- In `src/a.ts`:\n  > quoted\n\n  ```ts\n  x\n  ```", undefined],
  ])("in a list know the path of the line above: %j", async (text, hint) => {
    await show(text);
    await button("Apply code block 1 to a file").click();
    expect((await view.postedOf("apply-code"))[0]?.hint).toBe(hint);
  });

  it("know the path of the paragraph above when that is the end of another part of a long answer", async () => {
    await show(`${"x\n\n".repeat(23)}In \`src/a.ts\`:\n\n\`\`\`ts\nlet a;\n\`\`\`\n`);
    expect(await view.page.locator(".part > .code-block:first-child").count()).toBe(1);
    await button("Apply code block 1 to a file").click();
    expect((await view.postedOf("apply-code"))[0]?.hint).toBe("src/a.ts");
  });

  it("offer to run what a shell reads, and a menu of the rest that the keyboard walks", async () => {
    await show("```bash\nnpm test\n```");
    await button("Run code block 1 in the terminal").click();
    expect(await view.postedOf("run-in-terminal")).toEqual([{ type: "run-in-terminal", text: "npm test" }]);
    await button("More actions for code block 1").focus();
    await view.page.keyboard.press("Enter");
    const items = view.page.getByRole("menuitem");
    await items.first().waitFor();
    expect(await items.allInnerTexts()).toEqual(["Apply to file", "New file"]);
    await view.page.keyboard.press("ArrowUp");
    expect(await view.page.evaluate(() => document.activeElement?.textContent?.trim())).toBe("New file");
    await view.page.keyboard.press("Escape");
    expect(await items.count()).toBe(0);
    expect(await view.page.evaluate(() => document.activeElement?.ariaLabel)).toBe("More actions for code block 1");
    await view.page.keyboard.press("ArrowDown");
    await items.first().waitFor();
    await view.page.keyboard.press("ArrowDown");
    await view.page.keyboard.press("Enter");
    expect(await view.postedOf("new-file")).toEqual([{ type: "new-file", text: "npm test", language: "bash" }]);
  });

  it("close the menu with Esc, which does not stop the answer then", async () => {
    await show("```ts\nx\n```", "answering");
    await view.post(busy());
    await button("More actions for code block 1").click();
    await view.page.getByRole("menuitem").first().waitFor();
    await view.page.keyboard.press("Escape");
    expect(await view.postedOf("stop")).toEqual([]);
    await view.page.keyboard.press("Escape");
    expect(await view.postedOf("stop")).toHaveLength(1);
  });

  it("show a diagram's source, with a button that opens VS Code's preview of it", async () => {
    await show("````mermaid\ngraph TD\n  A-->B\n  %% ```\n````");
    await button("Open preview of code block 1").click();
    expect(await view.postedOf("preview-markdown")).toEqual([
      { type: "preview-markdown", text: "````mermaid\ngraph TD\n  A-->B\n  %% ```\n````\n" },
    ]);
    expect(await button("Apply code block 1 to a file").count()).toBe(0);
  });

  it("have their buttons seen by keyboard as by pointer", async () => {
    await show("```ts\nx\n```");
    const actions = view.page.locator(".code-actions");
    const opacity = () => actions.evaluate((element) => getComputedStyle(element).opacity);
    await view.page.mouse.move(0, 0);
    expect(await opacity()).toBe("0");
    await button("Insert code block 1 at cursor").focus();
    expect(await opacity()).toBe("1");
  });
});

describe("places", () => {
  it("that the host knows become links, after one question for the whole answer", async () => {
    await show(
      "See `src/a.ts:40` and `load()`, also src/lib/b.ts:3 and `src/a.ts:40`.\n\n- `gone.ts` and `1.2`, `const`, [x](https://a.b/c.ts)\n\n```ts\nimport 'src/lib/b.ts'\n```",
    );
    const { askId, ask } = await asked("resolve-places");
    expect(ask).toEqual({ type: "resolve-places", places: ["src/a.ts:40", "load()", "gone.ts", "src/lib/b.ts:3"] });
    await view.post({ type: "response", askId, result: { known: ["src/a.ts:40", "src/lib/b.ts:3"] } });
    expect(await view.page.locator(".place-link").allInnerTexts()).toEqual([
      "src/a.ts:40",
      "src/lib/b.ts:3",
      "src/a.ts:40",
    ]);
    await view.page.locator(".place-link").nth(1).click();
    expect(await view.postedOf("open-place")).toEqual([{ type: "open-place", place: "src/lib/b.ts:3" }]);
    expect(await view.page.locator(".markdown p").first().innerText()).toBe(
      "See src/a.ts:40 and load(), also src/lib/b.ts:3 and src/a.ts:40.",
    );
  });

  it("are not asked for while text arrives, nor twice", async () => {
    conversation++;
    await view.post(snapshot([user("q"), answer("", "answering")], { conversationId: `answers-${conversation}` }));
    await view.stream(["See `src", "/a.ts`", "."].map((piece) => delta(piece)));
    expect(await view.postedOf("ask")).toEqual([]);
    await view.post(factsOf("done"));
    const { askId } = await asked("resolve-places");
    await view.post({ type: "response", askId, result: { known: ["src/a.ts"] } });
    await view.post({ type: "turn-added", turn: answer("Again `src/a.ts`.", "done", { id: "a2" }) });
    await view.page.locator(".place-link").nth(1).waitFor();
    expect(await view.postedOf("ask")).toHaveLength(1);
  });

  it("stay text where the host has no answer", async () => {
    await show("See `src/a.ts`.");
    const { askId } = await asked("resolve-places");
    await view.post({ type: "response", askId, error: "no" });
    expect(await view.page.locator(".place-link").count()).toBe(0);
  });
});

describe("an answer from right to left", () => {
  it("shows code from left to right, in a line, as a link and as a block", async () => {
    await show(
      "تنتظر `read()` في `src/sse.ts:40`، انظر src/retry.ts:7.\n\n> `stop()` لا تفيد\n\n- `a[0]`\n\n```ts\nread();\n```",
    );
    const { askId, ask } = await asked("resolve-places");
    if (ask.type !== "resolve-places") return;
    const known = ["src/sse.ts:40", "src/retry.ts:7"];
    await view.post({ type: "response", askId, result: { known } });
    const markdown = view.page.locator(".markdown");
    expect(await markdown.evaluate((element) => getComputedStyle(element).direction)).toBe("rtl");
    const codes = await markdown.locator("code, .place-link").evaluateAll((all) =>
      all.map((code) => {
        const texts = document.createNodeIterator(code, NodeFilter.SHOW_TEXT);
        const lefts: number[] = [];
        for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
          const range = document.createRange();
          for (let at = 0; at < (node.textContent?.length ?? 0); at++) {
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            lefts.push(range.getBoundingClientRect().left);
          }
        }
        const inOrder = lefts.every((left, index) => index === 0 || left > (lefts[index - 1] ?? 0));
        return [code.textContent, getComputedStyle(code).direction, inOrder ? "in order" : "turned around"];
      }),
    );
    const all = ["read()", "src/sse.ts:40", "src/sse.ts:40", "src/retry.ts:7", "stop()", "a[0]", "read();"];
    expect(codes).toEqual(all.map((code) => [code, "ltr", "in order"]));
  });

  it("has its thinking begin on the right, and a line of that in English on the left", async () => {
    await show("نعم", "done", { thinking: `${rightToLeftThoughts}\nYes.` });
    await view.page.locator(".thinking-toggle").click();
    const sides = await view.page.locator(".thinking-text").evaluate((box) => {
      const around = box.getBoundingClientRect();
      const middle = around.left + around.width / 2;
      const lines = [...box.querySelectorAll(".thinking-part > div")].map((line) => {
        const range = document.createRange();
        range.selectNodeContents(line);
        const { left, right } = range.getBoundingClientRect();
        return right < middle ? "left" : left > middle ? "right" : "across";
      });
      return [getComputedStyle(box).borderRightWidth, ...lines];
    });
    expect(sides).toEqual(["1px", "right", "right", "left"]);
  });
});

describe("sources", () => {
  const sources = [
    { title: "Streams <b>", href: "https://streams.spec.whatwg.org/", site: "WHATWG" },
    { title: "", href: "https://example.com/abort" },
    { title: "Not a page", href: "command:workbench.action.quit" },
  ];

  it("are numbered, and the text's marks lead to them", async () => {
    await show("As said [1] and [ref_2], 【3】, not [4], nor `[1]`.", "done", { sources });
    expect(await view.page.locator(".source-mark").allInnerTexts()).toEqual(["[1]", "[2]", "[3]"]);
    expect(await view.page.locator(".sources li").allInnerTexts()).toEqual([
      "Streams <b> WHATWG",
      "https://example.com/abort",
      "Not a page",
    ]);
    expect(
      await view.page.locator(".sources a").evaluateAll((all) => all.map((link) => link.getAttribute("href"))),
    ).toEqual(["https://streams.spec.whatwg.org/", "https://example.com/abort"]);
    await button("Source 2: https://example.com/abort").click();
    expect(await view.page.evaluate(() => document.activeElement?.getAttribute("href"))).toBe(
      "https://example.com/abort",
    );
    await view.page.keyboard.press("Enter");
    expect(await view.postedOf("open-link")).toEqual([{ type: "open-link", href: "https://example.com/abort" }]);
  });
});

describe("pictures", () => {
  const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

  it("are asked for when they come near, shown, opened and saved", async () => {
    await show("Here.", "done", { pictures: [{ id: "p1", label: "A red cube", width: 64, height: 64 }] });
    const { askId, ask } = await asked("picture");
    expect(ask).toEqual({ type: "picture", pictureId: "p1" });
    await view.post({ type: "response", askId, result: { mime: "image/png", base64: png } });
    const image = view.page.getByRole("img", { name: "A red cube" });
    await view.page.waitForFunction(() => document.querySelector<HTMLImageElement>(".picture img")?.naturalWidth === 1);
    expect(await image.getAttribute("src")).toMatch(/^blob:/);
    await button("Open A red cube in an editor").click();
    await button("Save A red cube").click();
    expect((await view.posted()).slice(-2)).toEqual([
      { type: "open-picture", pictureId: "p1" },
      { type: "save-picture", pictureId: "p1" },
    ]);
  });

  it("say so when they are gone", async () => {
    await show("Here.", "done", { pictures: [{ id: "p2", label: "Gone" }] });
    const { askId } = await asked("picture");
    await view.post({ type: "response", askId, error: "no" });
    expect(await view.page.locator(".picture").innerText()).toContain("This picture cannot be shown any more.");
  });
});

describe("around an answer", () => {
  it("stand a note with its buttons, the step that it waits for, and the effort", async () => {
    const note = {
      text: "GLM-5.3 cannot see pictures; GLM-5V read it.",
      actions: [{ id: "choose-model", label: "Change" }],
    };
    await show("", "waiting", { note, step: "Summarising earlier messages…", effort: "high" });
    expect(await view.page.locator(".note").innerText()).toContain(note.text);
    expect(await view.page.locator(".wait-line").innerText()).toBe("Summarising earlier messages…");
    await button("Change").click();
    expect(await view.postedOf("problem-action")).toEqual([
      { type: "problem-action", turnId: "a1", action: "choose-model" },
    ]);
    await view.post(factsOf("done", { effort: "high", usage: { input: 1, cached: 0, output: 2 } }), delta("x"));
    expect(await view.page.locator(".effort").innerText()).toBe("Thinking: high");
    expect(await view.page.locator(".wait-line").count()).toBe(0);
  });

  it("can be asked again, also of another model, branched and copied", async () => {
    await show("Text.");
    for (const name of ["Ask again", "Ask again with another model", "Branch from here", "Copy answer"]) {
      await button(name).click();
    }
    expect((await view.posted()).filter(({ type }) => type !== "ask")).toEqual([
      { type: "retry", turnId: "a1" },
      { type: "regenerate", turnId: "a1" },
      { type: "branch", turnId: "a1" },
      { type: "copy", text: "Text." },
    ]);
    await view.post({ type: "turn-added", turn: user("next", [], "u2") });
    expect(await button("Ask again").isVisible()).toBe(false);
    expect(await button("Branch from here").isVisible()).toBe(true);
  });

  it.each(["cut", "stopped"] as const)("can go on when it was %s", async (status) => {
    await show("Half a", status);
    await button("Continue").click();
    expect(await view.postedOf("continue")).toEqual([{ type: "continue", turnId: "a1" }]);
  });

  it("offers no way on where nothing had come", async () => {
    await show("", "failed");
    expect(await button("Continue").count()).toBe(0);
  });
});

/** From then on, what is read out is kept. */
async function listen({ page }: View) {
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) heard.push(node.textContent ?? "");
    }).observe(document.querySelector("[role=status]") ?? document.body, { childList: true });
  });
}

/** Of the answer's text. */
async function heardOf({ page }: View) {
  const heard = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
  return heard.filter((words) => !/^Answer (?:started|finished|stopped)/.test(words));
}

describe("for a screen reader", () => {
  it("each finished block of an answer that arrives is read out once", async () => {
    const own = await openView({ bodyClass: "vscode-using-screen-reader" });
    await own.post(snapshot([user("q"), answer("", "answering")]), busy());
    await listen(own);
    const pieces = "First.\n\n```ts\na\nb\n```\n\nSecond.\n\nThird.\n\nLast.".match(/[^]{1,5}/g) ?? [];
    await own.stream([...pieces.map((piece) => delta(piece)), factsOf("done"), busy(false)]);
    await own.drawn();
    expect(await heardOf(own)).toEqual(["First.", "Code block 1, ts, 2 lines", "Second.", "Third.", "Last."]);
    await own.close();
  });

  it.each(["arrived", "was restored"])("an answer that %s and goes on is read out from there on", async (how) => {
    const own = await openView({ bodyClass: "vscode-using-screen-reader" });
    const half = "First.\n\nSecond.\n\nThird, of which ha";
    if (how === "arrived") {
      await own.post(snapshot([user("q"), answer("", "answering")]), busy());
      await own.stream([delta(half), factsOf("stopped"), busy(false)]);
    } else await own.post(snapshot([user("q"), answer(half, "stopped")]));
    await own.drawn();
    await listen(own);
    await own.post(factsOf("answering"), busy());
    await own.stream([delta("lf was missing.\n\nFou"), delta("rth."), factsOf("done"), busy(false)]);
    await own.drawn();
    expect(await heardOf(own)).toEqual(["Third, of which half was missing.", "Fourth."]);
    await own.close();
  });
});

describe("the counts below an answer", () => {
  it.each([
    ["en", "{0} in · {1} cached · {2} out"],
    ["zh-cn", "输入 {0} · 缓存 {1} · 输出 {2}"],
  ])("break between two of them only, however narrow the panel is (%s)", async (language, usage) => {
    const turns = [user("q"), answer("a", "done", { usage: { input: 9_405, cached: 1_224, output: 1_140 } })];
    const lines = new Set<number>();
    for (const width of [200, 240, 280, 320]) {
      await view.page.setViewportSize({ width, height: 900 });
      await view.post(snapshot(turns, { conversationId: `counts-${language}-${width}`, language, strings: { usage } }));
      await view.drawn();
      const found = await view.page.locator(".usage").evaluate((element) => {
        const node = element.firstChild;
        const text = node?.textContent ?? "";
        const rowsOf = (from: number, to: number) => {
          const range = document.createRange();
          if (node !== null) {
            range.setStart(node, from);
            range.setEnd(node, to);
          }
          return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
        };
        return {
          all: rowsOf(0, text.length),
          each: [...text.matchAll(/[^·]+/g)].map(({ index, 0: count }) =>
            rowsOf(index + count.search(/\S/), index + count.trimEnd().length),
          ),
        };
      });
      expect(found.each).toEqual([1, 1, 1]);
      lines.add(found.all);
    }
    await view.page.setViewportSize({ width: 420, height: 900 });
    expect(Math.max(...lines), "lines of the narrowest").toBeGreaterThan(1);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRenderer } from "../../src/webview/markdown/render.ts";
import { answer, busy, delta, factsOf, snapshot, user } from "./fixtures.ts";
import { closeBrowser, openView, type View } from "./support.ts";

afterAll(closeBrowser);

const renderer = createRenderer((alt) => alt);
const html = (source: string) =>
  renderer
    .blocks(source)
    .map((block) => block.html)
    .join("");

describe("what is taken for a formula", () => {
  it.each([
    ["so $a^2 + b^2$ holds", '<span class="math">a^2 + b^2</span>'],
    ["so \\(a_1*b*c\\) holds", '<span class="math">a_1*b*c</span>'],
    ["so $$x$$ holds", '<span class="math math-display">x</span>'],
    ["$$\n\\frac{a}{b}\n$$", '<div class="math math-display">\\frac{a}{b}</div>'],
    ["text before\n$$ a_b_c $$\ntext after", '<div class="math math-display">a_b_c</div>'],
    ["\\[\na < b\n\\]", '<div class="math math-display">a &lt; b</div>'],
    ["```math\na_b\n```", '<div class="math math-display">a_b</div>'],
    ["- item\n\n  $$\n  x\n  $$", '<div class="math math-display">x</div>'],
    ["> said\n$$\nx\n$$", '<span class="math math-display">x</span>'],
    ["| a |\n|---|\n| $x_1$ |", '<td><span class="math">x_1</span></td>'],
    ["$1 + 2$", '<span class="math">1 + 2</span>'],
    ["$5 \\text{ apples}$", '<span class="math">5 \\text{ apples}</span>'],
    ["a $\\$5$ note", '<span class="math">\\$5</span>'],
  ])("%j", (source, expected) => {
    expect(html(source)).toContain(expected);
  });

  it.each([
    "It costs $5 and $6.",
    "From $5-$6, or US$5 against A$6",
    "$5 for this, 6$ for that",
    "between $1k and $2k, ($3)",
    "set $HOME/$USER or $PATH:$HOME",
    "`$a$` and `\\(b\\)`",
    "```sh\necho $a$ $$\n```",
    "\\$a$",
    "a \\\\(b\\\\) c",
    "lonely $$ and more\n\nlater $$",
    "$$\nnever closed\n\nnext paragraph",
    "$ a$ and $b $",
    "[link](https://a.b/$c$)",
  ])("but not %j", (source) => {
    expect(html(source)).not.toContain('class="math');
  });

  it("keeps a formula that is still arriving from being read as Markdown", () => {
    expect(html("$$\na_b_ *c*")).toBe('<div class="math-open">$$\na_b_ *c*</div>\n');
  });
});

describe("formulas in the panel", () => {
  let view: View;
  beforeAll(async () => {
    view = await openView({ width: 400 });
  });

  const chunks = async () => view.page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));

  it("loads the library with the first formula, and not for an answer that has none", async () => {
    await view.post(snapshot([user("q"), answer("no formula, only $5")]));
    await view.drawn();
    expect((await chunks()).filter((name) => name.includes("mathml"))).toEqual([]);
    await view.post(
      snapshot([user("q"), answer("$\\frac{a}{b}$ and\n\n$$\n\\sum_{i=1}^n i\n$$")], { conversationId: "c2" }),
    );
    await view.page.locator("math").nth(1).waitFor();
    expect((await chunks()).filter((name) => name.includes("mathml"))).toHaveLength(1);
    expect(await view.page.locator("math mfrac").count()).toBe(1);
    expect(await view.page.locator(".math-display math munderover").textContent()).toMatch(/∑/);
  });

  it("draws a formula that arrives cut in two, once", async () => {
    await view.post(snapshot([user("q"), answer("", "answering")], { conversationId: "cut" }), busy());
    await view.stream(["so $", "$\\sq", "rt", "{x", "}$", "$ is"].map((piece) => delta(piece)));
    await view.page.locator("math msqrt").waitFor();
    await view.stream([delta(" a root.\n\nNext"), delta("\n\nand next"), factsOf("done"), busy(false)]);
    await view.drawn();
    expect(await view.page.locator("math").count()).toBe(1);
    expect(await view.page.locator(".markdown").innerText()).toContain("Next");
  });

  it("shows the source of what is no TeX", async () => {
    await view.post(snapshot([user("q"), answer("a $\\undefined{x}$ b")], { conversationId: "bad" }));
    await view.page.locator(".math-source").waitFor();
    expect(await view.page.locator(".math").innerText()).toBe("\\undefined{x}");
  });

  it.each([
    "\\href{javascript:pwned(1)}{x}",
    "\\url{https://evil.example}",
    "\\includegraphics{https://evil.example/x.png}",
    "\\class{composer}{x}",
    "\\id{app}{x}",
    "\\style{position:fixed;inset:0}{x}",
    "\\data{x=1}{y}",
    "\\htmlStyle{background:url(https://evil.example)}{x}",
    "\\color{red}{x} \\colorbox{url(https://evil.example)}{y}",
    "\\text{<img src=x onerror=pwned(1)>}",
    "\\rule{10000em}{10000em}",
    "\\kern{-10000em} x \\hspace{9999em} \\raisebox{-999em}{y}",
    "\\def\\a{\\a\\a}\\a",
    "\\newcommand{\\b}[1]{#1#1#1#1}\\b{\\b{\\b{\\b{\\b{\\b{\\b{x}}}}}}}",
    `${"{".repeat(1500)}x${"}".repeat(1500)}`,
    `${"\\sqrt{".repeat(400)}x${"}".repeat(400)}`,
    `${"x^".repeat(700)}x`,
    "\\begin{matrix}".repeat(100),
    '\\unicode{x202e}\\char"202E abc',
  ])("does nothing but show %.50s", async (tex) => {
    await view.post(snapshot([user("q"), answer(`a\n\n$$\n${tex}\n$$\n\nb`)], { conversationId: tex.slice(0, 60) }));
    await view.page.locator(".math-drawn, .math-source").first().waitFor();
    const found = await view.page.evaluate(() => {
      const inside = [...document.querySelectorAll(".math *")];
      const log = document.querySelector(".log");
      return {
        names: inside.flatMap((element) => element.getAttributeNames()),
        classes: inside.flatMap((element) => [...element.classList]),
        wide: (log?.scrollWidth ?? 0) - (log?.clientWidth ?? 0),
        high: document.querySelector(".math")?.clientHeight ?? 0,
      };
    });
    expect(found.names.filter((name) => /^(on|style|src|href|id|data|xlink)/.test(name))).toEqual([]);
    expect(found.classes.filter((name) => !/^(tml-|upstrike|downstrike|sout|struck)/.test(name))).toEqual([]);
    expect(found.wide).toBe(0);
    expect(found.high).toBeLessThan(2_000);
    expect(await view.hits()).toEqual([]);
    expect(await view.violations()).toEqual([]);
    expect(view.errors).toEqual([]);
    expect(view.foreignRequests).toEqual([]);
  });
});

describe("task lists", () => {
  it("show what is done as marks that have a name, and do not take a click", async () => {
    const view = await openView();
    await view.post(
      snapshot([user("q"), answer("- [x] written\n- [ ] tested\n  - [X] nested\n- plain [x]\n- [x]none")]),
    );
    await view.drawn();
    const items = await view.page
      .locator("li")
      .evaluateAll((all) => all.map((item) => [item.className, item.querySelector(":scope > .task-box")?.ariaLabel]));
    expect(items).toEqual([
      ["task task-done", "Done"],
      ["task", "Not done"],
      ["task task-done", "Done"],
      ["", undefined],
      ["", undefined],
    ]);
    expect(await view.page.locator("li").first().innerText()).toBe("written");
    expect(await view.page.locator(".markdown input").count()).toBe(0);
    await view.close();
  });
});

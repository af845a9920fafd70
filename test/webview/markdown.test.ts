import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IncrementalMarkdown } from "../../src/webview/markdown/incremental.ts";
import { isAllowedHref } from "../../src/webview/markdown/links.ts";
import { createRenderer, type Block } from "../../src/webview/markdown/render.ts";
import { longAnswer, richAnswer } from "./fixtures.ts";

const renderer = createRenderer((alt) => `[image: ${alt}]`);

function whole(source: string): string[] {
  return renderer.blocks(source.replace(/\r\n?/g, "\n")).map((block) => block.html);
}

/** What the view would show after these pieces. */
function streamed(pieces: readonly string[]): { html: string[]; longestTail: number } {
  const document = new IncrementalMarkdown(renderer);
  const shown: Block[] = [];
  let longestTail = 0;
  const apply = ({ from, blocks }: { from: number; blocks: readonly Block[] }) =>
    void shown.splice(from, Infinity, ...blocks);
  for (const piece of pieces) {
    const { settled } = document;
    const change = document.append(piece);
    expect(change.from).toBeGreaterThanOrEqual(settled);
    apply(change);
    longestTail = Math.max(longestTail, document.tailLength);
  }
  apply(document.finish());
  return { html: shown.map((block) => block.html), longestTail };
}

function cut(text: string, size: number): string[] {
  return text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
}

/** Lines that open, continue and close every kind of block, so that random texts are mostly about block boundaries. */
const line = fc.oneof(
  fc.constantFrom(
    ..."|# Head|## Two ##|- item|* star|+ plus|1. one|2) two|  - nested|    indented|> quote|> > deep|```|```ts|~~~|````md|---|===|***|| a | b ||---|:-:||| 1 | 2 ||text|more *text*|**bold|`code|[link](https://a.b)|[ref]|[ref][]|[ref]: https://a.b|  [other]: <c> 'd'|> [ref]: https://q.r|![alt](https://a/b.png)|<b>html</b>|\\|\ttab|http://a.b/c|a  |- [ ] task|&amp;|1) x"
      .split("|")
      .concat("| a | b |", "|---|:-:|", "| 1 | 2 |")
      .concat("$$", "$$ x", "x $$", "$$a$$", "\\[", "\\]", "\\(a\\)", "$a_b$ and $5", "```math", "- [x] done"),
  ),
  fc.string({ maxLength: 12 }),
);
const text = fc
  .array(fc.tuple(line, fc.constantFrom("\n", "\n", "\n\n", "\r\n", "\r", " ")), { maxLength: 24 })
  .map((lines) => lines.map(([content, end]) => content + end).join(""));

function closed(source: string): boolean | undefined {
  return renderer.blocks(source).at(-1)?.fence?.closed;
}

function render(source: string): string {
  return whole(source).join("");
}

describe("Markdown that grows", () => {
  it("ends as if it had been rendered at once, wherever it is cut", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (source, size) => {
        expect(streamed(cut(source, size)).html).toEqual(whole(source));
      }),
      { numRuns: 4_000 },
    );
  });

  it.each([
    "> > deep\n$$\n$$ x\n\n",
    "$$ x\n- item\n```ts x $$\n",
    "$$ x\n- item\n# head\n y $$\n",
    "- a\n\n  $$\n  # x\n  - b\n  y $$\n",
  ])("does so where marks of a formula are no formula: %j", (source) => {
    expect(streamed(cut(source, 1)).html).toEqual(whole(source));
  });

  it("parses again only a short tail of a long answer", () => {
    const source = longAnswer.repeat(5);
    const { html, longestTail } = streamed(cut(source, 12));
    expect(html).toEqual(whole(source));
    expect(longestTail).toBeLessThan(400);
  });

  it("knows when a code block is closed", () => {
    expect(closed("```ts\na")).toBe(false);
    expect(closed("```ts\na\n")).toBe(false);
    expect(closed("```ts\n")).toBe(false);
    expect(closed("```ts\na\n``")).toBe(false);
    expect(closed("````\na\n```\n")).toBe(false);
    expect(closed("```ts\na\n```")).toBe(true);
    expect(closed("```\n```")).toBe(true);
  });

  it("gives code as written, without the last line's end", () => {
    expect(renderer.blocks("~~~ts title\n<a>\n\n~~~")[0]?.fence).toEqual({
      language: "ts",
      info: "title",
      text: "<a>\n",
      closed: true,
    });
  });
});

describe("what Markdown becomes", () => {
  it("escapes raw HTML", () => {
    expect(render("<img src=x onerror=alert(1)>\n\n<script>1</script>")).not.toMatch(/<(img|script)/);
  });

  it("writes neither style attributes nor images", () => {
    expect(render(richAnswer)).not.toMatch(/style=|<img/);
  });

  it("names an image and links to it", () => {
    expect(render("![A *b*](https://a/b.png)")).toBe(
      `<p><a class="image-text" href="https://a/b.png" title="https://a/b.png">[image: A b]</a></p>\n`,
    );
  });

  it("puts no link inside a link", () => {
    expect(render("[![badge](https://a/b.svg)](https://c/d)").match(/<a /g)).toHaveLength(1);
  });

  it("shows where a link leads, whatever its title says", () => {
    expect(render('[safe](https://evil.example "https://good.example")')).toContain('title="https://evil.example"');
  });

  it("links bare addresses but not file names", () => {
    expect(render("see https://a.b/c and README.md and a@b.md")).toBe(
      `<p>see <a href="https://a.b/c" title="https://a.b/c">https://a.b/c</a> and README.md and a@b.md</p>\n`,
    );
  });

  it("starts headings below the turn's own", () => {
    expect(render("# a\n\n#### b")).toBe('<h4 class="md-h1">a</h4>\n<h5 class="md-h4">b</h5>\n');
  });
});

describe("links", () => {
  it.each(["https://a.b", "http://a.b/c?d#e", "mailto:a@b.c", "HTTPS://A.B"])("opens %s", (href) => {
    expect(isAllowedHref(href)).toBe(true);
  });

  it.each([
    "javascript:alert(1)",
    "command:workbench.action.quit",
    "vscode://a",
    "vscode-insiders:a",
    "file:///etc/passwd",
    "data:text/html,x",
    "//a.b",
    "a.ts",
    "#x",
    "",
    "ftp://a.b",
    "https:a",
    "https:///a",
    "mailto://a",
    `https://a.b/${"x".repeat(5_000)}`,
  ])("does not open %.40s", (href) => {
    expect(isAllowedHref(href)).toBe(false);
  });
});

/** As the content of a numbered item. */
function indented(lines: string): string {
  return lines.replace(/^(?=.)/gm, "   ");
}

describe("a long block of an ordinary answer", () => {
  const code = "const total = items.reduce((sum, item) => sum + item.cents, 0);\n";
  const table = `| a | b | c | d |\n|---|---|---|--:|\n${"| 1 | a `cell` | **bold** | 20 |\n".repeat(900)}`;
  const fence = (times: number) => `\`\`\`ts\n${code.repeat(times)}\`\`\`\n`;

  it.each([
    ["code, then a table", `${fence(500)}\n| a | b |\n|---|---|\n| 1 | 2 |\n\nend\n`],
    ["code, then a table without a blank line", `${fence(500)}| a | b |\n|---|---|\n| 1 | 2 |\n`],
    ["code, then a list", `${fence(500)}\n- a\n\n  b\n- c\n`],
    [
      "code in an item of a list",
      `1. First:\n\n${indented(fence(500))}\n   More.\n\n2. Second.\n\nend\n\n## End\n\nend\n`,
    ],
    [
      "several pieces of code in an item",
      `1. First:\n\n${indented(`${fence(150)}\nThen:\n\n`.repeat(4))}2. Second.\n\n# End\n\nx\n`,
    ],
    ["a table", `Look:\n\n${table}\nend\n\n## End\n\nend\n`],
    ["a table at the end", table],
    ["two tables", `${table}\n${table}\nend\n`],
    ["a quote", `${"> A line that is quoted.\n".repeat(1_500)}\nend\n\nend\n\nend\n`],
    ["an item with many items in it", `- first\n${"  - another item inside\n".repeat(1_100)}\nend\n\nend\n\nend\n`],
  ])("comes out whole in the end: %s", (_, source) => {
    expect(source.length).toBeGreaterThan(24_000);
    for (const size of [1_001, 4_001]) expect(streamed(cut(source, size)).html).toEqual(whole(source));
  });

  it("whose code is closed does not touch what is next, not even for a while", () => {
    const document = new IncrementalMarkdown(renderer);
    document.append(fence(500));
    document.append("\n| a | b |\n");
    document.append("|---|---|\n");
    expect(
      document
        .append("| 1 | 2 |\n")
        .blocks.map(({ html }) => html)
        .join(""),
    ).toContain("<table>");
  });

  it.each(["1.", "7)"])("that is a list with all items numbered %s goes on counting", (mark) => {
    const first = Number.parseInt(mark, 10);
    const source = `${mark} An item with \`code\` and **more**.\n`.repeat(900);
    const { html } = streamed(cut(source, 999));
    expect(html.length).toBeGreaterThan(2);
    let next = first;
    for (const list of html) {
      expect(Number(/^<ol(?: start="(\d+)")?>/.exec(list)?.[1] ?? 1)).toBe(next);
      next += list.match(/<li>/g)?.length ?? 0;
    }
    expect(next).toBe(first + 900);
  });
});

describe("what only a hostile answer has", () => {
  it.each([
    ["a list", "- item\n"],
    ["a table", "| item |\n|-|\n"],
    ["a quote", "> item\n"],
  ])("%s without end is parsed in parts, of which none is lost", (_, part) => {
    const { html, longestTail } = streamed(cut(part.repeat(20_000), 3_999));
    expect(longestTail).toBeLessThan(32_000);
    const words = html.join("").replace(/<[^>]*>/g, "");
    expect(words.match(/item/g)).toHaveLength(20_000);
  });

  it("parts a long list between two items, whose numbers go on", () => {
    const items = Array.from(
      { length: 2_000 },
      (_, index) => `${index + 1}. item\n      - part\n\n        code \`x\`\n`,
    );
    const { html } = streamed(cut(items.join(""), 3_999));
    const starts = html.map((list) => Number(/^<ol(?: start="(\d+)")?>/.exec(list)?.[1] ?? 1));
    const counts = html.map((list) => list.match(/item/g)?.length ?? 0);
    expect(html.length).toBeGreaterThan(3);
    let next = 1;
    for (const [index, start] of starts.entries()) {
      expect(start).toBe(next);
      next += counts[index] ?? 0;
    }
    expect(next).toBe(2_001);
    expect(html.join("").match(/<pre>/g)).toBeNull();
  });

  it("leaves code whole, however long", () => {
    const code = `\`\`\`ts\n${"const x = 1;\n".repeat(20_000)}\`\`\`\n`;
    expect(streamed(cut(code, 4_001)).html).toEqual(whole(code));
  });

  it("takes a line of a thousand separators for no table", () => {
    const drawn = [900, 1_000, 900].map((columns) =>
      whole(`${"|a".repeat(columns)}|\n${"|-".repeat(columns)}|\n|1|2|`).some((html) => html.includes("<table>")),
    );
    expect(drawn).toEqual([true, false, true]);
  });
});

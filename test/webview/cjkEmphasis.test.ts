import * as fc from "fast-check";
import createMarkdown from "markdown-it";
import { describe, expect, it } from "vitest";
import { createRenderer } from "../../src/webview/markdown/render.ts";

const renderer = createRenderer((alt) => alt);

/** What a paragraph of this text holds. */
function inParagraph(source: string): string | undefined {
  return /^<p>([^]*)<\/p>\n$/.exec(renderer.blocks(source)[0]?.html ?? "")?.[1];
}

describe("marks next to Chinese, Japanese and Korean text", () => {
  it.each([
    ["**注意：**请先备份", "<strong>注意：</strong>请先备份"],
    ["请**注意：**先备份", "请<strong>注意：</strong>先备份"],
    ["这是**“术语”**的定义", "这是<strong>“术语”</strong>的定义"],
    ["这是**《标题》**的内容", "这是<strong>《标题》</strong>的内容"],
    ["参数**（必填）**说明", "参数<strong>（必填）</strong>说明"],
    ["先说结论：**不需要。**因为", "先说结论：<strong>不需要。</strong>因为"],
    ["**Note:**请先备份", "<strong>Note:</strong>请先备份"],
    ["**提示(Tip)**是", "<strong>提示(Tip)</strong>是"],
    ["约占**50%**左右", "约占<strong>50%</strong>左右"],
    ["调用**`load()`**函数", "调用<strong><code>load()</code></strong>函数"],
    ["1 个**“a”**和**“b”**。", "1 个<strong>“a”</strong>和<strong>“b”</strong>。"],
    ["*重点：*请看", "<em>重点：</em>请看"],
    ["***重点：***请看", "<em><strong>重点：</strong></em>请看"],
    ["~~旧版：~~新版", "<s>旧版：</s>新版"],
    ["**粗体和*斜体。*都有**的", "<strong>粗体和<em>斜体。</em>都有</strong>的"],
    ["**𠮷（よし）。**𠮷野家", "<strong>𠮷（よし）。</strong>𠮷野家"],
    ["これは**「強調」**です", "これは<strong>「強調」</strong>です"],
    ["**ｶﾅ。**ｶﾅ", "<strong>ｶﾅ。</strong>ｶﾅ"],
    ["**이 용어(This term)**를 강조", "<strong>이 용어(This term)</strong>를 강조"],
    ["[**“术语”**的](https://a.b)", '<a href="https://a.b" title="https://a.b"><strong>“术语”</strong>的</a>'],
    // These never needed help.
    ["**注意**：请先备份", "<strong>注意</strong>：请先备份"],
    ["这是**粗体**文字", "这是<strong>粗体</strong>文字"],
  ])("%s", (source, expected) => {
    expect(inParagraph(source)).toBe(expected);
  });

  it.each(["价格 2 * 3 * 4 元", "** 注意** 请", "**注意：请先备份", "文件_名_称", "\\*\\*注意：\\*\\*请"])(
    "stay where they mark nothing: %s",
    (source) => {
      expect(inParagraph(source)).not.toMatch(/<(?:strong|em)>/);
    },
  );
});

describe("marks in any other text", () => {
  const plain = createMarkdown({ linkify: false });
  const piece = fc.constantFrom(..."** * _ __ ~~ a bc 1 ( ) . : “ ” é 🙂 \u00a0".split(" "), " ", "\n");

  it("are read as before", () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 16 }), (pieces) => {
        // Begun with a word, so that it is a paragraph, of one line.
        const source = `x${pieces.join("").replaceAll("\n", " ")}x`;
        expect(inParagraph(source)).toBe(plain.renderInline(source));
      }),
      { numRuns: 3_000 },
    );
  });

  it("also in their combinations with words", () => {
    for (const source of ["**bold:**then", "a**“b”**c", "snake_case_name", "2*3*4", "**a**b", "a **(b)** c"])
      expect(inParagraph(source)).toBe(plain.renderInline(source));
  });
});

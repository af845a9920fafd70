import * as fc from "fast-check";
import MarkdownIt from "markdown-it";
import { describe, expect, test } from "vitest";
import { encodeTarget, linkFor, markdownImage, relativePath } from "../../../src/core/filesLink.ts";

describe("relative path", () => {
  test.each([
    ["/w", "/w/images/a.png", "images/a.png"],
    ["/w/docs/en", "/w/images/a.png", "../../images/a.png"],
    ["/w/images", "/w/images/a.png", "a.png"],
    ["/", "/images/a.png", "images/a.png"],
    ["/c:/w", "/C:/w/a.png", "a.png"],
    ["/a.png", "/a.png", "../a.png"],
  ])("from %s to %s", (folder, file, expected) => {
    expect(relativePath(folder, file)).toBe(expected);
  });

  test("none between drives", () => {
    expect(relativePath("/c:/w", "/d:/w/a.png")).toBeUndefined();
    expect(relativePath("/c:/w", "/w/a.png")).toBeUndefined();
  });
});

/** What a Markdown reader makes of a text: token types, with the targets of images. */
function parse(markdown: string) {
  const tokens = new MarkdownIt({ html: true }).parseInline(markdown, {})[0]?.children ?? [];
  return tokens.map((token) => ({ type: token.type, source: token.attrGet("src") }));
}

describe("link", () => {
  test("keeps letters of any script readable", () => {
    expect(markdownImage("一只猫", "../图片/一只猫.png")).toBe("![一只猫](../图片/一只猫.png)");
  });

  test("escapes what would end it", () => {
    expect(markdownImage("a ](x) <b>\nc", "my docs/a(1).png")).toBe("![a \\](x) \\<b\\> c](my%20docs/a%281%29.png)");
  });

  test("is a plain path outside Markdown", () => {
    expect(linkFor("html", "cat", "../images/cat.png")).toBe("../images/cat.png");
    expect(linkFor("markdown", "cat", "../images/cat.png")).toBe("![cat](../images/cat.png)");
  });

  test("is exactly one image with the right target, whatever the prompt and folders", () => {
    const unit = fc.constantFrom(..."ab]()[<>\\`*_!\"' %#?&:|\n~$中é{}".split(""));
    const segment = fc.string({ unit, minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 40 }),
        fc.array(segment, { minLength: 1, maxLength: 3 }),
        (alt, parts) => {
          const path = `../${parts.join("/")}`;
          const tokens = parse(markdownImage(alt, path));
          expect(tokens.map(({ type }) => type)).toEqual(["image"]);
          expect(decodeURIComponent(String(tokens[0]?.source))).toBe(path);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("encodes any string", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (path) => {
        expect(decodeURIComponent(encodeTarget(path))).toBe(path.toWellFormed());
      }),
    );
  });
});

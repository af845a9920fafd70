import { describe, expect, it } from "vitest";
import { isBinary, shortened, shortenedFront } from "../../../src/core/contextLimits.ts";
import { afterChanges, refound } from "../../../src/core/contextRange.ts";
import { treeOf } from "../../../src/core/contextTree.ts";

describe("the tree of a folder", () => {
  it("has folders first and numbers in their order", () => {
    expect(treeOf("src", ["b.ts", "a10.ts", "a9.ts", "core/x.ts", "api/chat/y.ts"])).toBe(
      ["src/", "  api/", "    chat/", "      y.ts", "  core/", "    x.ts", "  a9.ts", "  a10.ts", "  b.ts"].join("\n"),
    );
  });

  it("says how much it leaves out", () => {
    const many = Array.from({ length: 50 }, (_, at) => `f${at}.ts`);
    expect(treeOf("src", many, 10).split("\n").at(-1)).toBe("  … and 40 more files");
    expect(treeOf("src", many, 50)).not.toContain("…");
    expect(treeOf("empty", [])).toBe("empty/");
  });
});

describe("a long text", () => {
  it("is cut between lines, and says how many are left", () => {
    expect(shortened("one\ntwo\nthree", 8)).toEqual({ text: "one\ntwo", lines: { kept: 2, of: 3 } });
    expect(shortenedFront("one\ntwo\nthree", 9)).toEqual({ text: "two\nthree", lines: { kept: 2, of: 3 } });
    expect(shortened("short", 5)).toEqual({ text: "short" });
    expect(shortenedFront("short", 5)).toEqual({ text: "short" });
  });

  it("of a single line is cut, but not within a character", () => {
    expect(shortened("ab😀cd", 3).text).toBe("ab");
    expect(shortened("abcdef", 3).text).toBe("abc");
    expect(shortenedFront("abcdef", 3).text).toBe("def");
  });
});

describe("bytes", () => {
  it.each([
    ["text", new TextEncoder().encode("plain ünïcode 文"), false],
    ["an empty file", new Uint8Array(), false],
    ["UTF-16 with a mark", new Uint8Array([0xff, 0xfe, 65, 0, 66, 0]), false],
    ["a picture", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]), true],
  ])("tell what %s is", (_name, bytes, binary) => expect(isBinary(bytes)).toBe(binary));
});

describe("a selection in a document that changes", () => {
  const span = { start: 10, end: 20 };
  it.each([
    ["before it", { rangeOffset: 2, rangeLength: 0, text: "abc" }, { start: 13, end: 23 }],
    ["right before it", { rangeOffset: 8, rangeLength: 2, text: "" }, { start: 8, end: 18 }],
    ["behind it", { rangeOffset: 20, rangeLength: 5, text: "x" }, span],
    ["inside", { rangeOffset: 12, rangeLength: 3, text: "longer" }, { start: 10, end: 23 }],
    ["across its start", { rangeOffset: 8, rangeLength: 4, text: "x" }, { start: 8, end: 17 }],
    ["across its end", { rangeOffset: 18, rangeLength: 6, text: "" }, { start: 10, end: 18 }],
    ["all around it", { rangeOffset: 0, rangeLength: 40, text: "new" }, { start: 0, end: 3 }],
  ])("moves with a change %s", (_where, change, expected) => expect(afterChanges(span, [change])).toEqual(expected));

  it("moves with several changes whose offsets are from before all of them", () => {
    const changes = [
      { rangeOffset: 0, rangeLength: 0, text: "##" },
      { rangeOffset: 12, rangeLength: 1, text: "" },
      { rangeOffset: 30, rangeLength: 0, text: "behind" },
    ];
    expect(afterChanges(span, changes)).toEqual({ start: 12, end: 21 });
    expect(afterChanges(span, changes.toReversed())).toEqual({ start: 12, end: 21 });
  });

  it("is found again by its text where nobody saw the change", () => {
    expect(refound("xx target yy", { start: 0, end: 6 }, "target")).toEqual({ start: 3, end: 9 });
    expect(refound("target .. target", { start: 9, end: 15 }, "target")).toEqual({ start: 10, end: 16 });
    expect(refound("nothing", { start: 0, end: 6 }, "target")).toBeUndefined();
  });
});

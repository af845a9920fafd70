import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { freeName, isProtectedPath, nameFor } from "../../../src/core/filesName.ts";

const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.constantFrom("CON", "nul ", "com¹", "..", "../../etc/passwd", ".git", "C:\\x", "ＣＯＮ", "aux.", "\u202Egnp.exe"),
);

describe("name for a prompt", () => {
  test.each([
    ["A paper boat, watercolour!", "a-paper-boat-watercolour"],
    ["一只在海上的纸船", "一只在海上的纸船"],
    ["Café e\u0301clair", "café-éclair"],
    ["../../.git/hooks/pre-commit", "git-hooks-pre-commit"],
    ["CON", "image-con"],
    ["com¹", "image-com1"],
    ["🎉🎉", "image"],
    ["", "image"],
  ])("%s", (prompt, name) => {
    expect(nameFor(prompt)).toBe(name);
  });

  test("is cut between words where it can be", () => {
    expect(nameFor("one two three four five six seven eight nine ten eleven")).toBe(
      "one-two-three-four-five-six-seven-eight-nine-ten",
    );
    expect(nameFor("x".repeat(90))).toBe("x".repeat(48));
    expect(nameFor("𝒳漢".repeat(40)).isWellFormed()).toBe(true);
  });

  test("is safe whatever is typed", () => {
    fc.assert(
      fc.property(anyText, (prompt) => {
        const name = nameFor(prompt);
        expect(name).toMatch(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}-]*$/u);
        expect(name.length).toBeLessThanOrEqual(54);
        expect(name).not.toMatch(reserved);
        expect(name.isWellFormed()).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("free name", () => {
  test("counts up past what is taken, in any case and normal form", () => {
    expect(freeName("cat", "png", [])).toBe("cat.png");
    expect(freeName("cat", "png", ["CAT.PNG", "cat-2.png"])).toBe("cat-3.png");
    expect(freeName("café", "png", ["cafe\u0301.png"])).toBe("café-2.png");
    expect(freeName("cat", "png", ["cat.jpg"])).toBe("cat.png");
  });

  test("is never one that is taken", () => {
    fc.assert(
      fc.property(anyText, fc.nat(30), (prompt, count) => {
        const taken: string[] = [];
        for (let index = 0; index <= count; index++) taken.push(freeName(nameFor(prompt), "png", taken));
        expect(new Set(taken.map((name) => name.toLowerCase())).size).toBe(count + 1);
      }),
    );
  });
});

test.each([
  ["/w/.git/hooks/a.png", true],
  ["/w/.GIT/a.png", true],
  ["/w/.git./a.png", true],
  ["c:\\w\\.vscode\\a.png", true],
  ["/w/x.code-workspace", true],
  ["/w/images/a.png", false],
  ["/w/.github/a.png", false],
])("protected: %s", (path, expected) => {
  expect(isProtectedPath(path)).toBe(expected);
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockFrom, placeOfCode } from "../../../src/core/editsPlace.ts";

const lines = (text: string) => text.replace(/^\n/, "").split("\n");

const file = lines(`
import { read } from "./read.ts";

/** Adds. */
export function add(a: number, b: number): number {
  const sum = a + b;
  return sum;
}

class Stock {
  count = 0;

  take(amount: number): void {
    this.count -= amount;
  }

  give(amount: number): void {
    this.count += amount;
  }
}

export const names = ["one", "two"];
`);

describe("where code belongs", () => {
  it("takes all of an empty document", () => {
    expect(placeOfCode(["a"], ["", " "])).toEqual({ kind: "whole" });
  });

  it("knows another version of the whole file", () => {
    const other = file.map((line) => line.replace("const sum = a + b;", "const sum = b + a;"));
    expect(placeOfCode(other, file)).toEqual({ kind: "whole" });
  });

  it("finds a function by its name, whatever is new in it", () => {
    const code = lines("export function add(...all: number[]): number {\n  return all.reduce((x, y) => x + y);\n}");
    expect(placeOfCode(code, file)).toEqual({ kind: "lines", lines: { start: 3, end: 7 } });
  });

  it("takes the comment above along when the code brings one", () => {
    const code = lines("/** Adds all. */\nexport function add(...all: number[]): number {\n  return 0;\n}");
    expect(placeOfCode(code, file)).toEqual({ kind: "lines", lines: { start: 2, end: 7 } });
  });

  it("finds a method that has lost its indentation", () => {
    expect(placeOfCode(lines("take(amount: number): void {\n  this.count = 0;\n}"), file)).toEqual({
      kind: "lines",
      lines: { start: 11, end: 14 },
    });
  });

  it("finds Python by name and indentation", () => {
    const python = lines(
      "\nimport os\n\ndef first(a):\n    return a\n\n\ndef second(b):\n    if b:\n        return b\n    return None\n\nx = 1",
    );
    expect(placeOfCode(lines("def second(b, c):\n    return c"), python)).toEqual({
      kind: "lines",
      lines: { start: 6, end: 10 },
    });
  });

  it("finds a stretch by the lines that it shares", () => {
    const code = lines("  const sum = a + b;\n  log(sum);\n  return sum;");
    expect(placeOfCode(code, file)).toEqual({ kind: "lines", lines: { start: 4, end: 6 } });
  });

  it("replaces a changed first line and does not put the new one beside it", () => {
    const code = lines(
      '  give(amount: number, note: string): void {\n    this.count += amount;\n    this.note = note;\n  }\n}\n\nexport const names = ["one", "two"];',
    );
    const place = placeOfCode(code, file);
    expect(place.kind === "lines" && place.lines.start).toBe(15);
  });

  it.each(["// ... existing code ...", "# ...", "/* ... rest of the class ... */", "...", "<!-- … -->"])(
    "does not write code that leaves parts out: %s",
    (mark) => {
      const code = ["class Stock {", mark, "  give(amount: number): void {}", "}"];
      expect(placeOfCode(code, file)).toEqual({ kind: "unknown", reason: "elided" });
    },
  );

  it("does not choose between two places", () => {
    const twice = [...file, ...file.slice(2)];
    expect(placeOfCode(lines("export function add(a: string): string {\n  return a;\n}"), twice)).toEqual({
      kind: "unknown",
      reason: "ambiguous",
    });
    expect(placeOfCode(["  const sum = a + b;", "  return sum;"], twice)).toEqual({
      kind: "unknown",
      reason: "ambiguous",
    });
  });

  it("does not put foreign code anywhere", () => {
    expect(placeOfCode(lines("npm install\nnpm test"), file)).toEqual({ kind: "unknown", reason: "not-found" });
    expect(placeOfCode(lines("}\n\n}"), file)).toEqual({ kind: "unknown", reason: "not-found" });
  });

  it("is done in time with the largest documents", () => {
    const large = Array.from({ length: 20_000 }, (_, at) => `line number ${at % 977} of ${at}`);
    expect(placeOfCode(large.slice(5_000, 5_300).concat("something new"), large)).toHaveProperty("kind");
  });

  const word = fc.stringMatching(/^[a-z]{4,9}$/);

  it("finds any stretch whose ends it knows, and leaves the rest of the document alone", () => {
    const cases = fc
      .uniqueArray(word, { minLength: 12, maxLength: 60 })
      .chain((words) =>
        fc.tuple(fc.constant(words), fc.nat(words.length - 7), fc.integer({ min: 4, max: 6 }), fc.nat(20)),
      );
    fc.assert(
      fc.property(cases, ([words, start, length, inserted]) => {
        const document = words.map((text, at) => `  ${text} = ${at};`);
        const stretch = document.slice(start, start + length);
        const code = [...stretch.slice(0, 2), `  brand_new_${inserted};`, ...stretch.slice(2)];
        expect(placeOfCode(code, document)).toEqual({ kind: "lines", lines: { start, end: start + length } });
      }),
    );
  });

  it("never answers with lines that are not there", () => {
    const line = fc.oneof(
      word,
      fc.constantFrom("", "}", "function one() {", "  return one;", "class Two {", "...", "// x"),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.array(line, { maxLength: 30 }), (code, document) => {
        const place = placeOfCode(code, document);
        if (place.kind !== "lines") return;
        expect(place.lines.start).toBeGreaterThanOrEqual(0);
        expect(place.lines.end).toBeGreaterThan(place.lines.start);
        expect(place.lines.end).toBeLessThanOrEqual(document.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the block that begins at a line", () => {
  it.each([
    ["a {\n  b\n}\nc", 3],
    ["a\n{\n  b\n}\nc", 4],
    ["a(\n  b,\n) {\n  c\n}\nd", 5],
    ["def a:\n  b\n\n  c\nd", 4],
    ["a\nb", 1],
    ["if a; then\n  b\nfi\nc", 3],
    ["a {\n  b\n} else {\n  c\n}\nd", 5],
  ])("%j ends before line %i", (text, end) => {
    expect(blockFrom(text.split("\n"), 0)).toEqual({ start: 0, end });
  });
});

it("a line of a minified file costs no time", () => {
  const line = `a(${")".repeat(100_000)}`;
  expect(placeOfCode([line, line], ["const b = 1;", line])).toEqual({ kind: "unknown", reason: "not-found" });
});

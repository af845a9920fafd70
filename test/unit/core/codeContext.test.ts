import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  enclosingSymbol,
  lineLabel,
  linesForProblem,
  surroundingBlock,
  surroundings,
  wholeLines,
  type SymbolNode,
} from "../../../src/core/codeContext.ts";

function symbol(name: string, kind: SymbolNode["kind"], start: number, end: number, ...children: SymbolNode[]) {
  return { name, kind, lines: { start, end }, children };
}

const outline = [
  symbol("Reader", "type", 2, 60, symbol("read", "function", 10, 30, symbol("state", "other", 12, 16))),
  symbol("table", "other", 70, 90),
];

function at(start: number, end = start + 1, most = 400): string | undefined {
  return enclosingSymbol(outline, { start, end }, most)?.name;
}

describe("the enclosing symbol", () => {
  test("is the innermost function or type", () => {
    expect(at(20)).toBe("read");
    expect(at(13)).toBe("read");
    expect(at(40)).toBe("Reader");
    expect(at(28, 35)).toBe("Reader");
  });

  test("may be a value of several lines, and is nothing outside", () => {
    expect(at(80)).toBe("table");
    expect(at(65)).toBeUndefined();
  });

  test("is not larger than allowed", () => {
    expect(at(40, 41, 20)).toBeUndefined();
    expect(at(13, 14, 10)).toBe("state");
  });
});

describe("the surrounding block", () => {
  const text = ["import a", "", "def f():", "  x", "", "  y", "", "def g():", "  z", ""];

  test("reaches from one unindented line to the next", () => {
    expect(surroundingBlock(text, 5)).toEqual({ start: 2, end: 6 });
    expect(surroundingBlock(text, 8)).toEqual({ start: 7, end: 9 });
  });

  test("starts from the nearest text on a blank line, and is nothing in a blank document", () => {
    expect(surroundingBlock(text, 9)).toEqual({ start: 7, end: 9 });
    expect(surroundingBlock(["", "  "], 1)).toBeUndefined();
  });

  test("is bounded, inside the text and never empty", () => {
    const lines = fc.array(fc.constantFrom("", "a", "  b"), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(lines, fc.nat(250), (body, cursor) => {
        const block = surroundingBlock(body, cursor);
        if (!block) return;
        expect(block.end - block.start).toBeLessThanOrEqual(60);
        expect(block.start).toBeGreaterThanOrEqual(0);
        expect(body.slice(block.start, block.end).length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("a problem", () => {
  const lines = Array.from({ length: 200 }, (_, index) => `line ${index}`);

  test("is shown with its function, else with lines around it", () => {
    expect(linesForProblem(lines, { start: 20, end: 21 }, outline)).toEqual({ start: 10, end: 30 });
    expect(linesForProblem(lines, { start: 100, end: 101 }, outline)).toEqual({ start: 85, end: 116 });
    expect(linesForProblem(lines, { start: 2, end: 3 }, [])).toEqual({ start: 0, end: 18 });
  });

  test("that marks the whole file or a line that is gone still has a place", () => {
    expect(linesForProblem(lines, { start: 0, end: 200 }, [])).toEqual({ start: 0, end: 16 });
    expect(linesForProblem(["only"], { start: 50, end: 51 }, [])).toEqual({ start: 0, end: 1 });
  });
});

test("a selection that ends at the start of a line does not include it", () => {
  expect(wholeLines(3, 5, 0)).toEqual({ start: 3, end: 5 });
  expect(wholeLines(3, 5, 2)).toEqual({ start: 3, end: 6 });
  expect(wholeLines(3, 3, 0)).toEqual({ start: 3, end: 4 });
});

test("surroundings are bounded by lines and characters, nearest first", () => {
  const lines = ["far", "near", "T", "next", "later"];
  expect(surroundings(lines, { start: 2, end: 3 }, 1)).toEqual({ before: ["near"], after: ["next"] });
  expect(surroundings(lines, { start: 2, end: 3 }, 9, 6)).toEqual({ before: ["near"], after: ["next"] });
});

test("labels count from one", () => {
  expect(lineLabel({ start: 39, end: 71 })).toBe("40–71");
  expect(lineLabel({ start: 39, end: 40 })).toBe("40");
});

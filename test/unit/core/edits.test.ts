import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitLines } from "../../../src/core/codeContext.ts";
import { applyHunks, lineHunks, textEdits, type TextEdit } from "../../../src/core/edits.ts";

/** Few different lines, so that repeats and blank ones are common. */
const line = fc.constantFrom("", "a", "b", "  a", "}", "同じ", "🙂");
const lines = fc.array(line, { minLength: 1, maxLength: 30 });
const eol = fc.constantFrom("\n", "\r\n");

/** What an editor does with edits: all positions are those of the old text. */
function applyTextEdits(old: readonly string[], edits: readonly TextEdit[], newline: string): string {
  const starts = old.map((_, at) => old.slice(0, at).reduce((sum, text) => sum + text.length + newline.length, 0));
  const offset = (at: number, character: number) => (starts[at] ?? Number.NaN) + character;
  let text = old.join(newline);
  for (const edit of edits.toReversed()) {
    const from = offset(edit.startLine, edit.startCharacter);
    const to = offset(edit.endLine, edit.endCharacter);
    text = text.slice(0, from) + edit.text + text.slice(to);
  }
  return text;
}

describe("hunks", () => {
  test("turn one text into the other, whatever the lines", () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        expect(applyHunks(a, lineHunks(a, b))).toEqual(b);
      }),
    );
  });

  test("as text edits do the same with either line ending and with or without a last line break", () => {
    fc.assert(
      fc.property(lines, lines, eol, (a, b, newline) => {
        expect(applyTextEdits(a, textEdits(a, lineHunks(a, b), newline), newline)).toBe(b.join(newline));
      }),
    );
  });

  test("never touch or overlap each other", () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const hunks = lineHunks(a, b);
        for (const [at, hunk] of hunks.entries()) {
          const previous = hunks[at - 1];
          if (previous) expect(hunk.start).toBeGreaterThan(previous.start + previous.removed);
        }
      }),
    );
  });

  test("leave equal lines alone", () => {
    expect(lineHunks(["a", "b", "c", "d"], ["a", "B", "c", "d", "e"])).toEqual([
      { start: 1, removed: 1, added: ["B"] },
      { start: 4, removed: 0, added: ["e"] },
    ]);
    expect(lineHunks(["a"], ["a"])).toEqual([]);
  });

  test("deleting everything leaves one empty line, as in an editor", () => {
    expect(applyTextEdits(["a", "b"], textEdits(["a", "b"], lineHunks(["a", "b"], []), "\n"), "\n")).toBe("");
  });

  test("stay bounded for texts that have nothing in common", () => {
    const a = Array.from({ length: 4000 }, (_, at) => `old ${at}`);
    const b = Array.from({ length: 4000 }, (_, at) => `new ${at}`);
    const started = performance.now();
    expect(lineHunks(a, b)).toEqual([{ start: 0, removed: 4000, added: b }]);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

test("lines are split as an editor does", () => {
  expect(splitLines("a\r\nb\nc\rd\n")).toEqual(["a", "b", "c", "d", ""]);
  expect(splitLines("")).toEqual([""]);
});

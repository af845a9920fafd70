import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LineRange } from "../../../src/core/codeContext.ts";
import { applyHunks, lineHunks } from "../../../src/core/edits.ts";
import { rangeToAskAgain, rebaseRange } from "../../../src/core/editsRebase.ts";

const line = fc.constantFrom("", "a", "b", "c", "}");
const some = fc.array(line, { maxLength: 8 });
const target = fc.array(line, { minLength: 1, maxLength: 6 });

/** What accepting does, without the editor. Undefined when nothing may be written. */
function write(before: readonly string[], range: LineRange, now: readonly string[], replacement: readonly string[]) {
  const place = rebaseRange(before, range, now);
  if (!place) return undefined;
  const hunks = lineHunks(now.slice(place.start, place.end), replacement);
  return applyHunks(
    now,
    hunks.map((hunk) => ({ ...hunk, start: hunk.start + place.start })),
  );
}

describe("rebasing", () => {
  test("an unchanged document keeps its range, copies or not", () => {
    fc.assert(
      fc.property(some, target, some, (head, body, tail) => {
        const text = [...head, ...body, ...tail];
        const range = { start: head.length, end: head.length + body.length };
        expect(rebaseRange(text, range, text)).toEqual(range);
      }),
    );
  });

  test("edits outside the range are never lost", () => {
    const marked = target.map((body) => body.map((text, at) => `target ${at} ${text}`));
    const fresh = fc.array(
      line.map((text) => `typed ${text}`),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(some, marked, some, some, some, fresh, (head, body, tail, newHead, newTail, replacement) => {
        const before = [...head, ...body, ...tail];
        const now = [...newHead, ...body, ...newTail];
        const written = write(before, { start: head.length, end: head.length + body.length }, now, replacement);
        expect(written).toEqual([...newHead, ...replacement, ...newTail]);
      }),
    );
  });

  test("whatever happened to the document, only lines that were asked about are replaced", () => {
    fc.assert(
      fc.property(some, target, some, fc.array(line, { minLength: 1, maxLength: 20 }), (head, body, tail, now) => {
        const before = [...head, ...body, ...tail];
        const place = rebaseRange(before, { start: head.length, end: head.length + body.length }, now);
        if (place) expect(now.slice(place.start, place.end)).toEqual(body);
      }),
    );
  });

  test("a change inside the range is a conflict and writes nothing", () => {
    const unique = fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 8 }).map((items) => items.map(String));
    fc.assert(
      fc.property(some, unique, some, fc.nat(), (head, body, tail, pick) => {
        const before = [...head, ...body, ...tail];
        const at = head.length + (pick % body.length);
        const now = before.with(at, "typed meanwhile");
        expect(write(before, { start: head.length, end: head.length + body.length }, now, ["fix"])).toBeUndefined();
      }),
    );
  });

  test("a changed target is not mistaken for its copy elsewhere", () => {
    const before = ["f()", "x", "f()", "y"];
    expect(rebaseRange(before, { start: 2, end: 3 }, ["f()", "x", "g()", "y"])).toBeUndefined();
  });

  test("a copy that appeared next to the target makes the place unsure", () => {
    expect(rebaseRange(["a", "t", "b"], { start: 1, end: 2 }, ["a", "t", "t", "b"])).toBeUndefined();
  });

  test("edits above and below move the range along", () => {
    expect(rebaseRange(["a", "t", "b"], { start: 1, end: 2 }, ["new", "a", "t", "b2"])).toEqual({ start: 2, end: 3 });
  });
});

describe("asking again after a conflict", () => {
  test("covers the changed lines", () => {
    expect(rangeToAskAgain(["a", "t", "u", "b"], { start: 1, end: 3 }, ["a", "t", "new", "v", "b"])).toEqual({
      start: 1,
      end: 4,
    });
  });

  test("is always inside the document and never empty", () => {
    const text = fc.array(line, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), text, (before, from, length, now) => {
        const start = from % before.length;
        const range = rangeToAskAgain(before, { start, end: Math.min(before.length, start + 1 + length) }, now);
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThan(range.start);
        expect(range.end).toBeLessThanOrEqual(now.length);
      }),
    );
  });
});

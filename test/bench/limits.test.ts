import { expect, it } from "vitest";
import { missedLimits } from "./limits.ts";

it("is missed by what exceeds it, is no number, or was not measured at all", () => {
  const limits = { a: 1, b: 1, c: 1, d: 0 };
  expect(missedLimits({ a: 1.01, b: Number.NaN, d: 0, other: 9 }, limits)).toEqual(["a", "b", "c"]);
  expect(missedLimits({ a: 1, b: 0, c: -1, d: 0 }, limits)).toEqual([]);
});

it("may be a least value", () => {
  const limits = { a: { atLeast: 40 }, b: { atLeast: 40 }, c: { atLeast: 40 }, d: { atLeast: 0 } };
  expect(missedLimits({ a: 39.9, b: 40, c: Number.NaN }, limits)).toEqual(["a", "c", "d"]);
});

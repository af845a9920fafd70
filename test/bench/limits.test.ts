import { expect, it } from "vitest";
import { missedLimits } from "./limits.ts";

it("is missed by what exceeds it, is no number, or was not measured at all", () => {
  const limits = { a: 1, b: 1, c: 1, d: 0 };
  expect(missedLimits({ a: 1.01, b: Number.NaN, d: 0, other: 9 }, limits)).toEqual(["a", "b", "c"]);
  expect(missedLimits({ a: 1, b: 0, c: -1, d: 0 }, limits)).toEqual([]);
});

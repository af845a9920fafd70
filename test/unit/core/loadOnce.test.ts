import { expect, it } from "vitest";
import { loadOnce } from "../../../src/core/loadOnce.ts";

it("loads on first use and keeps a result, but no failure", async () => {
  let calls = 0;
  const once = loadOnce(async () => {
    calls++;
    if (calls === 1) throw new Error("not there yet");
    return calls;
  });
  expect(calls).toBe(0);
  const both = await Promise.allSettled([once(), once()]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(calls).toBe(1);
  expect(await once()).toBe(2);
  expect(await once()).toBe(2);
});

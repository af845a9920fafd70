import { expect, test } from "vitest";
import { countdown, waitText } from "../../../src/core/waiting.ts";

const t = (message: string, ...values: (string | number)[]) => message.replace("{0}", String(values[0]));

test("counts whole seconds and never less than one", () => {
  expect(waitText({ reason: "busy", attempt: 1, resumesAt: 4200 }, 1000, t)).toBe(
    "The service is busy. Trying again in 4 s.",
  );
  expect(waitText({ reason: "unreachable", attempt: 1, resumesAt: 0 }, 1000, t)).toContain("in 1 s.");
});

test("counts down to the next try, and then waits as before", () => {
  let now = 1000;
  const line = countdown({ reason: "busy", attempt: 1, resumesAt: 4000 }, "Waiting", t, () => now);
  expect(line()).toContain("in 3 s.");
  now = 3500;
  expect(line()).toContain("in 1 s.");
  now = 4000;
  expect(line()).toBe("Waiting");
});

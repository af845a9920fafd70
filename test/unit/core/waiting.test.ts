import { expect, test } from "vitest";
import { waitText } from "../../../src/core/waiting.ts";

const t = (message: string, ...values: (string | number)[]) => message.replace("{0}", String(values[0]));

test("counts whole seconds and never less than one", () => {
  expect(waitText({ reason: "busy", attempt: 1, resumesAt: 4200 }, 1000, t)).toBe(
    "The service is busy. Trying again in 4 s.",
  );
  expect(waitText({ reason: "unreachable", attempt: 1, resumesAt: 0 }, 1000, t)).toContain("in 1 s.");
});

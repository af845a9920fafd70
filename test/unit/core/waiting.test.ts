import { expect, test } from "vitest";
import { countdown, waitFacts, waitText } from "../../../src/core/waiting.ts";

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

test("waits in the queue without a time, until the event comes with one", () => {
  const queued = { reason: "queue", attempt: 0, resumesAt: undefined } as const;
  const line = countdown(queued, "Waiting", t, () => 1e15);
  expect(line()).toBe("Waiting for another GLM request to finish…");
  expect(waitFacts(queued)).toEqual({ reason: "queue", resumesAt: undefined });
  const over = { ...queued, resumesAt: 4000 };
  expect(countdown(over, "Waiting", t, () => 4000)()).toBe("Waiting");
  expect(waitFacts(over)).toBeUndefined();
  expect(waitFacts({ reason: "busy", attempt: 1, resumesAt: 4000 })).toEqual({ reason: "busy", resumesAt: 4000 });
});

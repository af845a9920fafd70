import { expect, it } from "vitest";
import { createPolicyNote } from "../../../../src/features/account/policy.ts";

function open(kept = new Map<string, unknown>()) {
  const told: string[] = [];
  const memory = {
    get: (key: string) => kept.get(key),
    set: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  };
  return { kept, told, policy: createPolicyNote(memory, (service) => told.push(service)) };
}

it("what plans are meant for is told once per host, on the first request that draws one", () => {
  const { kept, told, policy } = open();
  policy.beforeRequest("zai");
  policy.beforeRequest("custom");
  policy.beforeRequest("bigmodel");
  expect(told).toEqual([]);
  policy.beforeRequest("zai-coding");
  policy.beforeRequest("zai-coding");
  expect(told).toEqual(["zai"]);
  policy.beforeRequest("bigmodel-coding");
  expect(told).toEqual(["zai", "bigmodel"]);

  const later = open(kept);
  later.policy.beforeRequest("zai-coding");
  expect(later.told).toEqual([]);
});

it("what a verdict has told is not told again", () => {
  const { told, policy } = open();
  expect(policy.isDue("zai")).toBe(true);
  expect(policy.isDue("zai")).toBe(false);
  policy.beforeRequest("zai-coding");
  expect(told).toEqual([]);
});

it("what cannot be kept is told all the same, and nothing else comes of it", async () => {
  const policy = createPolicyNote(
    { get: () => undefined, set: () => Promise.reject(new Error("the disk is full")) },
    () => undefined,
  );
  expect(policy.isDue("zai")).toBe(true);
  // Vitest fails a run in which a rejection is left alone.
  await new Promise(setImmediate);
});

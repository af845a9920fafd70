import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { services } from "../../../../src/core/keyFinding.ts";
import { importKey } from "../../../../src/features/account/importKey.ts";
import type { SetupDeps, useKey as UseKey } from "../../../../src/features/account/setUpKey.ts";
import { resetUser, user } from "../../../fakes/scriptedUser.ts";

const useKey = vi.hoisted(() => vi.fn<typeof UseKey>(() => Promise.resolve("used")));

vi.mock("vscode", async () => (await import("../../../fakes/scriptedUser.ts")).vscodeForUser);
vi.mock("../../../../src/features/account/setUpKey.ts", () => ({ useKey, anotherKey: Symbol("another key") }));

// Spelled out: a name that the product forgets or misspells would be missing from its own list as well.
const variables = [
  ["ZAI_API_KEY", "zai", "bigmodel"],
  ["ZHIPU_API_KEY", "bigmodel", "zai"],
  ["ZHIPUAI_API_KEY", "bigmodel", "zai"],
  ["ZHIPU_AI_API_KEY", "bigmodel", "zai"],
] as const;

beforeEach(() => {
  resetUser();
  for (const [name] of variables) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  useKey.mockClear();
});

it.each(variables)("the key in %s is asked about at %s first, then at %s", async (name, first, second) => {
  vi.stubEnv(name, "id.secret");
  user.answer = ({ choices }) => choices[0];
  const deps = {} as unknown as SetupDeps;
  expect(await importKey(deps)).toBe("used");
  expect(useKey.mock.calls).toEqual([["id.secret", [first, second], deps]]);
});

it.each(variables)("the key in %s goes nowhere before the user knows where to", async (name, first, second) => {
  vi.stubEnv(name, "id.secret");
  expect(await importKey({} as unknown as SetupDeps)).toBeUndefined();
  expect(useKey).not.toHaveBeenCalled();
  const [list] = user.shown;
  expect(list?.choices).toEqual([name]);
  expect(list?.detail).toMatch(new RegExp(`${services[first].host}.*${services[second].host}`));
});

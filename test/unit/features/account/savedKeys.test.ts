import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../../../src/api/errors.ts";
import type { KeyFinding } from "../../../../src/core/keyFinding.ts";
import { checkKeys } from "../../../../src/features/account/checkKeys.ts";
import { askForServerKey, type KeyDeps } from "../../../../src/features/account/keyCommands.ts";
import type { probeKey } from "../../../../src/features/account/probe.ts";
import { createProblems } from "../../../../src/features/account/problems.ts";
import { useKey } from "../../../../src/features/account/setUpKey.ts";
import { customEndpoint } from "../../../../src/api/platforms.ts";
import { createKeyStore } from "../../../../src/host/keyStore.ts";
import { resetUser, user } from "../../../fakes/scriptedUser.ts";
import { createMachine } from "../../../fakes/secretStorage.ts";

const probe = vi.hoisted(() => vi.fn<typeof probeKey>());

vi.mock("vscode", async () => (await import("../../../fakes/scriptedUser.ts")).vscodeForUser);
vi.mock("../../../../src/features/account/probe.ts", () => ({ probeKey: probe }));

const [zai, bigmodel] = ["https://api.z.ai", "https://open.bigmodel.cn"] as const;
const [good, other] = ["good.key", "other.key"];
let deps: KeyDeps;

beforeEach(() => {
  resetUser();
  deps = {
    keys: createKeyStore(createMachine().openWindow(), (trouble) => expect.unreachable(trouble)),
    problems: createProblems({ info() {}, warn() {}, error() {}, show() {}, dispose() {} }),
    policy: { isDue: () => false, beforeRequest() {} },
    governedClient: () => expect.unreachable("nobody is asked"),
    makeClient: () => expect.unreachable("nobody is asked"),
  };
});

const unchecked = (code: "cancelled" | "unreachable", service: "zai" | "bigmodel" = "zai"): KeyFinding => ({
  outcome: "unchecked",
  service,
  error: new ApiError(code, { host: "api.z.ai" }),
});
const saved = async () => [await deps.keys.get(zai), await deps.keys.get(bigmodel)];

describe("a new key beside a saved one", () => {
  beforeEach(() => deps.keys.set(bigmodel, good));

  it("changes nothing when its check is cancelled, and says nothing", async () => {
    probe.mockResolvedValue(unchecked("cancelled", "bigmodel"));
    expect(await useKey(other, ["bigmodel"], deps)).toBeUndefined();
    expect([await saved(), user.writes, user.shown]).toEqual([[undefined, good], [], []]);
  });

  it.each([
    [undefined, good, undefined],
    ["Replace", other, other],
  ] as const)("that nobody could check replaces it only after the user said so (%s)", async (answer, kept, result) => {
    probe.mockResolvedValue(unchecked("unreachable", "bigmodel"));
    user.answer = ({ choices }) => choices.find((choice) => choice === answer);
    expect(await useKey(other, ["bigmodel"], deps)).toBe(result);
    expect(await saved()).toEqual([undefined, kept]);
    expect(user.shown[0]?.text).toBe("Replace the saved key for open.bigmodel.cn unchecked?");
    expect(user.writes.length > 0).toBe(answer !== undefined);
  });

  it("that is the same, or the first, needs no question", async () => {
    probe.mockResolvedValue(unchecked("unreachable"));
    expect(await useKey(other, ["zai"], deps)).toBe(other);
    expect(await useKey(other, ["zai"], deps)).toBe(other);
    expect(user.shown.map(({ choices }) => choices.includes("Replace"))).toEqual([false, false]);
  });
});

async function tried(finding: KeyFinding) {
  await deps.keys.set(zai, other);
  await deps.keys.set(bigmodel, good);
  const accepted: KeyFinding = { outcome: "accepted", service: "bigmodel", plan: { state: "active", windows: [] } };
  probe.mockImplementation(async ({ order }) => {
    if (user.shown.some(({ choices }) => choices.includes("Try it on open.bigmodel.cn"))) return finding;
    return order[0] === "zai" ? { outcome: "refused", by: ["zai"] } : accepted;
  });
  user.answer = ({ choices }) => choices.find((choice) => choice.startsWith("Try it on"));
  await checkKeys(deps);
  return saved();
}

describe("a saved key that is tried on the other service", () => {
  it("is moved once that accepts it", async () => {
    const plan = { state: "active", windows: [] } as const;
    expect(await tried({ outcome: "accepted", service: "bigmodel", plan })).toEqual([undefined, other]);
  });

  it.each([
    unchecked("cancelled", "bigmodel"),
    unchecked("unreachable", "bigmodel"),
    { outcome: "refused", by: ["bigmodel"] },
  ] as const)("stays where it is, as does the other one, otherwise", async (finding) => {
    expect(await tried(finding)).toEqual([other, good]);
  });
});

describe("the key of a server", () => {
  const endpoint = customEndpoint("https://models.example/v1", "openai");
  const origin = "https://models.example";
  const ask = (code: "cancelled" | "unreachable") => {
    if (!endpoint) throw new Error("a valid address");
    const models = () => Promise.reject(new ApiError(code, { host: "models.example" }));
    return askForServerKey(endpoint, { ...deps, makeClient: async () => ({ models }) as never }, true);
  };

  it.each(["cancelled", "unreachable"] as const)("stays when the check of a new one ends with %s", async (code) => {
    await deps.keys.set(origin, "old-key-of-the-server");
    for (const typed of ["new-key-of-the-server", ""]) {
      user.answer = ({ text }) => (text.startsWith("API key") ? typed : undefined);
      expect(await ask(code)).toBeUndefined();
      expect(await deps.keys.get(origin)).toBe("old-key-of-the-server");
    }
  });
});

import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../../../src/api/errors.ts";
import { customEndpoint, type Endpoint } from "../../../../src/api/platforms.ts";
import type { ServerReport } from "../../../../src/core/customServer.ts";
import { setUpServer } from "../../../../src/features/account/customServer.ts";
import type { lookAt } from "../../../../src/features/account/customServerProbe.ts";
import { putInForce } from "../../../../src/features/account/customServerResult.ts";
import type { tryOut } from "../../../../src/features/account/customServerTest.ts";
import type { KeyDeps } from "../../../../src/features/account/keyCommands.ts";
import { createProblems } from "../../../../src/features/account/problems.ts";
import { createKeyStore } from "../../../../src/host/keyStore.ts";
import { resetUser, user } from "../../../fakes/scriptedUser.ts";
import { createMachine } from "../../../fakes/secretStorage.ts";
import { userSettings } from "../../../fakes/userSettings.ts";

const address = "https://new.example/v1";
const { addresses, look, tried } = vi.hoisted(() => ({
  addresses: [] as string[],
  look: vi.fn<typeof lookAt>(),
  tried: vi.fn<typeof tryOut>(),
}));

vi.mock("vscode", async () => (await import("../../../fakes/scriptedUser.ts")).vscodeForUser);
vi.mock("../../../../src/features/account/customServerAddress.ts", () => ({
  pickAddress: async () => addresses.shift(),
  correctAddress: async () => addresses.shift(),
}));
vi.mock("../../../../src/features/account/customServerProbe.ts", () => ({ lookAt: look }));
vi.mock("../../../../src/features/account/customServerTest.ts", () => ({ tryOut: tried }));

const report = (endpoint: Endpoint): ServerReport => ({
  baseUrl: endpoint.baseUrl,
  product: "unknown",
  models: [{ id: "a-model" }],
  model: { id: "a-model" },
  thinking: "none",
  reasoning: "none",
});

let deps: KeyDeps;

beforeEach(() => {
  resetUser();
  addresses.splice(0, Infinity, address);
  look.mockReset().mockResolvedValue({ kind: "models", models: [{ id: "a-model" }], facts: {} });
  tried.mockReset().mockImplementation(async ({ endpoint }) => report(endpoint));
  deps = {
    keys: createKeyStore(createMachine().openWindow(), (trouble) => expect.unreachable(trouble)),
    problems: createProblems({ info() {}, warn() {}, error() {}, show() {}, dispose() {} }),
    policy: { isDue: () => false, beforeRequest() {} },
    governedClient: () => expect.unreachable("nobody is asked"),
    makeClient: () => expect.unreachable("nobody is asked"),
  };
});

const extraHeaders = { "X-Tenant": "secret-of-the-old-one" };
const answer = (label: string | undefined) => {
  user.answer = ({ choices }) => choices.find((choice) => choice === label);
};
const questions = () => user.shown.filter(({ choices }) => choices.includes("Send them"));
/** The headers with which the new server was looked at and tried out. */
const sent = () => [
  ...look.mock.calls.map(([endpoint]) => endpoint.extraHeaders),
  ...tried.mock.calls.map(([{ endpoint }]) => endpoint.extraHeaders),
];

describe("extra headers of another server", () => {
  beforeEach(() => {
    userSettings["glm.custom.baseUrl"] = "https://old.example/v1";
    userSettings["glm.custom.extraHeaders"] = extraHeaders;
  });

  it("do not go to a new one unless the user said so, and nothing does when the question is dismissed", async () => {
    expect(await setUpServer(deps)).toBe(false);
    expect(questions()[0]?.detail).toContain("glm.custom.extraHeaders");
    expect([sent(), user.writes]).toEqual([[], []]);
  });

  it("are emptied before the new one is in force, and it is tested without", async () => {
    answer("Empty them");
    expect(await setUpServer(deps)).toBe(true);
    expect(sent()).toEqual([undefined, undefined]);
    expect(user.writes.slice(0, 2)).toEqual([
      ["glm.custom.extraHeaders", {}],
      ["glm.custom.baseUrl", address],
    ]);
  });

  it("are part of the test when they are kept", async () => {
    answer("Send them");
    expect(await setUpServer(deps)).toBe(true);
    expect(sent()).toEqual([extraHeaders, extraHeaders]);
    expect(userSettings["glm.custom.extraHeaders"]).toEqual(extraHeaders);
  });

  it("are asked about once for each origin, and not for the one they were set for", async () => {
    answer("Empty them");
    addresses.push("https://new.example/api/v1", "https://old.example/v2");
    look.mockResolvedValueOnce({ kind: "web-page" }).mockResolvedValueOnce({ kind: "web-page" });
    expect(await setUpServer(deps)).toBe(true);
    expect(questions()).toHaveLength(1);
    expect(sent()).toEqual([undefined, undefined, extraHeaders, extraHeaders]);
    expect(userSettings["glm.custom.extraHeaders"]).toEqual(extraHeaders);
  });
});

describe("models that were chosen", () => {
  const tasks = ["edit", "vision", "ocr", "image", "background"] as const;
  const afterSetup = async (models: ServerReport["models"]) => {
    const endpoint = customEndpoint(address, "openai");
    if (!endpoint) throw new ApiError("wrong-path");
    userSettings["glm.platform"] = "custom";
    for (const task of tasks) userSettings[`glm.model.${task}`] = "chosen";
    await putInForce({ ...report(endpoint), models }, endpoint);
    return [...new Set(tasks.map((task) => userSettings[`glm.model.${task}`]))];
  };

  it("stay with a server that has no list to miss them in", async () => {
    expect(await afterSetup(undefined)).toEqual(["chosen"]);
    expect(await afterSetup([{ id: "a-model" }, { id: "chosen" }])).toEqual(["chosen"]);
  });

  it("go with a server that does not have them", async () => {
    expect(await afterSetup([{ id: "a-model" }])).toEqual(["auto"]);
  });
});

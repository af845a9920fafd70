import { beforeEach, describe, expect, it, vi } from "vitest";
import { readExtras } from "../../../../src/features/account/extras.ts";
import { queueLimits, silenceLimits } from "../../../../src/features/account/limits.ts";
import { tuning } from "../../../../src/features/account/tuning.ts";
import { brokenSettings } from "../../../../src/host/config.ts";
import { userSettings } from "../../../fakes/userSettings.ts";

vi.mock("vscode", async () => (await import("../../../fakes/userSettings.ts")).vscodeWithSettings);

beforeEach(() => {
  for (const id of Object.keys(userSettings)) delete userSettings[id];
});
const request = (values: Readonly<Record<string, unknown>>) => {
  for (const [name, value] of Object.entries(values)) userSettings[`glm.request.${name}`] = value;
};

describe("what the settings say about answers", () => {
  it("is nothing by default", () => {
    expect(Object.values(tuning()).filter((value) => value !== undefined)).toEqual([]);
    expect(brokenSettings()).toEqual([]);
  });

  it("becomes members of a request", () => {
    request({ effort: "high", maxTokens: 9000, temperature: 0, topP: 0.5 });
    expect(tuning()).toEqual({ effort: "high", maxTokens: 9000, temperature: 0, topP: 0.5 });
  });

  it.each([
    ["auto", "auto", undefined],
    ["on", "auto", "on"],
    ["off", "auto", "off"],
    ["off", "max", "off"],
    ["on", "low", "low"],
    ["auto", "max", "max"],
  ])("thinking %s with effort %s is %s", (thinking, effort, expected) => {
    request({ thinking, effort });
    expect(tuning().effort).toBe(expected);
  });

  it("is ignored where it breaks the rule, and the setting is named", () => {
    request({ temperature: 1.5, topP: "0.5", maxTokens: 10.5, effort: "ultra", thinking: true });
    userSettings["glm.network.timeout"] = 5;
    userSettings["glm.network.queueSize"] = null;
    userSettings["glm.custom.extraHeaders"] = ["X-Team: a"];
    userSettings["glm.usage.quota"] = "no";
    expect(Object.values(tuning()).filter((value) => value !== undefined)).toEqual([]);
    expect(brokenSettings()).toEqual([
      "glm.request.thinking",
      "glm.request.effort",
      "glm.request.maxTokens",
      "glm.request.temperature",
      "glm.request.topP",
      "glm.network.timeout",
      "glm.network.queueSize",
      "glm.usage.quota",
      "glm.custom.extraHeaders",
    ]);
  });
});

describe("limits", () => {
  it("of silence stay below what VS Code's own network allows", () => {
    userSettings["glm.network.timeout"] = 1200;
    expect(silenceLimits()).toEqual({ firstByte: 280_000, idle: 280_000, whole: 280_000 });
    userSettings["glm.network.transport"] = "undici";
    expect(silenceLimits()).toEqual({ firstByte: 1_200_000, idle: 1_200_000, whole: 1_200_000 });
    userSettings["glm.network.timeout"] = 30;
    expect(silenceLimits().idle).toBe(30_000);
  });

  it("of the queue come from the settings", () => {
    expect(queueLimits()).toEqual({ parallel: 2, waiting: 20 });
    userSettings["glm.network.parallelRequests"] = 4;
    userSettings["glm.network.queueSize"] = 0;
    expect(queueLimits()).toEqual({ parallel: 4, waiting: 0 });
  });
});

describe("extras for a custom server", () => {
  it("leave out what must not be sent and keep the rest", () => {
    userSettings["glm.custom.reasoning"] = "reasoning-bool";
    userSettings["glm.custom.extraBody"] = { model: "other", seed: 7, stream: false };
    userSettings["glm.custom.extraHeaders"] = {
      "X-Team": "a",
      Authorization: "Bearer x",
      "X-Number": 3,
      "Bad name": "",
    };
    const { extras, refused } = readExtras();
    expect(extras).toEqual({ reasoning: "reasoning-bool", extraBody: { seed: 7 }, extraHeaders: { "X-Team": "a" } });
    expect(refused.map(({ setting, member }) => `${setting} ${member}`)).toEqual([
      "glm.custom.extraBody model",
      "glm.custom.extraBody stream",
      "glm.custom.extraHeaders Authorization",
      "glm.custom.extraHeaders X-Number",
      "glm.custom.extraHeaders Bad name",
    ]);
    expect(JSON.stringify(refused)).not.toContain("Bearer");
  });
});

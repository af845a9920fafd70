import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Client } from "../../../../src/api/client.ts";
import { ApiError } from "../../../../src/api/errors.ts";
import { createCatalog, type ModelTask } from "../../../../src/api/models/catalog.ts";
import { customEndpoint, officialEndpoint, type Endpoint } from "../../../../src/api/platforms.ts";
import { modelFor } from "../../../../src/features/account/modelFor.ts";
import { userSettings } from "../../../fakes/userSettings.ts";

vi.mock("vscode", async () => (await import("../../../fakes/userSettings.ts")).vscodeWithSettings);

beforeEach(() => {
  for (const id of Object.keys(userSettings)) delete userSettings[id];
});

const tasks = ["chat", "edit", "vision", "background"] as const;

/** A model for each task, in the order of `tasks`; `listed` undefined: the server does not answer. */
async function models(endpoint: Endpoint, listed?: readonly string[], overrides: readonly unknown[] = []) {
  const list = async () => {
    if (!listed) throw new ApiError("unreachable");
    return listed;
  };
  const client = { endpoint, models: list } as unknown as Client;
  const pick = (task: ModelTask) => modelFor(client, createCatalog(overrides), task);
  return Promise.all(tasks.map(pick));
}

function server(): Endpoint {
  const endpoint = customEndpoint("http://localhost:1/v1", "openai");
  if (!endpoint) throw new Error("loopback must be allowed");
  return endpoint;
}

describe("automatic choice of a model", () => {
  it("takes the best, the best that sees, and the cheapest, free ones included", async () => {
    const general = ["glm-5.3", "glm-5.3", "glm-5.3-flash", "glm-4.7-flash"];
    expect(await models(officialEndpoint("zai"))).toEqual(general);
    expect(await models(officialEndpoint("bigmodel"))).toEqual(general);
  });

  it("stays inside the plan", async () => {
    const onPlan = ["glm-5.3", "glm-5.3", "glm-5.3-flash", "glm-5.3-flash"];
    expect(await models(officialEndpoint("zai-coding"))).toEqual(onPlan);
    expect(await models(officialEndpoint("bigmodel-coding"))).toEqual(onPlan);
  });

  it("believes the user's own entries about plan, price and eyes", async () => {
    const overrides = [
      { id: "glm-5.3", onPlan: false },
      { id: "glm-6-nano", onPlan: true, price: { input: 0.01, output: 0.01 } },
      { id: "glm-5-turbo", input: ["text", "image"] },
      { id: "glm-5.3-flash", input: ["text"] },
    ];
    expect(await models(officialEndpoint("zai-coding"), undefined, overrides)).toEqual([
      "glm-5.3-flash",
      "glm-5.3-flash",
      "glm-5-turbo",
      "glm-6-nano",
    ]);
  });

  it("of a custom server is its first model, and for pictures the first that is known to see", async () => {
    expect(await models(server(), ["qwen3", "GLM-4.5V"])).toEqual(["qwen3", "qwen3", "GLM-4.5V", "qwen3"]);
    expect(await models(server(), ["qwen3"])).toEqual(["qwen3", "qwen3", "qwen3", "qwen3"]);
  });

  it("fails when there is nothing to choose from", async () => {
    await expect(models(server(), [])).rejects.toMatchObject({ code: "model-unknown" });
    await expect(models(server())).rejects.toMatchObject({ code: "unreachable" });
  });
});

describe("a chosen model", () => {
  it("is used as it is, and an edit follows the chat", async () => {
    userSettings["glm.model.chat"] = " My-Chat ";
    expect(await models(officialEndpoint("zai"))).toEqual(["My-Chat", "My-Chat", "glm-5.3-flash", "glm-4.7-flash"]);
    userSettings["glm.model.edit"] = "my-edit";
    userSettings["glm.model.vision"] = "my-eyes";
    userSettings["glm.model.background"] = "my-clerk";
    expect(await models(officialEndpoint("zai"))).toEqual(["My-Chat", "my-edit", "my-eyes", "my-clerk"]);
  });

  it("of a custom server does for the other tasks too, also when the server lists nothing", async () => {
    userSettings["glm.model.chat"] = "qwen3";
    expect(await models(server())).toEqual(["qwen3", "qwen3", "qwen3", "qwen3"]);
    expect(await models(server(), ["x", "glm-4.6v"])).toEqual(["qwen3", "qwen3", "glm-4.6v", "qwen3"]);
  });

  it("is none when the setting is empty, auto in any case, or no text", async () => {
    for (const value of ["", " AUTO ", 7, null]) {
      userSettings["glm.model.chat"] = value;
      expect((await models(officialEndpoint("zai")))[0]).toBe("glm-5.3");
    }
  });
});

import { describe, expect, it } from "vitest";
import { catalogDate, defaultModel, effortChoices, listModels, modelInfo, models } from "../../../src/api/catalog.ts";
import { imageModels, imageSizeProblem } from "../../../src/api/imageCatalog.ts";
import { officialEndpoint, type Endpoint } from "../../../src/api/platforms.ts";

const custom: Endpoint = {
  platform: "custom",
  baseUrl: "http://localhost:1/v1",
  dialect: "openai",
  keyRequired: false,
};

const choices = (id: string) => effortChoices(modelInfo(id));
const ids = (endpoint: Endpoint, fetched: readonly string[] = []) => listModels(endpoint, fetched).map(({ id }) => id);

describe("the catalogue", () => {
  it("says when it was read", () => expect(Date.parse(catalogDate)).toBeGreaterThan(Date.UTC(2026, 0)));

  it("has each model once, with plausible figures", () => {
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
    for (const model of models) {
      expect(model.id).toBe(model.id.toLowerCase());
      expect(model.context).toBeGreaterThanOrEqual(model.maxOutput);
      expect(model.input).toContain("text");
    }
  });

  it("finds models in any case and with a foreign suffix", () => {
    expect(modelInfo(" GLM-5.3[1M] ")).toMatchObject({ id: "glm-5.3", known: true, thinking: "always" });
  });

  it("guesses carefully about ids it does not know", () => {
    expect(modelInfo("GLM-7-Nova")).toMatchObject({ id: "GLM-7-Nova", known: false, thinking: "toggle", efforts: [] });
    expect(modelInfo("glm-5.3-prime")).toMatchObject({ thinking: "always", efforts: ["low", "high", "max"] });
  });

  it("offers the efforts that make a difference", () => {
    expect(choices("glm-5.3")).toEqual(["low", "high", "max"]);
    expect(choices("glm-5.2")).toEqual(["off", "high", "max"]);
    expect(choices("glm-4.7")).toEqual(["off", "high"]);
    expect(choices("glm-4v-flash")).toEqual([]);
  });
});

describe("a list for a picker", () => {
  it("never hides built-in models, adds what the service listed, and leaves out what is not for chat", () => {
    const list = ids(officialEndpoint("zai"), ["GLM-5.3", "glm-6", "cogview-9", "embedding-3", "glm-6"]);
    expect(list).toContain("glm-4.6");
    expect(list.filter((id) => /glm-6|cogview|embedding/.test(id))).toEqual(["glm-6"]);
    expect(list.filter((id) => id.toLowerCase() === "glm-5.3")).toHaveLength(1);
  });

  it("starts with what the plan includes, and keeps BigModel's own models there", () => {
    expect(ids(officialEndpoint("zai-coding")).slice(0, 3)).toEqual(["glm-5.3", "glm-5.3-flash", "glm-5-turbo"]);
    expect(ids(officialEndpoint("zai"))).not.toContain("glm-4v-flash");
    expect(ids(officialEndpoint("bigmodel"))).toContain("glm-4v-flash");
  });

  it("is what the server says on a custom one", () => {
    expect(ids(custom, ["Qwen/X"])).toEqual(["Qwen/X"]);
    expect([defaultModel(custom, "chat"), defaultModel(officialEndpoint("zai"), "chat")]).toEqual([
      undefined,
      "glm-5.3",
    ]);
  });
});

describe("image sizes", () => {
  it("accept every preset", () => {
    for (const model of imageModels) {
      for (const size of model.sizes) expect([size, imageSizeProblem(model.id, size)]).toEqual([size, undefined]);
    }
  });

  it.each([
    ["glm-image", "1280×1280", "format"],
    ["glm-image", "960x1280", "side"],
    ["glm-image", "1290x1280", "multiple"],
    ["cogview-4-250304", "2048x2048", "pixels"],
    ["cogview-4-250304", "520x1024", "multiple"],
    ["unheard-of", "3x3", undefined],
  ])("of %s: %s is %s", (model, size, problem) => expect(imageSizeProblem(model, size)).toBe(problem));
});

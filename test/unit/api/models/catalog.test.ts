import { describe, expect, it } from "vitest";
import { builtInCatalog, catalogDate, createCatalog, effortChoices } from "../../../../src/api/models/catalog.ts";
import { imageModels, imageSizeProblem } from "../../../../src/api/media/imageCatalog.ts";
import { officialEndpoint, type Endpoint } from "../../../../src/api/platforms.ts";

const { models } = builtInCatalog;

const custom: Endpoint = {
  platform: "custom",
  baseUrl: "http://localhost:1/v1",
  dialect: "openai",
  keyRequired: false,
};

const choices = (id: string) => effortChoices(builtInCatalog.modelInfo(id));
const ids = (endpoint: Endpoint, fetched: readonly string[] = []) =>
  builtInCatalog.listModels(endpoint, fetched).map(({ id }) => id);

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
    expect(builtInCatalog.modelInfo(" GLM-5.3[1M] ")).toMatchObject({ id: "glm-5.3", known: true, thinking: "always" });
  });

  it("guesses carefully about ids it does not know", () => {
    expect(builtInCatalog.modelInfo("GLM-7-Nova")).toMatchObject({
      id: "GLM-7-Nova",
      known: false,
      thinking: "toggle",
      efforts: [],
    });
    expect(builtInCatalog.modelInfo("glm-5.3-prime")).toMatchObject({
      thinking: "always",
      efforts: ["low", "high", "max"],
    });
  });

  it("offers the efforts that make a difference", () => {
    expect(choices("glm-5.3")).toEqual(["low", "high", "max"]);
    expect(choices("glm-5.2")).toEqual(["off", "high", "max"]);
    expect(choices("glm-4.7")).toEqual(["off", "high"]);
    expect(choices("glm-4v-flash")).toEqual([]);
  });
});

/** API notes 4.1 and 4.2, row by row: context, output, thinking, efforts, tools, tool_stream, inputs, price, plan. */
const notes: Readonly<Record<string, string>> = {
  "glm-5.3": "1048576 131072 always low/high/max tools stream text 1.4/0.26/4.4 plan",
  "glm-5.3-flash": "1048576 131072 always low/high/max tools stream text,image,video 0.15/0.03/0.5 plan",
  "glm-5.3-flashx": "1000000 131072 always low/high/max tools stream text,image,video 0.37/0.075/1.25 -",
  "glm-5.2": "1000000 131072 toggle high/max tools stream text 1.4/0.26/4.4 -",
  "glm-5.1": "200000 131072 toggle - tools stream text 1.4/0.26/4.4 -",
  "glm-5-turbo": "200000 131072 toggle - tools stream text 1.2/0.24/4 plan",
  "glm-5": "200000 131072 toggle - tools stream text 1/0.2/3.2 -",
  "glm-4.7": "200000 131072 toggle - tools stream text 0.6/0.11/2.2 -",
  "glm-4.7-flashx": "200000 131072 toggle - tools stream text 0.07/0.01/0.4 -",
  "glm-4.7-flash": "200000 131072 toggle - tools stream text 0/0/0 -",
  "glm-4.6": "200000 131072 toggle - tools stream text 0.6/0.11/2.2 -",
  "glm-4.5": "131072 98304 toggle - tools - text 0.6/0.11/2.2 -",
  "glm-4.5-x": "131072 98304 toggle - tools - text 2.2/0.45/8.9 -",
  "glm-4.5-air": "131072 98304 toggle - tools - text 0.2/0.03/1.1 -",
  "glm-4.5-airx": "131072 98304 toggle - tools - text 1.1/0.22/4.5 -",
  "glm-4.5-flash": "131072 98304 toggle - tools - text 0/0/0 -",
  "glm-4-32b-0414-128k": "131072 16384 none - tools - text 0.1/-/0.1 -",
  "glm-4-flash-250414": "131072 16384 none - tools - text - bigmodel",
  "glm-4-flashx-250414": "131072 16384 none - tools - text - bigmodel",
  "glm-5v-turbo": "200000 131072 toggle - tools - text,image,video,file 1.2/0.24/4 -",
  "glm-4.6v": "131072 32768 toggle - tools - text,image,video,file 0.3/0.05/0.9 -",
  "glm-4.6v-flashx": "131072 32768 toggle - tools - text,image,video,file 0.04/0.004/0.4 -",
  "glm-4.6v-flash": "131072 32768 toggle - tools - text,image,video,file 0/0/0 -",
  "glm-4.5v": "65536 16384 toggle - - - text,image,video,file 0.6/0.11/1.8 -",
  "autoglm-phone-multilingual": "65536 4096 none - tools - text,image - -",
  "glm-4.1v-thinking-flash": "65536 16384 none - - - text,image - bigmodel",
  "glm-4.1v-thinking-flashx": "65536 16384 none - - - text,image - bigmodel",
  "glm-4v-flash": "16384 1024 none - - - text,image - bigmodel",
  "charglm-4": "8192 4096 none - - - text - bigmodel",
  emohaa: "8192 4096 none - - - text - bigmodel",
};

describe("every row", () => {
  it.each(models.map((model) => [model.id, model] as const))("of %s is as the notes have it", (id, model) => {
    const { price } = model;
    const row = [
      model.context,
      model.maxOutput,
      model.thinking,
      model.efforts.join("/") || "-",
      model.tools ? "tools" : "-",
      model.toolStream ? "stream" : "-",
      model.input.join(","),
      price ? `${price.input}/${price.cachedInput ?? "-"}/${price.output}` : "-",
      model.onPlan ? "plan" : (model.platforms?.join(",") ?? "-"),
    ];
    expect(row.join(" ")).toBe(notes[id]);
  });

  it("of the notes is there", () => expect(models.map(({ id }) => id).sort()).toEqual(Object.keys(notes).sort()));
});

describe("a user's entries", () => {
  const catalog = createCatalog([
    { id: "GLM-5.3", context: 2_000_000, unheardOf: true },
    {
      id: "glm-7-nova",
      label: "Nova",
      thinking: "always",
      efforts: ["low", "max"],
      onPlan: true,
      price: { input: 1, output: 2 },
    },
    { id: "glm-4.6", successor: "glm-7-nova" },
  ]);

  it("win over the built-in ones, field by field", () => {
    expect(catalog.modelInfo("glm-5.3")).toEqual({ ...builtInCatalog.modelInfo("glm-5.3"), context: 2_000_000 });
    expect(builtInCatalog.modelInfo("glm-5.3").context).toBe(1_048_576);
    expect(catalog.problems).toEqual([]);
  });

  it("add models, which are offered and known", () => {
    expect(catalog.modelInfo("GLM-7-Nova")).toMatchObject({
      label: "Nova",
      known: true,
      thinking: "always",
      maxOutput: 131_072,
    });
    const plan = officialEndpoint("zai-coding");
    const listed = catalog.listModels(plan, ["glm-7-nova", "glm-8"]).map(({ id }) => id);
    expect(listed.filter((id) => /glm-[78]/.test(id))).toEqual(["glm-7-nova", "glm-8"]);
    expect(listed.indexOf("glm-7-nova")).toBeLessThan(listed.indexOf("glm-4.6"));
    expect(catalog.successorOf("glm-4.6", plan)).toBe("glm-7-nova");
  });

  it.each<[unknown, string]>([
    ["glm-5.3", ""],
    [{}, "id"],
    [{ id: "" }, "id"],
    [{ id: "a", context: "1M" }, "context"],
    [{ id: "a", maxOutput: 0.5 }, "maxOutput"],
    [{ id: "a", input: ["smell"] }, "input.0"],
    [{ id: "a", input: ["image"] }, "input"],
    [{ id: "a", thinking: "sometimes" }, "thinking"],
    [{ id: "a", efforts: ["extreme"] }, "efforts.0"],
    [{ id: "a", price: { input: -1, output: 1 } }, "price.input"],
    [{ id: "a", platforms: ["moon"] }, "platforms.0"],
    [null, ""],
  ])("that are wrong are left out and named: %j", (entry, field) => {
    const { problems, models: all } = createCatalog([{ id: "good" }, entry]);
    expect(problems).toEqual([{ index: 1, field }]);
    expect(all).toHaveLength(models.length + 1);
  });
});

describe("a successor", () => {
  const zai = officialEndpoint("zai");
  const plan = officialEndpoint("zai-coding");

  it("exists for every model but the newest, and can be used where the old one was", () => {
    for (const { id } of models) {
      for (const endpoint of [zai, plan]) {
        const next = builtInCatalog.successorOf(id, endpoint);
        if (/^glm-5\.3(?:-flash)?$/.test(id)) expect(next).toBeUndefined();
        else
          expect([
            id,
            builtInCatalog.modelInfo(next ?? "").known,
            endpoint === zai || builtInCatalog.modelInfo(next ?? "").onPlan,
          ]).toEqual([id, true, true]);
        if (builtInCatalog.modelInfo(id).input.includes("image") && next)
          expect(builtInCatalog.modelInfo(next).input).toContain("image");
      }
    }
  });

  it.each([
    ["glm-4.7", zai, "glm-5.3"],
    ["GLM-4.6V-FlashX", zai, "glm-5.3-flashx"],
    ["glm-4.6v-flashx", plan, "glm-5.3-flash"],
    ["glm-4.5-flash", zai, "glm-4.7-flash"],
    ["glm-4-plus", zai, "glm-5.3"],
    ["glm-4v-plus", zai, "glm-5.3-flash"],
    ["codegeex-4", zai, "glm-5.3"],
    ["gpt-9", zai, undefined],
    ["glm-4.7", custom, undefined],
  ])("of %s", (id, endpoint, expected) => expect(builtInCatalog.successorOf(id, endpoint)).toBe(expected));

  it("is found even in a circle", () => {
    const circle = createCatalog([
      { id: "a", successor: "b" },
      { id: "b", successor: "a" },
    ]);
    expect(circle.successorOf("a", plan)).toBeOneOf(["b", undefined]);
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

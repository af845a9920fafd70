import { describe, expect, it } from "vitest";
import { builtInCatalog, createCatalog } from "../../../src/api/models/catalog.ts";
import { modelPrices } from "../../../src/api/models/prices.ts";
import { sumOf, totalsByModel } from "../../../src/core/usageTotals.ts";
import { useOf } from "../../fakes/uses.ts";

const prices = (model: string) => modelPrices(builtInCatalog, model);
const costs = (...uses: Parameters<typeof useOf>[0][]) =>
  totalsByModel(uses.map(useOf), prices).map(({ model, cost }) => [model, cost]);

describe("totals", () => {
  it("are kept per model and place, the most used first", () => {
    const rows = totalsByModel(
      [
        useOf({ model: "glm-4.7", input: 5, cached: 0, output: 1 }),
        useOf({ input: 100, cached: 40, output: 10 }),
        useOf({ input: 50, cached: 50, output: 5 }),
        useOf({ platform: "custom", host: "localhost:11434", input: 1, cached: 0, output: 1 }),
      ],
      prices,
    );
    expect(
      rows.map(({ platform, model, requests, input, cached, output }) => [
        platform,
        model,
        requests,
        input,
        cached,
        output,
      ]),
    ).toEqual([
      ["zai", "glm-5.3", 2, 150, 90, 15],
      ["zai", "glm-4.7", 1, 5, 0, 1],
      ["custom", "glm-5.3", 1, 1, 0, 1],
    ]);
    expect(sumOf(rows)).toMatchObject({ requests: 4, input: 156, cached: 90, output: 17 });
  });
});

describe("the cost", () => {
  it("on Z.AI is that of the catalogue: read, read from the cache, written", () => {
    expect(costs({ input: 1_000_000, cached: 0, output: 0 })).toEqual([["glm-5.3", 1.4]]);
    expect(costs({ input: 1_000_000, cached: 1_000_000, output: 0 })).toEqual([["glm-5.3", 0.26]]);
    expect(costs({ input: 0, cached: 0, output: 1_000_000 })).toEqual([["glm-5.3", 4.4]]);
    expect(costs({ model: "glm-4-32b-0414-128k", input: 1e6, cached: 1e6, output: 1e6 })).toEqual([
      ["glm-4-32b-0414-128k", 0.2],
    ]);
    expect(costs({ model: "glm-4.7-flash", input: 1e6, cached: 0, output: 1e6 })).toEqual([["glm-4.7-flash", 0]]);
  });

  it("knows pictures and pages, and what the user says of a model", () => {
    const drawn = { input: 0, cached: 0, output: 0, pictures: 2 };
    expect(costs({ kind: "image", model: "cogview-4-250304", ...drawn })).toEqual([["cogview-4-250304", 0.02]]);
    expect(costs({ kind: "ocr", model: "glm-ocr", input: 1e6, cached: 0, output: 1e6 })).toEqual([["glm-ocr", 0.06]]);
    const own = createCatalog([{ id: "my-model", price: { input: 2, output: 3 } }]);
    const use = useOf({ model: "my-model", input: 1e6, cached: 0, output: 1e6 });
    expect(totalsByModel([use], (model) => modelPrices(own, model))[0]?.cost).toBe(5);
  });

  it("is never negative when the service counts more from the cache than was asked", () => {
    expect(costs({ input: 10, cached: 1_000_000, output: 0 })[0]?.[1]).toBeCloseTo(10 * 0.26e-6, 12);
  });

  it.each([["zai-coding"], ["bigmodel"], ["bigmodel-coding"], ["custom"]] as const)(
    "is not invented on %s",
    (platform) => {
      expect(costs({ platform, input: 1e6, cached: 0, output: 1e6 })).toEqual([["glm-5.3", undefined]]);
    },
  );

  it("of an unknown model is not known, and a sum counts what is", () => {
    const rows = totalsByModel([useOf({ model: "glm-99" }), useOf({ input: 1e6, cached: 0, output: 0 })], prices);
    expect(rows.find(({ model }) => model === "glm-99")?.cost).toBeUndefined();
    expect(sumOf(rows).cost).toBe(1.4);
  });
});

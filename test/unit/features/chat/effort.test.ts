import { describe, expect, it } from "vitest";
import { builtInCatalog } from "../../../../src/api/models/catalog.ts";
import { customEndpoint, officialEndpoint, type Endpoint } from "../../../../src/api/platforms.ts";
import { effortLevels, leastThinking } from "../../../../src/features/chat/effort.ts";

const zai = officialEndpoint("zai");
const own = (reasoning: Endpoint["reasoning"]): Endpoint => {
  const endpoint = customEndpoint("http://localhost:8000/v1", "openai", { reasoning });
  if (!endpoint) throw new Error("loopback must be allowed");
  return endpoint;
};

describe("levels of thinking", () => {
  it.each<[string, Endpoint, readonly string[]]>([
    ["glm-5.3", zai, ["low", "high", "max"]],
    ["glm-5.2", zai, ["off", "high", "max"]],
    ["glm-4.7", zai, ["off", "on"]],
    ["glm-4-32b-0414-128k", zai, []],
    ["my-model", own("reasoning_effort"), ["off", "low", "medium", "high"]],
    ["my-model", own("chat_template_kwargs"), ["off", "on"]],
    ["my-model", own("none"), []],
    ["my-model", own(undefined), []],
  ])("of %s are those that make a difference there", (id, endpoint, levels) => {
    expect(effortLevels(builtInCatalog.modelInfo(id), endpoint)).toEqual(levels);
  });

  it("can be lowered as long as there is a lower one", () => {
    const model = builtInCatalog.modelInfo("glm-5.3");
    expect(leastThinking(model, zai, undefined)).toBe("low");
    expect(leastThinking(model, zai, "max")).toBe("low");
    expect(leastThinking(model, zai, "low")).toBeUndefined();
  });
});

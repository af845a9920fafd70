import { describe, expect, it } from "vitest";
import { besideUrl, customEndpoint, isSecure } from "../../../src/api/platforms.ts";
import {
  factsToAsk,
  firstModel,
  glmParsers,
  knownProducts,
  productOf,
  products,
  usualProductAt,
} from "../../../src/core/customServer.ts";

const model = (id: string, owner?: string) => ({ id, owner });

describe("what answered", () => {
  it.each([
    [[model("glm4:9b", "library")], "ollama"],
    [[model("hf.co/unsloth/GLM-4.7-Flash-GGUF:Q4", "unsloth"), model("glm4:9b", "library")], "ollama"],
    [[model("x", "organization_owner")], "lm-studio"],
    [[model("x", "vllm")], "vllm"],
    [[model("x", "sglang")], "sglang"],
    [[model("x", "llamacpp")], "llama-cpp"],
    [[model("GLM-4.5", "z.ai")], "chat-proxy"],
    [[model("0727-360B-API", "openai")], "chat-proxy"],
    [[model("GLM-DR")], "chat-proxy"],
    // Z.AI's own list, and names that objects have.
    [[model("glm-5.3", "z-ai")], "unknown"],
    [[model("x", "toString"), model("y", "constructor")], "unknown"],
    [[], "unknown"],
  ])("%j is %s by its list", (models, product) => {
    expect(productOf(models, {})).toBe(product);
  });

  it("is Ollama by its version only where every id has a tag", () => {
    const facts = { ollamaVersion: "0.7.0" };
    expect(productOf([model("mine:latest", "me")], facts)).toBe("ollama");
    expect(productOf([model("koboldcpp/mine", "koboldcpp")], facts)).toBe("unknown");
  });

  it("is asked for what tells products apart only when its list does not", () => {
    expect(factsToAsk([model("x", "vllm")])).toEqual(["vllmVersion"]);
    expect(factsToAsk([model("x", "me")]).length).toBeGreaterThan(1);
  });
});

describe("the usual addresses", () => {
  it.each(knownProducts)("of %s is one that may be used, and is known by its port", (id) => {
    const { baseUrl } = products[id];
    expect(customEndpoint(baseUrl, "openai")?.baseUrl).toBe(baseUrl);
    expect(usualProductAt(baseUrl)).toBe(id);
    expect(usualProductAt(baseUrl.replace("localhost", "127.0.0.1"))).toBe(id);
  });

  it("do not claim a server elsewhere or at another port", () => {
    expect(usualProductAt("http://localhost/v1")).toBeUndefined();
    expect(usualProductAt("http://localhost:4711/v1")).toBeUndefined();
  });
});

function beside(baseUrl: string): string | undefined {
  const endpoint = customEndpoint(baseUrl, "openai");
  return endpoint && besideUrl(endpoint);
}

describe("an address", () => {
  const paths = ["", "/", "//", "/v1", "/v1/", "/v1/chat/completions", "/a/b/v4", "/chat/completions/"];
  const origins = [
    "http://localhost:8000",
    "http://127.0.0.1",
    "http://[::1]:9",
    "https://gpu.example",
    "https://a.b:8443",
  ];

  it("comes out in one form, which stays as it is and is safe to send to", () => {
    for (const origin of origins) {
      for (const path of paths) {
        for (const space of ["", " ", "\t\n"]) {
          const base = customEndpoint(`${space}${origin}${path}${space}`, "openai")?.baseUrl;
          expect(base).toBeDefined();
          if (base === undefined) continue;
          expect(base.startsWith(origin)).toBe(true);
          expect(base).not.toMatch(/\/$|\/chat\/completions$/);
          expect(customEndpoint(base, "openai")?.baseUrl).toBe(base);
          expect(isSecure(base)).toBe(true);
        }
      }
    }
  });

  it.each([
    "",
    "localhost:8000",
    "ftp://localhost/v1",
    "http://gpu.example/v1",
    "http://192.168.1.2:8000/v1",
    "https://u:p@a.b",
  ])("%s is none", (typed) => {
    expect(customEndpoint(typed, "openai")).toBeUndefined();
  });

  it("leads to a product's own paths beside those of OpenAI", () => {
    expect(beside("http://localhost:11434/v1")).toBe("http://localhost:11434");
    expect(beside("https://a.b/ollama/v1")).toBe("https://a.b/ollama");
    expect(beside("http://localhost:11434")).toBe("http://localhost:11434");
  });
});

describe("the model to try first", () => {
  it.each([
    [["nomic-embed-text:latest", "llama3:8b"], "llama3:8b"],
    [["llama3:8b", "glm-ocr:latest", "glm-4.7-flash:q4"], "glm-4.7-flash:q4"],
    [["text-embedding-bge-m3"], "text-embedding-bge-m3"],
    [[], undefined],
  ])("of %j is %s", (ids, first) => {
    expect(firstModel(ids.map((id) => ({ id })))?.id).toBe(first);
  });
});

describe("the parsers of a GLM", () => {
  it.each([
    ["zai-org/GLM-4.5-Air", "glm45"],
    ["zai-org/GLM-4.6V-Flash", "glm45"],
    ["glm-4.6-fp8", "glm45"],
    ["zai-org/GLM-4.7-Flash", "glm47"],
    ["GLM-5", "glm47"],
    ["zai-org/GLM-5.3", "glm47"],
    ["Qwen/Qwen3-8B", undefined],
    ["glm-4-9b", undefined],
  ])("%s: %s", (weights, calls) => {
    expect(glmParsers({ id: "mine", weights })?.calls).toBe(calls);
    expect(glmParsers({ id: weights })?.calls).toBe(calls);
  });
});

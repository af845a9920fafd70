import { describe, expect, it } from "vitest";
import { knownProducts, reasoningOf, type ServerReport, type ThinkingForm } from "../../../src/core/customServer.ts";
import { serverDocument } from "../../../src/core/customServerDocument.ts";
import { hintsFor, serverWords, silentWords } from "../../../src/core/customServerWords.ts";
import { chinese, english } from "../../fakes/translations.ts";

const report = (changes: Partial<ServerReport> = {}): ServerReport => ({
  baseUrl: "http://localhost:11434/v1",
  product: "ollama",
  version: "0.12.3",
  models: [{ id: "glm4:9b" }, { id: "llama3:8b" }],
  model: { id: "glm4:9b" },
  thinking: "field",
  reasoning: reasoningOf(changes.product ?? "ollama"),
  ...changes,
});
const forms: readonly ThinkingForm[] = ["field", "text", "none"];
const hints = (changes: Partial<ServerReport>) => hintsFor(report(changes), english).map(({ text }) => text);

describe("the words for a server", () => {
  it("say what answers and how much it has", () => {
    expect(serverWords(report(), english)).toBe(
      "Ollama 0.12.3 answers at localhost:11434 with 2 models; glm4:9b was tried and works.",
    );
    expect(serverWords(report(), chinese)).toBe(
      "Ollama 0.12.3（localhost:11434）有 2 个模型；已试用 glm4:9b，可以使用。",
    );
  });

  it("count one and none", () => {
    expect(serverWords(report({ models: [{ id: "glm4:9b" }] }), english)).toContain("with one model, glm4:9b,");
    expect(serverWords(report({ models: undefined }), english)).toContain("It has no model list");
  });

  it("exist for everything in both languages, one sentence a hint", () => {
    for (const product of [...knownProducts, "unknown"] as const) {
      for (const thinking of forms) {
        for (const context of [undefined, 4096, 128_000]) {
          for (const reasoning of ["none", reasoningOf(product)] as const) {
            const all = report({ product, thinking, context, reasoning });
            for (const { text } of hintsFor(all, english)) {
              expect(text).toMatch(/^[A-Z].*\.$|^llama-server .*\.$/);
              expect(text).not.toMatch(/\{\d\}|undefined|!|\. [A-Z]/);
            }
            for (const { text } of hintsFor(all, chinese)) expect(text).toMatch(/\p{Script=Han}.*。$/u);
            expect(serverWords(all, chinese)).not.toMatch(/\{\d\}|undefined/);
          }
        }
      }
    }
  });
});

describe("the hints", () => {
  it("name the context that Ollama really gives, at once where it is little", () => {
    expect(hintsFor(report({ context: 4096 }), english)).toMatchObject([{ urgent: true }]);
    expect(hints({ context: 4096 })[0]).toContain("gives glm4:9b only 4096 tokens");
    expect(hints({})[0]).toContain("as little as 4096 tokens");
    expect(hints({ context: 64_000 })).toEqual([]);
  });

  it("name the parsers of the family that is served", () => {
    const model = { id: "mine", weights: "zai-org/GLM-4.7-Flash" };
    expect(hints({ product: "vllm", model, thinking: "text" })[0]).toContain(
      "vLLM must run with --enable-auto-tool-choice --tool-call-parser glm47 --reasoning-parser glm45.",
    );
    expect(hints({ product: "sglang", model: { id: "GLM-4.6" } })[0]).toContain(
      "SGLang must run with --tool-call-parser glm45.",
    );
    expect(hints({ product: "vllm", model: { id: "qwen3" } })[0]).toContain("the parsers of your model");
  });

  it("say when the usual switch for thinking was refused", () => {
    expect(hints({ product: "sglang", reasoning: "none" })[1]).toContain("chat_template_kwargs");
    expect(hints({ product: "unknown", reasoning: "none" })).toEqual([]);
  });

  it("do not hide what a proxy of the website is", () => {
    expect(hintsFor(report({ product: "chat-proxy" }), english)).toMatchObject([{ urgent: true }]);
    expect(hints({ product: "chat-proxy" })[0]).toContain("outside Z.AI's terms");
  });
});

describe("nothing at an address", () => {
  it("says what to start there, and where localhost is", () => {
    const words = silentWords("http://localhost:11434/v1", false, "en", english);
    expect(words).toBe(
      "Nothing answers at localhost:11434. Start Ollama there (ollama serve), or correct the address.",
    );
    expect(silentWords("http://localhost:11434/v1", true, "en", english)).toContain("connected to another machine");
    expect(silentWords("http://localhost:9090/v1", false, "en", english)).toContain("Start the server");
    expect(silentWords("https://gpu.example:11434/v1", true, "en", english)).toBe(
      "Nothing answers at gpu.example:11434. Start the server, or correct its address.",
    );
  });
});

describe("the document", () => {
  it("shows names from outside as code only", () => {
    const evil = "x` [a](command:evil) <img src=x>\n# y";
    const text = serverDocument(
      report({ model: { id: evil }, models: [{ id: evil }], version: evil, context: 4096 }),
      [["glm.custom.baseUrl", "http://localhost:11434/v1"]],
      [],
      english,
    );
    const outside = text.replaceAll(/`[^`\n]*`/g, "");
    expect(outside).not.toMatch(/command:|<img|\]\(|# y/);
    expect(text).toContain("OLLAMA_CONTEXT_LENGTH=64000");
  });

  it("ends a long list with a count", () => {
    const models = Array.from({ length: 60 }, (_, index) => ({ id: `m${index}` }));
    expect(serverDocument(report({ models }), [], [], english)).toContain("And 10 more.");
  });
});

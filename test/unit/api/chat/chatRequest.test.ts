import { describe, expect, it } from "vitest";
import { builtInCatalog } from "../../../../src/api/models/catalog.ts";
import { buildChatBody } from "../../../../src/api/chat/chatRequest.ts";
import type { ChatMessage, ChatRequest } from "../../../../src/api/chat/chatTypes.ts";
import { createQuirks, type Quirks } from "../../../../src/api/chat/fixups.ts";
import { officialEndpoint, type Endpoint } from "../../../../src/api/platforms.ts";

const zai = officialEndpoint("zai");
const plan = officialEndpoint("zai-coding");
const custom: Endpoint = {
  platform: "custom",
  baseUrl: "http://localhost:1/v1",
  dialect: "openai",
  keyRequired: false,
};
const hi: ChatMessage = { role: "user", content: "hi" };
const search = { name: "search", description: "Finds.", parameters: { type: "object", properties: {} } };

function build(request: Partial<ChatRequest>, endpoint = zai, quirks: Partial<Quirks> = {}): Record<string, unknown> {
  const full = { model: "glm-5.3", messages: [hi], ...request };
  const target = { endpoint, catalog: builtInCatalog, quirks: { ...createQuirks(), ...quirks } };
  return JSON.parse(buildChatBody(full, target).json) as Record<string, unknown>;
}

describe("messages", () => {
  it("bring thinking back byte for byte with the function calls", () => {
    const reasoning = "  look \n\nfirst\u00a0 ";
    const messages: ChatMessage[] = [
      hi,
      { role: "assistant", content: "", reasoning, toolCalls: [{ id: "c", name: "search", arguments: '{"a":' }] },
      { role: "tool", toolCallId: "c", content: "found" },
    ];
    expect(build({ messages, tools: [search] })).toMatchObject({
      tool_stream: true,
      tools: [{ type: "function", function: search }],
      messages: [
        { role: "user", content: "hi" },
        {
          role: "assistant",
          content: "",
          reasoning_content: reasoning,
          tool_calls: [{ id: "c", type: "function", function: { name: "search", arguments: '{"a":' } }],
        },
        { role: "tool", tool_call_id: "c", content: "found" },
      ],
    });
  });

  it("are left out when they are empty, since the service refuses them", () => {
    const messages: ChatMessage[] = [
      { role: "system", content: "" },
      { role: "user", content: "" },
      { role: "assistant", content: "" },
      { role: "user", content: [] },
      hi,
    ];
    expect(build({ messages })["messages"]).toEqual([{ role: "user", content: "hi" }]);
    expect(() => build({ messages: messages.slice(0, 4) })).toThrow("bad-request");
  });

  it("keep text plain and send images as data URI, or bare where that was refused", () => {
    const image = { type: "image", url: "data:image/png;base64,QUJD" } as const;
    const text = { type: "text", text: "what?" } as const;
    const messages: ChatMessage[] = [
      { role: "user", content: [text, text] },
      { role: "user", content: [text, image] },
    ];
    const model = "glm-5.3-flash";
    expect(build({ model, messages })["messages"]).toEqual([
      { role: "user", content: "what?\nwhat?" },
      { role: "user", content: [text, { type: "image_url", image_url: { url: image.url } }] },
    ]);
    expect(JSON.stringify(build({ model, messages }, zai, { rawImages: true }))).toContain('"url":"QUJD"');
  });
});

describe("limits", () => {
  it("leave a thinking model room, and stay within what a model can write", () => {
    expect(build({ maxTokens: 100 })["max_tokens"]).toBe(8192);
    expect(build({ model: "glm-4.7", effort: "off", maxTokens: 100 })["max_tokens"]).toBe(100);
    expect(build({ model: "glm-4.6v", maxTokens: 1e6 })["max_tokens"]).toBe(32_768);
    expect(build({})["max_tokens"]).toBeUndefined();
  });

  it("round temperature and top_p to the two decimals that the service takes", () => {
    expect(build({ temperature: 0.333, topP: 0.999 })).toMatchObject({ temperature: 0.33, top_p: 1 });
  });
});

const engine = (endpoint: Endpoint) => JSON.stringify(build({ webSearch: true }, endpoint)["tools"]);

describe("web search", () => {
  it("names the engine of the platform, and does not exist on the plan or elsewhere", () => {
    expect(engine(zai)).toContain("search_pro_jina");
    expect(engine(officialEndpoint("bigmodel"))).toContain("search_std");
    for (const endpoint of [plan, custom]) expect(() => engine(endpoint)).toThrow("not-offered");
  });
});

describe("the openai dialect", () => {
  it("holds nothing that a strict server would not know", () => {
    const messages: ChatMessage[] = [hi, { role: "assistant", content: "yes", reasoning: "hm" }, hi];
    const body = build({ model: "Qwen/X", messages, effort: "max", tools: [search], maxTokens: 50 }, custom);
    expect(Object.keys(body).sort()).toEqual(["max_tokens", "messages", "model", "stream", "stream_options", "tools"]);
    expect(body).toMatchObject({
      model: "Qwen/X",
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 50,
    });
    expect(JSON.stringify(body)).not.toContain("reasoning");
  });
});

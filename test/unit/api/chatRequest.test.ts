import { describe, expect, it } from "vitest";
import { builtInCatalog } from "../../../src/api/catalog.ts";
import { buildChatBody } from "../../../src/api/chatRequest.ts";
import type { ChatMessage, ChatRequest, Effort } from "../../../src/api/chatTypes.ts";
import { createQuirks, type Quirks } from "../../../src/api/fixups.ts";
import { officialEndpoint, type Endpoint } from "../../../src/api/platforms.ts";

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

const turn = (reasoning?: string): ChatMessage => ({ role: "assistant", content: "yes", reasoning });

describe("thinking and effort", () => {
  it.each<[string, Effort | undefined, object]>([
    ["glm-5.3", undefined, { thinking: { type: "enabled" } }],
    ["glm-5.3", "off", { thinking: { type: "enabled" }, reasoning_effort: "low" }],
    ["glm-5.3-flash", "low", { thinking: { type: "enabled" }, reasoning_effort: "low" }],
    ["glm-5.3-prime", "medium", { thinking: { type: "enabled" }, reasoning_effort: "high" }],
    ["GLM-5.3[1m]", "max", { thinking: { type: "enabled" }, reasoning_effort: "max" }],
    ["glm-5.2", "off", { thinking: { type: "disabled" } }],
    ["glm-5.2", "low", { thinking: { type: "enabled" }, reasoning_effort: "high" }],
    ["glm-5.2", "max", { thinking: { type: "enabled" }, reasoning_effort: "max" }],
    ["glm-4.7", "off", { thinking: { type: "disabled" } }],
    ["glm-4.7", "high", { thinking: { type: "enabled" } }],
    ["glm-4.7", undefined, {}],
    ["glm-4-32b-0414-128k", "high", {}],
  ])("%s with %s", (model, effort, expected) => {
    const { thinking, reasoning_effort } = build({ model, effort });
    expect(JSON.parse(JSON.stringify({ thinking, reasoning_effort }))).toEqual(expected);
  });

  it("are left out where the service refused them", () => {
    const body = build({ effort: "off" }, zai, { plainThinking: new Set(["glm-5.3"]) });
    expect([body["thinking"], body["reasoning_effort"]]).toEqual([{ type: "enabled" }, undefined]);
  });

  it("are kept across turns on the plan only while every turn has its thinking", () => {
    expect(build({ messages: [hi, turn("a"), hi] }, plan)["thinking"]).toMatchObject({ clear_thinking: false });
    // The service refuses the object without its type, also for models that may be silenced.
    const toggle = build({ model: "glm-5-turbo", messages: [hi, turn("a"), hi] }, plan);
    expect(toggle["thinking"]).toEqual({ type: "enabled", clear_thinking: false });
    expect(build({ messages: [hi, turn("a"), hi, turn(), hi] }, plan)["thinking"]).toMatchObject({
      clear_thinking: true,
    });
    expect(build({ messages: [hi, turn(), hi] }, zai)["thinking"]).toEqual({ type: "enabled" });
  });
});

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

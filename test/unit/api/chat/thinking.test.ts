import { describe, expect, it } from "vitest";
import { builtInCatalog } from "../../../../src/api/models/catalog.ts";
import { buildChatBody } from "../../../../src/api/chat/chatRequest.ts";
import type { ChatMessage, ChatRequest, Effort, ToolCall } from "../../../../src/api/chat/chatTypes.ts";
import { createQuirks, type Quirks } from "../../../../src/api/chat/fixups.ts";
import { returnsThinking } from "../../../../src/api/chat/thinking.ts";
import { customEndpoint, officialEndpoint, type Endpoint } from "../../../../src/api/platforms.ts";

const zai = officialEndpoint("zai");
const plan = officialEndpoint("zai-coding");
const hi: ChatMessage = { role: "user", content: "hi" };

interface Body {
  readonly thinking?: { type: string; clear_thinking?: boolean };
  readonly reasoning_effort?: string;
  readonly messages: readonly { readonly role: string; readonly reasoning_content?: string }[];
}

function build(request: Partial<ChatRequest>, endpoint: Endpoint = zai, quirks: Partial<Quirks> = {}): Body {
  const full = { model: "glm-5.3", messages: [hi], ...request };
  const target = { endpoint, catalog: builtInCatalog, quirks: { ...createQuirks(), ...quirks } };
  return JSON.parse(buildChatBody(full, target).json) as Body;
}

const efforts = [undefined, "off", "on", "low", "medium", "high", "max"] as const;
const on = { type: "enabled" };
const off = { type: "disabled" };

/** What is sent for each of `efforts`: `thinking` and, behind it, `reasoning_effort`. */
const matrix: Readonly<Record<string, readonly (readonly [object | undefined, string | undefined])[]>> = {
  // Cannot be silenced, and only knows three words.
  "glm-5.3": [
    [on, undefined],
    [on, "low"],
    [on, undefined],
    [on, "low"],
    [on, "high"],
    [on, "high"],
    [on, "max"],
  ],
  "glm-5.2": [
    [undefined, undefined],
    [off, undefined],
    [on, undefined],
    [on, "high"],
    [on, "high"],
    [on, "high"],
    [on, "max"],
  ],
  // Take any effort, but it has no effect.
  "glm-4.7": [[undefined, undefined], [off, undefined], ...efforts.slice(2).map(() => [on, undefined] as const)],
  "glm-4-32b-0414-128k": efforts.map(() => [undefined, undefined] as const),
};
const families: Readonly<Record<string, readonly string[]>> = {
  "glm-5.3": ["glm-5.3", "glm-5.3-flash", "glm-5.3-flashx", "glm-5.3-prime", "GLM-5.3[1m]"],
  "glm-5.2": ["glm-5.2"],
  "glm-4.7": [
    "glm-5.1",
    "glm-5",
    "glm-5-turbo",
    "glm-5v-turbo",
    "glm-4.7",
    "glm-4.7-flash",
    "glm-4.7-flashx",
    "glm-4.6",
  ].concat([
    "glm-4.6v",
    "glm-4.6v-flash",
    "glm-4.5",
    "glm-4.5-air",
    "glm-4.5-x",
    "glm-4.5-airx",
    "glm-4.5-flash",
    "glm-4.5v",
  ]),
  "glm-4-32b-0414-128k": ["glm-4-32b-0414-128k", "glm-4-flash-250414", "glm-4v-flash", "glm-4.1v-thinking-flash"],
};
const rows = Object.entries(families).flatMap(([family, models]) =>
  models.flatMap((model) => efforts.map((effort, index) => [model, effort, matrix[family]?.[index]] as const)),
);

describe("what is said about thinking", () => {
  it.each(rows)("to %s with effort %s", (model, effort, expected) => {
    // Some models are on one platform only.
    const everywhere = ["zai", "bigmodel", "zai-coding", "bigmodel-coding"] as const;
    for (const platform of builtInCatalog.modelInfo(model).platforms ?? everywhere) {
      if (platform === "custom") continue;
      const { thinking, reasoning_effort } = build({ model, effort }, officialEndpoint(platform));
      expect([platform, thinking, reasoning_effort]).toEqual([platform, ...(expected ?? [])]);
    }
  });

  it("follows the model that the plan really asks", () => {
    const servedBy = new Map([["glm-5.2", "glm-5.3"]]);
    const body = build({ model: "glm-5.2", effort: "low" }, plan, { servedBy });
    expect([body.thinking, body.reasoning_effort]).toEqual([on, "low"]);
    const strange = new Map([["glm-5.3", "nobody-knows-it"]]);
    expect(build({ effort: "off" }, plan, { servedBy: strange }).reasoning_effort).toBe("low");
  });

  it("is no more than that it is on where the host refused more", () => {
    const body = build({ effort: "off" }, zai, { plainThinking: new Set(["glm-5.3"]) });
    expect([body.thinking, body.reasoning_effort]).toEqual([on, undefined]);
  });
});

const answer = (reasoning?: string, model?: string): ChatMessage => ({
  role: "assistant",
  content: "yes",
  reasoning,
  model,
});
const exact = "  look \n\nfirst\u00a0 ";
const call: ToolCall = { id: "c", name: "search", arguments: "{}" };
const calling: ChatMessage = { role: "assistant", content: "", reasoning: exact, toolCalls: [call] };
const result: ChatMessage = { role: "tool", toolCallId: "c", content: "found" };
const returned = (body: Body) => body.messages.map(({ reasoning_content }) => reasoning_content);

/** Whether thinking of earlier turns is expected to be in a request. */
const counted = (request: Partial<ChatRequest>, endpoint: Endpoint, servedBy = new Map<string, string>()) =>
  returnsThinking({ model: "glm-5.3", messages: [], ...request }, endpoint, servedBy);

describe("thinking of earlier turns", () => {
  const sound = [hi, answer(exact), hi];

  it.each<[string, Endpoint, Partial<ChatRequest>, boolean | undefined, boolean]>([
    ["is kept on the plan", plan, {}, false, true],
    ["is kept on the plan's other host", officialEndpoint("bigmodel-coding"), {}, false, true],
    ["is not kept on the general endpoint", zai, {}, undefined, false],
    ["is kept on the general endpoint when asked", zai, { preserveThinking: true }, false, true],
    ["is cleared on the plan when asked", plan, { preserveThinking: false }, true, false],
    ["is cleared when history was altered", plan, { historyAltered: true }, true, false],
    ["is cleared when an answer lacks it", plan, { messages: [hi, answer(), hi, answer(exact), hi] }, true, false],
    [
      "is cleared when another model thought it",
      plan,
      { messages: [hi, answer(exact, "glm-5-turbo"), hi] },
      true,
      false,
    ],
    ["is kept when the same model thought it", plan, { messages: [hi, answer(exact, "GLM-5.3"), hi] }, false, true],
    ["is kept beside an answer without any", plan, { messages: [hi, answer(""), hi, answer(exact), hi] }, false, true],
    ["needs no word before the first answer", plan, { messages: [hi] }, undefined, false],
    ["is asked for before the first answer", zai, { messages: [hi], preserveThinking: true }, false, false],
    ["is cleared when all answers were trimmed", plan, { messages: [hi], historyAltered: true }, true, false],
  ])("%s", (_name, endpoint, change, clear, sent) => {
    const body = build({ messages: sound, ...change }, endpoint);
    expect([body.thinking?.clear_thinking, returned(body).includes(exact)]).toEqual([clear, sent]);
    expect(counted({ messages: sound, ...change }, endpoint)).toBe(clear === false);
    // The service refuses the object without its type.
    if (clear !== undefined) expect(body.thinking?.type).toBe("enabled");
  });

  it("counts by the model that the plan really asks", () => {
    const messages = [hi, answer(exact, "glm-5.3"), hi];
    const old = { model: "glm-5.1", messages };
    expect(build(old, plan).thinking?.clear_thinking).toBe(true);
    expect(counted(old, plan)).toBe(false);
    const servedBy = new Map([["glm-5.1", "glm-5.3"]]);
    expect(build(old, plan, { servedBy }).thinking?.clear_thinking).toBe(false);
    expect(counted(old, plan, servedBy)).toBe(true);
  });

  it("is said nothing about to a model that must not be asked", () => {
    expect(
      build({ model: "glm-4-32b-0414-128k", messages: sound, historyAltered: true }, plan).thinking,
    ).toBeUndefined();
  });
});

describe("thinking between function calls", () => {
  it.each<[string, Endpoint, Partial<ChatRequest>]>([
    ["the general endpoint", zai, {}],
    ["the plan", plan, {}],
    ["an altered history", plan, { historyAltered: true }],
    ["an answer of another model", plan, { messages: [hi, answer(exact, "x"), hi, calling, result] }],
    ["calls of an earlier turn", zai, { messages: [hi, calling, result, answer(), hi] }],
  ])("goes back byte for byte with %s", (_name, endpoint, change) => {
    const body = build({ messages: [hi, calling, result], ...change }, endpoint);
    const sent = body.messages.filter((message) => "tool_calls" in message);
    expect(sent.map(({ reasoning_content }) => reasoning_content)).toEqual([exact]);
  });

  it("goes back within the turn also where the model spoke instead of calling", () => {
    const body = build({ messages: [hi, calling, result, answer("and then")] });
    expect(returned(body)).toEqual([undefined, exact, undefined, "and then"]);
  });
});

const kwargs = (value: object) => ({ chat_template_kwargs: value });

describe("a custom server", () => {
  const servers: Readonly<Record<string, Endpoint | undefined>> = Object.fromEntries(
    (["none", "chat_template_kwargs", "reasoning-bool", "reasoning_effort", "zai"] as const).map((reasoning) => [
      reasoning,
      customEndpoint("http://localhost:1/v1", "openai", { reasoning }),
    ]),
  );
  it.each<[string, Effort | undefined, object]>([
    ["none", "off", {}],
    ["none", "max", {}],
    ["chat_template_kwargs", undefined, {}],
    ["chat_template_kwargs", "off", kwargs({ enable_thinking: false })],
    ["chat_template_kwargs", "high", kwargs({ enable_thinking: true })],
    ["reasoning-bool", undefined, {}],
    ["reasoning-bool", "off", { reasoning: false }],
    ["reasoning-bool", "on", { reasoning: true }],
    ["reasoning-bool", "low", { reasoning: true }],
    ["reasoning_effort", undefined, {}],
    ["reasoning_effort", "off", { reasoning_effort: "none" }],
    ["reasoning_effort", "on", {}],
    ["reasoning_effort", "medium", { reasoning_effort: "medium" }],
    ["reasoning_effort", "max", { reasoning_effort: "high" }],
    ["zai", undefined, { thinking: on }],
    ["zai", "off", { thinking: on, reasoning_effort: "low" }],
  ])("of style %s with effort %s is sent %j", (style, effort, expected) => {
    const body = build({ effort }, servers[style]);
    const { messages: _messages, ...rest } = body;
    const plain = { model: "glm-5.3", stream: true, stream_options: { include_usage: true } };
    expect(rest).toEqual({ ...plain, ...expected });
  });

  it("gets thinking back only where it is known to understand it", () => {
    const messages = [hi, answer(exact), hi, calling, result];
    const kept = { messages, preserveThinking: true };
    for (const [style, server] of Object.entries(servers)) {
      const isReturned = returned(build(kept, server)).includes(exact);
      expect([style, server && counted(kept, server)]).toEqual([style, isReturned]);
    }
    for (const style of ["none", "reasoning-bool", "reasoning_effort"]) {
      expect(returned(build(kept, servers[style])).filter(Boolean)).toEqual([]);
    }
    expect(returned(build(kept, servers["chat_template_kwargs"])).filter(Boolean)).toEqual([exact, exact]);
    expect(build(kept, servers["chat_template_kwargs"])).toMatchObject(
      kwargs({ enable_thinking: true, clear_thinking: false }),
    );
    expect(returned(build({ messages }, servers["zai"])).filter(Boolean)).toEqual([exact]);
  });
});

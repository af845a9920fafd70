import { describe, expect, it } from "vitest";
import type { ChatRequest } from "../../../../src/api/chat/chatTypes.ts";
import { createQuirks } from "../../../../src/api/chat/fixups.ts";
import { failure, readAll } from "../../../fakes/apiClient.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";

/** Chats beyond the plain one against the simulator, which is another reading of the same documents. */

const simulator = await simulatorForFile();

const request: ChatRequest = {
  model: "glm-5.3",
  messages: [{ role: "user", content: "Explain this code\n\nsrc/cart.ts:1-2\n```ts\nlet sum = 0;\n```" }],
};
const parameters = { type: "object", properties: { path: { type: "string" } }, required: ["path"] };
const reading: ChatRequest = {
  model: "glm-5.3",
  messages: [{ role: "user", content: "Use read_file on src/a.ts" }],
  tools: [{ name: "read_file", description: "Reads a file.", parameters }],
};

describe("an answer in one piece", () => {
  it("is the same streamed, whole and in the background", async () => {
    const client = simulatorClient(simulator, "bigmodel");
    const streamed = await client.complete(request);
    const whole = await client.complete({ ...request, stream: false });
    const background = await client.completeInBackground(request);
    expect(streamed.text).toContain("cart.ts");
    for (const other of [whole, background]) {
      const { text, reasoning, model, finish, toolCalls } = other;
      expect({ text, reasoning, model, finish, toolCalls }).toEqual({
        text: streamed.text,
        reasoning: streamed.reasoning,
        model: streamed.model,
        finish: "stop",
        toolCalls: [],
      });
      expect(other.usage?.promptTokens).toBe(streamed.usage?.promptTokens);
    }
  });

  it("may hold function calls in every way", async () => {
    const client = simulatorClient(simulator, "bigmodel");
    const answers = [
      await client.complete(reading),
      await client.complete({ ...reading, stream: false }),
      await client.completeInBackground(reading),
    ];
    for (const { toolCalls, finish } of answers) {
      expect([toolCalls[0]?.name, toolCalls[0]?.malformed, finish]).toEqual(["read_file", undefined, "tool-calls"]);
    }
  });

  it("fails in the background as the task fails", async () => {
    simulator.setScenario({ name: "async-chat-fail" });
    const failed = simulatorClient(simulator, "bigmodel").completeInBackground(request);
    expect((await failure(failed)).code).toMatch(/^(?:result-failed|content-blocked)$/);
  });
});

describe("what is asked for", () => {
  it.each(["zai", "bigmodel"] as const)("is understood field by field on %s", async (platform) => {
    const { error } = await readAll(simulatorClient(simulator, platform), {
      ...request,
      temperature: 0.333,
      topP: 0.95,
      doSample: true,
      stop: "###",
      responseFormat: "json_object",
      requestId: "request-1",
      userId: "user-1",
      maxTokens: 20_000,
      effort: "high",
      preserveThinking: true,
      historyAltered: true,
      webSearch: { count: 3, recency: "oneWeek", contentSize: "high", sequence: "before" },
    });
    expect(error).toBeUndefined();
  });

  it.each(["zai-coding", "bigmodel-coding"] as const)("keeps thinking over turns and calls on %s", async (platform) => {
    const client = simulatorClient(simulator, platform);
    const first = await client.complete(reading);
    expect([first.reasoning === "", first.toolCalls.length]).toEqual([false, 1]);
    const messages: ChatRequest["messages"] = [
      ...reading.messages,
      { role: "assistant", content: first.text, ...first },
      { role: "tool", toolCallId: first.toolCalls[0]?.id ?? "", content: "let a = 1;" },
    ];
    const second = await client.complete({ ...reading, messages });
    const third: ChatRequest["messages"] = [
      ...messages,
      { role: "assistant", content: second.text, reasoning: second.reasoning, model: second.model },
      { role: "user", content: "And now?" },
    ];
    expect((await readAll(client, { ...reading, messages: third })).error).toBeUndefined();
    const last = simulator.requests.at(-1)?.body as { thinking?: object; messages?: object[] };
    expect(last.thinking).toEqual({ type: "enabled", clear_thinking: false });
    expect(last.messages?.filter((message) => "reasoning_content" in message)).toHaveLength(2);
  });

  it("finds the search engine that the host takes, and remembers it", async () => {
    simulator.setScenario({ name: "search-engine-prime" });
    const quirks = createQuirks();
    const client = simulatorClient(simulator, "zai", { quirks });
    for (const requests of [2, 3]) {
      expect((await readAll(client, { ...request, webSearch: true })).error).toBeUndefined();
      expect([simulator.requests.length, quirks.searchEngine]).toEqual([requests, "search-prime"]);
    }
  });
});

describe("an answer that is odd", () => {
  it("with a leaked call is a call where functions were offered", async () => {
    simulator.setScenario({ name: "arg-key" });
    const { parts, text } = await readAll(simulatorClient(simulator, "zai"), { ...request, tools: reading.tools });
    expect(text).not.toContain("<arg_key>");
    expect(parts.flatMap((part) => (part.type === "tool-call" ? [part.call.arguments] : []))).toEqual([
      '{"path":"src/a.ts"}',
    ]);
  });

  it("with arguments that are no JSON says so", async () => {
    simulator.setScenario({ name: "bad-args" });
    const { toolCalls } = await simulatorClient(simulator, "zai").complete(reading);
    expect(toolCalls[0]).toMatchObject({ arguments: '{"path": "a.ts", ', malformed: true });
  });

  it("because it goes round in circles is stopped", async () => {
    simulator.setScenario({ name: "repeat", value: 4_000 });
    const long = await simulatorClient(simulator, "zai").complete(request);
    expect([long.finish, long.text.length < 144_000]).toEqual(["repetition", true]);
  });

  it("because of one huge frame still comes whole", async () => {
    simulator.setScenario({ name: "huge-line", value: 5_000_000 });
    const { text, error } = await readAll(simulatorClient(simulator, "zai"), request);
    expect([error, text.length > 5_000_000]).toEqual([undefined, true]);
  });
});

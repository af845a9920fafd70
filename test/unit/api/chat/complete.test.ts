import { afterEach, describe, expect, it } from "vitest";
import type { ChatPart, ChatRequest } from "../../../../src/api/chat/chatTypes.ts";
import { complete } from "../../../../src/api/chat/complete.ts";
import { officialEndpoint } from "../../../../src/api/platforms.ts";
import { clientFor, failure, question, readAll } from "../../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import * as streams from "../../../fixtures/apiStreams.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

async function serve(handler: Handler): Promise<ApiServer> {
  server = await startApiServer(handler);
  return server;
}
const sent = (running: ApiServer, turn = 0) =>
  JSON.parse(running.received[turn]?.body ?? "") as Record<string, unknown>;

const whole = {
  id: "20261121",
  model: "glm-5.3",
  choices: [
    {
      index: 0,
      finish_reason: "tool_calls",
      message: {
        role: "assistant",
        content: "Hi",
        reasoning_content: " hm\n",
        tool_calls: [{ id: "c0", index: 0, type: "function", function: { name: "f", arguments: { path: "a.ts" } } }],
      },
    },
  ],
  web_search: [{ title: "T", link: "https://example.org", content: "C", refer: "ref_1", publish_date: "2026-10-01" }],
  ...streams.usage,
};
const asCompletion = {
  id: "20261121",
  model: "glm-5.3",
  text: "Hi",
  reasoning: " hm\n",
  toolCalls: [{ id: "c0", name: "f", arguments: '{"path":"a.ts"}' }],
  webSearch: [{ title: "T", link: "https://example.org", content: "C", refer: "ref_1", publishedAt: "2026-10-01" }],
  usage: { promptTokens: 8, cachedTokens: 4, completionTokens: 262, reasoningTokens: 57 },
  finish: "tool-calls",
  droppedImages: 0,
  unreadCalls: [],
};

describe("an answer in one piece", () => {
  it("is put together from a stream", async () => {
    const running = await serve((_request, response) => sendStream(response, streams.thinkingThenAnswer));
    expect(await clientFor(running.endpoint()).complete(question)).toMatchObject({
      id: "20261121",
      model: "glm-5.3",
      text: 'Done, "quoted" \\ and\nlínea 🎉',
      reasoning: "Let me check. 你好",
      finish: "stop",
      usage: { promptTokens: 8 },
    });
    expect(sent(running)).toMatchObject({ stream: true });
  });

  it("holds everything that a part can say", async () => {
    const parts: ChatPart[] = [
      { type: "start", id: "1", model: "m" },
      { type: "images-dropped", count: 2 },
      { type: "text-delta", text: "hm" },
      { type: "text-was-reasoning" },
      { type: "reasoning-delta", text: " so" },
      { type: "text-delta", text: "Hi" },
      { type: "unread-call", text: "<tool_call>" },
      { type: "finish", reason: "stop" },
    ];
    expect(await complete(parts)).toEqual({
      id: "1",
      model: "m",
      text: "Hi",
      reasoning: "hm so",
      toolCalls: [],
      webSearch: [],
      usage: undefined,
      finish: "stop",
      droppedImages: 2,
      unreadCalls: ["<tool_call>"],
    });
  });

  it("fails as its stream does", async () => {
    const running = await serve((_request, response) => sendStream(response, streams.text("half")));
    const error = await failure(clientFor(running.endpoint()).complete(question));
    expect([error.code, error.details.afterOutput]).toEqual(["stream-broken", true]);
  });
});

describe("a request that is not streamed", () => {
  const request: ChatRequest = {
    ...question,
    stream: false,
    tools: [{ name: "f", description: "Does.", parameters: { type: "object", properties: {} } }],
  };

  it("says so, and its answer comes in the same parts", async () => {
    const running = await serve((_request, response) => sendJson(response, 200, whole));
    const { parts } = await readAll(clientFor(running.endpoint()), request);
    expect(sent(running)).toMatchObject({ stream: false });
    expect(sent(running)).not.toHaveProperty("tool_stream");
    expect(running.received[0]?.headers.accept).toBe("application/json");
    expect(parts.map(({ type }) => type)).toEqual([
      "start",
      "web-search",
      "reasoning-delta",
      "text-delta",
      "tool-call",
      "usage",
      "finish",
    ]);
    expect(await clientFor(running.endpoint()).complete(request)).toEqual(asCompletion);
  });

  it("says so to a custom server too, without options for streams", async () => {
    const running = await serve((_request, response) => sendJson(response, 200, whole));
    await clientFor(running.endpoint("openai")).complete(request);
    expect(sent(running)).toMatchObject({ stream: false });
    expect(sent(running)).not.toHaveProperty("stream_options");
  });

  it("may still be answered by a stream", async () => {
    const running = await serve((_request, response) => sendStream(response, streams.thinkingThenAnswer));
    expect((await clientFor(running.endpoint()).complete(request)).text).toContain("Done");
  });

  it("has a limit of its own, which is longer than that for a first byte", async () => {
    const running = await serve((_request, response) => void setTimeout(() => sendJson(response, 200, whole), 60));
    const deadlines = { firstByte: 20, whole: 5_000 };
    expect((await clientFor(running.endpoint(), { deadlines }).complete(request)).text).toBe("Hi");
    const short = clientFor(running.endpoint(), { deadlines: { whole: 20 } }).complete(request);
    expect(await failure(short)).toMatchObject({ code: "timeout", details: { deadline: "total" } });
  });
});

/** BigModel with a task that is finished at the third look; `final` is the answer then. */
async function background(final: object, refuse?: (body: string) => object | undefined) {
  const running = await serve(({ method, body }, response, turn) => {
    const refusal = method === "POST" ? refuse?.(body) : undefined;
    if (refusal) return sendJson(response, 400, refusal);
    if (method === "POST") return sendJson(response, 200, { id: "task-1", task_status: "PROCESSING" });
    return sendJson(response, 200, turn < 3 ? { task_status: "PROCESSING" } : { task_status: "SUCCESS", ...final });
  });
  const endpoint = { ...running.endpoint(), platform: "bigmodel" } as const;
  return { running, client: clientFor(endpoint, { pollIntervalMs: 5 }) };
}

describe("an answer in the background", () => {
  it("is asked for, waited for and read", async () => {
    const { running, client } = await background(whole);
    const request = { ...question, tools: [{ name: "f", description: "Does.", parameters: { type: "object" } }] };
    expect(await client.completeInBackground(request)).toEqual(asCompletion);
    expect(running.received.map(({ method, path }) => `${method} ${path.replace("/api/paas/v4", "")}`)).toEqual([
      "POST /async/chat/completions",
      ...Array.from({ length: 3 }, () => "GET /async-result/task-1"),
    ]);
    expect(sent(running)).not.toHaveProperty("stream");
    expect(sent(running)).not.toHaveProperty("tool_stream");
  });

  it("gets its other form too where the service refuses the first", async () => {
    const refusal = { error: { code: "1210", message: "max_tokens must be in [1,100]" } };
    const { running, client } = await background(whole, (body) => (body.includes(":9000") ? refusal : undefined));
    await client.completeInBackground({ ...question, model: "glm-4.7", effort: "off", maxTokens: 9000 });
    expect(sent(running, 1)).toMatchObject({ max_tokens: 100 });
  });

  it.each<[object, string]>([
    [{ task_status: "FAIL", error: { code: "1301", message: "unsafe" } }, "content-blocked"],
    [{ task_status: "FAIL" }, "result-failed"],
    [{ choices: [] }, "stream-broken"],
    [{ choices: [{ finish_reason: "network_error", message: { content: "" } }] }, "server"],
  ])("that is %j fails with %s", async (final, code) => {
    const { client } = await background(final);
    expect((await failure(client.completeInBackground(question))).code).toBe(code);
  });

  it("exists on BigModel only", async () => {
    const client = clientFor(officialEndpoint("zai"));
    expect(await failure(client.completeInBackground(question))).toMatchObject({
      code: "not-offered",
      details: { offeredOn: ["bigmodel"] },
    });
  });
});

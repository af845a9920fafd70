import { afterEach, describe, expect, it } from "vitest";
import type { AgentReply } from "../../../../src/api/agents/agentReply.ts";
import type { AgentRequest } from "../../../../src/api/agents/agents.ts";
import type { Client, RequestOptions } from "../../../../src/api/client.ts";
import { ApiError } from "../../../../src/api/errors.ts";
import { createQuirks } from "../../../../src/api/chat/fixups.ts";
import { officialEndpoint } from "../../../../src/api/platforms.ts";
import { clientFor, failure, key } from "../../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { failures, translated, translations } from "../../../fixtures/agentReplies.ts";
import { data } from "../../../fixtures/apiStreams.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

const documented = "/api/v1/agents";
const ofSdks = "/api/paas/v4/v1/agents";
const request: AgentRequest = {
  agentId: "receipt_recognition_agent",
  messages: [{ role: "user", content: [{ type: "text", text: "What did it cost?" }] }],
};
const fine = { id: "1", status: "success", choices: [{ finish_reason: "stop", message: { content: "12 €" } }] };

async function serve(handler: Handler) {
  const running = await startApiServer(handler);
  server = running;
  return { client: clientFor(running.endpoint()), running };
}
const answering = (answer: unknown) => serve((_request, response) => sendJson(response, 200, answer));
const paths = ({ received }: ApiServer) => received.map(({ path }) => path);

/** A host that has the agents at `path` only. */
const onlyAt = (path: string, answer: Handler) =>
  serve((asked, response, turn) =>
    asked.path.startsWith(path)
      ? answer(asked, response, turn)
      : sendJson(response, 404, { timestamp: "t", status: 404, error: "Not Found", path: asked.path }),
  );
const fineAnswer: Handler = (_request, response) => sendJson(response, 200, fine);

interface Streamed {
  readonly replies: readonly AgentReply[];
  readonly error: ApiError | undefined;
}

async function readAll(client: Client, options: RequestOptions = {}): Promise<Streamed> {
  const replies: AgentReply[] = [];
  try {
    for await (const reply of client.agents.stream(request, options)) replies.push(reply);
  } catch (thrown) {
    if (thrown instanceof ApiError) return { replies, error: thrown };
    throw thrown;
  }
  return { replies, error: undefined };
}

describe("an agent", () => {
  it("is asked at the documented path, beside the base", async () => {
    const { client, running } = await answering(fine);
    await client.agents.ask({
      ...request,
      conversationId: "c-1",
      variables: { language: "de" },
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What did it cost?" },
            { type: "image", url: "https://example.org/receipt.png" },
            { type: "file", id: "agent-1" },
            { type: "file-url", url: "https://example.org/receipt.pdf" },
          ],
        },
      ],
    });
    expect(running.received[0]).toMatchObject({ method: "POST", path: documented });
    expect(running.received[0]?.headers.authorization).toBe(`Bearer ${key}`);
    expect(JSON.parse(running.received[0]?.body ?? "")).toEqual({
      agent_id: "receipt_recognition_agent",
      conversation_id: "c-1",
      stream: false,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What did it cost?" },
            { type: "image_url", image_url: "https://example.org/receipt.png" },
            { type: "file_id", file_id: "agent-1" },
            { type: "file_url", file_url: "https://example.org/receipt.pdf" },
          ],
        },
      ],
      custom_variables: { language: "de" },
    });
  });

  it.each(translations)("is understood with %s", async (_name, answer) => {
    const { client } = await answering(answer);
    const { messages, finishReason, usage } = await client.agents.ask(request);
    expect(messages).toEqual([
      { role: "assistant", phase: undefined, content: [{ type: "text", text: translated.text }] },
    ]);
    expect({ finishReason, usage }).toEqual({ finishReason: translated.finishReason, usage: translated.usage });
  });

  it("answers with links and steps of its own as well", async () => {
    const { client } = await answering({
      conversation_id: "c-1",
      async_id: 77,
      status: "pending",
      choices: [
        {
          messages: [
            {
              role: "assistant",
              phase: "tool",
              content: [
                { type: "image_url", image_url: "https://example.org/a.png", tag_cn: "图", tag_en: "Picture" },
                { type: "video_url", video_url: { url: "https://example.org/a.mp4" } },
                { type: "audio_url", audio_url: "https://example.org/a.mp3" },
                {
                  type: "object",
                  object: { tool_name: "search", input: { q: 1 }, output: "", position: [1, "2", "x"] },
                },
                { type: "unknown" },
                7,
              ],
            },
            { role: "assistant", content: [] },
          ],
        },
        null,
      ],
    });
    const none = { english: undefined, chinese: undefined };
    expect(await client.agents.ask(request)).toEqual({
      id: undefined,
      conversationId: "c-1",
      asyncId: "77",
      status: "pending",
      finishReason: undefined,
      usage: undefined,
      messages: [
        {
          role: "assistant",
          phase: "tool",
          content: [
            {
              type: "link",
              kind: "image",
              url: "https://example.org/a.png",
              tags: { english: "Picture", chinese: "图" },
            },
            { type: "link", kind: "video", url: "https://example.org/a.mp4", tags: none },
            { type: "link", kind: "audio", url: "https://example.org/a.mp3", tags: none },
            {
              type: "tool",
              use: { name: "search", input: '{"q":1}', output: undefined, positions: [1, 2], title: undefined },
              tags: none,
            },
          ],
        },
      ],
    });
  });

  it.each(failures)("can fail with HTTP 200: %s", async (_name, answer, code) => {
    const { client, running } = await answering(answer);
    expect((await failure(client.agents.ask(request))).code).toBe(code);
    expect((await failure(client.agents.result({ agentId: "a", asyncId: "1" }))).code).toBe(code);
    expect((await readAll(client)).error?.code).toBe(code);
    expect(running.received).toHaveLength(3);
  });

  it.each([["network_error", "server"]])("that ends with %s says %s", async (finish_reason, code) => {
    const { client } = await answering({ choices: [{ finish_reason, message: { content: "12" } }] });
    expect((await failure(client.agents.ask(request))).code).toBe(code);
  });

  it.each([[[]], [7], ["text"], [null], [{}], [{ choices: [] }]])(
    "must answer with something, not %j",
    async (answer) => {
      const { client } = await answering(answer);
      expect((await failure(client.agents.ask(request))).code).toBe("invalid-response");
    },
  );

  it("has a deadline of its own, and can be cancelled", async () => {
    const { running } = await serve(() => {});
    const client = clientFor(running.endpoint(), { deadlines: { agent: 30 } });
    expect(await failure(client.agents.ask(request))).toMatchObject({
      code: "timeout",
      details: { deadline: "total" },
    });
    await server?.close();
    const stop = new AbortController();
    const waiting = await serve(() => stop.abort());
    const cancelled = waiting.client.agents.ask(request, { signal: stop.signal });
    expect((await failure(cancelled)).code).toBe("cancelled");
  });

  it.each<[string, Partial<AgentRequest>, string]>([
    ["without an id", { agentId: " " }, "agent_id"],
    ["without messages", { messages: [] }, "messages"],
    ["with a message without parts", { messages: [{ role: "user", content: [] }] }, "content"],
    ["with an empty text", { messages: [{ role: "user", content: [{ type: "text", text: "\n" }] }] }, "text"],
    ["with a file without id", { messages: [{ role: "user", content: [{ type: "file", id: "" }] }] }, "file_id"],
    [
      "with a picture of this machine",
      { messages: [{ role: "user", content: [{ type: "image", url: "http://localhost/a.png" }] }] },
      "image_url",
    ],
    [
      "with a picture inside",
      { messages: [{ role: "user", content: [{ type: "image", url: "data:image/png;base64,AAAA" }] }] },
      "image_url",
    ],
    [
      "with a file of the network",
      { messages: [{ role: "user", content: [{ type: "file-url", url: "http://10.0.0.1/a.pdf" }] }] },
      "file_url",
    ],
  ])("is not asked %s", async (_name, change, field) => {
    const { client, running } = await answering(fine);
    expect(await failure(client.agents.ask({ ...request, ...change }))).toMatchObject({
      code: "bad-request",
      details: { field },
    });
    expect(running.received).toHaveLength(0);
  });

  it("reads files on BigModel only, and is on no plan", async () => {
    const content = [{ type: "file", id: "agent-1" }] as const;
    const withFile = clientFor(officialEndpoint("zai")).agents.ask({
      ...request,
      messages: [{ role: "user", content }],
    });
    expect(await failure(withFile)).toMatchObject({ code: "not-offered", details: { offeredOn: ["bigmodel"] } });
    for (const platform of ["zai-coding", "bigmodel-coding"] as const) {
      const offered = { code: "not-offered", details: { offeredOn: ["zai", "bigmodel"] } };
      const client = clientFor(officialEndpoint(platform));
      expect(await failure(client.agents.ask(request))).toMatchObject(offered);
      expect(await failure(client.agents.result({ agentId: "a", asyncId: "1" }))).toMatchObject(offered);
      expect((await readAll(client)).error).toMatchObject(offered);
    }
  });
});

describe("the path of agents", () => {
  it("is the SDKs' where the documented one is missing, which is remembered", async () => {
    const { running } = await onlyAt(ofSdks, fineAnswer);
    const quirks = createQuirks();
    const client = clientFor(running.endpoint(), { quirks });
    await client.agents.ask(request);
    await client.agents.result({ agentId: "a", asyncId: "1" });
    expect((await readAll(client)).error).toBeUndefined();
    expect(paths(running)).toEqual([documented, ofSdks, `${ofSdks}/async-result`, ofSdks]);
    // The next client of this host knows it, too.
    await clientFor(running.endpoint(), { quirks }).agents.ask(request);
    expect(paths(running).slice(4)).toEqual([ofSdks]);
  });

  it("is found by a stream as well", async () => {
    const { client, running } = await onlyAt(ofSdks, (_request, response) =>
      sendStream(response, data(fine) + data("[DONE]")),
    );
    expect(await readAll(client)).toMatchObject({ replies: [{ status: "success" }], error: undefined });
    expect(paths(running)).toEqual([documented, ofSdks]);
  });

  it("is missing when both are, and is looked for anew the next time", async () => {
    const { client, running } = await onlyAt("/nowhere", fineAnswer);
    expect((await failure(client.agents.ask(request))).code).toBe("wrong-path");
    expect((await readAll(client)).error?.code).toBe("wrong-path");
    expect(paths(running)).toEqual([documented, ofSdks, documented, ofSdks]);
  });

  it.each([
    [400, { error: { code: "1214", message: "agent_id" } }, "bad-request"],
    [404, { error: { code: "1211", message: "no such agent" } }, "model-unknown"],
    [401, { error: { code: "1002", message: "token" } }, "key-rejected"],
  ])("is right when the service answers %i %j", async (status, body, code) => {
    const { client, running } = await serve((_request, response) => sendJson(response, status, body));
    expect((await failure(client.agents.ask(request))).code).toBe(code);
    expect(paths(running)).toEqual([documented]);
  });
});

const piece = (text: string) => data({ choices: [{ index: 0, delta: { content: text } }] });

describe("a streamed agent", () => {
  it("hands out every event, wherever the network cuts it", async () => {
    const body = piece("12") + piece(" €") + data({ choices: [{ finish_reason: "stop" }], usage: { total_tokens: 3 } });
    const cuts = Array.from(Buffer.from(body), (_byte, at) => at);
    const { client, running } = await serve((_request, response) => sendStream(response, body, cuts));
    const { replies, error } = await readAll(client);
    expect(error).toBeUndefined();
    expect(replies.map(({ messages }) => messages[0]?.content[0])).toEqual([
      { type: "text", text: "12" },
      { type: "text", text: " €" },
      undefined,
    ]);
    expect(replies.at(-1)).toMatchObject({ finishReason: "stop", usage: { totalTokens: 3 } });
    expect(running.received[0]?.headers.accept).toBe("text/event-stream");
    expect(JSON.parse(running.received[0]?.body ?? "")).toMatchObject({ stream: true });
  });

  it.each<[string, Handler, string]>([
    ["the end of the body", (_request, response) => sendStream(response, piece("12")), "stream-broken"],
    [
      "a lost connection",
      (_request, response) => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.write(piece("12"), () => response.destroy());
      },
      "stream-broken",
    ],
    [
      "an error",
      (_request, response) => sendStream(response, piece("12") + data({ error: { code: "1301", message: "no" } })),
      "content-blocked",
    ],
    [
      "a failed status",
      (_request, response) => sendStream(response, piece("12") + data({ status: "failed", choices: [] })),
      "result-failed",
    ],
    [
      "the agent's own lost connection",
      (_request, response) =>
        sendStream(response, piece("12") + data({ choices: [{ finish_reason: "network_error" }] })),
      "server",
    ],
    [
      "what is no event",
      (_request, response) => sendStream(response, `${piece("12")}data: {"cho\n\n`),
      "stream-broken",
    ],
  ])("that breaks by %s keeps what came and is not repeated", async (_name, handler, code) => {
    const { client, running } = await serve(handler);
    const { replies, error } = await readAll(client);
    expect(replies).toHaveLength(1);
    expect([error?.code, error?.details.afterOutput]).toEqual([code, true]);
    expect(running.received).toHaveLength(1);
  });

  it("can be cancelled and left in the middle", async () => {
    const stop = new AbortController();
    const { client, running } = await serve((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(piece("12"));
    });
    const replies: AgentReply[] = [];
    const reading = (async () => {
      for await (const reply of client.agents.stream(request, { signal: stop.signal })) {
        replies.push(reply);
        stop.abort();
      }
    })();
    expect((await failure(reading)).code).toBe("cancelled");
    expect(replies).toHaveLength(1);
    for await (const reply of client.agents.stream(request)) {
      expect(reply.messages).toHaveLength(1);
      break;
    }
    await expect.poll(() => running.openSockets()).toBe(0);
  });
});

describe("work in the background", () => {
  it("is asked about by agent and id", async () => {
    const { client, running } = await answering({ status: "pending", agent_id: "a", async_id: "1" });
    const variables = { include_pdf: true };
    expect((await client.agents.result({ agentId: "a", asyncId: "1", variables })).status).toBe("pending");
    expect(running.received[0]?.path).toBe(`${documented}/async-result`);
    expect(JSON.parse(running.received[0]?.body ?? "")).toEqual({
      agent_id: "a",
      async_id: "1",
      custom_variables: variables,
    });
    for (const [change, field] of [
      [{ agentId: "" }, "agent_id"],
      [{ asyncId: " " }, "async_id"],
    ] as const) {
      const asked = client.agents.result({ agentId: "a", asyncId: "1", ...change });
      expect(await failure(asked)).toMatchObject({ code: "bad-request", details: { field } });
    }
  });
});

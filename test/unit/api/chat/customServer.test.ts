import { afterEach, describe, expect, it } from "vitest";
import { customEndpoint } from "../../../../src/api/platforms.ts";
import type { EndpointExtras } from "../../../../src/api/endpointExtras.ts";
import { clientFor, failure, key, merged, question, readAll } from "../../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import * as streams from "../../../fixtures/apiStreams.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

async function serve(handler: Handler, extras?: EndpointExtras) {
  server = await startApiServer(handler);
  const endpoint = customEndpoint(`${server.origin}/v1`, "openai", extras);
  if (!endpoint) throw new Error("loopback must be allowed");
  return { running: server, client: clientFor(endpoint) };
}
const answer: Handler = (_request, response) => sendStream(response, streams.thinkingThenAnswer);
const sent = (running: ApiServer) => JSON.parse(running.received[0]?.body ?? "") as Record<string, unknown>;

describe("the address of a custom server", () => {
  it.each([
    ["http://localhost:8000/v1", "/v1/chat/completions"],
    ["http://localhost:8000/v1/", "/v1/chat/completions"],
    [" http://localhost:8000/v1/chat/completions ", "/v1/chat/completions"],
    ["http://localhost:8000/api/paas/v4", "/api/paas/v4/chat/completions"],
    ["http://localhost:8000", "/chat/completions"],
  ])("%s leads to %s", async (typed, path) => {
    const asked: string[] = [];
    const endpoint = customEndpoint(typed, "openai");
    if (!endpoint) throw new Error("loopback must be allowed");
    const transport = (url: string) => {
      asked.push(new URL(url).pathname);
      return Promise.resolve(Response.json({ choices: [{ finish_reason: "stop", message: { content: "Hi" } }] }));
    };
    expect((await clientFor(endpoint, { transport }).complete(question)).text).toBe("Hi");
    expect(asked).toEqual([path]);
  });
});

describe("what a custom server is sent", () => {
  it("is what its settings add, beside the ordinary request", async () => {
    const extras: EndpointExtras = {
      reasoning: "chat_template_kwargs",
      extraBody: { top_k: 20, temperature: 0.1, chat_template_kwargs: { custom: true } },
      extraHeaders: { "X-Team": "seven", "HTTP-Referer": "https://example.org" },
    };
    const { running, client } = await serve(answer, extras);
    await readAll(client, { ...question, effort: "off", temperature: 0.9 });
    expect(sent(running)).toEqual({
      model: "glm-5.3",
      messages: [{ role: "user", content: "Why is the sky blue?" }],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.1,
      top_k: 20,
      chat_template_kwargs: { enable_thinking: false, custom: true },
    });
    expect(running.received[0]?.headers).toMatchObject({
      "x-team": "seven",
      "http-referer": "https://example.org",
      authorization: `Bearer ${key}`,
      "user-agent": "glm-sidekick/test",
    });
  });

  it("never carries an extension of Z.AI's, whatever the request asks for", async () => {
    const { running, client } = await serve(answer);
    await readAll(client, {
      ...question,
      effort: "max",
      preserveThinking: true,
      doSample: true,
      requestId: "request-1",
      userId: "user-1",
      topP: 0.5,
      stop: "END",
      responseFormat: "json_object",
    });
    expect(Object.keys(sent(running)).sort()).toEqual([
      "messages",
      "model",
      "response_format",
      "stop",
      "stream",
      "stream_options",
      "top_p",
    ]);
  });

  it.each<[EndpointExtras, string]>([
    [{ extraBody: { model: "x" } }, "extraBody.model"],
    [{ extraBody: { messages: [] } }, "extraBody.messages"],
    [{ extraBody: { stream: false } }, "extraBody.stream"],
    [{ extraHeaders: { authorization: "Bearer x" } }, "extraHeaders.authorization"],
    [{ extraHeaders: { AUTHORIZATION: "Bearer x" } }, "extraHeaders.AUTHORIZATION"],
    [{ extraHeaders: { Host: "example.org" } }, "extraHeaders.Host"],
    [{ extraHeaders: { Cookie: "a=b" } }, "extraHeaders.Cookie"],
    [{ extraHeaders: { "Content-Length": "0" } }, "extraHeaders.Content-Length"],
    [{ extraHeaders: { "Transfer-Encoding": "chunked" } }, "extraHeaders.Transfer-Encoding"],
    [{ extraHeaders: { "User-Agent": "somebody else" } }, "extraHeaders.User-Agent"],
    [{ extraHeaders: { "X-Bad": "a\r\nHost: evil" } }, "extraHeaders.X-Bad"],
    [{ extraHeaders: { "X Bad": "a" } }, "extraHeaders.X Bad"],
    [{ extraHeaders: { "X-Bad": "ü" } }, "extraHeaders.X-Bad"],
    [{ extraHeaders: { "": "a" } }, "extraHeaders."],
  ])("is nothing with %j", async (extras, field) => {
    expect(() => customEndpoint("http://localhost:1/v1", "openai", extras)).toThrow("bad-request");
    const running = await startApiServer(answer);
    const { error } = await readAll(clientFor({ ...running.endpoint("openai"), ...extras }));
    expect([error?.code, error?.details.field, running.received.length]).toEqual(["bad-request", field, 0]);
    await running.close();
  });

  it("does not come back in an error when it is in a header of the user's", async () => {
    const message = "unknown team s3cret-value, token t0ken-of-jo, mode fast";
    const refuse: Handler = (_request, response) =>
      sendJson(response, 401, { error: { code: "s3cret-value", message } });
    const extraHeaders = { "X-Team": "s3cret-value", "X-Auth": "Token t0ken-of-jo", "X-Mode": "fast" };
    const { client } = await serve(refuse, { extraHeaders });
    const { details } = await failure(client.complete(question));
    expect(details.serviceMessage).toBe("unknown team [key], token [key], mode fast");
    expect(details.serviceCode).toBe("[key]");
  });

  it("tells where its search is", async () => {
    const { client } = await serve(answer);
    expect((await failure(client.complete({ ...question, webSearch: true }))).code).toBe("not-offered");
  });
});

describe("what a custom server answers", () => {
  const finish = streams.frame({ content: "Hi" }, {}, "stop") + streams.data({ choices: [], ...streams.usage });

  it.each<[string, string]>([
    ["reasoning_content", streams.frame({ reasoning_content: "hm" })],
    ["reasoning", streams.frame({ reasoning: "hm" })],
    ["thinking", streams.frame({ thinking: "hm" })],
    ["reasoning_details", streams.frame({ reasoning_details: [{ text: "h" }, { text: "m" }] })],
    ["reasoning beside an empty reasoning_content", streams.frame({ reasoning: "hm", reasoning_content: "" })],
    ["reasoning_content beside the same reasoning", streams.frame({ reasoning: "hm", reasoning_content: "hm" })],
    ["typed parts", streams.frame({ content: [{ type: "thinking", thinking: "hm" }] })],
    ["tags", streams.text("<think>hm</think>\n")],
    ["tags in pieces", "<think>hm</think>\n\n".split("").map(streams.text).join("")],
  ])("may hold its thinking as %s", async (_name, thinking) => {
    const { client } = await serve((_request, response) => sendStream(response, thinking + finish + streams.done));
    const { reasoning, text, parts, error } = await readAll(client);
    expect([reasoning, text, error]).toEqual(["hm", "Hi", undefined]);
    expect(parts.at(-2)).toMatchObject({ type: "usage", usage: { promptTokens: 8 } });
  });

  it("may only close the tag of its thinking", async () => {
    const { client } = await serve((_request, response) => sendStream(response, streams.text("hm</think>") + finish));
    const { parts } = await readAll(client);
    expect(merged(parts).map((part) => ("text" in part ? part.text : part.type))).toEqual([
      "start",
      "hm",
      "text-was-reasoning",
      "Hi",
      "usage",
      "finish",
    ]);
    expect(await client.complete(question)).toMatchObject({ reasoning: "hm", text: "Hi" });
  });

  it("may be text in typed parts", async () => {
    const typed = streams.frame(
      {
        content: [
          { type: "text", text: "H" },
          { type: "text", text: "i" },
        ],
      },
      {},
      "stop",
    );
    const { client } = await serve((_request, response) => sendStream(response, typed + streams.done));
    expect((await readAll(client)).text).toBe("Hi");
  });

  it.each<[number, unknown, string, string | undefined]>([
    [400, { detail: "max_tokens is too large" }, "bad-request", "max_tokens is too large"],
    [
      422,
      { detail: [{ loc: ["body"], msg: "field required", input: { secret: 1 } }] },
      "bad-request",
      "field required",
    ],
    [401, { error: { message: "no", type: "invalid_request_error", code: "invalid_api_key" } }, "key-rejected", "no"],
    [
      404,
      { object: "error", message: "The model does not exist.", code: 404 },
      "model-unknown",
      "The model does not exist.",
    ],
    [400, { error: "input too long" }, "bad-request", "input too long"],
    [404, { detail: "Not Found" }, "wrong-path", "Not Found"],
  ])("with status %i: %j is %s", async (status, body, code, message) => {
    const { client } = await serve((_request, response) => sendJson(response, status, body));
    const { error } = await readAll(client);
    expect([error?.code, error?.details.serviceMessage]).toEqual([code, message]);
  });
});

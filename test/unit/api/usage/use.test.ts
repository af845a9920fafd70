import { afterEach, expect, it } from "vitest";
import type { Use } from "../../../../src/api/usage/use.ts";
import { clientFor, failure, question, readAll, sleeplessClock } from "../../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";
import * as streams from "../../../fixtures/apiStreams.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

const clock = { ...sleeplessClock(), now: () => 1_795_270_000_000 };

/** A client of a service that answers like this, and what it told of use. */
async function answering(handler: Handler) {
  server = await startApiServer(handler);
  const uses: Use[] = [];
  const client = clientFor(server.endpoint(), { clock, onUse: (use) => uses.push(use) });
  return { client, uses, host: new URL(server.origin).host };
}

const streaming = (body: string) => answering((_request, response) => sendStream(response, body));
const counts = { input: 8, cached: 4, output: 262, pictures: 0 };

it("tells who answered a streamed question, where and when, and its tokens", async () => {
  const { client, uses, host } = await streaming(streams.thinkingThenAnswer);
  await readAll(client, { ...question, model: "glm-4.7" });
  expect(uses).toEqual([{ at: clock.now(), platform: "custom", host, kind: "chat", model: "glm-5.3", ...counts }]);
});

it("names the model that was asked when the answer names none", async () => {
  const body = { choices: [{ message: { content: "Hi" }, finish_reason: "stop" }], ...streams.usage };
  const { client, uses } = await answering((_request, response) => sendJson(response, 200, body));
  await client.complete({ ...question, model: "llama" });
  expect(uses).toMatchObject([{ model: "llama", ...counts }]);
});

it("counts once what is told in every frame, the last one", async () => {
  const more = { usage: { prompt_tokens: 1, completion_tokens: 1 } };
  const { client, uses } = await streaming(
    streams.frame({ content: "Hi" }, more) + streams.frame({ content: "!" }, more) + streams.end("stop") + streams.done,
  );
  await readAll(client);
  expect(uses).toMatchObject([counts]);
});

it("counts an answer that was cut after it told", async () => {
  const { client, uses } = await streaming(streams.frame({ content: "Hi" }, streams.usage));
  expect((await readAll(client)).error?.code).toBe("stream-broken");
  expect(uses).toMatchObject([counts]);
});

it("counts an answer that was stopped, or whose reader left, after it told", async () => {
  const { client, uses } = await answering(async (_request, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write(streams.frame({ content: "Hi" }, streams.usage));
  });
  const controller = new AbortController();
  for await (const part of client.chat(question, { signal: controller.signal })) {
    if (part.type === "text-delta") break;
  }
  expect(uses).toMatchObject([counts]);
  const stopped = (async () => {
    for await (const part of client.chat(question, { signal: controller.signal })) {
      if (part.type === "text-delta") controller.abort();
    }
  })();
  expect((await failure(stopped)).code).toBe("cancelled");
  expect(uses).toMatchObject([counts, counts]);
});

it("says nothing when the service said nothing, or refused", async () => {
  const silent = await streaming(streams.text("Hi") + streams.frame({}, {}, "stop") + streams.done);
  await readAll(silent.client);
  expect(silent.uses).toEqual([]);
  await server?.close();
  const refused = await answering((_request, response) => sendJson(response, 400, { error: { code: "1214" } }));
  await readAll(refused.client);
  expect(refused.uses).toEqual([]);
});

it("counts the tokens of recognised pages", async () => {
  const { client, uses } = await answering((_request, response) =>
    sendJson(response, 200, { md_results: "# Hi", layout_details: [], ...streams.usage }),
  );
  await client.recognise({ bytes: new Uint8Array([1]), type: "png" });
  expect(uses).toMatchObject([{ kind: "ocr", model: "glm-ocr", ...counts }]);
});

it("counts an agent's tokens, whole and streamed", async () => {
  const message = { role: "assistant", content: { type: "text", text: "Hallo" } };
  const reply = { choices: [{ index: 0, finish_reason: "stop", messages: [message] }], ...streams.usage };
  const { client, uses } = await answering((request, response) =>
    request.body.includes('"stream":true')
      ? sendStream(response, streams.data(reply) + streams.done)
      : sendJson(response, 200, reply),
  );
  const ask = {
    agentId: "general_translation",
    messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
  } as const;
  await client.agents.ask(ask);
  const events: unknown[] = [];
  for await (const event of client.agents.stream(ask)) events.push(event);
  const expected = { kind: "agent", model: "general_translation", input: 8, output: 262 };
  expect(uses).toMatchObject([expected, expected]);
});

const simulator = await simulatorForFile();

it("counts pictures, at once and in the background, and answers in the background", async () => {
  const uses: Use[] = [];
  const onUse = (use: Use) => uses.push(use);
  const zai = simulatorClient(simulator, "zai", { onUse });
  await zai.images.generate({ model: "cogview-4-250304", prompt: "A boat" });
  await zai.images.generate({ model: "glm-image", prompt: "A boat" });
  await simulatorClient(simulator, "bigmodel", { onUse }).completeInBackground(question);
  const picture = { kind: "image", host: "api.z.ai", input: 0, output: 0, pictures: 1 };
  expect(uses).toMatchObject([
    { ...picture, model: "cogview-4-250304" },
    { ...picture, model: "glm-image" },
    { kind: "background-chat", platform: "bigmodel", host: "open.bigmodel.cn", model: "glm-5.3", pictures: 0 },
  ]);
  expect(uses[2]?.input).toBeGreaterThan(0);
});

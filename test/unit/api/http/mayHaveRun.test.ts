import { afterEach, describe, expect, it } from "vitest";
import type { Client } from "../../../../src/api/client.ts";
import type { Transport } from "../../../../src/api/transport.ts";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

const messages = [{ role: "user", content: "Hello" }] as const;
const bytes = new TextEncoder().encode("a glossary");

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

/** What makes, keeps or deletes something. */
const singular: readonly (readonly [string, (client: Client) => Promise<unknown>])[] = [
  ["an image", ({ images }) => images.create({ model: "cogview-4-250304", prompt: "A boat" })],
  ["a started image", ({ images }) => images.start({ model: "glm-image", prompt: "A boat" })],
  ["a video", ({ videos }) => videos.start({ model: "cogvideox-3", prompt: "A boat" })],
  ["speech", ({ audio }) => audio.speak({ input: "Hello" })],
  ["streamed speech", ({ audio }) => drain(audio.streamSpeech({ input: "Hello" }))],
  ["an upload", ({ files }) => files.upload({ name: "a.txt", bytes, purpose: "agent" })],
  ["a deletion", ({ files }) => files.delete("file-1")],
  ["a knowledge base", ({ knowledge }) => knowledge.create({ name: "Boats", embedding: "Embedding-3" })],
  ["a deleted voice", ({ voices }) => voices.delete({ voice: "voice-1" })],
  [
    "an agent",
    ({ agents }) =>
      agents.ask({ agentId: "mine", messages: [{ role: "user", content: [{ type: "text", text: "x" }] }] }),
  ],
  [
    "an effect video",
    ({ agents }) =>
      agents.effectVideo.start({ template: "bodyshake", prompt: "x", imageUrl: "https://cdn.example/a.png" }),
  ],
];

/** What only costs its tokens again. */
const repeatable: readonly (readonly [string, (client: Client) => Promise<unknown>])[] = [
  ["a count of tokens", ({ tokens }) => tokens.count({ model: "glm-4.6", messages })],
  ["a web search", ({ webSearch }) => webSearch({ query: "boats" })],
  ["a page", ({ readPage }) => readPage({ url: "https://cdn.example/" })],
  ["a translation", ({ agents }) => agents.translate({ text: "boat" })],
  ["a look at an agent's work", ({ agents }) => agents.result({ agentId: "mine", asyncId: "1" })],
  ["a list", ({ files }) => files.list({ purpose: "agent" })],
];

const cut: Handler = (_request, response) => {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 100 });
  response.write('{"id":"1",', () => response.destroy());
};
const failing: Handler = (_request, response) => sendJson(response, 500, {});
const refusing: Handler = (_request, response) => sendJson(response, 429, { error: { code: "1302", message: "slow" } });

async function ending(call: (client: Client) => Promise<unknown>, handler: Handler) {
  server = await startApiServer(handler);
  const error = await failure(call(clientFor({ ...server.endpoint(), platform: "bigmodel" })));
  return { error, requests: server.received.length };
}

describe.each(singular)("%s", (_name, call) => {
  it.each([
    ["whose answer is cut", cut, "stream-broken"],
    ["that ends in an error of the server", failing, "server"],
  ] as const)("%s is not asked for a second time, and says why", async (_how, handler, code) => {
    const { error, requests } = await ending(call, handler);
    expect([error.code, error.details.mayHaveRun, requests]).toEqual([code, true, 1]);
  });

  it("that was refused for its pace is asked for again", async () => {
    const { error, requests } = await ending(call, refusing);
    expect([error.code, error.details.mayHaveRun, requests]).toEqual(["busy", undefined, 4]);
  });
});

it.each(repeatable)("%s is asked for again whatever went wrong", async (_name, call) => {
  for (const handler of [cut, failing]) {
    const { error, requests } = await ending(call, handler);
    expect([error.details.mayHaveRun, requests]).toEqual([undefined, 4]);
    await server?.close();
  }
});

async function sent(systemCode: string): Promise<readonly [number, boolean | undefined]> {
  let requests = 0;
  const running = await startApiServer(failing);
  server = running;
  const transport: Transport = () => {
    requests++;
    return Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: { code: systemCode } }));
  };
  const { videos } = clientFor(running.endpoint(), { transport });
  const error = await failure(videos.start({ model: "cogvideox-3", prompt: "A boat" }));
  await running.close();
  return [requests, error.details.mayHaveRun];
}

describe("a connection", () => {
  it("that never stood has done nothing; one that was lost may have", async () => {
    for (const code of ["ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"])
      expect([code, await sent(code)]).toEqual([code, [4, undefined]]);
    expect(await sent("ECONNREFUSED")).toEqual([1, undefined]);
    for (const code of ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "ETIMEDOUT"])
      expect([code, await sent(code)]).toEqual([code, [1, true]]);
  });
});

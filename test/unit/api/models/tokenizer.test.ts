import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { estimateTokens } from "../../../../src/api/models/tokenEstimate.ts";
import { tokenizerModels, type TokenCountRequest } from "../../../../src/api/models/tokenizer.ts";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer } from "../../../fakes/apiServer.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";

const simulator = await simulatorForFile();

let server: ApiServer | undefined;
afterEach(() => server?.close());

const request: TokenCountRequest = {
  model: "glm-4.6",
  messages: [{ role: "user", content: "Why is the sky blue?" }],
};
const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const picture: TokenCountRequest["messages"] = [
  {
    role: "user",
    content: [
      { type: "text", text: "What is this?" },
      { type: "image", url: `data:image/png;base64,${dot}` },
    ],
  },
];

async function answering(answer: unknown, status = 200) {
  const running = await startApiServer((_request, response) => sendJson(response, status, answer));
  server = running;
  return { client: clientFor(running.endpoint()), running };
}

describe("counting tokens", () => {
  it.each(["zai", "bigmodel"] as const)("is exact for every model that %s lists", async (platform) => {
    const client = simulatorClient(simulator, platform);
    for (const model of tokenizerModels[platform]) {
      const count = await client.tokens.count({ ...request, model });
      expect(count).toMatchObject({ countedAs: model, estimated: false, imageTokens: 0, videoTokens: 0 });
      expect(count.promptTokens).toBeGreaterThan(0);
      expect(count.totalTokens).toBe(count.promptTokens);
    }
  });

  it("of another model is an estimate, and says so", async () => {
    const client = simulatorClient(simulator, "zai");
    expect(await client.tokens.count({ ...request, model: "GLM-5.3" })).toMatchObject({
      countedAs: "glm-4.6",
      estimated: true,
    });
    // Listed on the other platform only.
    expect(await client.tokens.count({ ...request, model: "glm-4.5-air" })).toMatchObject({ estimated: true });
    expect(await client.tokens.count({ ...request, model: "GLM-4.6" })).toMatchObject({ estimated: false });
  });

  it("counts images with the vision model", async () => {
    const client = simulatorClient(simulator, "zai");
    const count = await client.tokens.count({ model: "glm-5.3-flash", messages: picture });
    expect(count).toMatchObject({ countedAs: "glm-4.6v", estimated: true });
    expect(count.imageTokens).toBeGreaterThan(0);
    expect(count.totalTokens).toBe(count.promptTokens + count.imageTokens);
    expect(await client.tokens.count({ model: "glm-4.6v", messages: picture })).toMatchObject({ estimated: false });
  });

  it("counts tools as well", async () => {
    const client = simulatorClient(simulator, "bigmodel");
    const tools = [{ name: "read_file", description: "Reads a file of the project.", parameters: { type: "object" } }];
    const [without, withTools] = await Promise.all([
      client.tokens.count(request),
      client.tokens.count({ ...request, tools, requestId: "request-1", userId: "user-1" }),
    ]);
    expect(withTools.promptTokens).toBeGreaterThan(without.promptTokens);
  });

  it.each<[string, Partial<TokenCountRequest>, string]>([
    ["without messages", { messages: [] }, "messages"],
    ["with empty messages only", { messages: [{ role: "user", content: "" }] }, "messages"],
    ["with a short request id", { requestId: "short" }, "request_id"],
    ["with a long user id", { userId: "u".repeat(129) }, "user_id"],
  ])("is refused before the network %s", async (_name, change, field) => {
    const { client, running } = await answering({});
    expect(await failure(client.tokens.count({ ...request, ...change }))).toMatchObject({
      code: "bad-request",
      details: { field },
    });
    expect(running.received).toHaveLength(0);
  });

  it.each<[string, unknown, object]>([
    ["numbers as text", { prompt_tokens: "42", total_tokens: "42" }, { promptTokens: 42, totalTokens: 42 }],
    ["null", { prompt_tokens: 42, image_tokens: null, total_tokens: null }, { imageTokens: 0, totalTokens: 42 }],
    ["no sum", { prompt_tokens: 40, image_tokens: 2 }, { promptTokens: 40, imageTokens: 2, totalTokens: 42 }],
    ["only a sum", { total_tokens: 42 }, { promptTokens: 42, totalTokens: 42 }],
  ])("takes %s", async (_name, usage, read) => {
    const { client } = await answering({ id: "1", usage });
    expect(await client.tokens.count(request)).toMatchObject(read);
  });

  it.each([{}, { usage: null }, { usage: {} }, { usage: { prompt_tokens: "many" } }, []])(
    "refuses %j, which tells nothing",
    async (answer) => {
      const { client } = await answering(answer);
      expect((await failure(client.tokens.count(request))).code).toBe("invalid-response");
    },
  );

  it("can be cancelled", async () => {
    const stop = new AbortController();
    server = await startApiServer(() => stop.abort());
    const counted = clientFor(server.endpoint()).tokens.count(request, { signal: stop.signal });
    expect((await failure(counted)).code).toBe("cancelled");
  });

  it("is not offered on a plan", async () => {
    const client = simulatorClient(simulator, "zai-coding");
    expect(await failure(client.tokens.count(request))).toMatchObject({
      code: "not-offered",
      details: { offeredOn: ["zai", "bigmodel"] },
    });
    expect(simulator.requests).toHaveLength(0);
  });
});

describe("the estimate", () => {
  it.each([
    ["", 0],
    ["a", 1],
    ["abcdefgh", 2],
    ["你好吗", 2],
    ["你好吗,abcd", 4],
    ["こんにちは。", 4],
    ["안녕하세요", 4],
    ["𠮷𠮷𠮷", 2],
  ])("of %j is %i", (text, tokens) => {
    expect(estimateTokens(text)).toBe(tokens);
  });

  it("never shrinks when text is added, and is a token apart from its pieces at most", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (one, other) => {
        const sum = estimateTokens(one) + estimateTokens(other);
        expect(estimateTokens(one + other)).toBeGreaterThanOrEqual(estimateTokens(one));
        expect(estimateTokens(one + other)).toBeLessThanOrEqual(sum);
        expect(estimateTokens(one + other)).toBeGreaterThanOrEqual(sum - 1);
      }),
    );
  });
});

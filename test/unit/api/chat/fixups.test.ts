import { afterEach, describe, expect, it } from "vitest";
import type { ChatMessage, ChatRequest } from "../../../../src/api/chat/chatTypes.ts";
import { createQuirks, type Quirks } from "../../../../src/api/chat/fixups.ts";
import { clientFor, question, readAll } from "../../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer } from "../../../fakes/apiServer.ts";
import * as streams from "../../../fixtures/apiStreams.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

interface Sent {
  readonly [field: string]: unknown;
  readonly messages: readonly { readonly content: unknown }[];
}
const sent = (turn: number) => JSON.parse(server?.received[turn]?.body ?? "{}") as Sent;

/** A service that refuses what `refuses` says so of, with this code and message. */
async function serve(code: string, message: string, refuses: (body: string) => boolean, more: object = {}) {
  server = await startApiServer(({ body }, response) =>
    refuses(body)
      ? sendJson(response, 400, { error: { code, message } })
      : sendStream(response, streams.frame({ content: "yes" }, more) + streams.end("stop") + streams.done),
  );
  return server.endpoint();
}

const see: ChatMessage = {
  role: "user",
  content: [
    { type: "text", text: "What is this?" },
    { type: "image", url: "data:image/png;base64,QUJD" },
  ],
};
const picture: ChatRequest = { model: "glm-5.3-flash", messages: [see] };
const unknownSeer: ChatRequest = {
  model: "glm-9-blind",
  messages: [see, { role: "assistant", content: "A cat." }, see],
};

/** What the service may refuse, how it says so, and how to tell that the other form was sent. */
const refusals: readonly {
  readonly name: string;
  readonly request: ChatRequest;
  readonly code: string;
  readonly message: string;
  readonly refuses: RegExp;
  readonly accepted: object;
}[] = [
  {
    name: "an effort",
    request: { ...question, model: "glm-6-unheard-of", effort: "off" },
    code: "1210",
    message: "This model always engages in thinking and cannot be disabled; please use low, high, or max.",
    refuses: /"disabled"/,
    accepted: { thinking: { type: "enabled" } },
  },
  {
    name: "an effort, in Chinese",
    request: { ...question, model: "glm-5.3", effort: "high" },
    code: "1210",
    message: "该模型始终开启思考，无法关闭；请使用 low、high 或 max",
    refuses: /reasoning_effort/,
    accepted: { thinking: { type: "enabled" } },
  },
  {
    name: "a data URI",
    request: picture,
    code: "1210",
    message: "图片输入格式/解析错误",
    refuses: /data:image/,
    accepted: { messages: [{ content: [{}, { image_url: { url: "QUJD" } }] }] },
  },
  {
    name: "a data URI, in English",
    request: picture,
    code: "1210",
    message: "image input format or parsing error",
    refuses: /data:image/,
    accepted: { messages: [{ content: [{}, { image_url: { url: "QUJD" } }] }] },
  },
  {
    name: "images",
    request: unknownSeer,
    code: "1210",
    message: "messages.content.type 参数非法，取值范围 ['text']",
    refuses: /image_url/,
    accepted: { messages: [{ content: "What is this?" }, {}, { content: "What is this?" }] },
  },
  {
    name: "max_tokens, with the range",
    request: { ...question, model: "glm-9-large", maxTokens: 100_000 },
    code: "1210",
    message: "max_tokens must be in [1,65536]",
    refuses: /"max_tokens":(?!65536)/,
    accepted: { max_tokens: 65_536 },
  },
  {
    name: "temperature",
    request: { ...question, model: "glm-9-strict", temperature: 0.5 },
    code: "1214",
    message: "temperature is not supported",
    refuses: /temperature/,
    accepted: { model: "glm-9-strict" },
  },
  {
    name: "a search engine",
    request: { ...question, webSearch: true },
    code: "1214",
    message: "search_engine 参数非法",
    refuses: /search_pro_jina/,
    accepted: { tools: [{ web_search: { search_engine: "search-prime" } }] },
  },
];

describe("a refusal of", () => {
  it.each(refusals)("$name leads to one other form, which the host is remembered to want", async (row) => {
    const { model } = row.request;
    const endpoint = await serve(row.code, row.message, (body) => row.refuses.test(body), { model });
    const quirks = createQuirks();
    expect((await readAll(clientFor(endpoint, { quirks }), row.request)).error).toBeUndefined();
    expect(server?.received).toHaveLength(2);
    expect(sent(1)).toMatchObject(row.accepted);
    // Another client of the same host.
    expect((await readAll(clientFor(endpoint, { quirks }), row.request)).error).toBeUndefined();
    expect(server?.received).toHaveLength(3);
    expect(sent(2)).toEqual(sent(1));
  });

  it.each(refusals)("$name is asked about once, and nothing is remembered when that did not help", async (row) => {
    const endpoint = await serve(row.code, row.message, () => true);
    const quirks = createQuirks();
    const { error } = await readAll(clientFor(endpoint, { quirks }), row.request);
    expect([error?.code, error?.details.serviceCode, server?.received.length]).toEqual(["bad-request", row.code, 2]);
    expect(quirks).toEqual(createQuirks());
    await readAll(clientFor(endpoint, { quirks }), row.request);
    expect(sent(2)).toEqual(sent(0));
  });

  it("the effort, by a host that shares nothing, is not known to the next one", async () => {
    const [row] = refusals;
    if (!row) throw new Error("no rows");
    const endpoint = await serve(row.code, row.message, (body) => row.refuses.test(body));
    await readAll(clientFor(endpoint), row.request);
    await readAll(clientFor(endpoint), row.request);
    expect(server?.received).toHaveLength(4);
  });

  it("anything else is final", async () => {
    for (const [code, message] of [
      ["1210", "something is wrong"],
      ["1213", "temperature was not received"],
      ["1211", "thinking about max_tokens"],
    ] as const) {
      const endpoint = await serve(code, message, () => true);
      await readAll(clientFor(endpoint), { ...question, temperature: 0.5, maxTokens: 9000, effort: "high" });
      expect(server?.received).toHaveLength(1);
      await server?.close();
    }
  });

  it.each<[string, string, ChatRequest]>([
    [
      "an image by address, which nobody could fetch",
      "图片输入格式/解析错误",
      { ...picture, messages: [{ role: "user", content: [{ type: "image", url: "https://intranet/x.png" }] }] },
    ],
    ["an image where there is none", "image format error", question],
    [
      "an engine that the request names",
      "search_engine is not valid",
      { ...question, webSearch: { engine: "search_x" } },
    ],
  ])("%s is final, since another form would be the same", async (_name, message, request) => {
    const endpoint = await serve("1210", message, () => true);
    await readAll(clientFor(endpoint), request);
    expect(server?.received).toHaveLength(1);
  });

  it("the first form counts as a fix-up only once, whatever comes next", async () => {
    const messages = ["图片输入格式错误", "max_tokens must be in [1,100]", "temperature"];
    server = await startApiServer((_request, response, turn) =>
      sendJson(response, 400, { error: { code: "1210", message: messages[turn] } }),
    );
    await readAll(clientFor(server.endpoint()), { ...picture, maxTokens: 9000, temperature: 0.5 });
    expect(server.received).toHaveLength(2);
  });

  it("a request is kept in its other form over a passing failure", async () => {
    server = await startApiServer(({ body }, response, turn) => {
      if (turn === 1) sendJson(response, 503, {});
      else if (body.includes("data:image"))
        sendJson(response, 400, { error: { code: "1210", message: "image format" } });
      else void sendStream(response, streams.thinkingThenAnswer);
    });
    const quirks = createQuirks();
    expect((await readAll(clientFor(server.endpoint(), { quirks }), picture)).error).toBeUndefined();
    expect([server.received.length, quirks.rawImages]).toEqual([3, true]);
  });

  it("bare base64, where it once was the only form, goes back to data URIs", async () => {
    const quirks: Quirks = { ...createQuirks(), rawImages: true };
    const endpoint = await serve("1210", "image format error", (body) => body.includes('"QUJD"'));
    expect((await readAll(clientFor(endpoint, { quirks }), picture)).error).toBeUndefined();
    expect([server?.received.length, quirks.rawImages]).toEqual([2, false]);
  });
});

describe("images that were left out", () => {
  it("are reported right behind the start, each time", async () => {
    const endpoint = await serve("1210", "messages.content.type ['text']", (body) => body.includes("image_url"));
    const quirks = createQuirks();
    for (const round of [1, 2]) {
      const { parts } = await readAll(clientFor(endpoint, { quirks }), unknownSeer);
      expect([round, parts[0]?.type, parts[1]]).toEqual([round, "start", { type: "images-dropped", count: 2 }]);
    }
    const whole = await clientFor(endpoint, { quirks }).complete(unknownSeer);
    expect([whole.droppedImages, whole.text]).toEqual([2, "yes"]);
    expect((await readAll(clientFor(endpoint, { quirks }), question)).parts[1]?.type).not.toBe("images-dropped");
  });

  it("leave a question behind even when there was nothing else", async () => {
    const endpoint = await serve("1210", "messages.content.type ['text']", (body) => body.includes("image_url"));
    const lonely: ChatMessage = { role: "user", content: [{ type: "image", url: "data:image/png;base64,QUJD" }] };
    await readAll(clientFor(endpoint), { model: "glm-9-blind", messages: [{ role: "user", content: "Hi" }, lonely] });
    expect(sent(1).messages.map(({ content }) => content)).toEqual(["Hi", "(image)"]);
  });
});

describe("the model that really answers", () => {
  it("is remembered per host, and forgotten when it is the one asked for again", async () => {
    const quirks = createQuirks();
    const endpoint = await serve("", "", () => false, { model: "GLM-5.3" });
    await readAll(clientFor(endpoint, { quirks }), { ...question, model: "glm-5.1" });
    expect([...quirks.servedBy]).toEqual([["glm-5.1", "glm-5.3"]]);
    await readAll(clientFor(endpoint, { quirks }), { ...question, model: "glm-5.3" });
    quirks.servedBy.set("glm-5.3", "glm-9");
    await readAll(clientFor(endpoint, { quirks }), { ...question, model: "glm-5.3" });
    expect([...quirks.servedBy]).toEqual([["glm-5.1", "glm-5.3"]]);
  });
});

describe("a model that is gone", () => {
  it.each(["1211", "1221"])("has a successor to suggest with %s", async (code) => {
    const endpoint = await serve(code, "gone", () => true);
    const { error } = await readAll(clientFor(endpoint), { ...question, model: "glm-5v-turbo" });
    expect(error?.details.successor).toBe("glm-5.3-flash");
  });
});

describe("a request_id that the service still sees", () => {
  it("is left out the second time", async () => {
    server = await startApiServer(({ body }, response) =>
      body.includes("request_id")
        ? sendJson(response, 429, { error: { code: "1231", message: "duplicate" } })
        : void sendStream(response, streams.thinkingThenAnswer),
    );
    const { error } = await readAll(clientFor(server.endpoint()), { ...question, requestId: "request-1" });
    expect([error, sent(0)["request_id"], sent(1)["request_id"]]).toEqual([undefined, "request-1", undefined]);
  });
});

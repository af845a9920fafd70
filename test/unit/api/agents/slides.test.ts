import { afterEach, describe, expect, it } from "vitest";
import type { Client } from "../../../../src/api/client.ts";
import { documentKind } from "../../../../src/api/http/download.ts";
import { ApiError } from "../../../../src/api/errors.ts";
import type { SlidesPart, SlidesRequest } from "../../../../src/api/agents/slides.ts";
import { pageUnits, type SlidesExportRequest } from "../../../../src/api/agents/slidesExport.ts";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { slideEvents, slideExports } from "../../../fixtures/agentReplies.ts";
import { data } from "../../../fixtures/apiStreams.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";

const simulator = await simulatorForFile();

let server: ApiServer | undefined;
afterEach(() => server?.close());

const request: SlidesRequest = { prompt: "Two slides about game consoles" };

async function serve(handler: Handler) {
  const running = await startApiServer(handler);
  server = running;
  return { client: clientFor(running.endpoint()), running };
}
const streaming = (events: readonly unknown[], cuts: readonly number[] = []) =>
  serve((_request, response) => sendStream(response, events.map(data).join(""), cuts));

async function readAll(client: Client, asked = request) {
  const parts: SlidesPart[] = [];
  let error: ApiError | undefined;
  try {
    for await (const part of client.agents.slides.stream(asked)) parts.push(part);
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    error = thrown;
  }
  return {
    parts,
    error,
    conversationId: parts.flatMap((part) => (part.type === "conversation" ? [part.id] : [])).at(-1),
  };
}

const htmls = ({ parts }: { readonly parts: readonly SlidesPart[] }): readonly string[] =>
  parts.flatMap((part) => (part.type === "slide" ? [part.html] : []));

const none = { english: undefined, chinese: undefined };
const insert = { english: "Insert Page", chinese: "插入幻灯片" };
const step = { input: undefined, output: undefined, positions: [], title: undefined };
const firstHtml = "<!doctype html><h1>1</h1>";

/** What `slideEvents` say. */
const deck: readonly unknown[] = [
  { type: "conversation", id: "conversation-1" },
  { type: "thinking-delta", text: "Two slides " },
  { type: "thinking-delta", text: "will do." },
  {
    type: "tool",
    use: { ...step, name: "search", input: "game consoles" },
    tags: { english: "Search", chinese: "搜索" },
  },
  {
    type: "tool",
    use: { ...step, name: "search", output: "<results>…</results>" },
    tags: { english: "Search", chinese: undefined },
  },
  { type: "tool", use: { ...step, name: "insert_page", input: "The market" }, tags: insert },
  {
    type: "slide",
    html: firstHtml,
    use: { ...step, name: "insert_page", output: firstHtml, positions: [1], title: "The market" },
    tags: insert,
  },
  {
    type: "slide",
    html: "<!doctype html><h1>One</h1>",
    use: {
      ...step,
      name: "modify_page",
      output: "```html\n<!doctype html><h1>One</h1>\n```",
      positions: [1],
    },
    tags: none,
  },
  { type: "tool", use: { ...step, name: "remove_slides", positions: [2, 3] }, tags: none },
  { type: "text-delta", text: "Here they are." },
  {
    type: "usage",
    usage: { promptTokens: 100, completionTokens: 200, totalTokens: 300, totalCalls: undefined },
  },
  { type: "finish", reason: "stop" },
];

describe("slides", () => {
  it.each(["zai", "bigmodel"] as const)("are made, changed and exported on %s", async (platform) => {
    const client = simulatorClient(simulator, platform);
    const made = await readAll(client);
    expect([made.error, made.parts.at(-1)]).toEqual([undefined, { type: "finish", reason: "stop" }]);
    const slides = made.parts.filter((part) => part.type === "slide");
    expect(slides.length).toBeGreaterThan(0);
    for (const { html, use } of slides) expect([html.includes("<"), use.positions.length > 0]).toEqual([true, true]);
    for (const type of ["thinking-delta", "text-delta", "usage"]) {
      expect(made.parts.some((part) => part.type === type)).toBe(true);
    }
    const { conversationId = "" } = made;
    const more = await readAll(client, { prompt: "Add a slide about prices", conversationId });
    expect([more.error, more.conversationId]).toEqual([undefined, conversationId]);
    const pages = [{ position: 1, width: 960, height: 540 }];
    const exported = await client.agents.slides.export({ conversationId, includePdf: true, pages });
    const [file] = exported.files;
    expect(exported.files.length).toBeGreaterThan(0);
    expect((await client.download(file?.url ?? "", documentKind)).type).toMatch(/^(?:pdf|pptx)$/);
  });

  it.each(["agent-shape:array", "agent-shape:object", "agent-shape:message", "agent-shape:delta", "not-stream"])(
    "are the same when the service plays %s",
    async (name) => {
      const client = simulatorClient(simulator, "zai");
      const usual = await readAll(client);
      simulator.setScenario({ name });
      const played = await readAll(client);
      expect([played.error, htmls(played)]).toEqual([undefined, htmls(usual)]);
      const exported = await client.agents.slides.export({ conversationId: played.conversationId ?? "" });
      expect([exported.files.length, exported.images.length]).toEqual([0, htmls(usual).length]);
    },
  );

  it("come with thinking, steps and positions, wherever the network cuts the stream", async () => {
    const body = slideEvents.map(data).join("");
    const cuts = Array.from(Buffer.from(body), (_byte, at) => at);
    const { client, running } = await streaming(slideEvents, cuts);
    expect((await readAll(client)).parts).toEqual(deck);
    expect(JSON.parse(running.received[0]?.body ?? "")).toEqual({
      agent_id: "slides_glm_agent",
      stream: true,
      messages: [{ role: "user", content: [{ type: "text", text: request.prompt }] }],
    });
  });

  it.each(["message", "delta"])("are read under %s as well", async (key) => {
    const renamed = JSON.parse(JSON.stringify(slideEvents).replaceAll('"messages"', `"${key}"`)) as unknown[];
    const { client } = await streaming([...renamed, "[DONE]"]);
    expect((await readAll(client)).parts).toEqual(deck);
  });

  it("go on with their conversation", async () => {
    const { client, running } = await streaming(slideEvents);
    await readAll(client, { ...request, conversationId: "conversation-1" });
    expect(JSON.parse(running.received[0]?.body ?? "")).toMatchObject({ conversation_id: "conversation-1" });
  });

  it("that break in the middle keep what came", async () => {
    const { client, running } = await streaming(slideEvents.slice(0, 6));
    const { parts, error, conversationId } = await readAll(client);
    expect(parts).toEqual(deck.slice(0, 8));
    expect([error?.code, error?.details.afterOutput, conversationId]).toEqual([
      "stream-broken",
      true,
      "conversation-1",
    ]);
    expect(running.received).toHaveLength(1);
  });

  it("that are refused in the last event say why", async () => {
    const last = {
      choices: [{ index: 9, finish_reason: "sensitive", messages: [] }],
      error: { code: "1301", message: "unsafe" },
    };
    const { client } = await streaming([...slideEvents.slice(0, 3), last]);
    const { parts, error } = await readAll(client);
    expect([parts.length, error?.code]).toEqual([4, "content-blocked"]);
  });

  it("can be cancelled while they are made", async () => {
    const stop = new AbortController();
    const { client } = await serve((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(data(slideEvents[0]));
    });
    const parts: SlidesPart[] = [];
    const reading = (async () => {
      for await (const part of client.agents.slides.stream(request, { signal: stop.signal })) {
        parts.push(part);
        if (part.type === "thinking-delta") stop.abort();
      }
    })();
    expect((await failure(reading)).code).toBe("cancelled");
    expect(parts).toEqual(deck.slice(0, 2));
  });

  it.each<[Partial<SlidesRequest>, string]>([
    [{ prompt: " " }, "text"],
    [{ conversationId: "" }, "conversation_id"],
  ])("are refused before the network: %j", async (change, field) => {
    const { client, running } = await streaming(slideEvents);
    const { error } = await readAll(client, { ...request, ...change });
    expect(error).toMatchObject({ code: "bad-request", details: { field } });
    expect(running.received).toHaveLength(0);
  });

  it("are not offered on a plan", async () => {
    const { agents } = simulatorClient(simulator, "bigmodel-coding");
    const offered = { code: "not-offered", details: { offeredOn: ["zai", "bigmodel"] } };
    expect(await failure(agents.slides.export({ conversationId: "c" }))).toMatchObject(offered);
    expect((await readAll(simulatorClient(simulator, "zai-coding"))).error).toMatchObject(offered);
  });
});

describe("exported slides", () => {
  it.each(slideExports)("are read from %s", async (_name, answer) => {
    const { client, running } = await serve((_request, response) => sendJson(response, 200, answer));
    expect(await client.agents.slides.export({ conversationId: "conversation-1" })).toEqual({
      files: [{ url: "https://files.example/deck.pdf", tags: { english: "market.pdf", chinese: "市场调研.pdf" } }],
      images: [{ url: "https://files.example/1.png", tags: none }],
    });
    expect(running.received[0]?.path).toBe("/api/v1/agents/conversation");
  });

  it.each([
    ["zai", { width: 960, height: 540 }],
    ["bigmodel", { width: 33.87, height: 19.05 }],
  ] as const)("have pages in the unit of %s", async (platform, size) => {
    const client = simulatorClient(simulator, platform);
    const pages = [{ position: 1, width: 960, height: 540 }];
    await client.agents.slides.export({ conversationId: "unknown", includePdf: true, pages }).catch(() => {});
    expect(simulator.requests[0]?.body).toEqual({
      agent_id: "slides_glm_agent",
      conversation_id: "unknown",
      custom_variables: { include_pdf: true, pages: [{ position: 1, ...size }] },
    });
    expect(pageUnits[platform].name).toBe(platform === "zai" ? "pt" : "cm");
  });

  it("are none when the service has no file", async () => {
    const { client } = await serve((_request, response) =>
      sendJson(response, 200, { conversation_id: "c", choices: [{ message: [{ content: "Nothing yet" }] }] }),
    );
    expect((await failure(client.agents.slides.export({ conversationId: "c" }))).code).toBe("result-failed");
  });

  it.each<[Partial<SlidesExportRequest>, string]>([
    [{ conversationId: " " }, "conversation_id"],
    [{ pages: [{ position: 0, width: 960, height: 540 }] }, "position"],
    [{ pages: [{ position: 1.5, width: 960, height: 540 }] }, "position"],
    [{ pages: [{ position: 1, width: 0, height: 540 }] }, "width"],
    [{ pages: [{ position: 1, width: 960, height: Infinity }] }, "height"],
  ])("are refused before the network: %j", async (change, field) => {
    const { client, running } = await serve((_request, response) => sendJson(response, 200, {}));
    const exported = client.agents.slides.export({ conversationId: "c", ...change });
    expect(await failure(exported)).toMatchObject({ code: "bad-request", details: { field } });
    expect(running.received).toHaveLength(0);
  });

  it("can be cancelled", async () => {
    const stop = new AbortController();
    const { client } = await serve(() => stop.abort());
    const exported = client.agents.slides.export({ conversationId: "c" }, { signal: stop.signal });
    expect((await failure(exported)).code).toBe("cancelled");
  });
});

import { createGzip, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import type { Dialect } from "../../../../src/api/platforms.ts";
import { systemClock, type Clock } from "../../../../src/api/transport.ts";
import { clientFor, merged, question, readAll } from "../../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer } from "../../../fakes/apiServer.ts";
import * as streams from "../../../fixtures/apiStreams.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

async function stream(body: string, dialect: Dialect = "zai", model = "glm-5.3") {
  server = await startApiServer((_request, response) => sendStream(response, body));
  const client = clientFor(server.endpoint(dialect));
  return readAll(client, { model, messages: [{ role: "user", content: "Go" }] });
}

describe("an answer", () => {
  it("is start, thinking, text, usage and finish, with text of one read merged", async () => {
    const { parts, error } = await stream(streams.thinkingThenAnswer);
    expect(error).toBeUndefined();
    expect(merged(parts)).toEqual([
      { type: "start", id: "20261121", model: "glm-5.3" },
      { type: "reasoning-delta", text: "Let me check. 你好" },
      { type: "text-delta", text: 'Done, "quoted" \\ and\nlínea 🎉' },
      {
        type: "usage",
        usage: { promptTokens: 8, cachedTokens: 4, completionTokens: 262, reasoningTokens: 57 },
      },
      { type: "finish", reason: "stop" },
    ]);
    expect(parts.length).toBeLessThan(8);
  });

  it.each(Object.entries(streams.framings))("reads the same with %s", async (_name, framing) => {
    const plain = await stream(streams.thinkingThenAnswer);
    await server?.close();
    const other = await stream(framing(streams.thinkingThenAnswer));
    expect(merged(other.parts)).toEqual(merged(plain.parts));
    expect(other.error).toBeUndefined();
  });

  it("names the model that really answers", async () => {
    const { parts } = await stream(streams.thinkingThenAnswer, "zai", "glm-5.1");
    expect(parts[0]).toMatchObject({ type: "start", model: "glm-5.3" });
  });

  it("is complete as soon as the terminator came, even when the body never ends", async () => {
    server = await startApiServer((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(streams.thinkingThenAnswer);
    });
    const { parts } = await readAll(clientFor(server.endpoint(), { deadlines: { afterFinish: 30 } }));
    expect(parts.at(-1)).toEqual({ type: "finish", reason: "stop" });
  });

  it("is complete after a finish reason when nothing else follows", async () => {
    server = await startApiServer((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(streams.text("Hi") + streams.end("stop"));
    });
    const { text, error } = await readAll(clientFor(server.endpoint(), { deadlines: { afterFinish: 30 } }));
    expect([text, error]).toEqual(["Hi", undefined]);
  });

  it("leaves no timer behind, however it ends", async () => {
    for (const body of [streams.text("Hi") + streams.end("stop"), streams.thinkingThenAnswer, streams.text("Hi")]) {
      server = await startApiServer((_request, response) => sendStream(response, body));
      const running = new Set<object>();
      const clock: Clock = {
        ...systemClock,
        after(milliseconds, callback) {
          const timer = {};
          running.add(timer);
          const cancel = systemClock.after(milliseconds, callback);
          return () => {
            running.delete(timer);
            cancel();
          };
        },
      };
      await readAll(clientFor(server.endpoint(), { clock }));
      await expect.poll(() => running.size).toBe(0);
      await server.close();
    }
  });

  it("takes usage from a chunk without choices", async () => {
    const { parts } = await stream(
      streams.text("Hi") +
        streams.frame({}, {}, "stop") +
        streams.data({ choices: [], ...streams.usage }) +
        streams.done,
    );
    expect(parts.slice(-2)).toMatchObject([{ type: "usage", usage: { promptTokens: 8 } }, { type: "finish" }]);
  });

  it("hands out web search results", async () => {
    const found = { title: "T", link: "https://example.org", content: "C", icon: 5 };
    const { parts } = await stream(
      streams.frame({ content: "Hi" }, { web_search: [found, 3] }) + streams.end("stop") + streams.done,
    );
    expect(parts[1]).toEqual({
      type: "web-search",
      results: [{ title: "T", link: "https://example.org", content: "C" }],
    });
  });

  it("may be a whole completion instead of a stream, as string, null or parts", async () => {
    for (const [content, expected] of [
      ["Hi", "Hi"],
      [null, ""],
      [
        [
          { type: "text", text: "H" },
          { type: "text", text: "i" },
        ],
        "Hi",
      ],
    ]) {
      server = await startApiServer((_request, response) =>
        sendJson(response, 200, {
          id: "1",
          model: "glm-5.3",
          choices: [
            { index: 0, finish_reason: "stop", message: { role: "assistant", content, reasoning_content: "hm" } },
          ],
          ...streams.usage,
        }),
      );
      const { text, reasoning, parts } = await readAll(clientFor(server.endpoint()));
      const finish = expected === "" ? { reason: "stop", thoughtOnly: true } : { reason: "stop" };
      expect([text, reasoning, parts.at(-1)]).toEqual([expected, "hm", { type: "finish", ...finish }]);
      await server.close();
    }
  });
});

describe("the end of an answer", () => {
  it.each(Object.entries(streams.endings))("after %s is what it says", async (_name, { stream: body, says }) => {
    server = await startApiServer((_request, response) => sendStream(response, body));
    const { parts, error, text } = await readAll(clientFor(server.endpoint()), question, { retries: 0 });
    const last = parts.at(-1);
    expect([error?.code ?? (last?.type === "finish" ? last.reason : undefined), text]).toEqual([
      says,
      body.includes("Hi") ? "Hi" : "",
    ]);
    expect(error?.details.afterOutput).toBe(error && text !== "" ? true : undefined);
  });
});

describe("function calls", () => {
  it.each(Object.entries(streams.toolCalls))("understand %s", async (_name, body) => {
    const { parts } = await stream(body);
    expect(parts.filter((part) => part.type === "tool-call")).toEqual([
      { type: "tool-call", call: { id: "call_1", name: "read_file", arguments: '{"path":"a.ts"}' } },
    ]);
    expect(parts.at(-1)).toEqual({ type: "finish", reason: "tool-calls" });
  });

  it.each(Object.entries(streams.twoCalls))("keep two apart by %s", async (_name, body) => {
    const { parts } = await stream(body);
    expect(parts.filter((part) => part.type === "tool-call").map(({ call }) => [call.id, call.arguments])).toEqual([
      ["call_1", '{"path":"a.ts"}'],
      ["call_2", '{"path":"b.ts"}'],
    ]);
  });

  it("are kept apart by their names where nothing else does it", async () => {
    const { parts } = await stream(streams.namelessCalls);
    expect(parts.filter((part) => part.type === "tool-call").map(({ call }) => [call.id, call.arguments])).toEqual([
      ["call_0", '{"path":"a.ts"}'],
      ["call_1", '{"path":"b.ts"}'],
    ]);
  });

  it.each(streams.oddArguments)(
    "keep arguments as text and mark what is no JSON object: %s",
    async (text, malformed) => {
      const call = { index: 0, id: "c", function: { name: "f", arguments: text } };
      const { parts } = await stream(streams.tool(call) + streams.end("tool_calls") + streams.done);
      expect(parts.filter((part) => part.type === "tool-call")).toEqual([
        { type: "tool-call", call: { id: "c", name: "f", arguments: text, ...(malformed ? { malformed } : {}) } },
      ]);
    },
  );

  it("are not handed out when the stream breaks before their end", async () => {
    const { parts, error } = await stream(streams.tool({ index: 0, id: "c", function: { name: "f", arguments: "{" } }));
    expect(parts).toEqual([]);
    expect(error?.code).toBe("stream-broken");
  });
});

const paragraph = "Wait, I should look at this file once more, because the lock may be taken by somebody else. ".repeat(
  3,
);

const piece = (text: string) => streams.tool({ index: 0, id: "c", function: { name: "f", arguments: text } });

describe("an answer that goes round in circles", () => {
  it.each(["text", "thought"] as const)("is stopped and keeps its %s", async (kind) => {
    let sentOn = 0;
    const gone = Promise.withResolvers<void>();
    server = await startApiServer(async (_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.once("close", () => gone.resolve());
      for (; !response.destroyed; sentOn++) {
        response.write(kind === "text" ? streams.text(paragraph) : streams.thought(paragraph));
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const { parts, text, reasoning, error } = await readAll(clientFor(server.endpoint()));
    await gone.promise;
    expect([error, parts.at(-1)]).toMatchObject([undefined, { type: "finish", reason: "repetition" }]);
    const kept = kind === "text" ? text : reasoning;
    expect([kept.length > 12_000, kept === paragraph.repeat(kept.length / paragraph.length)]).toEqual([true, true]);
    expect(parts.at(-1)).toEqual({
      type: "finish",
      reason: "repetition",
      ...(kind === "text" ? {} : { thoughtOnly: true }),
    });
    expect(sentOn).toBeGreaterThan(40);
  });

  it("in the arguments of a call is stopped, too", async () => {
    const { parts } = await stream(piece('{"text":"') + piece(paragraph.repeat(100)));
    expect(parts).toEqual([expect.objectContaining({ type: "start" }), { type: "finish", reason: "repetition" }]);
  });

  it("but ends by itself ends as it says", async () => {
    const { parts } = await stream(streams.text(paragraph.repeat(200)) + streams.end("length") + streams.done);
    expect(parts.at(-1)).toEqual({ type: "finish", reason: "length" });
  });

  it("hands out no function call that was begun", async () => {
    const call = streams.tool({ index: 0, id: "c", function: { name: "f", arguments: "{}" } });
    const { parts } = await stream(call + streams.text(paragraph.repeat(200)));
    expect([parts.at(-1), parts.some(({ type }) => type === "tool-call")]).toEqual([
      { type: "finish", reason: "repetition" },
      false,
    ]);
  });
});

describe("an answer of thinking only", () => {
  it.each(["stop", "length"] as const)("is told apart from an empty one (%s)", async (reason) => {
    const { parts } = await stream(streams.thought("hm") + streams.end(reason) + streams.done);
    expect(parts.at(-1)).toEqual({ type: "finish", reason, thoughtOnly: true });
    await server?.close();
    expect((await stream(streams.end(reason) + streams.done)).parts.at(-1)).toEqual({ type: "finish", reason });
    await server?.close();
    const called = streams.tool({ index: 0, id: "c", function: { name: "f", arguments: "{}" } });
    const { parts: calls } = await stream(streams.thought("hm") + called + streams.end("tool_calls"));
    expect(calls.at(-1)).toEqual({ type: "finish", reason: "tool-calls" });
  });

  it("is none when the last character of the text was held back", async () => {
    const finish = streams.frame({}, {}, "stop");
    const { parts, text } = await stream(streams.thought("hm") + streams.text("<") + finish, "openai");
    expect([text, parts.at(-1)]).toEqual(["<", { type: "finish", reason: "stop" }]);
    await server?.close();
    const leaked = await stream(streams.thought("hm") + streams.text("<tool_call>x</tool_call>") + finish, "openai");
    expect(leaked.parts.at(-1)).toEqual({ type: "finish", reason: "stop" });
    await server?.close();
    const call = await stream(streams.text("<tool_call>x</tool_call>") + finish, "openai");
    expect(call.parts.slice(-2)).toEqual([
      { type: "unread-call", text: "<tool_call>x</tool_call>" },
      { type: "finish", reason: "stop" },
    ]);
  });

  it("includes one whose text turned out to be thinking", async () => {
    const { parts } = await stream(streams.text("hm</think>") + streams.end("stop"), "openai");
    expect(parts.at(-1)).toEqual({ type: "finish", reason: "stop", thoughtOnly: true, thoughtInText: true });
  });
});

describe("compression that nobody asked for", () => {
  it.each([
    ["and that the header tells", { "Content-Encoding": "gzip" }],
    ["and that nothing tells", {}],
  ])("%s is undone", async (_name, header) => {
    server = await startApiServer((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream", ...header });
      response.end(gzipSync(streams.thinkingThenAnswer));
    });
    const { text, error } = await readAll(clientFor(server.endpoint()));
    expect([text.startsWith("Done"), error]).toEqual([true, undefined]);
  });

  it("can be stopped in the middle", async () => {
    const gone = Promise.withResolvers<void>();
    server = await startApiServer((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.once("close", () => gone.resolve());
      const zip = createGzip();
      zip.pipe(response);
      zip.write(streams.text("Hi"), () => zip.flush());
    });
    const stop = new AbortController();
    const parts = clientFor(server.endpoint()).chat(question, { signal: stop.signal });
    let code: unknown;
    try {
      for await (const part of parts) if (part.type === "text-delta") stop.abort();
    } catch (thrown) {
      ({ code } = thrown as { code: string });
    }
    await gone.promise;
    expect(code).toBe("cancelled");
  });
});

describe("damaged frames", () => {
  it("that are a word instead of JSON do not harm a function call", async () => {
    const call = streams.tool({ index: 0, id: "c", function: { name: "f", arguments: "{}" } });
    const { parts, error } = await stream(`${call}data: ping\n\n${streams.end("tool_calls")}`);
    expect([parts.at(-1), error]).toEqual([{ type: "finish", reason: "tool-calls" }, undefined]);
  });

  it("lose only the damaged piece when the next frame is glued to it", async () => {
    const damages: string[] = [];
    server = await startApiServer((_request, response) => sendStream(response, streams.gluedFrame));
    const { text, error } = await readAll(clientFor(server.endpoint()), undefined, {
      onDamage: () => damages.push("damage"),
    });
    expect([text, error, damages]).toEqual(["one two", undefined, ["damage"]]);
  });

  it("still show a glued terminator", async () => {
    expect((await stream(streams.gluedTerminator)).error).toBeUndefined();
  });

  it("break the stream when a function call lost a piece", async () => {
    expect((await stream(streams.gluedInsideCall)).error?.code).toBe("stream-broken");
  });

  it("break the stream when a frame of the answer cannot be saved", async () => {
    const { text, error } = await stream(`${streams.text("kept")}data: {"id":"1","choi\n\n${streams.end("stop")}`);
    expect([text, error?.code, error?.details.afterOutput]).toEqual(["kept", "stream-broken", true]);
  });

  it("never hold more than ten megabytes of one line", async () => {
    server = await startApiServer((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(`${streams.text("kept")}data: `);
      for (let megabyte = 0; megabyte < 12; megabyte++) response.write("x".repeat(1024 * 1024));
    });
    const { text, error } = await readAll(clientFor(server.endpoint()));
    expect([text, error?.code]).toEqual(["kept", "invalid-response"]);
  });
});

describe("other servers' thinking", () => {
  const answer = streams.frame({ content: "Hi" }, {}, "stop") + streams.done;

  it.each([
    ["reasoning", { reasoning: "hm" }],
    ["thinking", { thinking: "hm" }],
    ["reasoning_details", { reasoning_details: [{ type: "reasoning.text", text: "hm" }] }],
    ["typed content parts", { content: [{ type: "thinking", thinking: [{ type: "text", text: "hm" }] }] }],
    ["two names with the same words", { reasoning: "hm", reasoning_content: "hm" }],
  ])("is found in %s", async (_name, delta) => {
    const { reasoning, text } = await stream(streams.frame(delta) + answer, "openai");
    expect([reasoning, text]).toEqual(["hm", "Hi"]);
  });

  it("is found between tags inside the text", async () => {
    const { reasoning, text } = await stream(streams.text("<think>hm</think>\n\n") + answer, "openai");
    expect([reasoning, text]).toEqual(["hm", "Hi"]);
  });

  it("is marked afterwards when only the closing tag came", async () => {
    const { parts } = await stream(streams.text("hm") + streams.text("</think>\n") + answer, "openai");
    expect(merged(parts).slice(1, 4)).toEqual([
      { type: "text-delta", text: "hm" },
      { type: "text-was-reasoning" },
      { type: "text-delta", text: "Hi" },
    ]);
  });

  it("stays text on Z.AI's own models, which do not use tags", async () => {
    const { text } = await stream(streams.text("<think>is a tag</think>") + answer);
    expect(text).toBe("<think>is a tag</think>Hi");
  });
});

const usageOf = async (usage: object) => {
  const frame = `data: ${JSON.stringify({ choices: [], usage })}\n\n`;
  const { parts } = await stream(streams.text("Hi") + streams.end("stop") + frame);
  await server?.close();
  return parts.find((part) => part.type === "usage");
};

describe("usage", () => {
  it("is read from numbers that came as text", async () => {
    const usage = { prompt_tokens: "8", completion_tokens: "262", prompt_tokens_details: { cached_tokens: "4" } };
    expect(await usageOf({ ...usage, completion_tokens_details: { reasoning_tokens: "57" } })).toEqual({
      type: "usage",
      usage: { promptTokens: 8, cachedTokens: 4, completionTokens: 262, reasoningTokens: 57 },
    });
  });

  it("is not made up when neither count came", async () => {
    expect(await usageOf({ total_tokens: 9 })).toBeUndefined();
    expect(await usageOf({ prompt_tokens: null, completion_tokens: "many" })).toBeUndefined();
    expect(await usageOf({ completion_tokens: 3 })).toMatchObject({ usage: { promptTokens: 0, completionTokens: 3 } });
  });
});

describe("thinking under several names", () => {
  it.each([
    { reasoning: "", reasoning_details: [{ text: "deep" }] },
    { reasoning: "", thinking: "deep" },
    { reasoning_content: "", reasoning: [], thinking: null, reasoning_details: [{ text: "deep" }] },
    { reasoning: "deep", reasoning_details: [{ text: "deep" }] },
  ])("is taken once, from the first that has words: %j", async (delta) => {
    const frame = `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
    const { reasoning, text } = await stream(frame + streams.text("Hi") + streams.end("stop"), "openai");
    expect([reasoning, text]).toEqual(["deep", "Hi"]);
  });
});

it("keeps an answer that shows a lone closing tag when the thinking came by field", async () => {
  const body = streams.thought("deep") + streams.text("Close it:\n</think>\nDone.") + streams.end("stop");
  const { parts, reasoning, text } = await stream(body, "openai");
  expect([reasoning, text]).toEqual(["deep", "Close it:\n</think>\nDone."]);
  expect(parts.some((part) => part.type === "text-was-reasoning")).toBe(false);
});

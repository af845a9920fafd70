import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createContext } from "../../../src/api/client.ts";
import { ApiError } from "../../../src/api/errors.ts";
import { askEvents } from "../../../src/api/eventStream.ts";
import { hostTransport } from "../../../src/api/transport.ts";
import { sleeplessClock } from "../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer, type Handler } from "../../fakes/apiServer.ts";

let server: ApiServer;
let handler: Handler;
beforeAll(async () => {
  server = await startApiServer((...exchange) => handler(...exchange));
});
afterAll(() => server.close());
let asked: number;
beforeEach(() => {
  asked = 0;
});

const isLast = (event: unknown) => JSON.stringify(event).includes("last");

async function read(answer: Handler, signal?: AbortSignal): Promise<{ events: unknown[]; error?: ApiError }> {
  handler = (request, response) => answer(request, response, asked++);
  const context = createContext({
    endpoint: server.endpoint(),
    apiKey: "key",
    transport: hostTransport,
    clock: sleeplessClock(),
    userAgent: "test",
    deadlines: { firstByte: 500, idle: 300 },
  });
  const events: unknown[] = [];
  try {
    const ask = { method: "POST", path: "/audio/speech", body: "{}" } as const;
    for await (const event of askEvents(context, ask, isLast, { signal })) events.push(event);
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    return { events, error: thrown };
  }
  return { events };
}

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;

describe("a stream of events", () => {
  it.each([
    ["the terminator", data({ a: 1 }) + data({ a: "你好" }) + "data: [DONE]\n\n"],
    ["its last event", data({ a: 1 }) + data({ a: "你好", last: true })],
  ])("ends with %s, wherever the network cuts it", async (_, body) => {
    const whole = await read((_request, response) => sendStream(response, body));
    expect(whole.error).toBeUndefined();
    expect(whole.events).toHaveLength(2);
    const cuts = Array.from(Buffer.from(body), (_byte, at) => at);
    const split = await read((_request, response) => sendStream(response, body, cuts));
    expect(split).toEqual(whole);
  });

  it("is broken when it ends earlier, and keeps what came", async () => {
    const { events, error } = await read((_request, response) => sendStream(response, data({ a: 1 })));
    expect(events).toEqual([{ a: 1 }]);
    expect([error?.code, error?.details.afterOutput]).toEqual(["stream-broken", true]);
    expect(asked).toBe(1);
  });

  it("is broken by an event that is no JSON, and keeps what came with it in one read", async () => {
    const body = `${data({ a: 1 })}data: {"a":\n\n${data({ a: 3, last: true })}`;
    const { events, error } = await read((_request, response) => sendStream(response, body));
    expect([events, error?.code]).toEqual([[{ a: 1 }], "stream-broken"]);
  });

  it("throws what the service reports in an event", async () => {
    const body = data({ a: 1 }) + data({ error: { code: "1301", message: "no" } });
    const { events, error } = await read((_request, response) => sendStream(response, body));
    expect([events.length, error?.code, error?.details.serviceCode]).toEqual([1, "content-blocked", "1301"]);
  });

  it("starts again while nothing was handed out", async () => {
    const { events, error } = await read((_request, response, turn) =>
      turn < 2
        ? sendJson(response, 429, { error: { code: "1305", message: "busy" } })
        : sendStream(response, data({ last: 1 })),
    );
    expect([events, error, asked]).toEqual([[{ last: 1 }], undefined, 3]);
  });

  it("may come as one whole answer", async () => {
    const { events, error } = await read((_request, response) => sendJson(response, 200, { whole: true }));
    expect([events, error]).toEqual([[{ whole: true }], undefined]);
  });

  it.each([
    ["first-byte", ""],
    ["idle", data({ a: 1 })],
  ])("says which limit fired: %s", async (deadline, body) => {
    const { error } = await read((_request, response) => {
      if (body === "") return;
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(body);
    });
    expect([error?.code, error?.details.deadline]).toEqual(["timeout", deadline]);
  });

  it("stops when it is cancelled, and closes the connection", async () => {
    const controller = new AbortController();
    let closed = false;
    const { error } = await read((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(data({ a: 1 }));
      response.on("close", () => (closed = true));
      setImmediate(() => controller.abort());
    }, controller.signal);
    expect(error?.code).toBe("cancelled");
    await expect.poll(() => closed).toBe(true);
  });
});

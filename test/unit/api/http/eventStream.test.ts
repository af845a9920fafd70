import { getEventListeners } from "node:events";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createContext, type ClientOptions } from "../../../../src/api/client.ts";
import type { ClientContext } from "../../../../src/api/context.ts";
import { ApiError } from "../../../../src/api/errors.ts";
import { askEvents } from "../../../../src/api/http/eventStream.ts";
import type { Governor } from "../../../../src/api/http/governor.ts";
import { askJson } from "../../../../src/api/http/request.ts";
import { hostTransport, type Clock, type Transport } from "../../../../src/api/transport.ts";
import { failure, sleeplessClock } from "../../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { manualClock } from "../../../fakes/manualClock.ts";

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

const ask = { method: "POST", path: "/audio/speech", body: "{}" } as const;
const isLast = (event: unknown) => JSON.stringify(event).includes("last");

function contextWith(more: Partial<ClientOptions>): ClientContext {
  const options = { apiKey: "key", transport: hostTransport, clock: sleeplessClock(), userAgent: "test" };
  return createContext({ endpoint: server.endpoint(), ...options, ...more });
}

async function read(answer: Handler, signal?: AbortSignal): Promise<{ events: unknown[]; error?: ApiError }> {
  handler = (request, response) => answer(request, response, asked++);
  const context = contextWith({ deadlines: { firstByte: 500, idle: 300 } });
  const events: unknown[] = [];
  try {
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

  it("waits for a slow reader, whose time is no silence of the service", async () => {
    handler = (_request, response) => sendStream(response, data({ a: 1 }) + data({ last: 1 }));
    const clock = manualClock();
    const deadlines = { firstByte: 500, idle: 300 };
    const events = askEvents(contextWith({ clock, deadlines }), ask, isLast, {});
    expect((await events.next()).value).toEqual({ a: 1 });
    clock.pass(3_600_000);
    expect((await events.next()).value).toEqual({ last: 1 });
    expect((await events.next()).done).toBe(true);
    expect(clock.pending()).toBe(0);
  });
});

describe("a back-off", () => {
  it("begins when nothing of the failed attempt is left: no timer, no listener, no place, no socket", async () => {
    const stop = new AbortController();
    let places = 0;
    let aborted: AbortSignal | null | undefined;
    const left: unknown[] = [];
    const manual = manualClock();
    const clock: Clock = {
      ...manual,
      sleep: async () =>
        void left.push([manual.pending(), getEventListeners(stop.signal, "abort").length, places, aborted?.aborted]),
    };
    const governor: Governor = {
      async acquire() {
        places++;
        let held = true;
        return {
          release() {
            if (held) places--;
            held = false;
          },
        };
      },
      slowDown() {},
    };
    const transport: Transport = async (_url, { signal }) => {
      aborted = signal;
      return Response.json({ error: { code: "1305", message: "busy" } });
    };
    const context = contextWith({ clock, governor, transport });
    await expect(askEvents(context, ask, isLast, { signal: stop.signal }).next()).rejects.toThrow(ApiError);
    await expect(askJson(context, ask, 1_000, { signal: stop.signal })).rejects.toThrow(ApiError);
    expect(left).toEqual(Array.from({ length: 6 }, () => [0, 0, 0, true]));
  });
});

it("says which host it was when a body breaks in the middle", async () => {
  handler = (_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 100 });
    response.write('{"id":', () => response.destroy());
  };
  const error = await failure(askJson(contextWith({}), ask, 1_000, {}));
  expect([error.code, error.details.host]).toEqual(["stream-broken", new URL(server.origin).host]);
});

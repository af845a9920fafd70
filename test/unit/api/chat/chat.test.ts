import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { WaitEvent } from "../../../../src/api/client.ts";
import { ApiError } from "../../../../src/api/errors.ts";
import { customEndpoint } from "../../../../src/api/platforms.ts";
import { systemClock } from "../../../../src/api/transport.ts";
import { clientFor, key, question, readAll, sleeplessClock } from "../../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { memoryTransport } from "../../../fakes/memoryTransport.ts";
import { virtualClock } from "../../../fakes/virtualClock.ts";
import * as streams from "../../../fixtures/apiStreams.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

async function serve(handler: Handler): Promise<ApiServer> {
  server = await startApiServer(handler);
  return server;
}

const refuse = (code: string, status = 429, message = "no") => ({ status, body: { error: { code, message } } });
const answer = (response: Parameters<Handler>[1]) => sendStream(response, streams.thinkingThenAnswer);

describe("retry", () => {
  it.each(["1303", "1305", "1234"])("repeats after %s and reports the waits", async (code) => {
    const running = await serve((_request, response, turn) => {
      const { status, body } = refuse(code);
      return turn === 2 ? answer(response) : sendJson(response, status, body);
    });
    const clock = sleeplessClock();
    const waits: WaitEvent[] = [];
    const client = clientFor(running.endpoint(), { clock });
    const { error } = await readAll(client, question, { onWait: (wait) => waits.push(wait) });
    expect(error).toBeUndefined();
    expect(running.received).toHaveLength(3);
    expect(waits.map(({ attempt, reason }) => [attempt, reason])).toEqual(
      [1, 2].map((attempt) => [attempt, code === "1234" ? "server" : "busy"]),
    );
    expect(clock.slept).toEqual([1000, 4000]);
  });

  it.each([
    ["1113", "no-balance"],
    ["1308", "quota-exhausted"],
    ["1309", "plan-expired"],
    ["1310", "quota-exhausted"],
    ["1311", "plan-lacks-model"],
    ["1313", "fair-use"],
    ["1002", "key-rejected"],
    ["1214", "bad-request"],
  ])("never repeats %s", async (serviceCode, code) => {
    const running = await serve((_request, response) => {
      const { status, body } = refuse(serviceCode);
      sendJson(response, status, body);
    });
    const { error } = await readAll(clientFor(running.endpoint()));
    expect(error).toMatchObject({ code, details: { serviceCode, status: 429 } });
    expect(running.received).toHaveLength(1);
  });

  it("stops after three repetitions", async () => {
    const running = await serve((_request, response) => sendJson(response, 503, {}));
    const { error } = await readAll(clientFor(running.endpoint()));
    expect([error?.code, running.received.length]).toEqual(["server", 4]);
  });

  it("is ruled by the header x-should-retry where there is one", async () => {
    const running = await serve((_request, response, turn) => {
      if (turn === 0) sendJson(response, 418, {}, { "x-should-retry": "true" });
      else sendJson(response, 503, {}, { "x-should-retry": "false" });
    });
    const { error } = await readAll(clientFor(running.endpoint()));
    expect([error?.code, running.received.length]).toEqual(["server", 2]);
  });

  it("waits as long as Retry-After says, but not for minutes", async () => {
    const clock = sleeplessClock();
    const running = await serve((_request, response, turn) => {
      const { status, body } = refuse("1302");
      if (turn < 2) sendJson(response, status, body, { "Retry-After": turn === 0 ? "7" : "600" });
    });
    const { error } = await readAll(clientFor(running.endpoint(), { clock }));
    expect(clock.slept).toEqual([7000]);
    expect(error?.details.retryAfterSeconds).toBe(600);
  });

  it("repeats an error that comes as the first frame of a good response", async () => {
    const running = await serve((_request, response, turn) =>
      turn === 0 ? sendStream(response, streams.data(refuse("1305").body)) : answer(response),
    );
    expect((await readAll(clientFor(running.endpoint()))).error).toBeUndefined();
  });

  it("repeats finish reason network_error without output, and breaks with output", async () => {
    const running = await serve((_request, response, turn) =>
      sendStream(
        response,
        turn === 0 ? streams.end("network_error") : streams.text("a") + streams.end("network_error"),
      ),
    );
    const { text, error } = await readAll(clientFor(running.endpoint()));
    expect([text, error?.code, error?.details.afterOutput]).toEqual(["a", "stream-broken", true]);
    expect(running.received).toHaveLength(2);
  });

  it("never repeats after output", async () => {
    const running = await serve((_request, response) =>
      sendStream(response, streams.text("half") + streams.data(refuse("1305").body)),
    );
    const { text, error } = await readAll(clientFor(running.endpoint()));
    expect([text, error?.code, error?.details.afterOutput]).toEqual(["half", "busy", true]);
    expect(running.received).toHaveLength(1);
  });

  it("is not waited for where nothing listens: the user can change that, time cannot", async () => {
    const gone = await startApiServer(() => {});
    const endpoint = gone.endpoint();
    await gone.close();
    const waits: WaitEvent[] = [];
    const { error } = await readAll(clientFor(endpoint), question, { onWait: (wait) => waits.push(wait) });
    expect(error).toMatchObject({ code: "unreachable", details: { systemCode: "ECONNREFUSED" } });
    expect(waits).toEqual([]);
  });

  it("repeats when a connection is lost before anything came", async () => {
    const lost = await startApiServer((_request, response) => void response.destroy());
    const waits: WaitEvent[] = [];
    const { error } = await readAll(clientFor(lost.endpoint()), question, { onWait: (wait) => waits.push(wait) });
    await lost.close();
    expect(error?.code).toBe("unreachable");
    expect(waits.map(({ reason }) => reason)).toEqual(["unreachable", "unreachable", "unreachable"]);
  });
});

describe("stop", () => {
  it("works before the request", async () => {
    const running = await serve(() => {});
    const { error } = await readAll(clientFor(running.endpoint()), question, { signal: AbortSignal.abort() });
    expect([error?.code, running.received.length]).toEqual(["cancelled", 0]);
  });

  it("works during a back-off", async () => {
    const running = await serve((_request, response) => sendJson(response, 503, {}));
    const stop = new AbortController();
    const client = clientFor(running.endpoint(), { clock: systemClock });
    const started = Date.now();
    const { error } = await readAll(client, question, {
      signal: stop.signal,
      onWait: () => void setTimeout(() => stop.abort(), 20),
    });
    expect(error?.code).toBe("cancelled");
    expect(Date.now() - started).toBeLessThan(700);
  });

  it("closes the socket, in the middle of an answer and before its first byte", async () => {
    for (const head of ["", streams.text("Hi")]) {
      const running = await serve((_request, response) => {
        if (head === "") return;
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.write(head);
      });
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 100);
      const { text, error } = await readAll(clientFor(running.endpoint()), question, { signal: stop.signal });
      expect([text, error?.code]).toEqual([head === "" ? "" : "Hi", "cancelled"]);
      await waitUntil(() => running.openSockets() === 0);
      await running.close();
    }
  });

  it("happens when the consumer leaves the iteration", async () => {
    const running = await serve((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(streams.text("Hi"));
    });
    for await (const part of clientFor(running.endpoint()).chat(question)) if (part.type === "text-delta") break;
    await waitUntil(() => running.openSockets() === 0);
  });

  it("works with a transport that ignores the signal", async () => {
    const running = await serve(() => {});
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    const client = clientFor(running.endpoint(), { transport: () => new Promise(() => {}) });
    expect((await readAll(client, question, { signal: stop.signal })).error?.code).toBe("cancelled");
  });
});

async function waitUntil(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100 && !condition(); tries++) await pause(10);
  expect(condition()).toBe(true);
}

const word = (text: string) => new TextEncoder().encode(streams.text(text));

describe("deadlines", () => {
  it("say which one fired and how long we had waited", async () => {
    const running = await serve((_request, response, turn) => {
      if (turn === 0) return;
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(streams.text("Hi"));
    });
    const client = clientFor(running.endpoint(), { deadlines: { firstByte: 60, idle: 90 } });
    const first = await readAll(client, question, { retries: 0 });
    expect(first.error).toMatchObject({ code: "timeout", details: { deadline: "first-byte" } });
    expect(first.error?.details.waitedMs).toBeGreaterThanOrEqual(60);
    const idle = await readAll(client);
    expect(idle.error).toMatchObject({ code: "timeout", details: { deadline: "idle", afterOutput: true } });
    expect(idle.text).toBe("Hi");
    expect(idle.error?.details.waitedMs).toBeGreaterThanOrEqual(90);
  });

  it("leave a server that keeps silent 280 s, and ask it once more", async () => {
    const clock = virtualClock();
    const endpoint = customEndpoint("http://localhost:1/v1", "zai");
    if (!endpoint) throw new Error("loopback must be allowed");
    let asked = 0;
    const transport = memoryTransport(clock, () => {
      asked++;
      return [{ stallMs: 281_000 }, word("late")];
    });
    const { error } = await readAll(clientFor(endpoint, { clock, transport }));
    expect(error).toMatchObject({ code: "timeout", details: { deadline: "first-byte", waitedMs: 280_000 } });
    expect(asked).toBe(2);
  });

  it("wait 280 s for the next word of an answer, and do not ask again", async () => {
    const clock = virtualClock();
    const endpoint = customEndpoint("http://localhost:1/v1", "zai");
    if (!endpoint) throw new Error("loopback must be allowed");
    let asked = 0;
    const transport = memoryTransport(clock, () => {
      asked++;
      return [word("a"), { stallMs: 279_000 }, word("b"), { stallMs: 281_000 }, word("c")];
    });
    const { text, error } = await readAll(clientFor(endpoint, { clock, transport }));
    expect(error).toMatchObject({ details: { deadline: "idle", waitedMs: 280_000, afterOutput: true } });
    expect([text, asked]).toEqual(["ab", 1]);
  });

  it("end a stream that lives too long, with what it said, and say how long that was", async () => {
    const clock = virtualClock();
    const steps = Array.from({ length: 100 }, (_, at) => [
      new TextEncoder().encode(streams.text(`${at} `)),
      { stallMs: 60_000 },
    ]).flat();
    const endpoint = customEndpoint("http://localhost:1/v1", "zai");
    if (!endpoint) throw new Error("loopback must be allowed");
    const client = clientFor(endpoint, { clock, transport: memoryTransport(clock, () => steps) });
    const { text, error } = await readAll(client);
    expect(error).toMatchObject({
      code: "timeout",
      details: { deadline: "total", waitedMs: 1_800_000, afterOutput: true },
    });
    expect(text).toBe(Array.from({ length: 30 }, (_, at) => `${at} `).join(""));
  });

  it("count the pauses between repetitions, too", async () => {
    const clock = virtualClock();
    const running = await serve((_request, response) => sendJson(response, 503, {}));
    const client = clientFor(running.endpoint(), { clock, deadlines: { chat: 12_000 } });
    expect((await readAll(client)).error).toMatchObject({
      code: "timeout",
      details: { deadline: "total", waitedMs: 12_000 },
    });
    expect(running.received).toHaveLength(3);
  });

  it("do not cut a slow but living stream", async () => {
    const running = await serve(async (_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      for (const letter of "living") {
        response.write(streams.text(letter));
        await pause(30);
      }
      response.end(streams.end("stop") + streams.done);
    });
    const client = clientFor(running.endpoint(), { deadlines: { firstByte: 120, idle: 120 } });
    expect((await readAll(client)).text).toBe("living");
  });
});

const page = (marker: string) => `<!DOCTYPE html><html><body ${marker}>secret page</body></html>`;

describe("responses that are no answer", () => {
  it.each([
    [405, page('data-spm="a1"'), "firewall"],
    [200, page(""), "firewall"],
    [502, page(""), "server"],
    [500, "", "server"],
    [404, JSON.stringify({ timestamp: "x", status: 404, error: "Not Found", path: "/v4/v1" }), "wrong-path"],
    [404, JSON.stringify({ detail: "Not Found" }), "wrong-path"],
    [404, JSON.stringify({ object: "error", message: "no such model", code: 404 }), "model-unknown"],
    [200, JSON.stringify({ code: 1002, msg: "token", success: false }), "key-rejected"],
    [200, JSON.stringify({ error: { code: "1113", message: "empty" } }), "no-balance"],
    [200, "{ not json", "invalid-response"],
    [400, JSON.stringify({ detail: "no" }), "bad-request"],
  ])("with status %i: %s", async (status, body, code) => {
    const running = await serve((_request, response) => {
      response.writeHead(status, { "Content-Type": body.startsWith("<") ? "text/html" : "text/event-stream" });
      response.end(body);
    });
    const { error } = await readAll(clientFor(running.endpoint()));
    expect(error?.code).toBe(code);
    expect(JSON.stringify(error)).not.toContain("secret page");
  });

  it("are never redirects that the key follows", async () => {
    const other = await startApiServer(() => {});
    const running = await serve((_request, response) => {
      response.writeHead(307, { Location: `${other.origin}/steal` });
      response.end();
    });
    const { error } = await readAll(clientFor(running.endpoint()));
    expect([error?.code, error?.details.status, other.received.length]).toEqual(["redirected", 307, 0]);
    await other.close();
  });
});

describe("what is sent", () => {
  it("carries key, honest name and a plea not to compress", async () => {
    const running = await serve((_request, response) => answer(response));
    await readAll(clientFor({ ...running.endpoint(), platform: "zai-coding" }));
    expect(running.received[0]).toMatchObject({
      method: "POST",
      path: "/api/paas/v4/chat/completions",
      headers: {
        authorization: `Bearer ${key}`,
        "user-agent": "glm-sidekick/test",
        "accept-encoding": "identity",
        "accept-language": "en-US,en",
        "content-type": "application/json",
      },
    });
  });

  it("is nothing without a needed key, with one that no header can carry, or in the clear", async () => {
    const running = await serve(() => {});
    const endpoint = { ...running.endpoint(), keyRequired: true };
    expect((await readAll(clientFor(endpoint, { apiKey: undefined }))).error?.code).toBe("no-key");
    expect((await readAll(clientFor(endpoint, { apiKey: "a\nb" }))).error?.code).toBe("key-rejected");
    const clear = { ...endpoint, baseUrl: "http://example.com/v4" };
    expect((await readAll(clientFor(clear))).error?.code).toBe("wrong-path");
    expect(running.received).toHaveLength(0);
  });
});

describe("an error", () => {
  it("holds neither key nor prompt, wherever they came back", async () => {
    const prompt = "my most secret plan is to open a bakery in Lisbon";
    const bodies = [
      { error: { code: "1214", message: `cannot read: ${prompt}` } },
      { error: { code: "1000", message: `key ${key} or Bearer ${key} is wrong` } },
      { detail: [{ msg: "field required", input: { messages: [{ content: prompt }] } }] },
      { error: { code: "1214", message: "bad image data:image/png;base64,AAAABBBBCCCC" } },
    ];
    for (const body of bodies) {
      const running = await serve((_request, response) => sendJson(response, 400, body));
      const { error } = await readAll(clientFor(running.endpoint()), {
        model: "glm-5.3",
        messages: [{ role: "user", content: prompt }],
      });
      expect(error).toBeInstanceOf(ApiError);
      const everything = `${JSON.stringify(error)} ${error?.message} ${error?.stack} ${String(error?.cause)}`;
      for (const secret of [key, "bakery", "AAAABBBB"]) expect(everything).not.toContain(secret);
      await running.close();
    }
  });
});

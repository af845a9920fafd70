import { afterEach, describe, expect, it } from "vitest";
import { createContext, type ClientOptions } from "../../../../src/api/client.ts";
import { officialEndpoint } from "../../../../src/api/platforms.ts";
import { pollTask, startTask, taskState } from "../../../../src/api/http/tasks.ts";
import { hostTransport } from "../../../../src/api/transport.ts";
import { failure, key, sleeplessClock } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

async function contextFor(handler: Handler, more: Partial<ClientOptions> = {}) {
  server = await startApiServer(handler);
  const clock = sleeplessClock();
  const options = { apiKey: key, transport: hostTransport, clock, userAgent: "glm-sidekick/test", random: () => 0.5 };
  return { clock, context: createContext({ endpoint: server.endpoint(), ...options, ...more }) };
}

const plan = { firstMs: 5_000, longestMs: 20_000, totalMs: 600_000 };

async function countingContext() {
  let count = 0;
  const { context } = await contextFor((_request, response) => {
    count++;
    sendJson(response, 200, { task_status: "PROCESSING" });
  });
  return { context, asked: () => count };
}

describe("a background task", () => {
  it("is asked for with growing pauses until it has succeeded, whatever it says in between", async () => {
    const words = ["PROCESSING", "QUEUED", "PROCESSING", "PROCESSING", "PROCESSING", "PROCESSING", "SUCCESS"];
    const { clock, context } = await contextFor((_request, response, turn) =>
      sendJson(response, 200, { task_status: words[turn], turn }),
    );
    expect(await pollTask(context, "task-1", plan)).toEqual({ task_status: "SUCCESS", turn: 6 });
    expect(clock.slept.map(Math.round)).toEqual([5_000, 6_500, 8_450, 10_985, 14_281, 18_565, 20_000]);
    expect(new Set(server?.received.map(({ method, path }) => `${method} ${path}`))).toEqual(
      new Set(["GET /api/paas/v4/async-result/task-1"]),
    );
  });

  it("survives a passing failure of the question about it", async () => {
    const { context } = await contextFor((_request, response, turn) =>
      turn === 0 ? sendJson(response, 503, {}) : sendJson(response, 200, { task_status: "SUCCESS" }),
    );
    expect(await pollTask(context, "task-1", plan)).toEqual({ task_status: "SUCCESS" });
  });

  it.each([
    ["FAIL", {}, "result-failed"],
    ["fail", { error: { code: "1301", message: "unsafe" } }, "content-blocked"],
    ["FAILED", { error: { code: "77", message: "odd" } }, "result-failed"],
    ["FAIL", { content_filter: [{ role: "user", level: 1 }] }, "content-blocked"],
    ["FAIL", { content_filter: [{ role: "user", level: 3 }] }, "result-failed"],
    ["CANCELLED", {}, "result-failed"],
  ])("can end with %s %j", async (task_status, more, code) => {
    const { context } = await contextFor((_request, response) => sendJson(response, 200, { task_status, ...more }));
    expect((await failure(pollTask(context, "task-1", plan))).code).toBe(code);
    expect(server?.received).toHaveLength(1);
  });

  it("does not quote in its failure what was asked", async () => {
    const message = "blocked: a very particular boat on the river";
    const { context } = await contextFor((_request, response) =>
      sendJson(response, 200, { task_status: "FAIL", error: { code: "77", message } }),
    );
    const failed = await failure(
      pollTask(context, "task-1", { ...plan, sentBody: JSON.stringify({ prompt: message }) }),
    );
    expect([failed.details.serviceCode, failed.details.serviceMessage]).toEqual(["77", undefined]);
  });

  it.each([
    [404, { status: 404, error: "Not Found" }],
    [400, { error: { code: "1222", message: "no such API" } }],
  ])("that the service does not know is gone (%i)", async (status, body) => {
    const { context } = await contextFor((_request, response) => sendJson(response, status, body));
    expect((await failure(pollTask(context, "task-1", plan))).code).toBe("result-gone");
  });

  it("is not given up while the network is away: however many looks fail, it goes on", async () => {
    const { context } = await contextFor((_request, response, turn) => {
      if (turn < 10) response.destroy();
      else if (turn < 20) sendJson(response, 500, {});
      else sendJson(response, 200, { task_status: "SUCCESS" });
    });
    expect(await pollTask(context, "task-1", plan)).toEqual({ task_status: "SUCCESS" });
    expect(server?.received).toHaveLength(21);
  });

  it("is given up when no later look could help, and its id is told", async () => {
    const { context } = await contextFor((_request, response) => sendJson(response, 401, {}));
    const { code, details } = await failure(pollTask(context, "task-1", plan));
    expect([code, details.taskId, server?.received.length]).toEqual(["key-rejected", "task-1", 1]);
  });

  it("has as long to be sent as pictures in it need", async () => {
    const limits: number[] = [];
    const { context } = await contextFor((_request, response) => sendJson(response, 200, { id: "1" }), {
      clock: { ...sleeplessClock(), after: (milliseconds) => (limits.push(milliseconds), () => {}) },
      deadlines: { total: 60_000, upload: 300_000 },
    });
    for (const size of [10, 1_000_000])
      await startTask(context, { method: "POST", path: "/videos/generations", body: "x".repeat(size) }, {});
    expect(limits).toEqual([60_000, 300_000]);
  });

  it.each(["..", ".", ".hidden", "", "a/b", "a".repeat(201)])("is not asked for by the id %j", async (id) => {
    const { context, asked } = await countingContext();
    expect(await failure(taskState(context, id))).toMatchObject({ code: "bad-request", details: { field: "id" } });
    expect(asked()).toBe(0);
  });

  it("has a deadline over all looks and pauses", async () => {
    const { context } = await contextFor((_request, response) =>
      sendJson(response, 200, { task_status: "PROCESSING" }),
    );
    const error = await failure(pollTask(context, "task-1", { ...plan, totalMs: 30 }));
    expect(error).toMatchObject({ code: "timeout", details: { deadline: "total", taskId: "task-1" } });
    expect(error.details.waitedMs).toBeGreaterThanOrEqual(30);
  });

  it("can be cancelled in a pause", async () => {
    const stop = new AbortController();
    const { clock, context } = await contextFor((_request, response) => {
      sendJson(response, 200, { task_status: "PROCESSING" });
      stop.abort();
    });
    expect((await failure(pollTask(context, "task-1", plan, { signal: stop.signal }))).code).toBe("cancelled");
    expect(clock.slept.length).toBeLessThanOrEqual(2);
  });

  it("needs an id that can stand in a path", async () => {
    const { context } = await contextFor((_request, response) => sendJson(response, 200, { id: "../keys" }));
    const ask = { method: "POST", path: "/async/images/generations", body: "{}" } as const;
    expect((await failure(startTask(context, ask, {}))).code).toBe("invalid-response");
    expect(await failure(pollTask(context, "../keys", plan))).toMatchObject({
      code: "bad-request",
      details: { field: "id" },
    });
    expect(server?.received).toHaveLength(1);
  });

  it("tells how long it has been waited for", async () => {
    const { context } = await contextFor((_request, response, turn) =>
      sendJson(response, 200, { task_status: turn < 3 ? "PROCESSING" : "SUCCESS" }),
    );
    const told: number[] = [];
    await pollTask(context, "task-1", plan, { onProgress: (elapsedMs) => told.push(elapsedMs) });
    expect(told).toHaveLength(3);
    expect(told.toSorted((a, b) => a - b)).toEqual(told);
  });
});

const look = (handler: Handler, more: Partial<ClientOptions> = {}) =>
  contextFor(handler, more).then(({ context }) => taskState(context, "task-1"));

describe("one look at a task", () => {
  it("says what it is, and hands out the whole answer", async () => {
    const answer = { task_status: "SUCCESS", id: "task-1", image_result: [{ url: "https://x/y.png" }] };
    expect(await look((_request, response) => sendJson(response, 200, answer))).toEqual({ status: "success", answer });
    expect(await look((_request, response) => sendJson(response, 200, { task_status: "PROCESSING" }))).toEqual({
      status: "processing",
    });
  });

  it("needs a status", async () => {
    const looked = look((_request, response) => sendJson(response, 200, { id: "task-1" }));
    expect((await failure(looked)).code).toBe("invalid-response");
  });

  it("is not offered on a plan", async () => {
    const looked = look(() => {}, { endpoint: officialEndpoint("zai-coding") });
    expect(await failure(looked)).toMatchObject({
      code: "not-offered",
      details: { offeredOn: ["zai", "bigmodel"] },
    });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, bigmodelPlanKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, chat, dig, json, verdict, type Answer, type Call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const china = { host: "open.bigmodel.cn", key: bigmodelPaygKey };
const start = (body: object = {}, more: Partial<Call> = {}): Promise<Answer> =>
  chat(simulator, "Explain recursion", body, {
    ...china,
    path: "/api/paas/v4/async/chat/completions",
    ...more,
  });
const poll = (id: unknown, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, { ...china, method: "GET", path: `/api/paas/v4/async-result/${String(id)}`, ...more });

describe("asynchronous chat", () => {
  it("is PROCESSING first, then the completion that a chat would have given", async () => {
    const started = json(await start({ request_id: "request-1" }));
    const id = dig(started, "id");
    expect(started).toEqual({
      id: expect.any(String) as unknown,
      request_id: "request-1",
      model: "glm-5.3",
      task_status: "PROCESSING",
    });
    expect(json(await poll(id))).toEqual(started);
    await expect.poll(async () => dig(json(await poll(id)), "task_status")).toBe("SUCCESS");
    const whole = json(await chat(simulator, "Explain recursion", {}, china));
    expect(json(await poll(id))).toMatchObject({
      id,
      request_id: "request-1",
      model: "glm-5.3",
      object: "chat.completion",
      choices: dig(whole, "choices"),
      usage: { prompt_tokens: dig(whole, "usage", "prompt_tokens") },
    });
  });

  it("calls tools and is bent by the faults of content", async () => {
    const parameters = { type: "object", properties: {} };
    const tools = [{ type: "function", function: { name: "read_file", description: "d", parameters } }];
    const messages = [{ role: "user", content: "read_file a.ts" }];
    const called = dig(json(await start({ tools, messages })), "id");
    await expect
      .poll(async () => dig(json(await poll(called)), "choices", 0, "message", "tool_calls", 0, "function", "name"))
      .toBe("read_file");
    simulator.setScenario({ name: "sensitive", times: 1 });
    const cut = dig(json(await start()), "id");
    await expect.poll(async () => dig(json(await poll(cut)), "choices", 0, "finish_reason")).toBe("sensitive");
  });

  it("can end in FAIL, and takes as long as it is told", async () => {
    const failed = dig(
      json(await start({ messages: [{ role: "user", content: "x #scenario:async-chat-fail" }] })),
      "id",
    );
    await expect.poll(async () => dig(json(await poll(failed)), "task_status")).toBe("FAIL");
    expect(dig(json(await poll(failed)), "choices")).toBeUndefined();
    simulator.setScenario({ name: "async-chat-slow", value: 60_000, times: 1 });
    const slow = dig(json(await start()), "id");
    for (let look = 0; look < 3; look++) expect(dig(json(await poll(slow)), "task_status")).toBe("PROCESSING");
  });

  it("keeps results to their owner", async () => {
    const id = dig(json(await start()), "id");
    expect(verdict(await poll(id, { key: bigmodelPlanKey }))).toBe("400/1214");
  });

  it.each<[string, object, Partial<Call>, string]>([
    ["stream", { stream: true }, {}, "400/1214"],
    ["stream: false", { stream: false }, {}, "400/1214"],
    ["an effort that the model lacks", { reasoning_effort: "medium" }, {}, "400/1210"],
    ["an unknown model", { model: "gpt-5" }, {}, "400/1211"],
    ["no messages", { messages: [] }, {}, "400/1214"],
    ["a plan without balance", {}, { key: bigmodelPlanKey }, "429/1113"],
  ])("refuses %s", async (_name, body, more, expected) => {
    expect(verdict(await start(body, more))).toBe(expected);
  });

  it("refuses a request_id whose task still runs", async () => {
    simulator.setScenario({ name: "async-chat-slow", value: 60_000 });
    expect(verdict(await start({ request_id: "request-1" }))).toBe("200/ok");
    expect(verdict(await start({ request_id: "request-1" }))).toBe("400/1231");
  });

  it("exists neither on Z.AI nor on the coding base", async () => {
    expect((await chat(simulator, "x", {}, { path: "/api/paas/v4/async/chat/completions" })).status).toBe(404);
    expect((await start({}, { path: "/api/coding/paas/v4/async/chat/completions" })).status).toBe(404);
  });
});

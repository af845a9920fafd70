import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, paygKey, planKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, dig, frames, json, verdict, type Answer, type Call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const china = { host: "open.bigmodel.cn", key: bigmodelPaygKey };
const text = (value: string): object => ({ type: "text", text: value });
const user = (content: unknown): object => ({ messages: [{ role: "user", content }] });
const ask = (body: object, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, { path: "/api/v1/agents", body, ...more });
const translation = (variables: object = {}, body: object = {}, more?: Partial<Call>): Promise<Answer> =>
  ask(
    { agent_id: "general_translation", ...user([text("Good morning.")]), custom_variables: variables, ...body },
    more,
  );
const translated = async (source: string, variables: object = {}): Promise<unknown> =>
  dig(json(await translation(variables, user([text(source)]))), "choices", 0, "messages", 0, "content", "text");

describe("every agent", () => {
  it("answers on the documented path and on that of the SDKs", async () => {
    const body = { agent_id: "general_translation", ...user([text("Hello")]) };
    expect(verdict(await ask(body))).toBe("200/ok");
    expect(verdict(await ask(body, { path: "/api/paas/v4/v1/agents" }))).toBe("200/ok");
    simulator.setScenario({ name: "agents-sdk-path" });
    expect((await ask(body)).status).toBe(404);
    expect((await ask({}, { path: "/api/v1/agents/async-result" })).status).toBe(404);
    expect(verdict(await ask(body, { path: "/api/paas/v4/v1/agents" }))).toBe("200/ok");
    expect((await ask(body, { path: "/api/coding/paas/v4/v1/agents" })).status).toBe(404);
    expect((await ask(body, { path: "/api/v1/agents/other" })).status).toBe(404);
  });

  it.each<[string, object, Partial<Call>, string]>([
    ["no agent", { agent_id: undefined }, {}, "400/1213"],
    ["an unknown agent", { agent_id: "toString" }, {}, "400/1214"],
    ["an agent of BigModel on Z.AI", { agent_id: "ai_drawing_agent" }, {}, "400/1214"],
    ["the same on BigModel", { agent_id: "ai_drawing_agent" }, china, "403/1220"],
    ["no messages", { messages: undefined }, {}, "400/1213"],
    ["an empty list", { messages: [] }, {}, "400/1214"],
    ["no user", { messages: [{ role: "assistant", content: [text("x")] }] }, {}, "400/1214"],
    ["an unknown role", { messages: [{ role: "tool", content: [text("x")] }] }, {}, "400/1214"],
    ["bare text on Z.AI", user("Hello"), {}, "400/1214"],
    ["bare text on BigModel", user("Hello"), china, "200/ok"],
    ["a lone part on Z.AI", user(text("Hello")), {}, "400/1214"],
    ["a lone part on BigModel", user(text("Hello")), china, "200/ok"],
    ["empty text", user([text(" ")]), {}, "400/1214"],
    ["a file id on Z.AI", user([{ type: "file_id", file_id: "x" }]), {}, "400/1214"],
    [
      "chat's kind of picture",
      user([{ type: "image_url", image_url: { url: "https://a.example/b.png" } }]),
      {},
      "400/1214",
    ],
    ["stream as text", { stream: "true" }, {}, "400/1214"],
    ["variables as a list", { custom_variables: [] }, {}, "400/1214"],
    ["short user_id", { user_id: "abc" }, {}, "400/1214"],
    ["a plan without balance", {}, { key: planKey }, "429/1113"],
    ["no key", {}, { key: null }, "401/1001"],
    ["no object", [], {}, "400/1210"],
  ])("with %s", async (_name, body, more, expected) => {
    const whole = Array.isArray(body) ? body : { agent_id: "general_translation", ...user([text("Hello")]), ...body };
    expect(verdict(await ask(whole, more))).toBe(expected);
  });

  it("fails in its own kind of body, and sometimes with status 200", async () => {
    const error = { code: "1214", message: expect.any(String) as unknown };
    expect(json(await translation({ target_lang: "xx" }))).toEqual({
      status: "failed",
      agent_id: "general_translation",
      error,
    });
    simulator.setScenario({ name: "agent-refused" });
    const refused = await translation();
    expect([refused.status, json(refused)]).toEqual([
      200,
      { status: "failed", agent_id: "general_translation", error: { ...error, code: "1301" } },
    ]);
    simulator.setScenario({ name: "1305" });
    const busy = await translation();
    expect([busy.status, dig(json(busy), "status"), dig(json(busy), "error", "code")]).toEqual([429, "failed", "1305"]);
  });
});

const calls = async (strategy: string): Promise<unknown> =>
  dig(json(await translation({ strategy })), "usage", "total_calls");
const reason = async (reason_lang?: string): Promise<unknown> =>
  translated("Good morning.", { strategy: "cot", strategy_config: { cot: { reason_lang } } });

describe("translation", () => {
  it("knows some sentences in four languages and marks the others", async () => {
    expect(await translated("Good morning.")).toBe("早上好。");
    expect(await translated("good  morning! Thank you.\n\nHow are you?", { target_lang: "fr" })).toBe(
      "Bonjour ! Merci.\n\nComment allez-vous ?",
    );
    expect(await translated("车站在哪里？", { target_lang: "de" })).toBe("Wo ist der Bahnhof?");
    expect(await translated("Wo ist der Bahnhof?", { source_lang: "de", target_lang: "en-GB" })).toBe(
      "Where is the station?",
    );
    expect(await translated("Wo ist der Bahnhof?", { source_lang: "fr", target_lang: "en" })).toBe(
      "[en] Wo ist der Bahnhof?",
    );
    expect(await translated("Hello. Pass the salt!", { target_lang: "ja" })).toBe("[ja] Hello. [ja] Pass the salt!");
  });

  it("answers with the documented reply", async () => {
    expect(json(await translation())).toEqual({
      id: expect.any(String) as unknown,
      agent_id: "general_translation",
      status: "success",
      choices: [
        {
          index: 0,
          finish_reason: "stop",
          messages: [{ role: "assistant", content: { type: "text", text: "早上好。" } }],
        },
      ],
      usage: { prompt_tokens: 4, completion_tokens: 3, total_tokens: 7, total_calls: 1 },
    });
  });

  it("calls the model as often as the strategy says, and explains itself", async () => {
    expect([await calls("general"), await calls("paraphrase"), await calls("two_step")]).toEqual([1, 1, 2]);
    expect([await calls("three_step"), await calls("reflection"), await calls("cot")]).toEqual([3, 3, 1]);
    expect(await reason()).toMatch(/^早上好。\n\n理由：/);
    expect(await reason("from")).toMatch(/^早上好。\n\nReason: the source has 13/);
  });

  it("goes by terms of a glossary or of the suggestion", async () => {
    const form = new FormData();
    form.set("purpose", "agent");
    form.set("file", new File(["widget=小部件\nbug\t缺陷\r\nbranch,分支"], "terms.txt"));
    const upload = (key: string): Promise<Answer> => call(simulator, { path: "/api/paas/v4/files", form, key });
    const glossary = String(dig(json(await upload(paygKey)), "id"));
    expect(await translated("The widget has a bug on branch x.", { glossary })).toBe(
      "The 小部件 has a 缺陷 on 分支 x.",
    );
    const suggestion = { strategy_config: { general: { suggestion: "salt = 盐" } } };
    expect(await translated("Pass the salt!", suggestion)).toBe("Pass the 盐!");
    const foreign = String(dig(json(await upload(planKey)), "id"));
    expect(verdict(await translation({ glossary: foreign }))).toBe("400/1214");
  });

  it("streams, in the same shape", async () => {
    const all = frames(await translation({ target_lang: "ja" }, { stream: true, ...user([text("Pass me the salt")]) }));
    expect(all.at(-1)).toBe("[DONE]");
    const pieces = all.slice(0, -1).map((frame) => dig(frame, "choices", 0, "messages", 0, "content", "text"));
    expect(pieces.length).toBeGreaterThan(4);
    expect(pieces.join("")).toBe("[ja] Pass me the salt");
    expect(all.at(-2)).toMatchObject({
      status: "success",
      choices: [{ finish_reason: "stop" }],
      usage: { total_calls: 1 },
    });
    simulator.setScenario({ name: "no-done" });
    expect(frames(await translation({}, { stream: true })).at(-1)).not.toBe("[DONE]");
    simulator.setScenario({ name: "error-first" });
    expect(dig(frames(await translation({}, { stream: true }))[0], "error", "code")).toBe("1305");
    simulator.setScenario({ name: "not-stream" });
    expect(json(await translation({}, { stream: true }))).toMatchObject({ status: "success" });
  });

  it.each([
    ["array", { messages: [{ role: "assistant", content: { type: "text", text: "早上好。" } }] }],
    ["object", { messages: { role: "assistant", content: { type: "text", text: "早上好。" } } }],
    ["message", { message: [{ role: "assistant", content: "早上好。" }] }],
    ["delta", { delta: { role: "assistant", content: [{ type: "text", text: "早上好。" }] } }],
  ])("replies in the shape %s, streamed or not", async (shape, wanted) => {
    const source = `Good morning. #scenario:agent-shape:${shape}`;
    simulator.setScenario({ name: `agent-shape:${shape}` });
    expect(dig(json(await translation()), "choices", 0)).toEqual({ index: 0, finish_reason: "stop", ...wanted });
    const frame = frames(await translation({}, { stream: true }))[0];
    expect(Object.keys(dig(frame, "choices", 0) as object)).toEqual(["index", Object.keys(wanted)[0]]);
    simulator.setScenario(undefined);
    expect(dig(json(await translation({}, user([text(source)]))), "choices", 0)).toHaveProperty(
      Object.keys(wanted)[0] ?? "",
    );
  });

  it.each<[string, object, object]>([
    ["target_lang auto", { target_lang: "auto" }, {}],
    ["source_lang en-GB", { source_lang: "en-GB" }, {}],
    ["an unknown strategy", { strategy: "four_step" }, {}],
    ["strategy_config as text", { strategy_config: "formal" }, {}],
    ["a suggestion that is no text", { strategy_config: { general: { suggestion: 1 } } }, {}],
    ["reason_lang zh", { strategy_config: { cot: { reason_lang: "zh" } } }, {}],
    ["an unknown glossary", { glossary: "agent-1" }, {}],
    ["a picture", {}, user([text("x"), { type: "image_url", image_url: "https://a.example/b.png" }])],
  ])("refuses %s", async (_name, variables, body) => {
    expect(verdict(await translation(variables, body))).toBe("400/1214");
  });

  it.each(["yue", "Pinyin", "IPA", "wyw", "no", "en-US"])("takes %s as target", async (target_lang) => {
    expect(verdict(await translation({ target_lang }))).toBe("200/ok");
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { businessCodes } from "./errors.ts";
import { startSimulator, type Simulator } from "./server.ts";
import type { Scenario } from "./scenarios.ts";
import { call, chat, dig, frames, json, spoken, verdict, type Answer } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 1 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const prompt = "请说明这段代码 ✓";
async function play(scenario: Scenario, extra: object = {}): Promise<Answer> {
  simulator.setScenario({ times: 1, ...scenario });
  return chat(simulator, prompt, { stream: true, ...extra });
}
const finishOf = (answer: Answer): unknown =>
  frames(answer)
    .map((frame) => dig(frame, "choices", 0, "finish_reason"))
    .find((each) => each !== undefined);
const ordinary = async (): Promise<string> => spoken(await chat(simulator, prompt, { stream: true }));

describe("choosing", () => {
  it("plays one until it is replaced", async () => {
    simulator.setScenario({ name: "1302" });
    expect(verdict(await chat(simulator, "a"))).toBe("429/1302");
    expect(verdict(await chat(simulator, "b"))).toBe("429/1302");
    simulator.setScenario(undefined);
    expect(verdict(await chat(simulator, "c"))).toBe("200/ok");
  });

  it("plays a queue in order, then nothing", async () => {
    simulator.setScenario([{ name: "1302" }, { name: "ok" }, { name: "1305", times: 2 }]);
    const verdicts: string[] = [];
    for (let turn = 0; turn < 5; turn++) verdicts.push(verdict(await chat(simulator, "a")));
    expect(verdicts).toEqual(["429/1302", "200/ok", "429/1305", "429/1305", "200/ok"]);
    expect(simulator.requests.map(({ scenarios }) => scenarios[0])).toEqual(["1302", "ok", "1305", "1305", undefined]);
  });

  it("looks at path, pattern or the whole request", async () => {
    simulator.setScenario([
      { name: "1301", match: "/images/" },
      { name: "1261", match: /GET .*models/ },
      { name: "1305", match: ({ body }) => dig(body, "model") === "glm-4.7" },
    ]);
    expect(verdict(await chat(simulator, "a"))).toBe("200/ok");
    expect(verdict(await chat(simulator, "a", { model: "glm-4.7" }))).toBe("429/1305");
    expect(verdict(await call(simulator, { method: "GET", path: "/api/paas/v4/models" }))).toBe("400/1261");
    expect(
      verdict(
        await call(simulator, { path: "/api/paas/v4/images/generations", body: { model: "glm-image", prompt: "x" } }),
      ),
    ).toBe("400/1301");
  });

  it("keeps stream faults for streams", async () => {
    simulator.setScenario([{ name: "no-done" }]);
    await call(simulator, { method: "GET", path: "/api/paas/v4/models" });
    expect(frames(await chat(simulator, "a", { stream: true })).at(-1)).not.toBe("[DONE]");
  });

  it("obeys a word in the prompt, so many times, and only in the last message", async () => {
    const ask = async (): Promise<string> => verdict(await chat(simulator, "Hello #scenario:1302x2"));
    expect([await ask(), await ask(), await ask()]).toEqual(["429/1302", "429/1302", "200/ok"]);
    const messages = [
      { role: "user", content: "#scenario:1305" },
      { role: "assistant", content: "ok" },
      { role: "user", content: "again" },
    ];
    expect(verdict(await chat(simulator, "", { messages }))).toBe("200/ok");
    expect((await chat(simulator, "#scenario:cut:100.", { stream: true })).bytes).toHaveLength(100);
    expect((await chat(simulator, "please #scenario:waf, thanks")).status).toBe(405);
  });

  it("lists the names when one is wrong", async () => {
    expect((await chat(simulator, "#scenario:nonsense")).text).toContain("html502");
    expect(() => simulator.setScenario({ name: "nonsense" })).toThrow("nonsense");
  });
});

describe("error answers", () => {
  it.each(businessCodes)("%s", async (code) => {
    const answer = await play({ name: code });
    expect(dig(json(answer), "error", "code")).toBe(code);
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });

  it("has the status of the table", async () => {
    const wanted = { "1002": 401, "1113": 429, "1210": 400, "1220": 403, "1230": 500, "1302": 429, "1313": 429 };
    for (const [name, status] of Object.entries(wanted)) expect((await play({ name })).status).toBe(status);
  });

  it("puts the reset time into 1308 and 1310", async () => {
    expect((await play({ name: "1308", date: "2026-11-21 18:30:00" })).text).toContain("2026-11-21 18:30:00");
    expect((await play({ name: "1310" })).text).toMatch(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/);
  });

  it("sends Retry-After when asked", async () => {
    expect((await play({ name: "1302", retryAfter: 7 })).headers["retry-after"]).toBe("7");
    expect((await chat(simulator, "#scenario:1302:3")).headers["retry-after"]).toBe("3");
    expect((await play({ name: "empty-body", value: 503, retryAfter: 2 })).headers["retry-after"]).toBe("2");
  });

  it.each<[string, number, RegExp]>([
    ["waf", 405, /data-spm[\s\S]*errors\.aliyun\.com/],
    ["html502", 502, /<h1>502 Bad Gateway/],
    ["html504", 504, /504/],
    ["empty-body", 500, /^$/],
    ["spring404", 404, /"status":404,"error":"Not Found","path":"\/v4\/chat\/completions"/],
    ["envelope-200", 200, /^\{"code":500,"msg":"[^"]+","success":false\}$/],
    ["error-string", 400, /^\{"error":"/],
    ["detail", 400, /^\{"detail":"/],
    ["numeric-code", 429, /"code":1302,/],
    ["json", 200, /^\{"error":/],
    ["not-stream", 200, /"object":"chat.completion"/],
  ])("%s", async (name, status, body) => {
    const answer = await play({ name });
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(body);
  });

  it("redirects to another host", async () => {
    const answer = await play({ name: "redirect" });
    expect(answer.status).toBe(307);
    expect(answer.headers.location).toBe(`http://localhost:${simulator.port}/elsewhere/api/paas/v4/chat/completions`);
    simulator.setScenario({ name: "redirect", value: 302, location: "https://evil.example/" });
    expect((await chat(simulator, "x")).headers.location).toBe("https://evil.example/");
    simulator.setScenario({ name: "redirect" });
    expect((await chat(simulator, "x", {}, { host: "api.z.ai" })).headers.location).toMatch(
      /^https:\/\/elsewhere\.glm-simulator\.test\//,
    );
  });

  it("resets the connection", async () => {
    await expect(play({ name: "reset" })).rejects.toThrow();
  });
});

const broken = ({ pieces }: Answer): number =>
  pieces.filter((piece) => piece.toString("utf8").includes("\ufffd")).length;

describe("delivery", () => {
  const same = [
    "burst",
    "bytes",
    "split-utf8",
    "drip",
    "crlf",
    "comments",
    "no-space",
    "event-lines",
    "content-type",
    "no-done",
    "no-finish",
    "no-end",
    "no-usage",
    "usage-chunk",
  ];
  it.each(same)("%s loses no content", async (name) => {
    const wanted = await ordinary();
    expect(spoken(await play(name === "drip" ? { name, value: 0 } : { name }))).toBe(wanted);
  });

  it("splits as it says", async () => {
    expect(broken(await chat(simulator, prompt, { stream: true }))).toBe(0);
    expect(broken(await play({ name: "split-utf8" }))).toBeGreaterThan(10);
    const bytes = await play({ name: "bytes" });
    expect(bytes.pieces.length).toBeGreaterThan(bytes.bytes.length / 2);
    expect((await play({ name: "burst" })).pieces.length).toBeLessThan(10);
    expect((await play({ name: "bom" })).bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect((await play({ name: "crlf" })).text).toContain("\r\n\r\ndata: ");
    expect((await play({ name: "comments" })).text).toMatch(/^: keep-alive/);
    expect((await play({ name: "event-lines" })).text).toMatch(/^event: message\nid: 0\ndata: /);
    expect((await play({ name: "content-type" })).headers["content-type"]).toContain("text/html");
  });

  it("cuts hard or cleanly, streams and other answers", async () => {
    const hard = await play({ name: "cut", value: 333 });
    expect([hard.bytes.length, hard.complete]).toEqual([333, false]);
    const clean = await play({ name: "cut-clean", value: 333 });
    expect([clean.bytes.length, clean.complete]).toEqual([333, true]);
    simulator.setScenario({ name: "cut", value: 10 });
    expect((await call(simulator, { method: "GET", path: "/api/paas/v4/models" })).complete).toBe(false);
    expect(simulator.requests.some(({ aborted }) => aborted)).toBe(false);
  });

  it("falls silent where it says", async () => {
    const first = await play({ name: "stall-first", value: 150 });
    const body = await play({ name: "stall-body", value: 150 });
    const mid = await play({ name: "stall-mid", value: 150 });
    for (const answer of [first, body, mid]) {
      expect(answer.ms).toBeGreaterThan(140);
      expect(finishOf(answer)).toBe("stop");
    }
  });

  it("goes slowly", async () => {
    expect(
      (await play({ name: "slow", value: 10 }, { model: "glm-4.7", thinking: { type: "disabled" }, max_tokens: 30 }))
        .ms,
    ).toBeGreaterThan(150);
  });

  it("compresses although identity was asked for", async () => {
    simulator.setScenario({ name: "gzip", times: 1 });
    const answer = await chat(simulator, prompt, { stream: true }, { headers: { "Accept-Encoding": "identity" } });
    expect(answer.headers["content-encoding"]).toBe("gzip");
    const { gunzipSync } = await import("node:zlib");
    expect(gunzipSync(answer.bytes).toString()).toContain("[DONE]");
  });
});

describe("stream endings and damage", () => {
  it("leaves out what it says", async () => {
    const done = await play({ name: "no-done" });
    expect([finishOf(done), frames(done).includes("[DONE]")]).toEqual(["stop", false]);
    const finish = await play({ name: "no-finish" });
    expect([finishOf(finish), frames(finish).includes("[DONE]")]).toEqual([undefined, true]);
    const end = await play({ name: "no-end" });
    expect([finishOf(end), frames(end).includes("[DONE]")]).toEqual([undefined, false]);
    expect((await play({ name: "no-usage" })).text).not.toContain("usage");
    expect((await play({ name: "usage-chunk" })).text).toContain('"choices":[],"usage"');
  });

  it("sends errors as frames", async () => {
    const first = await play({ name: "error-first", value: 1302 });
    expect(first.status).toBe(200);
    expect(frames(first)).toEqual([{ error: { code: "1302", message: expect.any(String) as unknown } }]);
    const mid = frames(await play({ name: "error-mid" }));
    expect(mid.length).toBeGreaterThan(5);
    expect(dig(mid.at(-1), "error", "code")).toBe("1305");
    expect((await play({ name: "error-event" })).text).toMatch(/event: error\ndata: \{"error"/);
  });

  it("glues one frame into another and breaks one", async () => {
    expect((await play({ name: "glued" })).text).toMatch(/^data: \{"id":"[^\n]+data: \{"id":"[^\n]+\}\n$/m);
    expect(frames(await play({ name: "bad-frame" })).filter((frame) => frame === undefined)).toHaveLength(1);
  });

  it("makes streams long and lines huge", async () => {
    expect(frames(await play({ name: "long", value: 3000 })).length).toBeGreaterThan(3000);
    const huge = await play({ name: "huge-line", value: 200_000 });
    expect(spoken(huge).length).toBeGreaterThan(200_000);
  });
});

const calls = (all: unknown[]): unknown[] =>
  all.flatMap((frame) => (dig(frame, "choices", 0, "delta", "tool_calls") ?? []) as unknown[]);

describe("content", () => {
  it.each<[string, string, boolean, boolean]>([
    ["sensitive", "sensitive", true, true],
    ["network-error", "network_error", false, false],
    ["context-exceeded", "model_context_window_exceeded", true, true],
    ["length", "length", true, false],
    ["length-mid", "length", true, true],
    ["thinking-only", "stop", true, false],
    ["empty-content", "stop", false, false],
  ])("%s", async (name, finish, thinks, speaks) => {
    const answer = await play({ name });
    expect(finishOf(answer)).toBe(finish);
    expect(spoken(answer, "reasoning_content") !== "").toBe(thinks);
    expect(spoken(answer) !== "").toBe(speaks);
  });

  it("puts thinking and markers into content", async () => {
    const lone = spoken(await play({ name: "lone-think" }));
    expect(lone).toContain("</think>");
    expect(lone).not.toContain("<think>");
    expect(spoken(await play({ name: "think-inline" }))).toMatch(/^<think>[\s\S]+<\/think>/);
    expect(spoken(await play({ name: "box-markers" }))).toMatch(/^<\|begin_of_box\|>[\s\S]+<\|end_of_box\|>$/);
    expect(spoken(await play({ name: "arg-key" }))).toContain("<arg_key>");
    expect(spoken(await play({ name: "repeat", value: 5 })).match(/look at the file/g)).toHaveLength(5);
  });

  it("bends tool calls", async () => {
    const parameters = { type: "object", properties: { path: { type: "string" } }, required: ["path"] };
    const tools = ["read_file", "list_dir"].map((name) => ({
      type: "function",
      function: { name, description: "d", parameters },
    }));
    const ask = async (name: string): Promise<unknown[]> => {
      simulator.setScenario({ name });
      return frames(await chat(simulator, "read_file a.ts, list_dir b.ts", { stream: true, tools }));
    };
    const bent = String(dig(calls(await ask("bad-args"))[0], "function", "arguments"));
    expect(() => JSON.parse(bent) as unknown).toThrow();
    expect(typeof dig(calls(await ask("object-args"))[0], "function", "arguments")).toBe("object");
    expect(calls(await ask("changed-id")).map((each) => dig(each, "index"))).toEqual([0, 0]);
    expect(dig((await ask("stop-with-calls")).at(-2), "choices", 0, "finish_reason")).toBe("stop");
  });
});

describe("rules", () => {
  it("takes bare base64 only", async () => {
    const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const ask = (url: string): Promise<Answer> =>
      chat(simulator, "", {
        model: "glm-4.6v",
        max_tokens: 1,
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "hi #tool:none" },
              { type: "image_url", image_url: { url } },
            ],
          },
        ],
      });
    simulator.setScenario({ name: "raw-base64-only" });
    const refused = await ask(`data:image/png;base64,${dot}`);
    expect(verdict(refused)).toBe("400/1210");
    expect(refused.text).toContain("图片输入格式");
    expect(verdict(await ask(dot))).toBe("200/ok");
  });

  it("limits what is in flight", async () => {
    simulator.setScenario({ name: "concurrency", value: 2 });
    const all = await Promise.all(
      ["a", "b", "c"].map((text) => chat(simulator, `${text} #scenario:stall-body:500`, { stream: true })),
    );
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 429]);
  });

  it("names another model", async () => {
    simulator.setScenario({ name: "other-model" });
    expect(dig(json(await chat(simulator, "x")), "model")).toBe("glm-5-turbo");
  });
});

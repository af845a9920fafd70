import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, planKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, chat, dig, frames, json, spoken } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const tool = (name: string): object => ({
  type: "function",
  function: {
    name,
    description: "A tool.",
    parameters: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
  },
});
const source =
  "Explain this code\n\nsrc/cart.ts:10-16\n```ts\nasync function total(items: Item[]) {\n  let sum = 0;\n" +
  "  for (let i = 0; i <= items.length; i++) sum += items[i].price;\n  return sum;\n}\n```";

describe("models", () => {
  it("lists the same eleven ids on every base", async () => {
    for (const [host, key] of [
      ["api.z.ai", planKey],
      ["open.bigmodel.cn", bigmodelPaygKey],
    ] as const) {
      for (const base of ["/api/paas/v4", "/api/coding/paas/v4"]) {
        const answer = await call(simulator, { method: "GET", path: `${base}/models`, host, key });
        const data = dig(json(answer), "data") as { id: string }[];
        expect(data).toHaveLength(11);
        expect(data.map(({ id }) => id)).toContain("glm-5.3-flashx");
      }
    }
  });
});

describe("streams", () => {
  it("sends thinking, then content, then finish with usage, then [DONE]", async () => {
    const answer = await chat(simulator, source, { stream: true });
    expect(answer.headers["content-type"]).toBe("text/event-stream;charset=UTF-8");
    const all = frames(answer);
    expect(all.at(-1)).toBe("[DONE]");
    const last = all.at(-2);
    expect(dig(last, "choices", 0, "finish_reason")).toBe("stop");
    expect(dig(last, "usage", "completion_tokens_details", "reasoning_tokens")).toBeGreaterThan(0);
    const kinds = all
      .map((frame) => (dig(frame, "choices", 0, "delta", "reasoning_content") === undefined ? "c" : "r"))
      .join("");
    expect(kinds).toMatch(/^r+c+$/);
    expect(all.slice(0, -1).every((frame) => dig(frame, "choices", 0, "delta", "role") === "assistant")).toBe(true);
  });

  it("says the same streamed and whole", async () => {
    const streamed = await chat(simulator, source, { stream: true });
    const whole = json(await chat(simulator, source));
    expect(spoken(streamed)).toBe(dig(whole, "choices", 0, "message", "content"));
    expect(spoken(streamed, "reasoning_content")).toBe(dig(whole, "choices", 0, "message", "reasoning_content"));
    expect(dig(whole, "object")).toBe("chat.completion");
  });

  it("does not think when told not to, on a model that can be told", async () => {
    const answer = await chat(simulator, "hi", { model: "glm-4.7", stream: true, thinking: { type: "disabled" } });
    expect(spoken(answer, "reasoning_content")).toBe("");
    expect(spoken(answer)).not.toBe("");
  });

  it("paces its words by default", async () => {
    const paced = await startSimulator();
    const answer = await chat(paced, "hello", { stream: true });
    expect(answer.pieces.length).toBeGreaterThan(20);
    await paced.close();
  });
});

describe("answers from what was sent", () => {
  it("names file, lines and features of the attached code, in Markdown with every kind of block", async () => {
    const text = spoken(await chat(simulator, source, { stream: true }));
    expect(text).toContain("src/cart.ts:10-16");
    expect(text).toContain("Explain this code");
    expect(text).toContain("| `total` | `items: Item[]` | 10 | async |");
    expect(text).toContain("`for` on line 12");
    for (const block of [/^## /m, /^- /m, /^\|---/m, /^```ts$/m]) expect(text).toMatch(block);
  });

  it("answers Chinese in Chinese", async () => {
    const text = spoken(await chat(simulator, "请解释什么是闭包", { stream: true }));
    expect(text).toContain("你的问题是：“请解释什么是闭包”");
    expect(
      spoken(
        await chat(simulator, "x", {
          stream: true,
          messages: [
            { role: "system", content: "Answer in Simplified Chinese." },
            { role: "user", content: "What is a closure?" },
          ],
        }),
      ),
    ).toContain("你的问题是");
  });

  it("knows the history", async () => {
    const messages = [
      { role: "user", content: "My first question" },
      { role: "assistant", content: "ok" },
      { role: "user", content: "And the second" },
    ];
    const text = spoken(await chat(simulator, "", { stream: true, messages }));
    expect(text).toContain("question 2 of our conversation; the first was: “My first question”");
  });

  it("answers Chinese that holds names of code in Chinese, and wordless questions as the system says", async () => {
    expect(spoken(await chat(simulator, "解释 calculateTotal 和 renderTable", { stream: true }))).toContain(
      "你的问题是",
    );
    const system = {
      role: "system",
      content: "Answer in the language of the question; when unclear, use Simplified Chinese.",
    };
    const ask = async (content: string): Promise<string> =>
      spoken(await chat(simulator, "", { stream: true, messages: [system, { role: "user", content }] }));
    expect(await ask("src/a.ts:1-1 (selection):\n```ts\nf();\n```\n\n?")).toContain("你的问题是");
    expect(await ask("What is a closure?")).toContain("You asked");
  });

  it("finds paths with spaces", async () => {
    const text = spoken(
      await chat(simulator, "src/my file.ts:3-4 (selection):\n```ts\nf();\n```\n\nExplain", { stream: true }),
    );
    expect(text).toContain("`src/my file.ts:3-4`");
  });

  it("answers in JSON when asked", async () => {
    const body = json(await chat(simulator, "ping", { response_format: { type: "json_object" } }));
    expect(JSON.parse(String(dig(body, "choices", 0, "message", "content")))).toMatchObject({ answer: "ping" });
  });

  it("keeps to max_tokens, thinking included, and to the stop word", async () => {
    const capped = json(await chat(simulator, source, { max_tokens: 8 }));
    expect(dig(capped, "choices", 0, "finish_reason")).toBe("length");
    expect(dig(capped, "choices", 0, "message", "content")).toBe("");
    expect(dig(capped, "usage", "completion_tokens")).toBeLessThanOrEqual(8);
    expect(
      String(dig(json(await chat(simulator, source, { stop: ["asked"] })), "choices", 0, "message", "content")),
    ).toMatch(/You $/);
  });
});

describe("usage", () => {
  it("counts as cached what an earlier request of the same key began with", async () => {
    const system = { role: "system", content: "You are careful. ".repeat(100) };
    const ask = async (text: string, key?: string): Promise<number> => {
      const body = json(
        await chat(
          simulator,
          "",
          { messages: [system, { role: "user", content: text }] },
          key === undefined ? {} : { key, path: "/api/coding/paas/v4/chat/completions" },
        ),
      );
      return Number(dig(body, "usage", "prompt_tokens_details", "cached_tokens"));
    };
    expect(await ask("one")).toBe(0);
    const again = await ask("two");
    expect(again).toBeGreaterThan(400);
    expect(again).toBeLessThan(440);
    expect(await ask("three", planKey)).toBe(0);
  });
});

describe("tools", () => {
  const body = { stream: true, tools: [tool("read_file"), tool("list_dir")] };

  it("sends a call in one chunk", async () => {
    const all = frames(await chat(simulator, "Use read_file on src/a.ts", body));
    const calls = all.flatMap((frame) => (dig(frame, "choices", 0, "delta", "tool_calls") ?? []) as unknown[]);
    expect(calls).toHaveLength(1);
    expect(JSON.parse(String(dig(calls[0], "function", "arguments")))).toEqual({ path: "src/a.ts" });
    expect(dig(all.at(-2), "choices", 0, "finish_reason")).toBe("tool_calls");
  });

  it("sends two calls in fragments with tool_stream", async () => {
    const all = frames(await chat(simulator, "read_file a.ts and list_dir src/b.ts", { ...body, tool_stream: true }));
    const pieces = all.flatMap((frame) => (dig(frame, "choices", 0, "delta", "tool_calls") ?? []) as unknown[]);
    expect(pieces.filter((piece) => dig(piece, "id") !== undefined)).toHaveLength(2);
    const args = pieces
      .filter((piece) => dig(piece, "index") === 1)
      .map((piece) => dig(piece, "function", "arguments"))
      .join("");
    expect(JSON.parse(args)).toHaveProperty("path");
    expect(pieces.length).toBeGreaterThan(4);
  });

  it("takes the result and quotes it", async () => {
    const call1 = { id: "call_1", type: "function", function: { name: "read_file", arguments: '{"path":"a.ts"}' } };
    const messages = [
      { role: "user", content: "read_file a.ts" },
      { role: "assistant", content: "", reasoning_content: "I read it.", tool_calls: [call1] },
      { role: "tool", tool_call_id: "call_1", content: "const answer = 42;" },
    ];
    expect(spoken(await chat(simulator, "", { ...body, messages }))).toContain("const answer = 42;");
  });

  it("searches the web and returns the results when asked to", async () => {
    const search = {
      type: "web_search",
      web_search: { enable: true, search_engine: "search_pro_jina", search_result: true, count: 2 },
    };
    const all = frames(await chat(simulator, "news about TypeScript", { stream: true, tools: [search] }));
    const results = all.map((frame) => dig(frame, "web_search")).find((each) => each !== undefined) as object[];
    expect(results).toHaveLength(2);
    expect(results[0]).toMatchObject({ refer: "ref_1", title: expect.stringContaining("TypeScript") as unknown });
  });
});

describe("the plan", () => {
  it("lets a newer model answer for an old id, and says so", async () => {
    const coding = { path: "/api/coding/paas/v4/chat/completions", key: planKey };
    expect(dig(json(await chat(simulator, "hi", { model: "glm-4.5-air" }, coding)), "model")).toBe("glm-4.7");
    expect(dig(json(await chat(simulator, "hi", { model: "GLM-5.2" }, coding)), "model")).toBe("glm-5.3");
    expect(dig(json(await chat(simulator, "hi", { model: "glm-5-turbo" }, coding)), "model")).toBe("glm-5-turbo");
  });
});

describe("recording", () => {
  it("keeps what arrived, with the key", async () => {
    await chat(simulator, "hi", {}, { host: "api.z.ai" });
    expect(simulator.requests).toHaveLength(1);
    expect(simulator.requests[0]).toMatchObject({
      method: "POST",
      path: "/api/paas/v4/chat/completions",
      host: "api.z.ai",
      status: 200,
      aborted: false,
      body: { model: "glm-5.3" },
    });
    expect(simulator.requests[0]?.headers["authorization"]).toMatch(/^Bearer b0/);
  });

  it("notices that the client left", async () => {
    simulator.setScenario({ name: "slow", value: 20 });
    await chat(simulator, "hi", { stream: true }, { leaveAfter: 150 });
    await expect.poll(() => simulator.requests[0]?.aborted).toBe(true);
    const { startedAt = 0, abortedAt = 0 } = simulator.requests[0] ?? {};
    expect(abortedAt - startedAt).toBeGreaterThan(100);
    expect(abortedAt - startedAt).toBeLessThan(1000);
  });

  it("notices it during silence before the headers too", async () => {
    simulator.setScenario({ name: "stall-first" });
    await chat(simulator, "hi", { stream: true }, { leaveAfter: 50 }).catch(() => undefined);
    await expect.poll(() => simulator.requests[0]?.aborted).toBe(true);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSimulator, type Simulator } from "./server.ts";
import { call, dig, frames, json, spoken, type Answer } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const ask = (extra: object): Promise<Answer> =>
  call(simulator, {
    path: "/v1/chat/completions",
    key: "sk-anything",
    body: { model: "glm-4.5-air", messages: [{ role: "user", content: "hello" }], ...extra },
  });

describe("the strict OpenAI-compatible server", () => {
  it("lists models and takes any key or none", async () => {
    const answer = await call(simulator, { method: "GET", path: "/v1/models", key: null });
    expect(dig(json(answer), "data", 0, "object")).toBe("model");
  });

  it.each(["thinking", "tool_stream", "request_id", "do_sample", "user_id", "reasoning"])(
    "refuses %s",
    async (name) => {
      const answer = await ask({ [name]: "value" });
      expect(answer.status).toBe(400);
      expect(dig(json(answer), "detail")).toContain(name);
    },
  );

  it("refuses unknown models in the OpenAI form", async () => {
    const answer = await ask({ model: "gpt-9" });
    expect(answer.status).toBe(404);
    expect(json(answer)).toMatchObject({ error: { type: "invalid_request_error", code: "model_not_found" } });
  });

  it("sends reasoning under its other name, and usage only when asked, in a chunk without choices", async () => {
    const plain = await ask({ stream: true });
    expect(spoken(plain, "reasoning")).toContain("hello");
    expect(plain.text).not.toContain("reasoning_content");
    expect(plain.text).not.toContain('"usage"');
    const last = frames(await ask({ stream: true, stream_options: { include_usage: true } })).at(-2);
    expect(dig(last, "choices")).toEqual([]);
    expect(dig(last, "usage", "total_tokens")).toBeGreaterThan(0);
  });

  it("switches thinking off by the template", async () => {
    expect(spoken(await ask({ stream: true, chat_template_kwargs: { enable_thinking: false } }), "reasoning")).toBe("");
  });

  it("answers whole, with tools, and knows the developer role", async () => {
    const parameters = { type: "object", properties: {} };
    const body = json(
      await ask({
        messages: [
          { role: "developer", content: "x" },
          { role: "user", content: "call get_time" },
        ],
        tools: [{ type: "function", function: { name: "get_time", parameters } }],
        tool_choice: "auto",
      }),
    );
    expect(dig(body, "choices", 0, "message", "tool_calls", 0, "function", "name")).toBe("get_time");
    expect(dig(body, "choices", 0, "finish_reason")).toBe("tool_calls");
  });

  it("does not exist under the official names", async () => {
    expect((await call(simulator, { path: "/v1/chat/completions", host: "api.z.ai", body: {} })).status).toBe(404);
  });
});

import { describe, expect, it } from "vitest";
import { builtInCatalog } from "../../../src/api/models/catalog.ts";
import type { ChatRequest, Effort } from "../../../src/api/chat/chatTypes.ts";
import { imageModels } from "../../../src/api/media/imageCatalog.ts";
import type { Endpoint, PlatformId } from "../../../src/api/platforms.ts";
import { clientFor, failure, readAll } from "../../fakes/apiClient.ts";
import { emptyKey, paygKey, planKey } from "../../zai-server/accounts.ts";
import { simulatorForFile } from "../../fakes/simulatorForFile.ts";

const { models } = builtInCatalog;

/** The client against the simulator, which refuses what the real service would refuse. */

const simulator = await simulatorForFile();

function endpoint(platform: PlatformId = "zai"): Endpoint {
  const path = platform === "custom" ? "/v1" : platform.endsWith("-coding") ? "/api/coding/paas/v4" : "/api/paas/v4";
  const dialect = platform === "custom" ? "openai" : "zai";
  return { platform, baseUrl: `${simulator.url}${path}`, dialect, keyRequired: platform !== "custom" };
}

const request: ChatRequest = {
  model: "glm-5.3",
  messages: [{ role: "user", content: "Explain this code\n\nsrc/cart.ts:1-2\n```ts\nlet sum = 0;\n```" }],
};
const deadlines = { firstByte: 400, idle: 400, afterFinish: 200 };
const client = (apiKey = paygKey, at = endpoint()) => clientFor(at, { apiKey, deadlines, pollIntervalMs: 20 });

describe("a chat", () => {
  it("streams thinking, answer, usage and end", async () => {
    const { text, reasoning, parts } = await readAll(client(), request);
    expect(text).toContain("cart.ts");
    expect(reasoning).not.toBe("");
    expect(parts.slice(-2).map(({ type }) => type)).toEqual(["usage", "finish"]);
  });

  it.each(models.filter(({ platforms }) => !platforms).map(({ id }) => id))(
    "is accepted for %s with every effort",
    async (model) => {
      const efforts: readonly (Effort | undefined)[] = [undefined, "off", "low", "medium", "high", "max"];
      for (const effort of efforts) {
        const before = simulator.requests.length;
        const { error } = await readAll(client(), { ...request, model, effort });
        expect([effort, error]).toEqual([effort, undefined]);
        expect(simulator.requests.length - before).toBe(1);
      }
    },
  );

  it.each(["bytes", "split-utf8", "burst", "drip", "gzip", "content-type", "no-done", "crlf", "comments", "bom"])(
    "survives the delivery: %s",
    async (name) => {
      const plain = await readAll(client(), { ...request, model: "glm-4.7", effort: "off" });
      simulator.setScenario({ name, value: 0 });
      const other = await readAll(client(), { ...request, model: "glm-4.7", effort: "off" });
      expect([other.error, other.text]).toEqual([undefined, plain.text]);
    },
  );

  it.each(["no-space", "event-lines", "not-stream", "no-usage", "usage-chunk", "glued", "other-model", "length-mid"])(
    "survives the framing: %s",
    async (name) => {
      simulator.setScenario({ name });
      const { error, text } = await readAll(client(), request);
      expect(error).toBeUndefined();
      expect(text).not.toBe("");
    },
  );

  it.each<[string, number | undefined, string]>([
    ["cut", 900, "stream-broken"],
    ["cut-clean", 900, "stream-broken"],
    ["no-finish", undefined, "stream-broken"],
    ["no-end", undefined, "stream-broken"],
    ["stall-mid", 5000, "timeout"],
    ["error-mid", undefined, "busy"],
    ["error-event", undefined, "busy"],
  ])("that breaks by %s keeps what came and is not repeated", async (name, value, code) => {
    simulator.setScenario(value === undefined ? { name } : { name, value });
    const { error, text, reasoning } = await readAll(client(), request);
    expect([error?.code, error?.details.afterOutput]).toEqual([code, true]);
    expect(reasoning + text).not.toBe("");
    expect(simulator.requests).toHaveLength(1);
  });

  it.each<[string, string]>([
    ["waf", "firewall"],
    ["html502", "server"],
    ["empty-body", "server"],
    ["spring404", "wrong-path"],
    ["envelope-200", "server"],
    ["error-string", "bad-request"],
    ["detail", "bad-request"],
    ["numeric-code", "busy"],
    ["redirect", "redirected"],
    ["reset", "unreachable"],
    ["error-first", "busy"],
    ["network-error", "server"],
    ["stall-first", "timeout"],
    ["stall-body", "timeout"],
    ["1002", "key-rejected"],
    ["1113", "no-balance"],
    ["1261", "too-long"],
    ["1301", "content-blocked"],
    ["1302", "busy"],
    ["1308", "quota-exhausted"],
    ["1309", "plan-expired"],
    ["1310", "quota-exhausted"],
    ["1311", "plan-lacks-model"],
    ["1313", "fair-use"],
  ])("that fails with %s says %s", async (name, code) => {
    simulator.setScenario({ name });
    const { error } = await readAll(client(), request);
    expect(error?.code).toBe(code);
    const again = ["server", "busy", "unreachable"].includes(code) ? 3 : code === "timeout" ? 1 : 0;
    expect(simulator.requests).toHaveLength(1 + again);
    expect(JSON.stringify(error)).not.toContain(paygKey);
  });

  it("knows when the allowance comes back", async () => {
    simulator.setScenario({ name: "1308", date: "2026-11-22 08:00:00" });
    expect((await readAll(client(), request)).error?.details.resetAt).toBe(Date.UTC(2026, 10, 22));
  });

  it.each([
    ["sensitive", "sensitive"],
    ["context-exceeded", "context-exceeded"],
    ["length", "length"],
    ["thinking-only", "stop"],
    ["empty-content", "stop"],
  ])("can end without an answer: %s", async (name, reason) => {
    simulator.setScenario({ name });
    expect((await readAll(client(), request)).parts.at(-1)).toMatchObject({ type: "finish", reason });
  });

  it("sees an image, as data URI or bare", async () => {
    const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const picture: ChatRequest = {
      model: "glm-5.3-flash",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image", url: `data:image/png;base64,${dot}` },
          ],
        },
      ],
    };
    expect((await readAll(client(), picture)).error).toBeUndefined();
    simulator.reset();
    simulator.setScenario({ name: "raw-base64-only" });
    expect((await readAll(client(), picture)).error).toBeUndefined();
    expect(simulator.requests).toHaveLength(2);
  });

  it("calls functions and takes their results", async () => {
    const parameters = { type: "object", properties: { path: { type: "string" } }, required: ["path"] };
    const tools = [{ name: "read_file", description: "Reads a file.", parameters }];
    const ask: ChatRequest = {
      model: "glm-5.3",
      tools,
      messages: [{ role: "user", content: "Use read_file on src/a.ts" }],
    };
    for (const name of ["ok", "changed-id", "object-args", "bad-args", "stop-with-calls"]) {
      simulator.setScenario({ name });
      const { parts, reasoning, error } = await readAll(client(), ask);
      expect([name, error]).toEqual([name, undefined]);
      const toolCalls = parts.flatMap((part) => (part.type === "tool-call" ? [part.call] : []));
      expect(toolCalls[0]?.name).toBe("read_file");
      expect(parts.at(-1)).toEqual({ type: "finish", reason: "tool-calls" });
      simulator.setScenario(undefined);
      const results = toolCalls.map(({ id }) => ({ role: "tool", toolCallId: id, content: "let a = 1;" }) as const);
      const messages = [...ask.messages, { role: "assistant", content: "", reasoning, toolCalls } as const, ...results];
      if (name === "ok") expect((await readAll(client(), { ...ask, messages })).error).toBeUndefined();
    }
  });

  it("searches the web", async () => {
    const { parts } = await readAll(client(), { ...request, webSearch: true });
    expect(parts.some(({ type }) => type === "web-search")).toBe(true);
  });

  it("reaches a strict OpenAI-like server, with thinking between tags or not", async () => {
    const custom = client("", endpoint("custom"));
    const ask: ChatRequest = { ...request, model: "glm-4.7-flash", effort: "max", maxTokens: 4000 };
    expect((await readAll(custom, ask)).error).toBeUndefined();
    simulator.setScenario({ name: "think-inline" });
    const inline = await readAll(custom, ask);
    expect([inline.error, inline.reasoning === "", inline.text.includes("<think>")]).toEqual([undefined, false, false]);
    simulator.setScenario({ name: "lone-think" });
    const lone = await readAll(custom, ask);
    expect(lone.parts.some(({ type }) => type === "text-was-reasoning")).toBe(true);
    expect(lone.text).not.toContain("</think>");
  });
});

const outcome = async (apiKey: string, platform: PlatformId) =>
  (await readAll(client(apiKey, endpoint(platform)), request)).error?.code;

describe("keys and plans", () => {
  it("are told apart", async () => {
    expect(await outcome(planKey, "zai-coding")).toBeUndefined();
    expect(await outcome(planKey, "zai")).toBe("no-balance");
    expect(await outcome(paygKey, "zai-coding")).toBe("plan-expired");
    expect(await outcome(emptyKey, "zai")).toBe("no-balance");
    expect(await outcome("0".repeat(32) + ".0123456789abcdef", "zai")).toBe("key-rejected");
  });

  it("are checked by the list of models", async () => {
    expect(await client().models()).toContain("glm-5.3");
    expect((await failure(client("a.b").models())).code).toBe("key-rejected");
  });
});

describe("images and recognition", () => {
  it.each(imageModels.filter(({ platforms }) => !platforms).map(({ id, sizes }) => [id, sizes[0] ?? ""]))(
    "%s draws %s",
    async (model, size) => {
      const image = await client().images.generate({ model, size, prompt: "A red fox" });
      expect([image.type, image.bytes.byteLength > 100]).toEqual(["png", true]);
    },
  );

  it("report a picture that could not be drawn", async () => {
    simulator.setScenario({ name: "image-fail" });
    const drawn = client().images.generate({ model: "glm-image", size: "1280x1280", prompt: "A red fox" });
    expect((await failure(drawn)).code).toMatch(/^(result-failed|content-blocked)$/);
  });

  it("read the words of a picture", async () => {
    const { createCanvas } = await import("@napi-rs/canvas");
    const canvas = createCanvas(500, 120);
    const context = canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, 500, 120);
    context.fillStyle = "black";
    context.font = '36px "DejaVu Sans"';
    context.fillText("Hello recognition", 30, 70);
    const result = await client().recognise({ bytes: canvas.toBuffer("image/png"), type: "png" });
    expect(result).toMatchObject({ pages: 1, markdown: expect.stringContaining("Hello") });
  }, 60_000);
});

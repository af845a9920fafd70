import { createCanvas } from "@napi-rs/canvas";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, planKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, chat, dig, json, verdict, type Answer, type Call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const china = { host: "open.bigmodel.cn", key: bigmodelPaygKey };
const user = (content: unknown): object => ({ messages: [{ role: "user", content }] });
const count = (body: object, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, { path: "/api/paas/v4/tokenizer", body: { model: "glm-4.6", ...user("Hello"), ...body }, ...more });
const usage = async (body: object): Promise<unknown> => dig(json(await count(body)), "usage");

describe("the tokenizer", () => {
  it("counts what a chat with the same messages and tools is billed for", async () => {
    const body = {
      ...user("Explain what a monad is, 用中文回答。".repeat(20)),
      tools: [{ type: "function", function: { name: "f", description: "d", parameters: { type: "object" } } }],
    };
    const billed = dig(json(await chat(simulator, "", { model: "glm-4.6", ...body })), "usage", "prompt_tokens");
    expect(await usage(body)).toEqual({
      prompt_tokens: billed,
      image_tokens: 0,
      video_tokens: 0,
      total_tokens: billed,
    });
  });

  it("counts pictures by their tiles, and films", async () => {
    const url = `data:image/png;base64,${createCanvas(280, 57).toBuffer("image/png").toString("base64")}`;
    const text = { type: "text", text: "What is this?" };
    const bare = await usage({ model: "glm-4.6v", ...user([text]) });
    const seen = await usage({
      model: "glm-4.6v",
      ...user([
        text,
        { type: "image_url", image_url: { url } },
        { type: "video_url", video_url: { url: "https://example.com/a.mp4" } },
      ]),
    });
    expect(seen).toMatchObject({ prompt_tokens: dig(bare, "prompt_tokens"), image_tokens: 30 });
    expect(dig(seen, "video_tokens")).toBeGreaterThan(1000);
    const parts = ["prompt_tokens", "image_tokens", "video_tokens"].map((name) => Number(dig(seen, name)));
    expect(dig(seen, "total_tokens")).toBe(parts.reduce((sum, each) => sum + each, 0));
  });

  it("counts a picture that the platform made", async () => {
    const body = { model: "cogview-4-250304", prompt: "A fox", size: "560x560" };
    const made = json(await call(simulator, { path: "/api/paas/v4/images/generations", body }));
    const picture = { type: "image_url", image_url: { url: dig(made, "data", 0, "url") } };
    expect(await usage({ model: "glm-4.6v", ...user([picture]) })).toMatchObject({ image_tokens: 400 });
  });

  it.each<[string, object, Partial<Call>, string]>([
    ["a plan key, since it costs nothing", {}, { key: planKey }, "200/ok"],
    ["upper case", { model: "GLM-4.5" }, {}, "200/ok"],
    ["a model of BigModel on Z.AI", { model: "glm-4-0520" }, {}, "400/1211"],
    ["the same on BigModel", { model: "glm-4-0520" }, china, "200/ok"],
    ["glm-4.5-air on Z.AI", { model: "glm-4.5-air" }, {}, "400/1212"],
    ["glm-4.5-air on BigModel", { model: "glm-4.5-air" }, china, "200/ok"],
    ["a newer model", { model: "glm-5.3" }, {}, "400/1212"],
    ["an unknown model", { model: "gpt-5" }, {}, "400/1211"],
    ["no model", { model: undefined }, {}, "400/1213"],
    ["no messages", { messages: undefined }, {}, "400/1214"],
    ["an empty message", user(""), {}, "400/1214"],
    [
      "a picture for a text model",
      user([{ type: "image_url", image_url: { url: "https://a.com/b.png" } }]),
      {},
      "400/1210",
    ],
    ["a broken tool", { tools: [{ type: "function" }] }, {}, "400/1210"],
    ["short request_id on BigModel", { request_id: "abc" }, china, "400/1214"],
  ])("%s", async (_name, body, more, expected) => {
    expect(verdict(await count(body, more))).toBe(expected);
  });
});

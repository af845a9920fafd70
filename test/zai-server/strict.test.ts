import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, bigmodelPlanKey, emptyKey, paygKey, planKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, chat, dig, json, verdict, type Call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const coding = { path: "/api/coding/paas/v4/chat/completions", key: planKey };
const user = (content: unknown): object => ({ messages: [{ role: "user", content }] });
const png = (width: number, height: number, size = 64): Buffer => {
  const bytes = Buffer.alloc(size);
  Buffer.from("89504e470d0a1a0a0000000d49484452", "hex").copy(bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};
const image = (bytes: Buffer): object => ({
  type: "image_url",
  image_url: { url: `data:image/png;base64,${bytes.toString("base64")}` },
});
const fn = (name: string): object => ({
  type: "function",
  function: { name, description: "d", parameters: { type: "object", properties: {} } },
});

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

function jwt(key: string, exp: number, secret = key.split(".")[1] ?? ""): string {
  const head = `${part({ alg: "HS256", sign_type: "SIGN" })}.${part({ api_key: key.split(".")[0], exp, timestamp: Date.now() })}`;
  return `${head}.${createHmac("sha256", secret).update(head).digest("base64url")}`;
}

const said = async (more: Partial<Call>): Promise<string> =>
  String(dig(json(await chat(simulator, "hi", {}, { key: null, ...more })), "error", "message"));

describe("keys", () => {
  const later = Date.now() + 200_000;
  it.each<[string, Partial<Call>, string]>([
    ["no header", { key: null }, "401/1001"],
    ["no dot", { key: "nonsense" }, "401/1000"],
    ["not Bearer", { key: null, headers: { Authorization: paygKey } }, "401/1000"],
    ["unknown", { key: `${"f".repeat(32)}.SomebodyElsesKey` }, "401/1002"],
    ["the other platform", { key: bigmodelPaygKey }, "401/1002"],
    ["the other platform, the other way", { host: "open.bigmodel.cn" }, "401/1002"],
    ["its own platform", { host: "open.bigmodel.cn", key: bigmodelPaygKey }, "200/ok"],
    ["a JWT", { key: jwt(paygKey, later) }, "200/ok"],
    ["an old JWT", { key: jwt(paygKey, Date.now() - 1000) }, "401/1003"],
    ["a JWT in seconds", { key: jwt(paygKey, later / 1000) }, "401/1003"],
    ["a JWT signed by another", { key: jwt(paygKey, later, "other") }, "401/1004"],
    ["plan key on the general base", { key: planKey }, "429/1113"],
    ["plan key of BigModel on its general base", { host: "open.bigmodel.cn", key: bigmodelPlanKey }, "429/1113"],
    ["empty key", { key: emptyKey }, "429/1113"],
    ["empty key on the plan", { ...coding, key: emptyKey }, "429/1113"],
    ["paying key on the plan", { ...coding, key: paygKey }, "429/1309"],
    ["plan key on the plan", coding, "200/ok"],
  ])("%s", async (_name, more, expected) => {
    expect(verdict(await chat(simulator, "hi", {}, more))).toBe(expected);
  });

  it("lets any key use a free model", async () => {
    expect(verdict(await chat(simulator, "hi", { model: "glm-4.7-flash" }, { key: emptyKey }))).toBe("200/ok");
  });

  it("speaks Chinese on BigModel and English on Z.AI when asked", async () => {
    expect(await said({})).toMatch(/^[ -~]+$/);
    expect(await said({ headers: { "Accept-Language": "*" } })).toMatch(/[\u4e00-\u9fff]/);
    expect(await said({ host: "open.bigmodel.cn" })).toMatch(/[\u4e00-\u9fff]/);
  });
});

describe("thinking and effort", () => {
  it.each<[string, object, Partial<Call>, string]>([
    ...["low", "high", "max"].map((reasoning_effort): [string, object, Partial<Call>, string] => [
      reasoning_effort,
      { reasoning_effort },
      {},
      "200/ok",
    ]),
    ...["medium", "xhigh", "ultra", "minimal", "none", "garbage"].map(
      (reasoning_effort): [string, object, Partial<Call>, string] => [
        reasoning_effort,
        { reasoning_effort },
        {},
        "400/1210",
      ],
    ),
    ["disabled", { thinking: { type: "disabled" } }, {}, "400/1210"],
    ...["low", "medium", "xhigh", "minimal", "none"].map(
      (reasoning_effort): [string, object, Partial<Call>, string] => [
        `${reasoning_effort} on the plan`,
        { reasoning_effort },
        coding,
        "200/ok",
      ],
    ),
    ["garbage on the plan", { reasoning_effort: "garbage" }, coding, "400/1210"],
    ["disabled on the plan", { thinking: { type: "disabled" } }, coding, "200/ok"],
    ["flash is of the family", { model: "glm-5.3-flash", thinking: { type: "disabled" } }, {}, "400/1210"],
    ["5.2 takes all words", { model: "glm-5.2", reasoning_effort: "minimal" }, {}, "200/ok"],
    ["5.2 takes no others", { model: "glm-5.2", reasoning_effort: "garbage" }, {}, "400/1210"],
    ["4.7 looks at none", { model: "glm-4.7", reasoning_effort: "garbage" }, {}, "200/ok"],
    ["4.7 can be silent", { model: "glm-4.7", thinking: { type: "disabled" } }, {}, "200/ok"],
    ["unknown type", { model: "glm-4.7", thinking: { type: "auto" } }, {}, "400/1210"],
  ])("%s", async (_name, extra, more, expected) => {
    expect(verdict(await chat(simulator, "hi", extra, more))).toBe(expected);
  });

  it("goes on thinking on the plan when told not to", async () => {
    const answer = await chat(simulator, "hi", { thinking: { type: "disabled" } }, coding);
    expect(dig(json(answer), "choices", 0, "message", "reasoning_content")).toBeTruthy();
  });
});

describe("parameters", () => {
  it.each<[string, object, string]>([
    ["no model", { model: undefined }, "400/1213"],
    ["unknown model", { model: "gpt-5" }, "400/1211"],
    ["model of BigModel", { model: "glm-4-flash-250414" }, "400/1211"],
    ["context suffix", { model: "glm-5.3[1m]" }, "400/1211"],
    ["temperature", { temperature: 1.2 }, "400/1210"],
    ["temperature with three decimals", { temperature: 0.123 }, "400/1210"],
    ["temperature in range", { temperature: 0.35 }, "200/ok"],
    ["top_p", { top_p: 0 }, "400/1210"],
    ["max_tokens 0", { max_tokens: 0 }, "400/1210"],
    ["max_tokens of another model", { model: "glm-4.5", max_tokens: 131_072 }, "400/1210"],
    ["max_tokens at the limit", { max_tokens: 131_072 }, "200/ok"],
    ["tool_choice", { tools: [fn("a")], tool_choice: "required" }, "400/1210"],
    ["tool_choice auto", { tools: [fn("a")], tool_choice: "auto" }, "200/ok"],
    ["129 tools", { tools: Array.from({ length: 129 }, (_, index) => fn(`f${index}`)) }, "400/1210"],
    ["tool name", { tools: [fn("a b")] }, "400/1210"],
    [
      "tool without parameters",
      { tools: [{ type: "function", function: { name: "a", description: "b" } }] },
      "400/1210",
    ],
    ["tools on glm-4.5v", { model: "glm-4.5v", tools: [fn("a")] }, "400/1210"],
    [
      "search engine of the other platform",
      { tools: [{ type: "web_search", web_search: { enable: true, search_engine: "search_std" } }] },
      "400/1214",
    ],
    ["mcp tool on Z.AI", { tools: [{ type: "mcp", mcp: { server_label: "x" } }] }, "400/1210"],
    ["two stop words", { stop: ["a", "b"] }, "400/1210"],
    ["json_schema", { response_format: { type: "json_schema", json_schema: {} } }, "400/1210"],
    ["format on a vision model", { model: "glm-4.6v", response_format: { type: "json_object" } }, "400/1210"],
    ["short request_id", { request_id: "abc" }, "400/1214"],
    ["long user_id", { user_id: "x".repeat(129) }, "400/1214"],
    ["too long a prompt", { model: "glm-4.5v", ...user("word ".repeat(60_000)) }, "400/1261"],
  ])("%s", async (_name, extra, expected) => {
    expect(verdict(await chat(simulator, "hi", extra))).toBe(expected);
  });

  it("names the range of max_tokens and the rule of tool_choice", async () => {
    expect((await chat(simulator, "hi", { max_tokens: 200_000 })).text).toContain("[1,131072]");
    expect((await chat(simulator, "hi", { tool_choice: "none" })).text).toContain("Tool choice must be auto");
  });

  it("refuses models that the plan lacks", async () => {
    for (const model of ["glm-5.3-flashx", "glm-4.6v", "glm-4.7-flash"])
      expect(verdict(await chat(simulator, "hi", { model }, coding))).toBe("429/1311");
  });

  it("refuses a request_id that is still running, and takes it again afterwards", async () => {
    simulator.setScenario({ name: "stall-body", value: 200, times: 1 });
    const first = chat(simulator, "one", { request_id: "same-id", stream: true });
    await expect.poll(() => simulator.requests[0]?.status).toBe(200);
    expect(verdict(await chat(simulator, "two", { request_id: "same-id" }))).toBe("400/1231");
    await first;
    expect(verdict(await chat(simulator, "three", { request_id: "same-id" }))).toBe("200/ok");
  });

  it("runs glm-4.7-flash one at a time on BigModel", async () => {
    simulator.setScenario({ name: "stall-body", value: 150, times: 1 });
    const bigmodel = { host: "open.bigmodel.cn", key: bigmodelPlanKey };
    const first = chat(simulator, "one", { model: "glm-4.7-flash" }, bigmodel);
    await expect.poll(() => simulator.requests[0]?.status).toBe(200);
    expect(verdict(await chat(simulator, "two", { model: "glm-4.7-flash" }, bigmodel))).toBe("429/1302");
    await first;
  });
});

describe("messages", () => {
  const vision = { model: "glm-4.6v" };
  it.each<[string, object, string]>([
    ["none", { messages: [] }, "400/1214"],
    [
      "developer role",
      {
        messages: [
          { role: "developer", content: "x" },
          { role: "user", content: "y" },
        ],
      },
      "400/1214",
    ],
    ["empty user content", user(""), "400/1214"],
    ["blank user content", user(" \n"), "400/1214"],
    ["system only", { messages: [{ role: "system", content: "x" }] }, "400/1214"],
    [
      "system and assistant only",
      {
        messages: [
          { role: "system", content: "x" },
          { role: "assistant", content: "y" },
        ],
      },
      "400/1214",
    ],
    [
      "dangling tool result",
      {
        messages: [
          { role: "user", content: "x" },
          { role: "tool", tool_call_id: "nope", content: "y" },
        ],
      },
      "400/1214",
    ],
    ["text parts on a text model", user([{ type: "text", text: "hi" }]), "200/ok"],
    ["image on a text model", user([image(png(4, 4))]), "400/1210"],
    ["image that is none", { ...vision, ...user([image(Buffer.from("this is no picture"))]) }, "400/1210"],
    ["image over 5 MB", { ...vision, ...user([image(png(4, 4, 5 * 1024 * 1024 + 1))]) }, "400/1210"],
    ["image of 6001 pixels", { ...vision, ...user([image(png(6001, 4))]) }, "400/1210"],
    [
      "image from the web",
      { ...vision, ...user([{ type: "image_url", image_url: { url: "https://example.com/a.png" } }]) },
      "400/1210",
    ],
    [
      "file as base64",
      { ...vision, ...user([{ type: "file_url", file_url: { url: "data:application/pdf;base64,AAAA" } }]) },
      "400/1210",
    ],
    [
      "file with image",
      { ...vision, ...user([{ type: "file_url", file_url: { url: "https://example.com/a.pdf" } }, image(png(4, 4))]) },
      "400/1210",
    ],
    [
      "file alone",
      { ...vision, ...user([{ type: "file_url", file_url: { url: "https://example.com/a.pdf" } }]) },
      "200/ok",
    ],
    [
      "51 images for 4.5v",
      { model: "glm-4.5v", ...user(Array.from({ length: 51 }, () => image(png(4, 4)))) },
      "400/1210",
    ],
  ])("%s", async (_name, extra, expected) => {
    expect(verdict(await chat(simulator, "hi", extra))).toBe(expected);
  });

  it("says which parts a text model takes, in Chinese even to English callers", async () => {
    expect((await chat(simulator, "", user([image(png(4, 4))]))).text).toContain(
      "messages.content.type 参数非法，取值范围 ['text']",
    );
  });
});

describe("paths", () => {
  it.each<[string, string]>([
    ["/api/coding/paas/v4/images/generations", "/v4/images/generations"],
    ["/api/coding/paas/v4/layout_parsing", "/v4/layout_parsing"],
    ["/api/paas/v4/v1/chat/completions", "/v4/v1/chat/completions"],
    ["/nowhere", "/nowhere"],
  ])("answers %s as a framework does", async (path, inside) => {
    const answer = await call(simulator, { path, body: {} });
    expect(answer.status).toBe(404);
    expect(json(answer)).toMatchObject({
      status: 404,
      error: "Not Found",
      path: inside,
      timestamp: expect.any(String) as unknown,
    });
  });
});

import { PNG } from "pngjs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, bigmodelPlanKey, emptyKey, planKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, dig, json, verdict, type Answer, type Call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const bigmodel = { host: "open.bigmodel.cn", key: bigmodelPaygKey };
const generate = (body: object, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, {
    path: "/api/paas/v4/images/generations",
    body: { model: "glm-image", prompt: "A red fox", ...body },
    ...more,
  });
const fetchPicture = (url: unknown): Promise<Answer> =>
  call(simulator, { method: "GET", path: new URL(String(url)).pathname, key: null });

const size = async (model: string): Promise<number> =>
  PNG.sync.read((await fetchPicture(dig(json(await generate({ model })), "data", 0, "url"))).bytes).width;

describe("images", () => {
  it("gives a PNG of the asked size, drawn from the prompt", async () => {
    const answer = json(await generate({ size: "1056x1568" }));
    const url = dig(answer, "data", 0, "url");
    expect(url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${simulator.port}/cdn/`));
    const file = await fetchPicture(url);
    expect(file.headers["content-type"]).toBe("image/png");
    const { width, height, data } = PNG.sync.read(file.bytes);
    expect([width, height]).toEqual([1056, 1568]);
    const other = PNG.sync.read(
      (await fetchPicture(dig(json(await generate({ size: "1056x1568", prompt: "A blue whale" })), "data", 0, "url")))
        .bytes,
    );
    expect(other.data.equals(data)).toBe(false);
  });

  it("names the request as it was told", async () => {
    expect(json(await generate({ request_id: "my-picture" }))).toMatchObject({ request_id: "my-picture" });
  });

  it("has a standard size per model", async () => {
    expect([await size("glm-image"), await size("cogview-4-250304")]).toEqual([1280, 1024]);
  });

  it("serves results of the official names from a name of their own", async () => {
    const url = String(dig(json(await generate({}, { host: "api.z.ai" })), "data", 0, "url"));
    expect(url).toMatch(/^https:\/\/cdn\.glm-simulator\.test\/cdn\//);
    expect(
      (await call(simulator, { method: "GET", path: new URL(url).pathname, host: "cdn.glm-simulator.test", key: null }))
        .status,
    ).toBe(200);
  });

  it("refuses a download that carries the key, and records it", async () => {
    const url = dig(json(await generate({})), "data", 0, "url");
    expect((await call(simulator, { method: "GET", path: new URL(String(url)).pathname })).status).toBe(400);
    expect(simulator.requests.at(-1)?.headers["authorization"]).toBeDefined();
    expect((await call(simulator, { method: "GET", path: "/cdn/missing.png", key: null })).status).toBe(404);
  });

  it.each<[string, object, Partial<Call>, string]>([
    ["too small", { size: "512x512" }, {}, "400/1214"],
    ["too large", { size: "2080x1024" }, {}, "400/1214"],
    ["no multiple of 32", { size: "1040x1040" }, {}, "400/1214"],
    ["the printed sign", { size: "1280×1280" }, {}, "400/1214"],
    ["cogview takes 512", { model: "cogview-4-250304", size: "512x528" }, {}, "200/ok"],
    ["cogview has fewer pixels", { model: "cogview-4-250304", size: "2048x2048" }, {}, "400/1214"],
    ["glm-image is hd only", { quality: "standard" }, {}, "400/1214"],
    ["no prompt", { prompt: " " }, {}, "400/1214"],
    ["a chat model", { model: "glm-5.3" }, {}, "400/1211"],
    ["a model of BigModel", { model: "cogview-3-flash" }, {}, "400/1211"],
    ["the same on BigModel", { model: "cogview-3-flash" }, { ...bigmodel, key: bigmodelPlanKey }, "200/ok"],
    ["cogview-4 on BigModel", { model: "cogview-4", quality: "standard" }, bigmodel, "200/ok"],
    ["cogview-4 on Z.AI", { model: "cogview-4" }, {}, "400/1211"],
    ["a watermark on Z.AI", { watermark_enabled: false }, {}, "400/1210"],
    ["a watermark on BigModel", { watermark_enabled: false }, bigmodel, "200/ok"],
    ["a watermark as a word", { watermark_enabled: "no" }, bigmodel, "400/1214"],
    ["a short user id", { user_id: "12345" }, {}, "400/1214"],
    ["a short request id on BigModel", { request_id: "12345" }, bigmodel, "400/1214"],
    ["no balance", {}, { key: emptyKey }, "429/1113"],
    ["plan key", {}, { key: planKey }, "429/1113"],
  ])("%s", async (_name, body, more, expected) => {
    expect(verdict(await generate(body, more))).toBe(expected);
  });
});

const start = async (): Promise<string> => {
  const answer = json(await generate({}, { path: "/api/paas/v4/async/images/generations" }));
  expect(answer).toMatchObject({
    model: "glm-image",
    task_status: "PROCESSING",
    request_id: expect.any(String) as unknown,
  });
  return String(dig(answer, "id"));
};

const poll = async (id: string, key?: string): Promise<Answer> =>
  call(simulator, { method: "GET", path: `/api/paas/v4/async-result/${id}`, ...(key === undefined ? {} : { key }) });

describe("asynchronous images", () => {
  it("is PROCESSING, then SUCCESS with a picture", async () => {
    const id = await start();
    expect(dig(json(await poll(id)), "task_status")).toBe("PROCESSING");
    await expect.poll(async () => dig(json(await poll(id)), "task_status")).toBe("SUCCESS");
    const file = await fetchPicture(dig(json(await poll(id)), "image_result", 0, "url"));
    expect(PNG.sync.read(file.bytes).width).toBe(1280);
  });

  it("can end in FAIL", async () => {
    simulator.setScenario({ name: "image-fail", times: 1 });
    const id = await start();
    await expect.poll(async () => dig(json(await poll(id)), "task_status")).toBe("FAIL");
  });

  it("knows neither wrong ids nor those of another key", async () => {
    expect(verdict(await poll("nothing"))).toBe("400/1214");
    expect(verdict(await poll(await start(), planKey))).toBe("400/1214");
  });

  it("is for glm-image only", async () => {
    expect(
      verdict(await generate({ model: "cogview-4-250304" }, { path: "/api/paas/v4/async/images/generations" })),
    ).toBe("400/1212");
  });
});

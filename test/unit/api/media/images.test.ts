import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Client, RequestOptions } from "../../../../src/api/client.ts";
import { pictureKind } from "../../../../src/api/http/download.ts";
import { imageModels } from "../../../../src/api/media/imageCatalog.ts";
import type { ImageRequest } from "../../../../src/api/media/images.ts";
import type { OfficialPlatformId } from "../../../../src/api/platforms.ts";
import { clientFor, failure, key } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { outcomeOn } from "../../../fakes/offeredOn.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { startSimulator, type Simulator } from "../../../zai-server/server.ts";

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const cogview: ImageRequest = { model: "cogview-4-250304", prompt: "A boat", size: "1024x1024" };
const glmImage: ImageRequest = { model: "glm-image", prompt: "A boat", size: "1280x1280" };

let server: ApiServer | undefined;
afterEach(() => server?.close());

/** A service that draws: routes by path, `override` first. */
async function draw(override: Partial<Record<string, Handler>> = {}): Promise<{ client: Client; running: ApiServer }> {
  let polls = 0;
  const routes: Record<string, Handler> = {
    "/api/paas/v4/images/generations": (_request, response) =>
      sendJson(response, 200, { created: 1, data: [{ url: `${running.origin}/picture.png` }] }),
    "/api/paas/v4/async/images/generations": (_request, response) =>
      sendJson(response, 200, { id: "task-1", task_status: "PROCESSING" }),
    "/api/paas/v4/async-result/task-1": (_request, response) =>
      sendJson(response, 200, {
        task_status: polls++ < 2 ? "PROCESSING" : "SUCCESS",
        image_result: [{ url: `${running.origin}/picture.png` }],
      }),
    "/picture.png": (_request, response) => void response.end(png),
    ...override,
  };
  const running = await startApiServer((request, response, turn) => {
    const route = routes[request.path];
    if (route) return route(request, response, turn);
    sendJson(response, 404, { timestamp: "t", status: 404, error: "Not Found", path: request.path });
  });
  server = running;
  return { client: clientFor(running.endpoint(), { pollIntervalMs: 5 }), running };
}

const missing: Handler = (_request, response) => sendJson(response, 404, { status: 404, error: "Not Found" });

const paths = (running: ApiServer) => running.received.map(({ path }) => path.replace("/api/paas/v4", ""));

describe("an image that was started", () => {
  it("is collected by its id, without being ordered again", async () => {
    let lost = true;
    const { client, running } = await draw({
      "/picture.png": (_request, response) => void (lost ? response.writeHead(410).end() : response.end(png)),
    });
    const { details } = await failure(client.images.generate(glmImage));
    lost = false;
    expect(await client.images.collect(details.taskId ?? "")).toMatchObject({ type: "png" });
    expect(paths(running).filter((path) => path.endsWith("/images/generations"))).toHaveLength(1);
  });

  it("is not lost when it cannot be fetched, or not in time: its id is told", async () => {
    const gone = await draw({ "/picture.png": (_request, response) => void response.writeHead(403).end() });
    const { code, details } = await failure(gone.client.images.generate(glmImage));
    expect([code, details.taskId]).toEqual(["result-gone", "task-1"]);
    await gone.running.close();
    const { running } = await draw({
      "/api/paas/v4/async-result/task-1": (_request, response) =>
        sendJson(response, 200, { task_status: "PROCESSING" }),
    });
    const client = clientFor(running.endpoint(), { pollIntervalMs: 5, deadlines: { image: 50 } });
    const late = await failure(client.images.generate(glmImage));
    expect([late.code, late.details.taskId, late.details.mayHaveRun]).toEqual(["timeout", "task-1", undefined]);
  });
});

describe("an image", () => {
  it("of CogView is drawn at once and fetched without the key", async () => {
    const { client, running } = await draw();
    const { bytes, type } = await client.images.generate(cogview);
    expect([Buffer.from(bytes), type]).toEqual([png, "png"]);
    expect(paths(running)).toEqual(["/images/generations", "/picture.png"]);
    expect(running.received[0]?.headers.authorization).toBe(`Bearer ${key}`);
    expect(running.received[1]?.headers.authorization).toBeUndefined();
  });

  it("of GLM-Image is drawn in the background", async () => {
    const { client, running } = await draw();
    await client.images.generate(glmImage);
    const poll = "/async-result/task-1";
    expect(paths(running)).toEqual(["/async/images/generations", poll, poll, poll, "/picture.png"]);
  });

  it("of GLM-Image is drawn at once where the background path is missing", async () => {
    const { client, running } = await draw({ "/api/paas/v4/async/images/generations": missing });
    await client.images.generate(glmImage);
    expect(paths(running).slice(0, 2)).toEqual(["/async/images/generations", "/images/generations"]);
  });

  it("may come as base64", async () => {
    const { client } = await draw({
      "/api/paas/v4/images/generations": (_request, response) =>
        sendJson(response, 200, { data: [{ b64_json: png.toString("base64") }] }),
    });
    expect(Buffer.from((await client.images.generate(cogview)).bytes)).toEqual(png);
  });

  it.each([
    ["without a reason", {}, "result-failed"],
    ["for its content", { error: { code: "1301", message: "unsafe" } }, "content-blocked"],
    ["for an unknown reason", { error: { code: "77", message: "odd" } }, "result-failed"],
  ])("can fail %s", async (_name, more, code) => {
    const { client, running } = await draw({
      "/api/paas/v4/async-result/task-1": (_request, response) =>
        sendJson(response, 200, { task_status: "FAIL", ...more }),
    });
    expect((await failure(client.images.generate(glmImage))).code).toBe(code);
    expect(running.received).toHaveLength(2);
  });

  it.each<[string, Partial<ImageRequest>, string]>([
    ["a size that the model does not take", { size: "100x100" }, "size"],
    ["a size that is none", { size: "large" }, "size"],
    ["an empty prompt", { prompt: " " }, "prompt"],
    ["a long prompt", { prompt: "x".repeat(1001) }, "prompt"],
    ["a quality that the model lacks", { model: "glm-image", size: "1280x1280", quality: "standard" }, "quality"],
    ["a short user id", { userId: "short" }, "user_id"],
    ["a long request id", { requestId: "x".repeat(65) }, "request_id"],
  ])("is refused before the network for %s", async (_name, change, field) => {
    const { client, running } = await draw();
    for (const work of [client.images.generate, client.images.create, client.images.start]) {
      expect(await failure(work({ ...cogview, ...change }))).toMatchObject({ code: "bad-request", details: { field } });
    }
    expect(running.received).toHaveLength(0);
  });

  it("sends what was asked, and nothing else", async () => {
    const { client, running } = await draw();
    await client.images.create({ ...cogview, quality: "hd", userId: "user-1", requestId: "request-1" });
    await client.images.create({ model: "cogview-9", prompt: "A boat", watermark: false });
    expect(running.received.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { ...cogview, quality: "hd", user_id: "user-1", request_id: "request-1" },
      { model: "cogview-9", prompt: "A boat", watermark_enabled: false },
    ]);
  });

  it("can be cancelled while it is being drawn", async () => {
    const { client } = await draw({
      "/api/paas/v4/async-result/task-1": (_request, response) =>
        sendJson(response, 200, { task_status: "PROCESSING" }),
    });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const options: RequestOptions = { signal: stop.signal };
    expect((await failure(client.images.generate(glmImage, options))).code).toBe("cancelled");
  });

  it("has a deadline over all", async () => {
    const { running } = await draw({
      "/api/paas/v4/async-result/task-1": (_request, response) =>
        sendJson(response, 200, { task_status: "PROCESSING" }),
    });
    const client = clientFor(running.endpoint(), { pollIntervalMs: 5, deadlines: { image: 80 } });
    expect(await failure(client.images.generate(glmImage))).toMatchObject({
      code: "timeout",
      details: { deadline: "total" },
    });
  });
});

describe("an image that is left where it is", () => {
  it("has an address", async () => {
    const { client, running } = await draw();
    expect(await client.images.create(cogview)).toEqual({ url: `${running.origin}/picture.png` });
    expect(paths(running)).toEqual(["/images/generations"]);
  });

  it.each<[string, unknown]>([
    ["no data", {}],
    ["empty data", { data: [] }],
    ["no address", { data: [{}] }],
    ["an address that is no text", { data: [{ url: {} }] }],
    ["a list", []],
  ])("needs more of an answer than %s", async (_name, answer) => {
    const { client } = await draw({
      "/api/paas/v4/images/generations": (_request, response) => sendJson(response, 200, answer),
    });
    expect((await failure(client.images.create(cogview))).code).toBe("invalid-response");
  });

  it("can be started, looked at and fetched later", async () => {
    const { client, running } = await draw();
    const id = await client.images.start(glmImage);
    expect(id).toBe("task-1");
    expect(await client.images.result(id)).toEqual({ status: "processing" });
    expect(await client.images.result(id)).toEqual({ status: "processing" });
    expect(await client.images.result(id)).toEqual({ status: "success", url: `${running.origin}/picture.png` });
  });

  it("can only be started for a model that is drawn in the background", async () => {
    const { client, running } = await draw();
    expect(await failure(client.images.start(cogview))).toMatchObject({ details: { field: "model" } });
    expect(running.received).toHaveLength(0);
  });

  it.each([
    ["an object instead of a list", { image_result: { url: "https://x/y.png" } }],
    ["null beside it", { image_result: [{ url: "https://x/y.png", b64_json: null }], request_id: null }],
  ])("takes %s", async (_name, more) => {
    const { client } = await draw({
      "/api/paas/v4/async-result/task-1": (_request, response) =>
        sendJson(response, 200, { task_status: "SUCCESS", ...more }),
    });
    expect(await client.images.result("task-1")).toEqual({ status: "success", url: "https://x/y.png" });
  });

  it("is of no use without an address", async () => {
    const { client } = await draw({
      "/api/paas/v4/async-result/task-1": (_request, response) =>
        sendJson(response, 200, { task_status: "SUCCESS", image_result: [] }),
    });
    expect((await failure(client.images.result("task-1"))).code).toBe("invalid-response");
  });
});

const offered = (platform: OfficialPlatformId, change: Partial<ImageRequest>) =>
  outcomeOn(platform, (client) => client.images.create({ ...cogview, ...change }));

describe("what a platform offers", () => {
  it("decides before the network", async () => {
    const code = "not-offered";
    expect(await offered("zai", {})).toBe("sent");
    expect(await offered("zai-coding", {})).toEqual({ code, offeredOn: ["zai", "bigmodel"] });
    expect(await offered("zai", { model: "cogview-4" })).toEqual({ code, field: "model", offeredOn: ["bigmodel"] });
    expect(await offered("bigmodel", { model: "cogview-4" })).toBe("sent");
    expect(await offered("zai", { watermark: true })).toMatchObject({ code, field: "watermark_enabled" });
    expect(await offered("bigmodel", { watermark: false })).toBe("sent");
  });
});

describe("images of the simulator", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ paceMs: 0 });
  });
  beforeEach(() => simulator.reset());
  afterAll(() => simulator.close());

  it.each(["zai", "bigmodel"] as const)("are drawn by every model of %s, in every quality", async (platform) => {
    const client = simulatorClient(simulator, platform);
    for (const { id, platforms, sizes, qualities } of imageModels) {
      if (platforms && !platforms.includes(platform)) continue;
      for (const quality of qualities) {
        const image = await client.images.generate({ model: id, prompt: "A red fox", size: sizes[0], quality });
        expect([id, image.type, image.bytes.byteLength > 100]).toEqual([id, "png", true]);
      }
    }
    const fetched = simulator.requests.filter(({ path }) => path.startsWith("/cdn/"));
    expect(fetched.length).toBeGreaterThan(0);
    expect(fetched.every(({ headers }) => headers["authorization"] === undefined)).toBe(true);
  });

  it("can be started and fetched by address", async () => {
    const client = simulatorClient(simulator, "bigmodel");
    const id = await client.images.start({ model: "glm-image", prompt: "A red fox", watermark: true });
    expect(await client.images.result(id)).toEqual({ status: "processing" });
    await expect.poll(() => client.images.result(id)).toMatchObject({ status: "success" });
    const { url } = await client.images.create({ model: "cogview-4", prompt: "A boat", userId: "user-1" });
    expect((await client.download(url, pictureKind)).type).toBe("png");
  });

  it("can fail without a reason", async () => {
    simulator.setScenario({ name: "image-fail" });
    const client = simulatorClient(simulator, "zai");
    expect((await failure(client.images.generate(glmImage))).code).toBe("result-failed");
  });
});

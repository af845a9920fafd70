import { createCanvas } from "@napi-rs/canvas";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ClientOptions } from "../../../../src/api/client.ts";
import { pictureKind, videoKind } from "../../../../src/api/http/download.ts";
import type { OfficialPlatformId } from "../../../../src/api/platforms.ts";
import { videoModels, type VideoModel } from "../../../../src/api/media/videoCatalog.ts";
import type { VideoRequest } from "../../../../src/api/media/videoRequest.ts";
import { clientFor, failure, sleeplessClock } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { outcomeOn } from "../../../fakes/offeredOn.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { startSimulator, type Simulator } from "../../../zai-server/server.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

const mp4 = Buffer.from("\0\0\0\x20ftypisom video", "latin1");
const png = picture(128, 128);
const boat: VideoRequest = { model: "cogvideox-3", prompt: "A paper boat on a river" };

function picture(width: number, height: number, type: "png" | "jpeg" | "webp" = "png"): Buffer {
  const canvas = createCanvas(width, height);
  canvas.getContext("2d").fillRect(0, 0, width, height);
  if (type === "png") return canvas.toBuffer("image/png");
  return type === "webp" ? canvas.toBuffer("image/webp") : canvas.toBuffer("image/jpeg");
}

const base = "/api/paas/v4";

/** A service whose task is done at the third look. */
async function film(override: Partial<Record<string, Handler>> = {}, more: Partial<ClientOptions> = {}) {
  let looks = 0;
  const routes: Partial<Record<string, Handler>> = {
    [`${base}/videos/generations`]: (_request, response) =>
      sendJson(response, 200, { model: "cogvideox-3", id: "task-1", request_id: "r", task_status: "PROCESSING" }),
    [`${base}/async-result/task-1`]: (_request, response) =>
      sendJson(response, 200, {
        task_status: looks++ < 2 ? "PROCESSING" : "SUCCESS",
        video_result: [{ url: `${running.origin}/a.mp4`, cover_image_url: `${running.origin}/a.png` }],
      }),
    "/a.mp4": (_request, response) => void response.end(mp4),
    "/a.png": (_request, response) => void response.end(png),
    ...override,
  };
  const running = await startApiServer((request, response, turn) =>
    (routes[request.path] ?? ((_request, missing) => void missing.writeHead(404).end()))(request, response, turn),
  );
  server = running;
  const clock = sleeplessClock();
  return { running, clock, client: clientFor(running.endpoint(), { clock, ...more }) };
}

const answering =
  (answer: object): Handler =>
  (_request, response) =>
    sendJson(response, 200, answer);

describe("a video that was started", () => {
  it("is not lost when it cannot be fetched: its id is told", async () => {
    const { client } = await film({ "/a.mp4": (_request, response) => void response.writeHead(404).end() });
    const { code, details } = await failure(client.videos.generate(boat));
    expect([code, details.taskId]).toEqual(["result-gone", "task-1"]);
  });
});

describe("a video", () => {
  it("is started, waited for and fetched with its cover, without the key", async () => {
    const { client, running, clock } = await film();
    const looks: number[] = [];
    const { bytes, type, cover } = await client.videos.generate(boat, { onProgress: (ms) => looks.push(ms) });
    expect([Buffer.from(bytes), type]).toEqual([mp4, "mp4"]);
    expect([Buffer.from(cover?.bytes ?? []), cover?.type]).toEqual([png, "png"]);
    const poll = `GET ${base}/async-result/task-1`;
    expect(running.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST ${base}/videos/generations`,
      poll,
      poll,
      poll,
      "GET /a.mp4",
      "GET /a.png",
    ]);
    const withKey = running.received.filter(({ headers }) => headers.authorization !== undefined);
    expect(withKey.map(({ path }) => path)).not.toContain("/a.mp4");
    expect(withKey).toHaveLength(4);
    expect(clock.slept).toEqual([10_000, 13_000, 16_900]);
    expect(looks).toHaveLength(2);
  });

  it("can be started, looked at and fetched later", async () => {
    const { client, running } = await film();
    const id = await client.videos.start(boat);
    expect(await client.videos.result(id)).toEqual({ status: "processing" });
    expect(await client.videos.result(id)).toEqual({ status: "processing" });
    expect(await client.videos.result(id)).toEqual({
      status: "success",
      url: `${running.origin}/a.mp4`,
      coverUrl: `${running.origin}/a.png`,
    });
    expect((await client.download(`${running.origin}/a.mp4`, videoKind)).type).toBe("mp4");
  });

  it("sends every field that was set, and no other", async () => {
    const { client, running } = await film();
    const inline = `data:image/png;base64,${png.toString("base64")}`;
    const address = "https://example.com/a.png";
    const pairs: readonly (readonly [VideoRequest, object])[] = [
      [
        { ...boat, quality: "speed", audio: true, size: "1920x1080", fps: 60, duration: 10 },
        { ...boat, quality: "speed", with_audio: true, size: "1920x1080", fps: 60, duration: 10 },
      ],
      [
        { model: "viduq1-text", prompt: "A cat", style: "anime", aspectRatio: "9:16", movementAmplitude: "large" },
        { model: "viduq1-text", prompt: "A cat", style: "anime", aspect_ratio: "9:16", movement_amplitude: "large" },
      ],
      [
        { ...boat, requestId: "request-1", userId: "user-1", watermark: false },
        { ...boat, request_id: "request-1", user_id: "user-1", watermark_enabled: false },
      ],
      [
        { model: "cogvideox-3", images: [address, png] },
        { model: "cogvideox-3", image_url: [address, inline] },
      ],
      [
        { model: "vidu2-reference", images: [png] },
        { model: "vidu2-reference", image_url: [inline] },
      ],
      [
        { model: "vidu2-image", images: [inline] },
        { model: "vidu2-image", image_url: inline },
      ],
      [
        { model: "later-9", prompt: "A cat", images: [address], duration: 77 },
        { model: "later-9", prompt: "A cat", image_url: address, duration: 77 },
      ],
    ];
    for (const [request] of pairs) await client.videos.start(request);
    expect(running.received.map(({ body }) => JSON.parse(body) as unknown)).toEqual(pairs.map(([, sent]) => sent));
  });

  it("does without a cover that cannot be fetched", async () => {
    const { client, running } = await film({ "/a.png": (_request, response) => void response.writeHead(500).end() });
    const { type, cover } = await client.videos.generate(boat);
    expect([type, cover]).toEqual(["mp4", undefined]);
    // Nobody waits for a second attempt.
    expect(running.received.filter(({ path }) => path === "/a.png")).toHaveLength(1);
  });

  it.each<[string, object]>([
    ["an object instead of a list", { video_result: { url: "URL", cover_image_url: null } }],
    ["no cover", { video_result: [{ url: "URL" }] }],
    ["an empty cover", { video_result: [{ url: "URL", cover_image_url: "" }], request_id: null }],
  ])("takes %s", async (_name, answer) => {
    const { client } = await film({
      [`${base}/async-result/task-1`]: answering({ task_status: "SUCCESS", ...answer }),
    });
    expect(await client.videos.result("task-1")).toEqual({ status: "success", url: "URL", coverUrl: undefined });
  });

  it.each([{}, { video_result: null }, { video_result: [] }, { video_result: [{ cover_image_url: "URL" }] }])(
    "cannot be fetched from %j",
    async (answer) => {
      const { client } = await film({
        [`${base}/async-result/task-1`]: answering({ task_status: "SUCCESS", ...answer }),
      });
      expect((await failure(client.videos.generate(boat))).code).toBe("invalid-response");
    },
  );

  it.each([
    ["without a reason", {}, "result-failed"],
    ["for its content", { error: { code: "1301", message: "unsafe" } }, "content-blocked"],
    ["for an unknown reason", { error: { code: 77, message: "odd" } }, "result-failed"],
  ])("can fail %s", async (_name, more, code) => {
    const { client } = await film({ [`${base}/async-result/task-1`]: answering({ task_status: "FAIL", ...more }) });
    expect((await failure(client.videos.generate(boat))).code).toBe(code);
    expect((await failure(client.videos.result("task-1"))).code).toBe(code);
  });

  it.each(["looking", "fetching"])("can be cancelled while %s", async (stage) => {
    const stop = new AbortController();
    let closed = 0;
    const { client } = await film({
      [`${base}/async-result/task-1`]: ({ headers }, response) => {
        const video_result = [{ url: `http://${headers.host}/a.mp4` }];
        sendJson(response, 200, { task_status: stage === "looking" ? "PROCESSING" : "SUCCESS", video_result });
        if (stage === "looking") stop.abort();
      },
      "/a.mp4": (_request, response) => {
        response.once("close", () => closed++);
        response.write(mp4, () => stop.abort());
      },
    });
    expect((await failure(client.videos.generate(boat, { signal: stop.signal }))).code).toBe("cancelled");
    await expect.poll(() => closed).toBe(stage === "fetching" ? 1 : 0);
  });

  it("has a deadline over all looks", async () => {
    const { client } = await film(
      { [`${base}/async-result/task-1`]: answering({ task_status: "PROCESSING" }) },
      { deadlines: { video: 50 } },
    );
    expect(await failure(client.videos.generate(boat))).toMatchObject({
      code: "timeout",
      details: { deadline: "total" },
    });
  });
});

const square = picture(200, 200);
const heavy = Buffer.concat([square, Buffer.alloc(5 * 1024 * 1024)]);

const offered = (platform: OfficialPlatformId, change: Partial<VideoRequest>) =>
  outcomeOn(platform, (client) => client.videos.start({ ...boat, ...change }));

describe("the rules of a model", () => {
  it.each<[string, Partial<VideoRequest>, string]>([
    ["neither prompt nor picture", { prompt: undefined }, "prompt"],
    ["an empty prompt", { prompt: " " }, "prompt"],
    ["513 characters", { prompt: "x".repeat(513) }, "prompt"],
    ["an odd size", { size: "1000x1000" }, "size"],
    ["an odd rate", { fps: 24 }, "fps"],
    ["an odd length", { duration: 7 }, "duration"],
    ["a style that the model lacks", { style: "anime" }, "style"],
    ["a ratio that the model lacks", { aspectRatio: "16:9" }, "aspect_ratio"],
    ["a movement that the model lacks", { movementAmplitude: "auto" }, "movement_amplitude"],
    ["three frames", { images: [square, square, square] }, "image_url"],
    ["quality with first and last frame", { images: [square, square], quality: "quality" }, "quality"],
    ["WebP", { images: [picture(64, 64, "webp")] }, "image_url"],
    ["5 MB and more", { images: [heavy] }, "image_url"],
    ["no picture at all", { images: [new Uint8Array(100)] }, "image_url"],
    ["a broken data URI", { images: ["data:image/png;base64,%%%"] }, "image_url"],
    ["an address of this machine", { images: ["http://127.0.0.1/a.png"] }, "image_url"],
    ["a path", { images: ["/etc/passwd"] }, "image_url"],
    ["a length of CogVideoX-2", { model: "cogvideox-2", duration: 5 }, "duration"],
    ["two frames of CogVideoX-Flash", { model: "CogVideoX-Flash", images: [square, square] }, "image_url"],
    ["no prompt for text", { model: "viduq1-text", prompt: undefined }, "prompt"],
    ["a picture for text", { model: "viduq1-text", images: [square] }, "image_url"],
    ["sound for text", { model: "viduq1-text", audio: true }, "with_audio"],
    ["a quality of Vidu", { model: "viduq1-text", quality: "speed" }, "quality"],
    ["an unknown style", { model: "viduq1-text", style: "noir" as "anime" }, "style"],
    ["two pictures for one", { model: "vidu2-image", images: [square, square] }, "image_url"],
    ["a wide picture", { model: "vidu2-image", images: [picture(401, 100)] }, "image_url"],
    ["a tall picture", { model: "vidu2-image", images: [picture(100, 401, "webp")] }, "image_url"],
    ["unlike frames", { model: "vidu2-start-end", images: [square, picture(200, 159)] }, "image_url"],
    ["a small reference", { model: "vidu2-reference", images: [square, picture(127, 200, "jpeg")] }, "image_url"],
    ["four references", { model: "vidu2-reference", images: [square, square, square, square] }, "image_url"],
    ["the length of another Vidu", { model: "viduq1-image", images: [square], duration: 4 }, "duration"],
    ["a short user id", { userId: "short" }, "user_id"],
    ["a short request id", { requestId: "short" }, "request_id"],
  ])("refuse %s before the network", async (_name, change, field) => {
    const { client, running } = await film();
    expect(await failure(client.videos.start({ ...boat, ...change }))).toMatchObject({
      code: "bad-request",
      details: { field },
    });
    expect(running.received).toHaveLength(0);
  });

  it("are those of its platform", async () => {
    const code = "not-offered";
    expect(await offered("zai", {})).toBe("sent");
    expect(await offered("zai-coding", {})).toEqual({ code, offeredOn: ["zai", "bigmodel"] });
    const flash = { model: "cogvideox-flash" };
    expect(await offered("zai", flash)).toEqual({ code, field: "model", offeredOn: ["bigmodel"] });
    expect(await offered("bigmodel", { ...flash, watermark: true })).toBe("sent");
    expect(await offered("zai", { watermark: true })).toMatchObject({ code, field: "watermark_enabled" });
  });
});

/** As much as the model takes. */
function fullRequest(model: VideoModel): VideoRequest {
  const { images } = model;
  return {
    model: model.id,
    prompt: "A paper boat",
    images: images && Array.from({ length: images.most }, () => picture(200, 200, "jpeg")),
    quality: model.qualities[0],
    audio: model.audio ? true : undefined,
    size: model.sizes.at(-1),
    fps: model.fps.at(-1),
    duration: model.durations.at(-1),
    style: model.styles.at(-1),
    aspectRatio: model.aspectRatios.at(-1),
    movementAmplitude: model.movementAmplitudes.at(-1),
    userId: "user-1",
  };
}

describe("videos of the simulator", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ paceMs: 0 });
  });
  beforeEach(() => simulator.reset());
  afterAll(() => simulator.close());

  it.each(["zai", "bigmodel"] as const)("take all that the catalogue says of each model of %s", async (platform) => {
    const client = simulatorClient(simulator, platform);
    for (const model of videoModels) {
      if (model.platforms && !model.platforms.includes(platform)) continue;
      expect([model.id, await client.videos.start(fullRequest(model))]).toEqual([model.id, expect.any(String)]);
      for (const size of model.sizes) await client.videos.start({ ...fullRequest(model), size });
      if (model.images) await client.videos.start({ model: model.id, images: [square] });
      if (!model.promptRequired) await client.videos.start({ model: model.id, prompt: "A boat" });
    }
    expect(simulator.requests.every(({ status }) => status === 200)).toBe(true);
  });

  it("are made and fetched", async () => {
    const client = simulatorClient(simulator, "zai");
    const { type, bytes, cover } = await client.videos.generate({ ...boat, size: "1280x720", images: [square] });
    expect([type, bytes.byteLength > 1000, cover?.type]).toEqual(["mp4", true, "png"]);
    const files = simulator.requests.filter(({ path }) => path.startsWith("/cdn/"));
    expect(files.map(({ headers }) => headers["authorization"])).toEqual([undefined, undefined]);
  });

  it("can begin with a picture that was drawn", async () => {
    const client = simulatorClient(simulator, "bigmodel");
    const { url } = await client.images.create({ model: "cogview-4-250304", prompt: "A boat" });
    const id = await client.videos.start({ model: "vidu2-image", images: [url], watermark: true });
    await expect.poll(() => client.videos.result(id)).toMatchObject({ status: "success" });
    const result = await client.videos.result(id);
    const cover = result.status === "success" ? (result.coverUrl ?? "") : "";
    expect((await client.download(cover, pictureKind)).type).toBe("png");
  });

  it.each([
    [undefined, "result-failed"],
    [1301, "content-blocked"],
  ])("can fail with the reason %s", async (value, code) => {
    simulator.setScenario(value === undefined ? { name: "video-fail" } : { name: "video-fail", value });
    const client = simulatorClient(simulator, "zai");
    expect((await failure(client.videos.generate(boat))).code).toBe(code);
  });
});

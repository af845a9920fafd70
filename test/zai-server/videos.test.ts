import { createCanvas } from "@napi-rs/canvas";
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
  call(simulator, { path: "/api/paas/v4/videos/generations", body: { model: "cogvideox-3", ...body }, ...more });
const poll = (id: unknown, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, { method: "GET", path: `/api/paas/v4/async-result/${String(id)}`, ...more });
const fetchFile = (url: unknown): Promise<Answer> =>
  call(simulator, { method: "GET", path: new URL(String(url)).pathname, key: null });

async function finish(started: Answer): Promise<unknown> {
  const id = dig(json(started), "id");
  await expect.poll(async () => dig(json(await poll(id)), "task_status")).not.toBe("PROCESSING");
  return json(await poll(id));
}

function picture(width: number, height: number, type: "png" | "jpeg" | "webp" = "png", colour = "teal"): string {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
  const bytes =
    type === "png" ? canvas.toBuffer("image/png") : canvas.toBuffer(type === "webp" ? "image/webp" : "image/jpeg");
  return `data:image/${type};base64,${bytes.toString("base64")}`;
}

/** The first box at this path, e.g. `moov/trak/tkhd`; boxes that hold boxes only. */
function box(file: Buffer, path: string): Buffer | undefined {
  const [name, ...rest] = path.split("/");
  for (let at = 0; at + 8 <= file.length; at += file.readUInt32BE(at)) {
    if (file.toString("latin1", at + 4, at + 8) !== name) continue;
    const content = file.subarray(at + 8, at + file.readUInt32BE(at));
    return rest.length === 0 ? content : box(content, rest.join("/"));
  }
  return undefined;
}

describe("films", () => {
  it("are PROCESSING, then a film of the asked size, length and rate, and its cover", async () => {
    const started = await generate({ prompt: "A paper boat", size: "1280x720", fps: 60, duration: 10 });
    expect(json(started)).toEqual({
      model: "cogvideox-3",
      id: expect.stringMatching(/^\w+$/) as unknown,
      request_id: expect.any(String) as unknown,
      task_status: "PROCESSING",
    });
    expect(dig(json(await poll(dig(json(started), "id"))), "task_status")).toBe("PROCESSING");
    const done = await finish(started);
    expect(done).toMatchObject({ model: "cogvideox-3", task_status: "SUCCESS", id: dig(json(started), "id") });
    const answer = await fetchFile(dig(done, "video_result", 0, "url"));
    const film = answer.bytes;
    expect(answer.headers["content-type"]).toBe("video/mp4");
    expect(film.toString("latin1", 4, 12)).toBe("ftypisom");
    const header = box(film, "moov/mvhd");
    expect([header?.readUInt32BE(12), header?.readUInt32BE(16)]).toEqual([60, 600]);
    const track = box(film, "moov/trak/tkhd");
    expect([track?.readUInt32BE(76), track?.readUInt32BE(80)]).toEqual([1280 * 65_536, 720 * 65_536]);
    const offset = box(film, "moov/trak/mdia/minf/stbl/stco")?.readUInt32BE(8) ?? 0;
    const size = box(film, "moov/trak/mdia/minf/stbl/stsz")?.readUInt32BE(4) ?? 0;
    expect(film.toString("hex", offset, offset + 3)).toBe("ffd8ff");
    expect(offset + size).toBe(film.length);
    const cover = await fetchFile(dig(done, "video_result", 0, "cover_image_url"));
    expect(cover.headers["content-type"]).toBe("image/png");
    expect(PNG.sync.read(cover.bytes)).toMatchObject({ width: 1280, height: 720 });
  });

  it("begin with the picture that was sent", async () => {
    const started = await generate({ model: "vidu2-image", image_url: picture(64, 64, "webp", "#ff0000") });
    const cover = await fetchFile(dig(await finish(started), "video_result", 0, "cover_image_url"));
    const { width, height, data } = PNG.sync.read(cover.bytes);
    expect([width, height]).toEqual([1280, 720]);
    expect(data[0]).toBeGreaterThan(240);
    expect(data[1]).toBeLessThan(15);
  });

  it("can be made from a picture made before", async () => {
    const image = await call(simulator, {
      path: "/api/paas/v4/images/generations",
      body: { model: "cogview-4-250304", prompt: "A boat" },
    });
    const url = dig(json(image), "data", 0, "url");
    expect(verdict(await generate({ image_url: url }))).toBe("200/ok");
    expect(verdict(await generate({ image_url: String(url).replace("127.0.0.1", "elsewhere.example") }))).toBe(
      "400/1210",
    );
  });

  it("stand on end or square when asked", async () => {
    const ask = {
      model: "viduq1-text",
      prompt: "A cat",
      aspect_ratio: "9:16",
      style: "anime",
      request_id: "my-own-id",
    };
    const done = await finish(await generate(ask));
    expect(dig(done, "request_id")).toBe("my-own-id");
    const cover = PNG.sync.read((await fetchFile(dig(done, "video_result", 0, "cover_image_url"))).bytes);
    expect([cover.width, cover.height]).toEqual([1080, 1920]);
  });

  it("can fail, with a reason or without one", async () => {
    simulator.setScenario([
      { name: "video-fail", match: "POST" },
      { name: "video-fail", match: "POST", value: 1301 },
    ]);
    const silent = await finish(await generate({ prompt: "a" }));
    expect(silent).toMatchObject({ task_status: "FAIL" });
    expect(dig(silent, "error")).toBeUndefined();
    const told = await finish(await generate({ prompt: "b" }));
    expect(told).toMatchObject({ task_status: "FAIL", error: { code: "1301" }, contentFilter: [{ role: "user" }] });
  });

  it("can be slow, and be forgotten", async () => {
    simulator.setScenario([{ name: "video-slow" }, { name: "result-expired", match: "GET /api/paas/v4/async-result" }]);
    const id = dig(json(await generate({ prompt: "a", request_id: "twice-the-same" })), "id");
    expect(verdict(await poll(id))).toBe("400/1214");
    for (let turn = 0; turn < 3; turn++) expect(dig(json(await poll(id)), "task_status")).toBe("PROCESSING");
    expect(verdict(await generate({ prompt: "a", request_id: "twice-the-same" }))).toBe("400/1231");
    expect(verdict(await poll(id, { key: planKey }))).toBe("400/1214");
  });

  it("obey the faults of any answer", async () => {
    simulator.setScenario([{ name: "1302" }, { name: "html502" }, { name: "cut", value: 20 }]);
    expect(verdict(await generate({ prompt: "a" }))).toBe("429/1302");
    expect((await generate({ prompt: "a" })).text).toContain("<h1>502");
    expect((await generate({ prompt: "a" })).complete).toBe(false);
    expect(verdict(await generate({ prompt: "a #scenario:1301" }))).toBe("400/1301");
  });

  it("have a file that is refused to who brings the key", async () => {
    const done = await finish(await generate({ prompt: "a" }));
    const path = new URL(String(dig(done, "video_result", 0, "url"))).pathname;
    expect((await call(simulator, { method: "GET", path })).status).toBe(400);
  });
});

const text = { prompt: "A boat" };
const square = picture(200, 200);
const large = `data:image/png;base64,${Buffer.concat([Buffer.from(square.slice(22), "base64"), Buffer.alloc(5 * 1024 * 1024)]).toString("base64")}`;

describe("what each model takes", () => {
  it.each<[string, object, Partial<Call>, string]>([
    ["4K in speed with sound", { ...text, size: "3840x2160", quality: "speed", with_audio: true }, {}, "200/ok"],
    ["a first frame in quality", { image_url: square, quality: "quality" }, {}, "200/ok"],
    ["first and last frame", { image_url: [square, picture(300, 90, "jpeg")] }, {}, "200/ok"],
    ["first and last frame in quality", { image_url: [square, square], quality: "quality" }, {}, "400/1215"],
    ["three frames", { image_url: [square, square, square] }, {}, "400/1214"],
    ["an empty list", { image_url: [] }, {}, "400/1214"],
    ["bare base64", { image_url: square.slice(22) }, {}, "400/1214"],
    ["WebP for CogVideoX", { image_url: picture(64, 64, "webp") }, {}, "400/1210"],
    ["a damaged picture", { image_url: `data:image/png;base64,${"A".repeat(40)}` }, {}, "400/1210"],
    ["a picture over 5 MB", { image_url: large }, {}, "400/1214"],
    ["the same for Vidu", { model: "viduq1-image", image_url: large }, {}, "200/ok"],
    ["neither prompt nor picture", {}, {}, "400/1213"],
    ["512 characters", { prompt: "🚢".repeat(512) }, {}, "200/ok"],
    ["513 characters", { prompt: "x".repeat(513) }, {}, "400/1214"],
    ["an odd size", { ...text, size: "1000x1000" }, {}, "400/1214"],
    ["25 frames per second", { ...text, fps: 25 }, {}, "400/1214"],
    ["7 seconds", { ...text, duration: 7 }, {}, "400/1214"],
    ["sound as a word", { ...text, with_audio: "yes" }, {}, "400/1214"],
    ["a style of Vidu", { ...text, style: "anime" }, {}, "400/1210"],
    ["a short user id", { ...text, user_id: "12345" }, {}, "400/1214"],
    ["Vidu Q1 without prompt", { model: "viduq1-text" }, {}, "400/1213"],
    ["Vidu Q1 text with a picture", { model: "viduq1-text", ...text, image_url: square }, {}, "400/1210"],
    ["Vidu Q1 text with sound", { model: "viduq1-text", ...text, with_audio: true }, {}, "400/1210"],
    ["Vidu Q1 text in 720p", { model: "viduq1-text", ...text, size: "1280x720" }, {}, "400/1214"],
    ["Vidu Q1 text in an unknown ratio", { model: "viduq1-text", ...text, aspect_ratio: "4:3" }, {}, "400/1214"],
    ["Vidu with frames per second", { model: "vidu2-image", image_url: square, fps: 30 }, {}, "400/1210"],
    ["one picture as text", { model: "viduq1-image", image_url: square, movement_amplitude: "large" }, {}, "200/ok"],
    ["one picture as list", { model: "vidu2-image", image_url: [square] }, {}, "400/1214"],
    ["a prompt alone for a picture model", { model: "vidu2-image", ...text, duration: 4 }, {}, "200/ok"],
    ["five seconds of Vidu 2", { model: "vidu2-image", ...text, duration: 5 }, {}, "400/1214"],
    ["frames as text", { model: "vidu2-start-end", image_url: square }, {}, "400/1214"],
    ["frames of like size", { model: "vidu2-start-end", image_url: [square, picture(210, 200)] }, {}, "200/ok"],
    ["frames of unlike size", { model: "viduq1-start-end", image_url: [square, picture(300, 200)] }, {}, "400/1214"],
    [
      "three references of any size",
      { model: "vidu2-reference", image_url: [square, square, picture(400, 400)], aspect_ratio: "1:1" },
      {},
      "200/ok",
    ],
    ["four references", { model: "vidu2-reference", image_url: [square, square, square, square] }, {}, "400/1214"],
    ["a reference of 127 pixels", { model: "vidu2-reference", image_url: [picture(127, 200)] }, {}, "400/1214"],
    ["a strip of more than 4:1", { model: "vidu2-image", image_url: picture(401, 100) }, {}, "400/1214"],
    ["a strip of 4:1", { model: "vidu2-image", image_url: picture(400, 100) }, {}, "200/ok"],
    ["no model", { model: undefined, ...text }, {}, "400/1213"],
    ["a picture model", { model: "glm-image", ...text }, {}, "400/1211"],
    ["no balance", text, { key: emptyKey }, "429/1113"],
    ["a plan key", text, { key: planKey }, "429/1113"],
    ["a watermark on Z.AI", { ...text, watermark_enabled: true }, {}, "400/1210"],
    ["a watermark on BigModel", { ...text, watermark_enabled: false }, bigmodel, "200/ok"],
    ["a short request id on BigModel", { ...text, request_id: "12345" }, bigmodel, "400/1214"],
    ["a short request id on Z.AI", { ...text, request_id: "12345" }, {}, "200/ok"],
    ["CogVideoX-2 on Z.AI", { model: "cogvideox-2", ...text }, {}, "400/1211"],
    ["CogVideoX-2 on BigModel", { model: "cogvideox-2", ...text, size: "720x480", fps: 60 }, bigmodel, "200/ok"],
    ["two frames for it", { model: "cogvideox-2", image_url: [square, square] }, bigmodel, "400/1214"],
    ["a duration for it", { model: "cogvideox-2", ...text, duration: 5 }, bigmodel, "400/1210"],
    [
      "the free one without money",
      { model: "cogvideox-flash", ...text },
      { ...bigmodel, key: bigmodelPlanKey },
      "200/ok",
    ],
    ["the coding base", text, { path: "/api/coding/paas/v4/videos/generations" }, "404/ok"],
  ])("%s", async (_name, body, more, expected) => {
    expect(verdict(await generate(body, more))).toBe(expected);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, planKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, dig, frames, json, verdict, type Answer, type Call } from "./test-client.ts";
import { writeWav } from "./wav.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

type Fields = Readonly<Record<string, string | Buffer | readonly string[] | undefined>>;
const path = "/api/paas/v4/audio/transcriptions";

function send(fields: Fields, more: Partial<Call> = {}): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ model: "glm-asr-2512", ...fields })) {
    if (Buffer.isBuffer(value)) form.append(name, new Blob([new Uint8Array(value)]), "sound.wav");
    else for (const each of [value ?? []].flat()) form.append(name, each);
  }
  return call(simulator, { path, form, ...more });
}
const hear = async (file: Buffer, fields: Fields = {}): Promise<unknown> =>
  dig(json(await send({ file, ...fields })), "text");

/** 16 bit samples of a wave, or of nothing. */
function wave(hertz: number, seconds: number, rate = 16_000): Buffer {
  const pcm = Buffer.alloc(Math.round(seconds * rate) * 2);
  for (let at = 0; at < pcm.length; at += 2)
    pcm.writeInt16LE(Math.round(Math.sin((Math.PI * hertz * at) / rate) * 16_384), at);
  return pcm;
}
const said = (text: string): Buffer => writeWav(wave(200, 1), 16_000, text);

/** Two channels of 32 bit floats with a length that nobody filled in, as a recorder leaves it. */
function stereoFloat(hertz: number, seconds: number): Buffer {
  const rate = 48_000;
  const head = Buffer.alloc(44);
  head.write("RIFF\xff\xff\xff\xffWAVEfmt ", "latin1");
  head.set([16, 0, 0, 0, 3, 0, 2, 0], 16);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 8, 28);
  head.set([8, 0, 32, 0], 32);
  head.write("data\xff\xff\xff\xff", 36, "latin1");
  const data = Buffer.alloc(seconds * rate * 8);
  for (let at = 0; at < data.length; at += 4)
    data.writeFloatLE(0.25 * Math.sin((2 * Math.PI * hertz * Math.floor(at / 8)) / rate), at);
  return Buffer.concat([head, data]);
}

/** Frames of MPEG-1 layer III with 128 kbit/s, 44100 Hz, stereo, behind an ID3 tag. */
function mp3(seconds: number): Buffer {
  const bytes = Buffer.alloc(seconds * 16_000);
  for (let at = 0; at + 4 <= bytes.length; at += 417) bytes.writeUInt32BE(0xfffb9000, at);
  return Buffer.concat([Buffer.from("ID3\x03\x00\x00\x00\x00\x00\x0a0123456789", "latin1"), bytes]);
}

describe("transcription", () => {
  it("writes down what a sound says that it says", async () => {
    const answer = json(await send({ file: said("Hello, wide world 你好"), request_id: "my-own-request" }));
    expect(answer).toEqual({
      id: expect.any(String) as unknown,
      created: expect.any(Number) as unknown,
      request_id: "my-own-request",
      model: "glm-asr-2512",
      text: "Hello, wide world 你好",
    });
  });

  it("measures any other sound", async () => {
    expect(await hear(writeWav(wave(440, 1.5), 16_000, ""))).toBe(
      "tone of about 440 Hz, 1.5 s (16000 Hz, mono, -9 dB)",
    );
    expect(await hear(writeWav(Buffer.alloc(64_000), 16_000, ""))).toBe("silence of 2.0 s (16000 Hz, mono)");
    expect(await hear(stereoFloat(1000, 1))).toBe("tone of about 1000 Hz, 1.0 s (48000 Hz, stereo, -15 dB)");
    const mixed = Buffer.concat([wave(300, 0.5), wave(1700, 0.5)]);
    expect(await hear(writeWav(mixed, 16_000, ""))).toBe("sound of 1.0 s (16000 Hz, mono, -9 dB)");
    expect(await hear(mp3(3))).toBe("MP3 of 3.0 s (44100 Hz, stereo)");
  });

  it("writes hot words as they were given, in both forms of the list", async () => {
    const file = said("glm sidekick and vs code");
    expect(await hear(file, { "hotwords[]": ["GLM Sidekick", "VS Code"] })).toBe("GLM Sidekick and VS Code");
    expect(await hear(file, { hotwords: ["GLM"] })).toBe("GLM sidekick and vs code");
  });

  it("can refuse one form of the list", async () => {
    simulator.setScenario({ name: "hotwords-plain", times: 2 });
    const file = said("glm");
    expect(verdict(await send({ file, "hotwords[]": ["GLM"] }))).toBe("400/1210");
    expect(await hear(file, { hotwords: ["GLM"] })).toBe("GLM");
  });

  it("prefers the file to base64", async () => {
    const file_base64 = said("base64").toString("base64");
    expect(dig(json(await send({ file_base64 })), "text")).toBe("base64");
    expect(dig(json(await send({ file: said("file"), file_base64 })), "text")).toBe("file");
  });

  it("streams", async () => {
    const all = frames(await send({ file: said("one two three"), stream: "true" }));
    expect(all.at(-1)).toBe("[DONE]");
    expect(all.at(-2)).toMatchObject({ model: "glm-asr-2512", type: "transcript.text.done", delta: "" });
    const deltas = all.slice(0, -2);
    expect(deltas.length).toBeGreaterThan(2);
    expect(deltas.every((each) => dig(each, "type") === "transcript.text.delta")).toBe(true);
    expect(deltas.map((each) => dig(each, "delta")).join("")).toBe("one two three");
  });

  it("plays the faults of a stream and of any answer", async () => {
    const play = (name: string): Promise<Answer> => {
      simulator.setScenario({ name, times: 1 });
      return send({ file: said("one two three four"), stream: "true" });
    };
    expect(frames(await play("error-first"))).toEqual([
      { error: { code: "1305", message: expect.any(String) as unknown } },
    ]);
    expect(dig(frames(await play("error-mid")).at(-1), "error", "code")).toBe("1305");
    expect(frames(await play("no-done")).at(-1)).toMatchObject({ type: "transcript.text.done" });
    expect((await play("no-finish")).text).not.toContain("transcript.text.done");
    expect((await play("no-end")).text).not.toMatch(/done/i);
    expect((await play("crlf")).text).toContain("\r\n\r\n");
    expect(frames(await play("bad-frame"))).toContain(undefined);
    expect(json(await play("not-stream"))).toMatchObject({ text: "one two three four" });
    expect(await play("cut")).toMatchObject({ complete: false });
    expect(verdict(await play("1302"))).toBe("429/1302");
    expect(verdict(await send({ file: said("x"), prompt: "#scenario:1305" }))).toBe("429/1305");
    // A fault that only a chat can show waits for one.
    expect((await play("usage-chunk")).text).toContain("[DONE]");
    expect(simulator.requests.at(-1)?.scenarios).toEqual([]);
  });
});

const short = said("x");
const damaged = Buffer.concat([short.subarray(0, 12), Buffer.alloc(30)]);

describe("what it takes", () => {
  it.each<[string, Fields, Partial<Call>, string]>([
    ["30 seconds", { file: writeWav(wave(0, 30), 16_000, "") }, {}, "200/ok"],
    ["more than 30 seconds", { file: writeWav(wave(0, 30.1), 16_000, "") }, {}, "400/1214"],
    ["more than 30 seconds of MP3", { file: mp3(31) }, {}, "400/1214"],
    ["25 MB and one byte", { file: Buffer.concat([short, Buffer.alloc(25 * 1024 * 1024)]) }, {}, "400/1214"],
    ["something else", { file: Buffer.from("OggS and so on, not a wave at all") }, {}, "400/1210"],
    ["a damaged wave", { file: damaged }, {}, "400/1210"],
    ["a wave without samples", { file: writeWav(Buffer.alloc(0), 16_000, "said") }, {}, "400/1210"],
    ["no file", {}, {}, "400/1213"],
    ["a file as text", { file: "sound" }, {}, "400/1214"],
    ["a data URI", { file_base64: `data:audio/wav;base64,${short.toString("base64")}` }, {}, "400/1214"],
    ["7999 characters of earlier text", { file: short, prompt: "x".repeat(7999) }, {}, "200/ok"],
    ["8000 characters", { file: short, prompt: "x".repeat(8000) }, {}, "400/1214"],
    ["100 hot words", { file: short, "hotwords[]": Array.from({ length: 100 }, () => "word") }, {}, "200/ok"],
    ["101 hot words", { file: short, "hotwords[]": Array.from({ length: 101 }, () => "word") }, {}, "400/1214"],
    ["stream as a word", { file: short, stream: "yes" }, {}, "400/1214"],
    ["stream off", { file: short, stream: "false" }, {}, "200/ok"],
    ["no model", { file: short, model: undefined }, {}, "400/1213"],
    ["a voice model", { file: short, model: "glm-tts" }, {}, "400/1211"],
    ["a short user id", { file: short, user_id: "12345" }, {}, "400/1214"],
    ["a short request id on Z.AI", { file: short, request_id: "12345" }, {}, "200/ok"],
    ["a plan key", { file: short }, { key: planKey }, "429/1113"],
    ["the coding base", { file: short }, { path: "/api/coding/paas/v4/audio/transcriptions" }, "404/ok"],
    ["BigModel", { file: short }, { host: "open.bigmodel.cn", key: bigmodelPaygKey }, "200/ok"],
    [
      "a short request id on BigModel",
      { file: short, request_id: "12345" },
      { host: "open.bigmodel.cn", key: bigmodelPaygKey },
      "400/1214",
    ],
  ])("%s", async (_name, fields, more, expected) => {
    expect(verdict(await send(fields, more))).toBe(expected);
  });

  it("takes no JSON", async () => {
    expect(verdict(await call(simulator, { path, body: { model: "glm-asr-2512" } }))).toBe("400/1210");
  });
});

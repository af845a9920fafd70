import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, bigmodelPlanKey, paygKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, dig, frames, json, verdict, type Answer, type Call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const bigmodel = { host: "open.bigmodel.cn", key: bigmodelPaygKey };
const input = "Read this out";
const say = (body: object = {}, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, {
    ...bigmodel,
    path: "/api/paas/v4/audio/speech",
    body: { model: "glm-tts", input, voice: "tongtong", ...body },
    ...more,
  });

const loudest = ({ bytes }: Answer): number => {
  let peak = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) peak = Math.max(peak, Math.abs(bytes.readInt16LE(at)));
  return peak;
};

describe("speech", () => {
  it("is PCM of 24000 Hz, longer for more words and slower speech, louder for more volume", async () => {
    const plain = await say();
    expect(plain.headers["content-type"]).toBe("audio/pcm");
    expect(plain.bytes).toHaveLength(input.length * 0.08 * 24_000 * 2);
    expect((await say({ input: input + input })).bytes).toHaveLength(plain.bytes.length * 2);
    expect((await say({ speed: 2 })).bytes).toHaveLength(plain.bytes.length / 2);
    expect(loudest(await say({ volume: 5 })) / loudest(plain)).toBeCloseTo(5, 1);
    expect((await say({ voice: "jam" })).bytes.equals(plain.bytes)).toBe(false);
  });

  it("can be a WAV file, which the recogniser understands", async () => {
    const answer = await say({ response_format: "wav" });
    expect(answer.headers["content-type"]).toBe("audio/wav");
    expect(answer.bytes.toString("latin1", 0, 4)).toBe("RIFF");
    const form = new FormData();
    form.append("model", "glm-asr-2512");
    form.append("file", new Blob([new Uint8Array(answer.bytes)]), "speech.wav");
    const heard = await call(simulator, { ...bigmodel, path: "/api/paas/v4/audio/transcriptions", form });
    expect(dig(json(heard), "text")).toBe(input);
  });

  it.each(["base64", "hex"] as const)("streams the same in pieces of %s", async (encode_format) => {
    const all = frames(await say({ stream: true, encode_format }));
    expect(all.at(-1)).toBe("[DONE]");
    expect(dig(all.at(-2), "choices", 0, "finish_reason")).toBe("stop");
    const pieces = all
      .slice(0, -1)
      .map((each) => Buffer.from(String(dig(each, "choices", 0, "delta", "content")), encode_format));
    expect(pieces.length).toBeGreaterThan(3);
    // A client that joins samples piece by piece would hear noise.
    expect((pieces[0]?.length ?? 0) % 2).toBe(1);
    expect(Buffer.concat(pieces).equals((await say()).bytes)).toBe(true);
  });

  it("plays faults", async () => {
    simulator.setScenario([
      { name: "error-mid", value: 1302 },
      { name: "no-done" },
      { name: "not-stream" },
      { name: "html504" },
    ]);
    expect(dig(frames(await say({ stream: true })).at(-1), "error", "code")).toBe("1302");
    expect(frames(await say({ stream: true })).at(-1)).toMatchObject({ choices: [{ finish_reason: "stop" }] });
    expect((await say({ stream: true })).headers["content-type"]).toBe("audio/pcm");
    expect((await say()).status).toBe(504);
    expect(verdict(await say({ input: "#scenario:1301" }))).toBe("400/1301");
  });

  it.each<[string, object, Partial<Call>, string]>([
    ["1024 characters", { input: "。".repeat(1024), speed: 2 }, {}, "200/ok"],
    ["1025 characters", { input: "x".repeat(1025) }, {}, "400/1214"],
    ["nothing to say", { input: "" }, {}, "400/1213"],
    ["no voice", { voice: undefined }, {}, "400/1213"],
    ["an unknown voice", { voice: "nobody" }, {}, "400/1214"],
    ["too slow", { speed: 0.4 }, {}, "400/1214"],
    ["too fast", { speed: 2.1 }, {}, "400/1214"],
    ["no volume", { volume: 0 }, {}, "400/1214"],
    ["full volume", { volume: 10 }, {}, "200/ok"],
    ["too much volume", { volume: 10.5 }, {}, "400/1214"],
    ["MP3", { response_format: "mp3" }, {}, "400/1214"],
    ["a stream of WAV", { response_format: "wav", stream: true }, {}, "400/1215"],
    ["an encoding without a stream", { encode_format: "hex" }, {}, "400/1215"],
    ["an unknown encoding", { stream: true, encode_format: "utf8" }, {}, "400/1214"],
    ["stream as a word", { stream: "true" }, {}, "400/1214"],
    ["a watermark", { watermark_enabled: false }, {}, "200/ok"],
    ["a watermark as a word", { watermark_enabled: "no" }, {}, "400/1214"],
    ["a short request id", { request_id: "12345" }, {}, "400/1214"],
    ["no model", { model: undefined }, {}, "400/1213"],
    ["another model", { model: "glm-asr-2512" }, {}, "400/1211"],
    ["no balance", {}, { key: bigmodelPlanKey }, "429/1113"],
    ["Z.AI", {}, { host: "api.z.ai", key: paygKey }, "404/ok"],
    ["the coding base", {}, { path: "/api/coding/paas/v4/audio/speech" }, "404/ok"],
  ])("%s", async (_name, body, more, expected) => {
    expect(verdict(await say(body, more))).toBe(expected);
  });
});

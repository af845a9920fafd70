import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, bigmodelPlanKey, paygKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, dig, json, verdict, type Answer, type Call } from "./test-client.ts";
import { writeWav } from "./wav.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const bigmodel = { host: "open.bigmodel.cn", key: bigmodelPaygKey };
const sample = (seconds: number): Buffer => writeWav(Buffer.alloc(Math.round(seconds * 16_000) * 2), 16_000, "");

async function upload(bytes: Buffer, purpose = "voice-clone-input"): Promise<string> {
  const form = new FormData();
  form.append("purpose", purpose);
  form.append("file", new Blob([new Uint8Array(bytes)]), purpose === "agent" ? "voice.txt" : "voice.wav");
  return String(dig(json(await call(simulator, { ...bigmodel, path: "/api/paas/v4/files", form })), "id"));
}

const clone = (body: object, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, {
    ...bigmodel,
    path: "/api/paas/v4/voice/clone",
    body: { model: "glm-tts-clone", voice_name: "Mine", input: "Hello", ...body },
    ...more,
  });
const list = (query = "", more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, { ...bigmodel, method: "GET", path: `/api/paas/v4/voice/list${query}`, ...more });
const remove = (body: object, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, { ...bigmodel, path: "/api/paas/v4/voice/delete", body, ...more });
const names = async (query = "", more: Partial<Call> = {}): Promise<unknown[]> =>
  (dig(json(await list(query, more)), "voice_list") as unknown[]).map((each) => dig(each, "voice_name"));
const say = (voice: unknown, key = bigmodelPaygKey): Promise<Answer> =>
  call(simulator, {
    ...bigmodel,
    key,
    path: "/api/paas/v4/audio/speech",
    body: { model: "glm-tts", input: "Hi", voice },
  });

describe("voices", () => {
  it("are the platform's own at first, each with a sample", async () => {
    const all = dig(json(await list()), "voice_list") as unknown[];
    expect(all.map((each) => dig(each, "voice"))).toEqual([
      "tongtong",
      "chuichui",
      "xiaochen",
      "jam",
      "kazi",
      "douji",
      "luodo",
    ]);
    expect(all[0]).toMatchObject({ voice_name: "彤彤", voice_type: "OFFICIAL" });
    expect(dig(all[0], "create_time")).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const url = String(dig(all[0], "download_url"));
    expect(url).toMatch(/^https:\/\/cdn\.glm-simulator\.test\/cdn\//);
    const file = await call(simulator, { method: "GET", path: new URL(url).pathname, key: null });
    expect(file.headers["content-type"]).toBe("audio/wav");
    expect(file.bytes.toString("latin1", 8, 12)).toBe("WAVE");
  });

  it("can be cloned, spoken with, listed and deleted", async () => {
    const made = json(await clone({ file_id: await upload(sample(3)), text: "What I said", request_id: "my-own-id" }));
    expect(made).toEqual({
      voice: expect.any(String) as unknown,
      file_id: expect.stringMatching(/^voice-clone-output-/) as unknown,
      file_purpose: "voice-clone-output",
      request_id: "my-own-id",
    });
    const voice = dig(made, "voice");
    expect(verdict(await say(voice))).toBe("200/ok");
    expect(await names("?voiceType=PRIVATE")).toEqual(["Mine"]);
    expect(await names("?voiceType=OFFICIAL")).toHaveLength(7);
    expect(await names("?voiceName=Mi")).toEqual(["Mine"]);
    expect(await names(`?voiceName=${encodeURIComponent("彤")}&voiceType=PRIVATE`)).toEqual([]);
    expect(json(await remove({ voice }))).toEqual({ voice, update_time: expect.stringMatching(/^\d{4}-/) as unknown });
    expect(await names()).toHaveLength(7);
    expect(verdict(await say(voice))).toBe("400/1214");
    expect(verdict(await remove({ voice }))).toBe("400/1214");
  });

  it("belong to the key that cloned them", async () => {
    const voice = dig(json(await clone({ file_id: await upload(sample(3)) })), "voice");
    expect(await names("?voiceType=PRIVATE", { key: bigmodelPlanKey })).toEqual([]);
    expect(verdict(await remove({ voice }, { key: bigmodelPlanKey }))).toBe("400/1214");
    expect(verdict(await clone({ file_id: await upload(sample(3)) }, { key: bigmodelPlanKey }))).toBe("429/1113");
    expect(await names("?voiceType=PRIVATE")).toEqual(["Mine"]);
  });

  it("play faults", async () => {
    simulator.setScenario({ name: "1302", match: "/voice/" });
    expect(verdict(await list())).toBe("429/1302");
  });
});

describe("what cloning takes", () => {
  it.each<[string, Buffer, object, string]>([
    ["30 seconds", sample(30), {}, "200/ok"],
    ["less than 3 seconds", sample(2.9), {}, "400/1214"],
    ["more than 30 seconds", sample(30.1), {}, "400/1214"],
    ["more than 10 MB", Buffer.concat([sample(5), Buffer.alloc(10 * 1024 * 1024)]), {}, "400/1214"],
    ["no name", sample(3), { voice_name: "" }, "400/1213"],
    ["no input", sample(3), { input: undefined }, "400/1213"],
    ["no file", sample(3), { file_id: undefined }, "400/1213"],
    ["an unknown file", sample(3), { file_id: "voice-clone-input-0" }, "400/1214"],
    ["the wrong model", sample(3), { model: "glm-tts" }, "400/1211"],
    ["a short request id", sample(3), { request_id: "12345" }, "400/1214"],
  ])("%s", async (_name, bytes, body, expected) => {
    expect(verdict(await clone({ file_id: await upload(bytes), ...body }))).toBe(expected);
  });

  it("a file for another purpose", async () => {
    expect(verdict(await clone({ file_id: await upload(sample(3), "agent") }))).toBe("400/1214");
  });
});

describe("what else is refused", () => {
  it.each<[string, () => Promise<Answer>, string]>([
    ["an unknown type", () => list("?voiceType=MINE"), "400/1214"],
    ["deleting without a voice", () => remove({}), "400/1213"],
    ["deleting an official voice", () => remove({ voice: "jam" }), "400/1214"],
    ["a list on Z.AI", () => list("", { host: "api.z.ai", key: paygKey }), "404/ok"],
    ["cloning on Z.AI", () => clone({}, { host: "api.z.ai", key: paygKey }), "404/ok"],
    ["deleting on Z.AI", () => remove({}, { host: "api.z.ai", key: paygKey }), "404/ok"],
    ["a list on the coding base", () => list("", { path: "/api/coding/paas/v4/voice/list" }), "404/ok"],
  ])("%s", async (_name, ask, expected) => {
    expect(verdict(await ask())).toBe(expected);
  });
});

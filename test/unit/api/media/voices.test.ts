import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { audioKind } from "../../../../src/api/http/download.ts";
import type { VoiceCloneRequest } from "../../../../src/api/media/voices.ts";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer } from "../../../fakes/apiServer.ts";
import { outcomeOn } from "../../../fakes/offeredOn.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { wavFile } from "../../../fakes/wavFile.ts";
import { startSimulator, type Simulator } from "../../../zai-server/server.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

async function answering(answer: unknown) {
  const running = await startApiServer((_request, response) => sendJson(response, 200, answer));
  server = running;
  return { running, voices: clientFor(running.endpoint()).voices };
}

const asked = ({ received }: ApiServer) => received.map(({ method, path, body }) => [`${method} ${path}`, body]);
const clone: VoiceCloneRequest = { name: "Mine", input: "Hello", fileId: "file-1" };

describe("voices", () => {
  it("are cloned from a file", async () => {
    const answer = { voice: "v-1", file_id: "file-2", file_purpose: "voice-clone-output", request_id: "r" };
    const { voices, running } = await answering(answer);
    expect(await voices.clone({ ...clone, text: "What I said", requestId: "request-1" })).toEqual({
      voice: "v-1",
      fileId: "file-2",
    });
    expect(asked(running)).toEqual([
      [
        "POST /api/paas/v4/voice/clone",
        JSON.stringify({
          model: "glm-tts-clone",
          voice_name: "Mine",
          input: "Hello",
          file_id: "file-1",
          text: "What I said",
          request_id: "request-1",
        }),
      ],
    ]);
  });

  it("are listed, by name and type", async () => {
    const { voices, running } = await answering({
      voice_list: [
        {
          voice: "v-1",
          voice_name: "Mine",
          voice_type: "PRIVATE",
          download_url: "https://cdn/x.wav",
          create_time: "2026-11-21 08:00:00",
        },
        { voice: "v-2", voice_name: null, voice_type: "OTHER", download_url: "", create_time: 1_795_255_530_000 },
        { voice: 7, voice_type: "OFFICIAL" },
        { voice_name: "nameless" },
        "noise",
      ],
    });
    expect(await voices.list({ name: "Mi ne", type: "private" })).toEqual([
      {
        voice: "v-1",
        name: "Mine",
        type: "private",
        sampleUrl: "https://cdn/x.wav",
        createdAt: Date.UTC(2026, 10, 21),
      },
      { voice: "v-2", name: "v-2", type: undefined, sampleUrl: undefined, createdAt: 1_795_255_530_000 },
      { voice: "7", name: "7", type: "official", sampleUrl: undefined, createdAt: undefined },
    ]);
    await voices.list();
    expect(asked(running).map(([call]) => call)).toEqual([
      "GET /api/paas/v4/voice/list?voiceName=Mi+ne&voiceType=PRIVATE",
      "GET /api/paas/v4/voice/list",
    ]);
  });

  it.each([{ voice_list: null }, { voice_list: [] }])("may be none: %j", async (answer) => {
    const { voices } = await answering(answer);
    expect(await voices.list()).toEqual([]);
  });

  it("are deleted", async () => {
    const { voices, running } = await answering({ voice: "v-1", update_time: "2026-11-21 08:00:00" });
    expect(await voices.delete({ voice: "v-1", requestId: "request-1" })).toBe(Date.UTC(2026, 10, 21));
    expect(asked(running)).toEqual([
      ["POST /api/paas/v4/voice/delete", JSON.stringify({ voice: "v-1", request_id: "request-1" })],
    ]);
  });

  it("need an answer that can be read", async () => {
    const { voices } = await answering("a page");
    expect((await failure(voices.clone(clone))).code).toBe("invalid-response");
    expect((await failure(voices.list())).code).toBe("invalid-response");
    expect((await failure(voices.delete({ voice: "v-1" }))).code).toBe("invalid-response");
  });

  it.each<[string, Partial<VoiceCloneRequest>, string]>([
    ["name", { name: "" }, "voice_name"],
    ["words", { input: " " }, "input"],
    ["file", { fileId: "" }, "file_id"],
    ["words of the file", { text: "" }, "text"],
    ["long request id", { requestId: "short" }, "request_id"],
  ])("are not cloned without %s", async (_name, change, field) => {
    const { voices, running } = await answering({ voice: "v-1" });
    expect(await failure(voices.clone({ ...clone, ...change }))).toMatchObject({
      code: "bad-request",
      details: { field },
    });
    expect((await failure(voices.delete({ voice: "" }))).details.field).toBe("voice");
    expect(running.received).toHaveLength(0);
  });

  it("are BigModel's", async () => {
    const refused = { code: "not-offered", offeredOn: ["bigmodel"] };
    expect(await outcomeOn("zai", ({ voices }) => voices.clone(clone))).toEqual(refused);
    expect(await outcomeOn("zai", ({ voices }) => voices.list())).toEqual(refused);
    expect(await outcomeOn("bigmodel-coding", ({ voices }) => voices.delete({ voice: "v-1" }))).toEqual(refused);
    expect(await outcomeOn("bigmodel", ({ voices }) => voices.list())).toBe("sent");
  });
});

describe("voices of the simulator", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ paceMs: 0 });
  });
  beforeEach(() => simulator.reset());
  afterAll(() => simulator.close());

  it("can be cloned, spoken with, heard and deleted", async () => {
    const client = simulatorClient(simulator, "bigmodel");
    const recording = wavFile({ data: Buffer.alloc(5 * 32_000, 7) });
    const file = await client.files.upload({
      purpose: "voice-clone-input",
      bytes: recording,
      name: "me.wav",
    });
    const { voice, fileId } = await client.voices.clone({ name: "Mine", input: "Hello", fileId: file.id });
    expect(fileId).toMatch(/\S/);
    expect((await client.audio.speak({ input: "Hello", voice })).type).toBe("wav");
    const [listed] = await client.voices.list({ type: "private", name: "Min" });
    expect(listed).toMatchObject({ voice, name: "Mine", type: "private", createdAt: expect.any(Number) });
    expect((await client.download(listed?.sampleUrl ?? "", audioKind)).type).toBe("wav");
    expect(await client.voices.delete({ voice })).toBeGreaterThan(0);
    expect(await client.voices.list({ type: "private" })).toEqual([]);
    expect((await failure(client.voices.delete({ voice }))).details.serviceCode).toBe("1214");
  });

  it("are those of the platform when nothing was cloned", async () => {
    const client = simulatorClient(simulator, "bigmodel");
    const listed = await client.voices.list();
    expect(listed.map(({ voice }) => voice)).toContain("tongtong");
    expect(listed.every(({ type }) => type === "official")).toBe(true);
  });
});

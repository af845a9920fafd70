import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../../../src/api/errors.ts";
import {
  systemVoices,
  type SpeechRequest,
  type StreamedSpeechRequest,
  type WholeSpeechRequest,
} from "../../../../src/api/media/speech.ts";
import { readWav } from "../../../../src/api/media/wav.ts";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { outcomeOn } from "../../../fakes/offeredOn.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { wavFile } from "../../../fakes/wavFile.ts";
import { startSimulator, type Simulator } from "../../../zai-server/server.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

async function answering(handler: Handler) {
  const running = await startApiServer(handler);
  server = running;
  return { running, audio: clientFor(running.endpoint()).audio };
}

const sentBodies = (running: ApiServer) => running.received.map(({ body }) => JSON.parse(body) as unknown);

async function collect(stream: AsyncIterable<Uint8Array>) {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of stream) pieces.push(Buffer.from(piece));
    return { pieces, bytes: Buffer.concat(pieces), error: undefined };
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    return { pieces, bytes: Buffer.concat(pieces), error: thrown };
  }
}

const wav = wavFile({ data: Buffer.alloc(100) });
const pcm = Buffer.from(Array.from({ length: 10 }, (_, index) => index * 20));
const frame = (content: unknown, finish?: string) =>
  `data: ${JSON.stringify({ id: "1", choices: [{ index: 0, finish_reason: finish, delta: { role: "assistant", content } }] })}\n\n`;
const hello: SpeechRequest = { input: "Hello" };

const wrong: readonly [string, Partial<SpeechRequest>, string][] = [
  ["an empty text", { input: " " }, "input"],
  ["1025 characters", { input: "x".repeat(1025) }, "input"],
  ["an empty voice", { voice: "" }, "voice"],
  ["crawling", { speed: 0.4 }, "speed"],
  ["racing", { speed: 2.1 }, "speed"],
  ["silence", { volume: 0 }, "volume"],
  ["shouting", { volume: 10.1 }, "volume"],
  ["no number", { volume: Number.NaN }, "volume"],
];

describe("speech", () => {
  it("comes as a file", async () => {
    const { audio, running } = await answering((_request, response) => void response.end(wav));
    const speech = await audio.speak(hello);
    expect([Buffer.from(speech.bytes), speech.type]).toEqual([wav, "wav"]);
    await audio.speak({ ...hello, voice: "kazi", speed: 2, volume: 10, watermark: false, format: "pcm" });
    expect(running.received[0]).toMatchObject({ method: "POST", path: "/api/paas/v4/audio/speech" });
    expect(sentBodies(running)).toEqual([
      { model: "glm-tts", input: "Hello", voice: "tongtong", response_format: "wav" },
      {
        model: "glm-tts",
        input: "Hello",
        voice: "kazi",
        speed: 2,
        volume: 10,
        watermark_enabled: false,
        response_format: "pcm",
      },
    ]);
  });

  it("is what its bytes are", async () => {
    const { audio } = await answering((_request, response, turn) => void response.end(turn === 0 ? pcm : wav));
    const pcmSpeech = await audio.speak({ ...hello, format: "pcm" });
    expect([Buffer.from(pcmSpeech.bytes), pcmSpeech.type]).toEqual([pcm, "pcm"]);
    expect((await audio.speak({ ...hello, format: "pcm" })).type).toBe("wav");
  });

  it.each<[string, Handler, string]>([
    ["nothing", (_request, response) => void response.end(), "invalid-response"],
    ["another file", (_request, response) => void response.end(pcm), "invalid-response"],
    [
      "an error with status 200",
      (_request, response) => sendJson(response, 200, { error: { code: "1301", message: "unsafe" } }),
      "content-blocked",
    ],
    [
      "an error",
      (_request, response) => sendJson(response, 400, { error: { code: "1214", message: "voice" } }),
      "bad-request",
    ],
  ])("may turn out to be %s", async (_name, handler, code) => {
    const { audio } = await answering(handler);
    expect((await failure(audio.speak(hello))).code).toBe(code);
  });

  it.each<[string, Partial<WholeSpeechRequest>, string]>([
    ...wrong,
    ["an unknown format", { format: "mp3" as "wav" }, "response_format"],
  ])("is refused before the network for %s", async (_name, change, field) => {
    const { audio, running } = await answering((_request, response) => void response.end(wav));
    const error = await failure(audio.speak({ ...hello, ...change }));
    expect(error).toMatchObject({ code: "bad-request", details: { field } });
    expect(running.received).toHaveLength(0);
  });

  it("is BigModel's", async () => {
    const refused = { code: "not-offered", offeredOn: ["bigmodel"] };
    for (const platform of ["zai", "zai-coding", "bigmodel-coding"] as const) {
      expect(await outcomeOn(platform, ({ audio }) => audio.speak(hello))).toEqual(refused);
    }
    expect(await outcomeOn("bigmodel", ({ audio }) => audio.speak(hello))).toBe("sent");
    expect(await outcomeOn("zai", ({ audio }) => audio.streamSpeech(hello).next())).toEqual(refused);
  });
});

describe("streamed speech", () => {
  it.each(["base64", "hex"] as const)("comes as %s, in whole samples", async (encoding) => {
    // Cut where no sample and no group of three bytes ends.
    const pieces = [pcm.subarray(0, 1), pcm.subarray(1, 4), pcm.subarray(4, 9), pcm.subarray(9)];
    const body = pieces.map((piece) => frame(piece.toString(encoding))).join("") + frame("", "stop");
    const { audio, running } = await answering((_request, response) => sendStream(response, `${body}data: [DONE]\n\n`));
    const spoken = await collect(audio.streamSpeech({ ...hello, encoding }));
    expect([spoken.error, spoken.bytes]).toEqual([undefined, pcm]);
    expect(spoken.pieces.every(({ length }) => length > 0 && length % 2 === 0)).toBe(true);
    expect(sentBodies(running)).toEqual([
      {
        model: "glm-tts",
        input: "Hello",
        voice: "tongtong",
        response_format: "pcm",
        stream: true,
        encode_format: encoding,
      },
    ]);
  });

  it.each<[string, string]>([
    ["no [DONE]", frame(pcm.toString("base64")) + frame("", "stop")],
    ["no finish reason", `${frame(pcm.toString("base64"))}data: [DONE]\n\n`],
    ["sound in the last frame", frame(pcm.toString("base64"), "stop")],
    ["null and other events", `${frame(null)}data: {"choices":[]}\n\n${frame(pcm.toString("base64"))}data: [DONE]\n\n`],
  ])("may have %s", async (_name, body) => {
    const { audio } = await answering((_request, response) => sendStream(response, body, [9, 40]));
    const { error, bytes } = await collect(audio.streamSpeech(hello));
    expect([error, bytes]).toEqual([undefined, pcm]);
  });

  it.each<[string, string, string, boolean | undefined]>([
    ["nothing in it", frame("", "stop"), "invalid-response", undefined],
    ["no sound at first", frame("%%%"), "invalid-response", undefined],
    ["no sound later", frame(pcm.toString("base64")) + frame("%%%"), "invalid-response", true],
    ["no end", frame(pcm.toString("base64")), "stream-broken", true],
  ])("is broken with %s", async (_name, body, code, afterOutput) => {
    const { audio } = await answering((_request, response) => sendStream(response, body));
    const { error } = await collect(audio.streamSpeech(hello, { retries: 0 }));
    expect([error?.code, error?.details.afterOutput]).toEqual([code, afterOutput]);
  });

  it("refuses hex that is none", async () => {
    const { audio } = await answering((_request, response) => sendStream(response, frame("abc") + frame("", "stop")));
    expect((await collect(audio.streamSpeech({ ...hello, encoding: "hex" }))).error?.code).toBe("invalid-response");
  });

  it.each<[string, Partial<StreamedSpeechRequest>, string]>([
    ...wrong,
    ["an unknown encoding", { encoding: "utf8" as "hex" }, "encode_format"],
  ])("is refused before the network for %s", async (_name, change, field) => {
    const { audio, running } = await answering((_request, response) => void response.end());
    const { error } = await collect(audio.streamSpeech({ ...hello, ...change }));
    expect(error).toMatchObject({ code: "bad-request", details: { field } });
    expect(running.received).toHaveLength(0);
  });

  it("ends when nobody listens any more", async () => {
    let closed = false;
    const { audio } = await answering((_request, response) => {
      response.once("close", () => (closed = true));
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(frame(pcm.toString("base64")));
    });
    for await (const piece of audio.streamSpeech(hello)) {
      expect(piece.byteLength).toBe(pcm.byteLength);
      break;
    }
    await expect.poll(() => closed).toBe(true);
  });
});

describe("speech of the simulator", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ paceMs: 0 });
  });
  beforeEach(() => simulator.reset());
  afterAll(() => simulator.close());

  it("is spoken by every voice", async () => {
    const { audio } = simulatorClient(simulator, "bigmodel");
    for (const voice of systemVoices) {
      const { bytes, type } = await audio.speak({ ...hello, voice, speed: 1.5, volume: 0.5, watermark: true });
      expect([voice, type, readWav(bytes)?.sampleRate]).toEqual([voice, "wav", 24_000]);
    }
  });

  it("is the same sound in every form", async () => {
    const { audio } = simulatorClient(simulator, "bigmodel");
    const whole = Buffer.from((await audio.speak({ ...hello, format: "pcm" })).bytes);
    expect(Buffer.from(readWav((await audio.speak(hello)).bytes)?.data ?? [])).toEqual(whole);
    for (const encoding of ["base64", "hex"] as const) {
      const { bytes, pieces, error } = await collect(audio.streamSpeech({ ...hello, encoding }));
      expect([error, pieces.length > 1, bytes.equals(whole)]).toEqual([undefined, true, true]);
    }
  });

  it("can be understood again", async () => {
    const { audio } = simulatorClient(simulator, "bigmodel");
    const { bytes } = await audio.speak({ input: "Hello transcription" });
    expect(await audio.transcribe({ audio: bytes })).toMatchObject({ text: "Hello transcription" });
  });

  it.each(["no-done", "crlf", "bytes", "gzip"])("survives: %s", async (name) => {
    simulator.setScenario({ name });
    const { audio } = simulatorClient(simulator, "bigmodel");
    expect((await collect(audio.streamSpeech(hello))).error).toBeUndefined();
  });
});

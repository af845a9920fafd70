import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../../../src/api/errors.ts";
import {
  audioLimits,
  type TranscriptionPart,
  type TranscriptionRequest,
} from "../../../../src/api/media/transcription.ts";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { outcomeOn } from "../../../fakes/offeredOn.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { wavFile } from "../../../fakes/wavFile.ts";
import { startSimulator, type Simulator } from "../../../zai-server/server.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

const bytesPerSecond = 32_000;
/** Seconds of silence, 16 kHz mono PCM. */
const silence = (seconds: number): Buffer => wavFile({ data: Buffer.alloc(seconds * bytesPerSecond) });
const short = silence(1);
const mp3 = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(413)]);

async function answering(handler: Handler) {
  const running = await startApiServer(handler);
  server = running;
  return { running, audio: clientFor(running.endpoint()).audio };
}

type Form = ReadonlyMap<string, readonly string[]>;

/** The parts of a form by name; a file as its name and type. */
async function formOf(request: { body: string; headers: Record<string, unknown> } | undefined): Promise<Form> {
  const headers = { "Content-Type": String(request?.headers["content-type"]) };
  const form = await new Response(request?.body ?? "", { headers }).formData();
  const parts = new Map<string, string[]>();
  for (const [name, value] of form) {
    const shown = typeof value === "string" ? value : `${value.name} ${value.type}`;
    parts.set(name, [...(parts.get(name) ?? []), shown]);
  }
  return parts;
}

async function collect(stream: AsyncIterable<TranscriptionPart>) {
  const deltas: string[] = [];
  let text: string | undefined;
  let error: ApiError | undefined;
  try {
    for await (const part of stream) {
      if (part.type === "finish") text = part.text;
      else deltas.push(part.text);
    }
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    error = thrown;
  }
  return { deltas, text, error };
}

const delta = (text: string) => `data: ${JSON.stringify({ type: "transcript.text.delta", delta: text })}\n\n`;
const done = `data: ${JSON.stringify({ type: "transcript.text.done", delta: "" })}\n\ndata: [DONE]\n\n`;
const refusal = { error: { code: "1210", message: "unknown parameter hotwords[]" } };

describe("a transcription", () => {
  it("sends a form", async () => {
    const { audio, running } = await answering((_request, response) => sendJson(response, 200, { text: "hello" }));
    const asked = { prompt: "before", hotwords: ["GLM", "智谱"], requestId: "request-1", userId: "user-1" };
    expect(await audio.transcribe({ audio: short, ...asked })).toEqual({ text: "hello" });
    expect(await audio.transcribe({ audio: mp3 })).toEqual({ text: "hello" });
    expect(running.received.map(({ method, path }) => `${method} ${path}`)[0]).toBe(
      "POST /api/paas/v4/audio/transcriptions",
    );
    expect(Object.fromEntries(await formOf(running.received[0]))).toEqual({
      model: ["glm-asr-2512"],
      stream: ["false"],
      prompt: ["before"],
      "hotwords[]": ["GLM", "智谱"],
      request_id: ["request-1"],
      user_id: ["user-1"],
      file: ["audio.wav audio/wav"],
    });
    expect([...(await formOf(running.received[1])).keys()]).toEqual(["model", "stream", "file"]);
    expect((await formOf(running.received[1])).get("file")).toEqual(["audio.mp3 audio/mpeg"]);
  });

  it.each(["", "data:audio/wav;base64,"])("takes base64 behind %j", async (prefix) => {
    const { audio, running } = await answering((_request, response) => sendJson(response, 200, { text: "hello" }));
    const base64 = short.toString("base64");
    await audio.transcribe({ audio: prefix + base64 });
    const form = await formOf(running.received[0]);
    expect([form.get("file_base64"), form.has("file")]).toEqual([[base64], false]);
  });

  it.each<[string, unknown, object]>([
    ["silence", { text: "" }, { text: "" }],
    [
      "segments",
      { text: "a b", segments: [{ id: 0, start: 0, end: "1.5", text: "a" }, { text: "b" }] },
      { text: "a b", segments: [{ start: 0, end: 1.5, text: "a" }] },
    ],
    ["null", { text: "a", segments: null, request_id: null }, { text: "a" }],
  ])("takes %s", async (_name, answer, read) => {
    const { audio } = await answering((_request, response) => sendJson(response, 200, answer));
    expect(await audio.transcribe({ audio: short })).toEqual(read);
  });

  it.each([{}, { text: null }, { segments: [] }])("refuses %j", async (answer) => {
    const { audio } = await answering((_request, response) => sendJson(response, 200, answer));
    expect((await failure(audio.transcribe({ audio: short }))).code).toBe("invalid-response");
    expect((await collect(audio.streamTranscription({ audio: short }))).error?.code).toBe("invalid-response");
  });

  it.each<[string, Partial<TranscriptionRequest>, string]>([
    ["8000 characters before it", { prompt: "x".repeat(8000) }, "prompt"],
    ["101 hot words", { hotwords: Array.from({ length: 101 }, (_, index) => `word ${index}`) }, "hotwords"],
    ["an empty hot word", { hotwords: ["a", " "] }, "hotwords"],
    ["more than 25 MB", { audio: silence(1000) }, "file"],
    ["more than 30 s", { audio: silence(31) }, "file"],
    ["another kind of file", { audio: Buffer.from("OggS") }, "file"],
    ["a damaged header", { audio: Buffer.from("RIFF....WAVEfmt ") }, "file"],
    ["what is no base64", { audio: "%%%" }, "file"],
    ["a short user id", { userId: "short" }, "user_id"],
    ["a short request id", { requestId: "short" }, "request_id"],
  ])("is refused before the network for %s", async (_name, change, field) => {
    const { audio, running } = await answering((_request, response) => sendJson(response, 200, { text: "" }));
    const refused = { code: "bad-request", details: { field } };
    expect(await failure(audio.transcribe({ audio: short, ...change }))).toMatchObject(refused);
    expect((await collect(audio.streamTranscription({ audio: short, ...change }))).error).toMatchObject(refused);
    expect(running.received).toHaveLength(0);
  });

  it("may have exactly what is allowed", async () => {
    const { audio } = await answering((_request, response) => sendJson(response, 200, { text: "" }));
    const hotwords = Array.from({ length: 100 }, (_, index) => `word ${index}`);
    const most = { audio: silence(30), prompt: "x".repeat(7999), hotwords };
    expect(await audio.transcribe(most)).toEqual({ text: "" });
  });

  it.each(["1210", "1214"])("writes hot words the other way when %s refuses them, and from then on", async (code) => {
    const { audio, running } = await answering(({ body }, response) =>
      body.includes('"hotwords[]"')
        ? sendJson(response, 400, { error: { code, message: "hotwords[]" } })
        : sendJson(response, 200, { text: "hello" }),
    );
    const request = { audio: short, hotwords: ["GLM", "CogView"] };
    expect(await audio.transcribe(request)).toEqual({ text: "hello" });
    expect(running.received).toHaveLength(2);
    const form = await formOf(running.received[1]);
    expect([form.get("hotwords"), form.has("hotwords[]")]).toEqual([["GLM", "CogView"], false]);
    expect((await collect(audio.streamTranscription(request))).text).toBe("hello");
    expect(running.received).toHaveLength(3);
  });

  it("finds the way of hot words in a stream as well", async () => {
    const { audio, running } = await answering(({ body }, response) =>
      body.includes('"hotwords[]"') ? sendJson(response, 400, refusal) : sendStream(response, delta("hello") + done),
    );
    const request = { audio: short, hotwords: ["GLM"] };
    expect((await collect(audio.streamTranscription(request))).text).toBe("hello");
    expect((await collect(audio.streamTranscription(request))).text).toBe("hello");
    expect(running.received).toHaveLength(3);
  });

  it("does not insist when both ways are refused, or there were no hot words", async () => {
    const { audio, running } = await answering((_request, response) => sendJson(response, 400, refusal));
    expect((await failure(audio.transcribe({ audio: short, hotwords: ["GLM"] }))).details.serviceCode).toBe("1210");
    expect(running.received).toHaveLength(2);
    expect((await failure(audio.transcribe({ audio: short }))).details.serviceCode).toBe("1210");
    expect(running.received).toHaveLength(3);
  });

  it("keeps what was said before out of its errors", async () => {
    const prompt = "the patient said that his left knee had been hurting";
    const { audio } = await answering((_request, response) =>
      sendJson(response, 400, { error: { code: "1214", message: `bad prompt: ${prompt}` } }),
    );
    const error = await failure(audio.transcribe({ audio: short, prompt }));
    expect([error.details.serviceCode, error.details.serviceMessage]).toEqual(["1214", undefined]);
  });

  it("can be cancelled", async () => {
    const stop = new AbortController();
    const { audio } = await answering(() => stop.abort());
    expect((await failure(audio.transcribe({ audio: short }, { signal: stop.signal }))).code).toBe("cancelled");
  });

  it("is not offered on a plan", async () => {
    const offered = { code: "not-offered", offeredOn: ["zai", "bigmodel"] };
    expect(await outcomeOn("zai-coding", ({ audio }) => audio.transcribe({ audio: short }))).toEqual(offered);
    expect(await outcomeOn("zai", ({ audio }) => audio.transcribe({ audio: short }))).toBe("sent");
  });
});

describe("a streamed transcription", () => {
  it("that is refused in its middle is not said twice", async () => {
    const refused = `data: ${JSON.stringify(refusal)}\n\n`;
    const { audio, running } = await answering((_request, response) => sendStream(response, delta("hello ") + refused));
    const { deltas, error } = await collect(audio.streamTranscription({ audio: short, hotwords: ["GLM"] }));
    expect([deltas, error?.details.serviceCode, error?.details.afterOutput]).toEqual([["hello "], "1210", true]);
    expect(running.received).toHaveLength(1);
  });

  it.each<[string, string]>([
    ["as documented", delta("hello ") + delta("world") + done],
    ["without [DONE]", delta("hello ") + delta("world") + done.replace("data: [DONE]\n\n", "")],
    ["with only [DONE]", `${delta("hello ")}${delta("world")}data: [DONE]\n\n`],
    [
      "with the whole text at the end",
      `${delta("hello ")}${delta("world")}data: {"type":"transcript.text.done","text":"hello world"}\n\n`,
    ],
    [
      "with null and other events",
      `data: {"delta":null}\n\n${delta("hello ")}data: {"x":1}\n\n${delta("world")}${done}`,
    ],
  ])("comes %s", async (_name, body) => {
    const { audio } = await answering((_request, response) => sendStream(response, body, [7, 30, 90]));
    const { deltas, text, error } = await collect(audio.streamTranscription({ audio: short }));
    expect([deltas.join("|"), text, error]).toEqual(["hello |world", "hello world", undefined]);
  });

  it("may come whole, or be empty", async () => {
    const { audio } = await answering((_request, response, turn) =>
      turn === 0 ? sendJson(response, 200, { text: "hello" }) : sendStream(response, done),
    );
    expect(await collect(audio.streamTranscription({ audio: short }))).toEqual({
      deltas: ["hello"],
      text: "hello",
      error: undefined,
    });
    expect(await collect(audio.streamTranscription({ audio: short }))).toEqual({
      deltas: [],
      text: "",
      error: undefined,
    });
  });

  it.each<[string, string, string]>([
    ["is cut", delta("hello "), "stream-broken"],
    [
      "reports an error",
      `${delta("hello ")}data: ${JSON.stringify({ error: { code: "1305", message: "busy" } })}\n\n`,
      "busy",
    ],
  ])("that %s keeps what came", async (_name, body, code) => {
    const { audio, running } = await answering((_request, response) => sendStream(response, body));
    const { deltas, text, error } = await collect(audio.streamTranscription({ audio: short }));
    expect([deltas, text, error?.code, error?.details.afterOutput]).toEqual([["hello "], undefined, code, true]);
    expect(running.received).toHaveLength(1);
  });
});

const answers =
  (texts: readonly string[]): Handler =>
  (_request, response, turn) =>
    sendStream(response, delta(texts[turn] ?? "") + done);

describe("a long recording", () => {
  it("is sent in pieces, each with the text before it", async () => {
    const { audio, running } = await answering(answers(["One sentence.", "And another", " one."]));
    const long = silence(61);
    const { deltas, text } = await collect(
      audio.transcribeLong({ audio: long, prompt: "A talk.", hotwords: ["GLM"], userId: "user-1" }),
    );
    expect(deltas).toEqual(["One sentence.", " And another", " one."]);
    expect(text).toBe("One sentence. And another one.");
    const forms = await Promise.all(running.received.map((request) => formOf(request)));
    expect(forms.map((form) => form.get("prompt")?.[0])).toEqual([
      "A talk.",
      "A talk. One sentence.",
      "A talk. One sentence. And another",
    ]);
    expect(forms.every((form) => form.get("hotwords[]")?.[0] === "GLM" && form.get("user_id")?.[0] === "user-1")).toBe(
      true,
    );
  });

  it("puts no space between Chinese sentences", async () => {
    const { audio } = await answering(answers(["你好。", "世界"]));
    expect((await collect(audio.transcribeLong({ audio: silence(40) }))).text).toBe("你好。世界");
  });

  it("remembers as much as fits into a prompt", async () => {
    const { audio, running } = await answering(answers(["x".repeat(9_000), "end"]));
    await collect(audio.transcribeLong({ audio: silence(31) }));
    const prompt = (await formOf(running.received[1])).get("prompt")?.[0];
    expect(prompt).toBe("x".repeat(audioLimits.promptCharacters));
  });

  it("keeps what was understood when a later piece fails", async () => {
    const { audio, running } = await answering((_request, response, turn) =>
      turn === 0 ? sendStream(response, delta("One.") + done) : sendJson(response, 400, refusal),
    );
    const { deltas, error } = await collect(audio.transcribeLong({ audio: silence(40) }));
    expect([deltas, error?.details.serviceCode, error?.details.afterOutput]).toEqual([["One."], "1210", true]);
    expect(running.received).toHaveLength(2);
  });

  it("can be cancelled between pieces", async () => {
    const stop = new AbortController();
    const { audio, running } = await answering(answers(["One.", "Two."]));
    const heard: string[] = [];
    const listening = (async () => {
      for await (const part of audio.transcribeLong({ audio: silence(90) }, { signal: stop.signal })) {
        heard.push(part.text);
        stop.abort();
      }
    })();
    expect((await failure(listening)).code).toBe("cancelled");
    expect([heard, running.received.length]).toEqual([["One."], 1]);
  });

  it("of MP3 is sent whole", async () => {
    const { audio, running } = await answering(answers(["hello"]));
    expect((await collect(audio.transcribeLong({ audio: mp3 }))).text).toBe("hello");
    expect(running.received).toHaveLength(1);
  });
});

/** A tone, as the simulator measures what it hears. */
function tone(seconds: number, hertz: number): Buffer {
  const data = Buffer.alloc(seconds * bytesPerSecond);
  for (let at = 0; at < data.length / 2; at++) {
    data.writeInt16LE(Math.round(Math.sin((at / 16_000) * 2 * Math.PI * hertz) * 8_000), at * 2);
  }
  return wavFile({ data });
}

describe("transcription by the simulator", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ paceMs: 0 });
  });
  beforeEach(() => simulator.reset());
  afterAll(() => simulator.close());

  it.each(["zai", "bigmodel"] as const)("takes a file, base64, hot words and all ids on %s", async (platform) => {
    const { audio } = simulatorClient(simulator, platform);
    const request: TranscriptionRequest = { audio: tone(2, 440), prompt: "before", hotwords: ["GLM"] };
    const ids = { requestId: "request-1", userId: "user-1" };
    const { text } = await audio.transcribe({ ...request, ...ids });
    expect(text).toContain("440 Hz");
    expect((await audio.transcribe({ audio: tone(2, 440).toString("base64") })).text).toBe(text);
    const streamed = await collect(audio.streamTranscription(request));
    expect([streamed.text, streamed.deltas.join(""), streamed.deltas.length > 1]).toEqual([text, text, true]);
    expect(simulator.requests.every(({ status }) => status === 200)).toBe(true);
  });

  it("finds the form of hot words", async () => {
    simulator.setScenario([{ name: "hotwords-plain" }]);
    const { audio } = simulatorClient(simulator, "zai");
    expect((await audio.transcribe({ audio: tone(1, 440), hotwords: ["GLM"] })).text).toContain("440");
    expect(simulator.requests.map(({ status }) => status)).toEqual([400, 200]);
  });

  it("hears a long recording piece by piece", async () => {
    const { audio } = simulatorClient(simulator, "zai");
    const { text } = await collect(audio.transcribeLong({ audio: tone(65, 440) }));
    expect(text?.match(/30\.0 s/g)).toHaveLength(2);
    expect(text).toContain("5.0 s");
    expect(simulator.requests).toHaveLength(3);
  });

  it.each(["no-done", "not-stream", "crlf", "split-utf8", "bytes"])("survives: %s", async (name) => {
    simulator.setScenario({ name });
    const { audio } = simulatorClient(simulator, "zai");
    const { text, error } = await collect(audio.streamTranscription({ audio: tone(1, 440) }));
    expect([error, text]).toEqual([undefined, expect.stringContaining("440")]);
  });
});

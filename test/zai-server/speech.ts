import { checkFunds, type Account } from "./accounts.ts";
import { newId } from "./completion.ts";
import { deliver } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, readChoice, readFlag, readIds, readObject, readText, readWatermark } from "./fields.ts";
import type { JsonObject } from "./json.ts";
import { speak, voiceRate } from "./speaking.ts";
import { encodeFrames, endStream } from "./sse.ts";
import { hasVoice } from "./voices.ts";
import { writeWav } from "./wav.ts";

/** Speech exists on BigModel only. */
export function speechRoute(call: string, exchange: Exchange, account: Account): Promise<void> | undefined {
  if (call !== "POST /audio/speech" || exchange.platform !== "bigmodel") return undefined;
  return handleSpeech(exchange, account);
}

async function handleSpeech(exchange: Exchange, account: Account): Promise<void> {
  const { faults, platform } = exchange;
  const body = readObject(exchange.body);
  const model = readText(body, "model");
  if (model.toLowerCase() !== "glm-tts") throw new ApiError("1211", undefined, { model });
  checkFunds(account, "general", false);
  readIds(body, platform);
  readWatermark(body, platform);
  const input = readText(body, "input");
  if (Array.from(input).length > 1024) throw invalid("input", "<= 1024");
  const voice = readText(body, "voice");
  if (!hasVoice(exchange, account, voice)) throw invalid("voice", "unknown");
  const speed = readNumber(body, "speed", (value) => value >= 0.5 && value <= 2);
  const volume = readNumber(body, "volume", (value) => value > 0 && value <= 10);
  const format = readChoice(body, "response_format", ["pcm", "wav"]) ?? "pcm";
  const encoding = readChoice(body, "encode_format", ["base64", "hex"] as const);
  const stream = readFlag(body, "stream") ?? false;
  // Streams are PCM in text; whole answers are bytes.
  if (stream ? format === "wav" : encoding !== undefined) throw new ApiError("1215");
  const pcm = speak(input, { voice, speed, volume });
  if (stream && !faults.has("not-stream")) return sendPieces(exchange, pcm, encoding ?? "base64");
  const bytes = format === "wav" ? writeWav(pcm, voiceRate, input) : pcm;
  await deliver(exchange, 200, { "Content-Type": format === "wav" ? "audio/wav" : "audio/pcm" }, [bytes]);
}

function readNumber(body: JsonObject, field: string, fits: (value: number) => boolean): number {
  const value = body[field] ?? 1;
  if (typeof value !== "number" || !fits(value)) throw invalid(field, "out of range");
  return value;
}

/** An odd number, so that pieces end inside samples and inside groups of base64: each has to be decoded by itself. */
const pieceLength = 9_601;

async function sendPieces(exchange: Exchange, pcm: Buffer, encoding: "base64" | "hex"): Promise<void> {
  const { faults, state } = exchange;
  const heading = { id: newId(), created: Math.floor(Date.now() / 1000) };
  const frames: object[] = [];
  for (let at = 0; at < pcm.length; at += pieceLength) {
    const content = pcm.subarray(at, at + pieceLength).toString(encoding);
    frames.push({ ...heading, choices: [{ index: 0, delta: { role: "assistant", content } }] });
  }
  const last = {
    ...heading,
    choices: [{ index: 0, finish_reason: "stop", delta: { role: "assistant", content: "" } }],
  };
  const pieces = encodeFrames(endStream(frames, [last], faults), faults);
  await deliver(exchange, 200, { "Content-Type": "text/event-stream;charset=UTF-8" }, pieces, state.paceMs);
}

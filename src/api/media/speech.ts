import * as v from "valibot";
import { fromBase64 } from "../http/base64.ts";
import { check, checkOneOf, checkRange, checkText } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { askEvents } from "../http/eventStream.ts";
import { fileType } from "../http/fileType.ts";
import { askBytes, hostOf, requireReady, type Ask } from "../http/request.ts";

const model = "glm-tts";
const inputLimit = 1024;
/** Bytes. At half speed 1024 characters can take some twenty minutes. */
const speechLimit = 64 * 1024 * 1024;

/** Voices that everybody has (API notes 7.2; read 2026-11-21), the default first. `listVoices` knows more. */
export const systemVoices = ["tongtong", "chuichui", "xiaochen", "jam", "kazi", "douji", "luodo"] as const;

/** PCM of both functions is taken to be 16 bit mono at 24 kHz; the documents only recommend the rate. */
export interface SpeechRequest {
  /** 1 to 1024 characters. */
  readonly input: string;
  /** One of `systemVoices` (the default is the first), or the id of a cloned one. */
  readonly voice?: string | undefined;
  /** 0.5 to 2; 1 by default. */
  readonly speed?: number | undefined;
  /** More than 0, at most 10; 1 by default. */
  readonly volume?: number | undefined;
  /** False needs a waiver that the account has signed. */
  readonly watermark?: boolean | undefined;
}

export interface WholeSpeechRequest extends SpeechRequest {
  /** `wav` by default: it says itself how it is to be played. */
  readonly format?: "wav" | "pcm" | undefined;
}

export interface StreamedSpeechRequest extends SpeechRequest {
  /** How bytes travel inside the events; `base64` by default. */
  readonly encoding?: "base64" | "hex" | undefined;
}

export interface Speech {
  readonly bytes: Uint8Array;
  /** Judged by the bytes. */
  readonly type: "wav" | "pcm";
}

const eventSchema = v.object({
  choices: v.array(v.object({ delta: v.object({ content: v.nullish(v.string(), "") }) })),
});
const endSchema = v.object({ choices: v.tuple([v.object({ finish_reason: v.pipe(v.string(), v.nonEmpty()) })]) });

/** Speaks a text (API notes 7.2; BigModel only). Throws `bad-request` for a request that breaks a rule. */
export async function speak(
  context: ClientContext,
  request: WholeSpeechRequest,
  options: RequestOptions = {},
): Promise<Speech> {
  requireReady(context, "speech");
  const { format = "wav" } = request;
  checkOneOf("response_format", format, ["wav", "pcm"]);
  const ask = askOf(request, { response_format: format });
  const bytes = await askBytes(context, ask, context.deadlines.audio, speechLimit, options);
  const type = fileType(bytes) === "wav" ? "wav" : "pcm";
  if (bytes.byteLength === 0 || (format === "wav" && type !== "wav")) throw unreadable(context);
  return { bytes, type };
}

/** As `speak`, as PCM while it is made, in pieces that end between samples. */
export async function* streamSpeech(
  context: ClientContext,
  request: StreamedSpeechRequest,
  options: RequestOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  requireReady(context, "speech");
  const { encoding = "base64" } = request;
  checkOneOf("encode_format", encoding, ["base64", "hex"]);
  const decode = encoding === "hex" ? fromHex : fromBase64;
  const ask = askOf(request, { response_format: "pcm", stream: true, encode_format: encoding });
  let half = new Uint8Array();
  let spoken = false;
  for await (const event of askEvents(context, ask, isLast, options)) {
    const parsed = v.safeParse(eventSchema, event);
    if (!parsed.success) continue;
    const bytes = decode(parsed.output.choices[0]?.delta.content ?? "");
    if (!bytes) throw unreadable(context, spoken);
    const joined = new Uint8Array(half.length + bytes.length);
    joined.set(half);
    joined.set(bytes, half.length);
    const whole = joined.subarray(0, joined.length - (joined.length % 2));
    half = joined.slice(whole.length);
    if (whole.length === 0) continue;
    spoken = true;
    yield whole;
  }
  if (!spoken) throw unreadable(context);
}

function askOf(request: SpeechRequest, more: object): Ask {
  const { input, voice = systemVoices[0], speed, volume, watermark } = request;
  checkText("input", input, 1, inputLimit);
  check(voice.trim() !== "", "voice", "not empty");
  checkRange("speed", speed, 0.5, 2);
  check(volume === undefined || (volume > 0 && volume <= 10), "volume", "more than 0, at most 10");
  const body = JSON.stringify({ model, input, voice, speed, volume, watermark_enabled: watermark, ...more });
  return { method: "POST", path: "/audio/speech", body };
}

const isLast = (event: unknown): boolean => v.is(endSchema, event);

function unreadable(context: ClientContext, afterOutput?: boolean): ApiError {
  return new ApiError("invalid-response", {
    host: hostOf(context.endpoint.baseUrl),
    afterOutput: afterOutput || undefined,
  });
}

function fromHex(text: string): Uint8Array | undefined {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) return undefined;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

import * as v from "valibot";
import { fromBase64 } from "../http/base64.ts";
import { check, checkIds, checkText, invalid } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { askEvents } from "../http/eventStream.ts";
import { fileType, mimeTypes } from "../http/fileType.ts";
import { looseList, unreadable } from "../http/loose.ts";
import { encodeForm, type FormEntry } from "../http/multipart.ts";
import { askJson, requireReady, type Ask } from "../http/request.ts";
import { readWav } from "./wav.ts";

/** What one request takes at most. Longer WAV recordings: `transcribeLong`. */
export const audioLimits = { bytes: 25 * 1024 * 1024, seconds: 30, promptCharacters: 7999, hotwords: 100 } as const;

const model = "glm-asr-2512";

export interface TranscriptionRequest {
  /** A WAV or MP3 file of at most 25 MB and 30 s, as bytes or as base64. 16 kHz mono PCM is safe. */
  readonly audio: Uint8Array | string;
  /** What was said before; fewer than 8000 characters. */
  readonly prompt?: string | undefined;
  /** Names and terms that are likely to occur; at most 100. */
  readonly hotwords?: readonly string[] | undefined;
  /** 6 to 64 characters, unique. */
  readonly requestId?: string | undefined;
  /** 6 to 128 characters, no personal data. */
  readonly userId?: string | undefined;
}

/** Times in seconds. */
export interface TranscriptSegment {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Transcription {
  /** Empty when nothing was said. Text from outside. */
  readonly text: string;
  /** Where the service gives them. */
  readonly segments?: readonly TranscriptSegment[] | undefined;
}

/** A piece of a transcript as it comes, then all of it. */
export type TranscriptionPart =
  | { readonly type: "text-delta"; readonly text: string }
  | { readonly type: "finish"; readonly text: string };

const time = v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.number());
const segmentSchema = v.object({ start: time, end: time, text: v.string() });
const wholeSchema = v.object({ text: v.string(), segments: looseList(segmentSchema) });
const eventSchema = v.object({ delta: v.nullish(v.string()), text: v.nullish(v.string()) });

/** What was said in a recording (API notes 7.1). Throws `bad-request` for a request that breaks a rule. */
export async function transcribe(
  context: ClientContext,
  request: TranscriptionRequest,
  options: RequestOptions = {},
): Promise<Transcription> {
  const type = prepare(context, request);
  const { quirks, deadlines } = context;
  const { plainHotwords } = quirks;
  const ask = async (plain: boolean) =>
    askJson(context, await askOf(request, type, plain, false), deadlines.audio, options);
  let answer: unknown;
  try {
    answer = await ask(plainHotwords);
  } catch (thrown) {
    if (!refusesHotwords(thrown, request)) throw thrown;
    answer = await ask(!plainHotwords);
    quirks.plainHotwords = !plainHotwords;
  }
  const parsed = v.safeParse(wholeSchema, answer);
  if (!parsed.success) throw unreadable(context);
  const { text, segments } = parsed.output;
  return segments.length === 0 ? { text } : { text, segments };
}

/** As `transcribe`, while it is being written. Errors that come after the first delta have `afterOutput`. */
export async function* streamTranscription(
  context: ClientContext,
  request: TranscriptionRequest,
  options: RequestOptions = {},
): AsyncGenerator<TranscriptionPart, void, undefined> {
  const type = prepare(context, request);
  let text: string | undefined;
  for await (const event of eventsOf(context, request, type, options)) {
    const parsed = v.safeParse(eventSchema, event);
    // The text of the last event repeats the deltas; without any, the answer came whole.
    const delta = parsed.success ? (parsed.output.delta ?? (text === undefined ? parsed.output.text : "")) : undefined;
    if (typeof delta !== "string") continue;
    text = `${text ?? ""}${delta}`;
    if (delta !== "") yield { type: "text-delta", text: delta };
  }
  if (text === undefined) throw unreadable(context);
  yield { type: "finish", text };
}

async function* eventsOf(
  context: ClientContext,
  request: TranscriptionRequest,
  type: AudioType,
  options: RequestOptions,
): AsyncGenerator<unknown, void, undefined> {
  const { quirks } = context;
  const { plainHotwords } = quirks;
  const ask = async (plain: boolean) => askEvents(context, await askOf(request, type, plain, true), isLast, options);
  try {
    yield* await ask(plainHotwords);
  } catch (thrown) {
    if (!refusesHotwords(thrown, request)) throw thrown;
    yield* await ask(!plainHotwords);
    quirks.plainHotwords = !plainHotwords;
  }
}

type AudioType = "wav" | "mp3";

/** Checks a request and returns the type of its audio. */
function prepare(context: ClientContext, request: TranscriptionRequest): AudioType {
  requireReady(context, "transcription");
  const { prompt, hotwords = [] } = request;
  checkText("prompt", prompt, 0, audioLimits.promptCharacters);
  check(hotwords.length <= audioLimits.hotwords, "hotwords", `at most ${audioLimits.hotwords}`);
  check(!hotwords.some((word) => word.trim() === ""), "hotwords", "no empty ones");
  checkIds(request);
  return checkAudio(request.audio);
}

/** The length of MP3 is left to the service: without decoding it is a guess. */
function checkAudio(audio: Uint8Array | string): AudioType {
  const bytes = typeof audio === "string" ? fromBase64(audio) : audio;
  const type = bytes && fileType(bytes);
  if (!bytes || (type !== "wav" && type !== "mp3")) return invalid("file", "wav, mp3");
  check(bytes.byteLength <= audioLimits.bytes, "file", `at most ${audioLimits.bytes} bytes`);
  const wav = type === "wav" ? readWav(bytes) : undefined;
  check(type === "mp3" || wav !== undefined, "file", "wav, mp3");
  check((wav?.seconds ?? 0) <= audioLimits.seconds, "file", `at most ${audioLimits.seconds} s`);
  return type;
}

async function askOf(
  request: TranscriptionRequest,
  type: AudioType,
  plainHotwords: boolean,
  streaming: boolean,
): Promise<Ask> {
  const { audio, prompt, hotwords = [], requestId, userId } = request;
  const file: FormEntry =
    typeof audio === "string"
      ? ["file_base64", audio.replace(/^data:[^,]*,/, "")]
      : ["file", { bytes: audio, name: `audio.${type}`, mimeType: mimeTypes[type] }];
  const body = await encodeForm([
    ["model", model],
    ["stream", String(streaming)],
    ["prompt", prompt],
    ...hotwords.map((word): FormEntry => [plainHotwords ? "hotwords" : "hotwords[]", word]),
    ["request_id", requestId],
    ["user_id", userId],
    file,
  ]);
  return { method: "POST", path: "/audio/transcriptions", body, repeatable: true };
}

/** The documents do not say how a list is written in a form; one way is tried after the other (API notes 7.1). */
function refusesHotwords(thrown: unknown, { hotwords = [] }: TranscriptionRequest): boolean {
  if (hotwords.length === 0 || !(thrown instanceof ApiError) || thrown.details.afterOutput) return false;
  return /^121[04]$/.test(thrown.details.serviceCode ?? "");
}

function isLast(event: unknown): boolean {
  return typeof event === "object" && event !== null && "type" in event && event.type === "transcript.text.done";
}

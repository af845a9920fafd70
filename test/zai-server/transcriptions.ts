import { checkFunds, type Account } from "./accounts.ts";
import { newId, words } from "./completion.ts";
import { deliver, sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { foreign, invalid, missing, readChoice, readIds, readText, wrongFile } from "./fields.ts";
import { describeMp3, transcribe } from "./listening.ts";
import { readMp3 } from "./mp3.ts";
import { readPosted } from "./pictures.ts";
import { encodeFrames, endStream } from "./sse.ts";
import { readWav } from "./wav.ts";

export function transcriptionsRoute(call: string, exchange: Exchange, account: Account): Promise<void> | undefined {
  return call === "POST /audio/transcriptions" ? handleTranscription(exchange, account) : undefined;
}

/** A form with a sound of at most 25 MB and 30 s; answers whole or as a stream. */
async function handleTranscription(exchange: Exchange, account: Account): Promise<void> {
  const { faults, form, platform, state } = exchange;
  if (form === undefined)
    throw new ApiError("1210", { en: "The body is not a multipart form", zh: "请求体不是 multipart/form-data" });
  const fields = Object.fromEntries([...form].filter((part): part is [string, string] => typeof part[1] === "string"));
  const model = readText(fields, "model");
  if (model.toLowerCase() !== "glm-asr-2512") throw new ApiError("1211", undefined, { model });
  checkFunds(account, "general", false);
  const requestId = readIds(fields, platform) ?? newId();
  if (Array.from(fields["prompt"] ?? "").length >= 8000) throw invalid("prompt", "< 8000");
  const stream = readChoice(fields, "stream", ["true", "false"]) === "true";
  const hotwords = readHotwords(form, faults.has("hotwords-plain"));
  const text = listen(await readSound(form), hotwords);
  const heading = { id: newId(), created: Math.floor(Date.now() / 1000), model: "glm-asr-2512" };
  if (!stream || faults.has("not-stream")) return sendJson(exchange, 200, { ...heading, request_id: requestId, text });
  const deltas = words(text).map((delta) => ({ ...heading, type: "transcript.text.delta", delta }));
  const done = { ...heading, type: "transcript.text.done", delta: "" };
  const pieces = encodeFrames(endStream(deltas, [done], faults), faults);
  await deliver(exchange, 200, { "Content-Type": "text/event-stream;charset=UTF-8" }, pieces, state.paceMs);
}

/** At most 100 words, as repeated `hotwords[]` or `hotwords`. */
function readHotwords(form: FormData, plainOnly: boolean): string[] {
  if (plainOnly && form.has("hotwords[]")) throw foreign("hotwords[]");
  const hotwords = [...form.getAll("hotwords[]"), ...form.getAll("hotwords")].filter(
    (each) => typeof each === "string",
  );
  if (hotwords.length > 100 || hotwords.includes("")) throw invalid("hotwords", "<= 100");
  return hotwords;
}

/** The bytes of `file`, which wins, or of `file_base64`. */
async function readSound(form: FormData): Promise<Buffer> {
  const file = form.get("file");
  const base64 = form.get("file_base64");
  let bytes: Buffer | undefined;
  if (file !== null) {
    if (typeof file === "string") throw invalid("file", "binary");
    bytes = Buffer.from(await file.arrayBuffer());
  } else if (base64 !== null) {
    const posted = typeof base64 === "string" ? readPosted(base64) : undefined;
    if (posted?.form !== "base64") throw invalid("file_base64", "base64");
    bytes = posted.bytes;
  }
  if (bytes === undefined) throw missing("file");
  if (bytes.length > 25 * 1024 * 1024) throw invalid("file", "> 25 MB");
  return bytes;
}

function listen(bytes: Buffer, hotwords: readonly string[]): string {
  const sound = readWav(bytes);
  const mp3 = readMp3(bytes);
  const seconds = sound?.seconds ?? mp3?.seconds ?? 0;
  // Neither an empty file nor one of another kind can be listened to.
  if (seconds === 0) throw wrongFile("Only readable wav and mp3 files are supported", "仅支持可读取的 wav、mp3 文件");
  if (seconds > 30) throw invalid("file", "> 30 s");
  if (sound !== undefined) return transcribe(sound, hotwords);
  return mp3 === undefined ? "" : describeMp3(mp3);
}

import * as v from "valibot";
import { checkIds, checkText } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { listOf, looseText, looseTime, someText, unreadable } from "../http/loose.ts";
import { askJson, requireReady, withQuery, type Ask } from "../http/request.ts";

const cloneModel = "glm-tts-clone";

export interface VoiceCloneRequest {
  readonly name: string;
  /** What the new voice says in the sample that comes back. */
  readonly input: string;
  /** A recording of 3 to 30 s and at most 10 MB that was uploaded with the purpose `voice-clone-input`. */
  readonly fileId: string;
  /** What is said in that recording. */
  readonly text?: string | undefined;
  /** 6 to 64 characters, unique. */
  readonly requestId?: string | undefined;
}

export interface ClonedVoice {
  /** To be spoken with: `SpeechRequest.voice`. */
  readonly voice: string;
  /** The sample among the account's files, of purpose `voice-clone-output`. */
  readonly fileId?: string | undefined;
}

export interface Voice {
  readonly voice: string;
  readonly name: string;
  /** Undefined for a type that we do not know. */
  readonly type: "private" | "official" | undefined;
  /** Of a sample. Not to be trusted: `download` looks at it before it is fetched. */
  readonly sampleUrl?: string | undefined;
  /** Ms since the epoch. */
  readonly createdAt?: number | undefined;
}

export interface VoiceFilter {
  /** Part of a name. */
  readonly name?: string | undefined;
  readonly type?: "private" | "official" | undefined;
}

const clonedSchema = v.object({ voice: someText, file_id: looseText });
const voiceSchema = v.object({
  voice: someText,
  voice_name: looseText,
  voice_type: looseText,
  download_url: looseText,
  create_time: looseTime,
});
const listSchema = v.object({ voice_list: v.nullable(listOf(voiceSchema)) });
const deletedSchema = v.object({ update_time: looseTime });

/** Makes a voice out of a recording (API notes 7.2; BigModel only). */
export async function cloneVoice(
  context: ClientContext,
  request: VoiceCloneRequest,
  options: RequestOptions = {},
): Promise<ClonedVoice> {
  const { name, input, fileId, text, requestId } = request;
  requireReady(context, "speech");
  checkText("voice_name", name, 1, Infinity);
  checkText("input", input, 1, Infinity);
  checkText("file_id", fileId, 1, Infinity);
  checkText("text", text, 1, Infinity);
  checkIds(request);
  const body = { model: cloneModel, voice_name: name, input, file_id: fileId, text, request_id: requestId };
  const { voice, file_id } = await askVoices(context, "/voice/clone", body, clonedSchema, options);
  return { voice, fileId: file_id };
}

/** The platform's voices and the account's own (API notes 7.2; BigModel only). */
export async function listVoices(
  context: ClientContext,
  { name, type }: VoiceFilter = {},
  options: RequestOptions = {},
): Promise<readonly Voice[]> {
  requireReady(context, "speech");
  const path = withQuery("/voice/list", { voiceName: name, voiceType: type?.toUpperCase() });
  const { voice_list } = await askVoices(context, path, undefined, listSchema, options);
  return (voice_list ?? []).map((entry) => ({
    voice: entry.voice,
    name: entry.voice_name ?? entry.voice,
    type: voiceType(entry.voice_type),
    sampleUrl: entry.download_url,
    createdAt: entry.create_time,
  }));
}

/** Deletes a voice of the account (API notes 7.2; BigModel only). Returns when that was, in ms since the epoch. */
export async function deleteVoice(
  context: ClientContext,
  request: { readonly voice: string; readonly requestId?: string | undefined },
  options: RequestOptions = {},
): Promise<number | undefined> {
  requireReady(context, "speech");
  checkText("voice", request.voice, 1, Infinity);
  checkIds(request);
  const body = { voice: request.voice, request_id: request.requestId };
  return (await askVoices(context, "/voice/delete", body, deletedSchema, options)).update_time;
}

/** `body` undefined = a question. */
async function askVoices<Schema extends v.GenericSchema>(
  context: ClientContext,
  path: string,
  body: object | undefined,
  schema: Schema,
  options: RequestOptions,
): Promise<v.InferOutput<Schema>> {
  const ask: Ask = body ? { method: "POST", path, body: JSON.stringify(body) } : { method: "GET", path };
  // Cloning speaks the sample before it answers.
  const totalMs = body ? context.deadlines.audio : context.deadlines.total;
  const parsed = v.safeParse(schema, await askJson(context, ask, totalMs, options));
  if (!parsed.success) throw unreadable(context);
  return parsed.output;
}

function voiceType(word: string | undefined): Voice["type"] {
  const lower = word?.toLowerCase();
  return lower === "private" || lower === "official" ? lower : undefined;
}

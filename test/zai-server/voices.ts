import { randomBytes } from "node:crypto";
import { checkFunds, type Account } from "./accounts.ts";
import { newId } from "./completion.ts";
import { sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, readChoice, readIds, readObject, readText } from "./fields.ts";
import { readMp3 } from "./mp3.ts";
import { speak, voiceRate } from "./speaking.ts";
import { readWav, writeWav } from "./wav.ts";

/** A voice that can be spoken with. */
export interface Voice {
  readonly voice: string;
  readonly name: string;
  /** The key that cloned it; undefined for the platform's own. */
  readonly owner: string | undefined;
  /** Name of the sample below /cdn. */
  readonly sample: string;
  /** `yyyy-MM-dd HH:mm:ss`, platform time. */
  readonly createdAt: string;
}

const official: Readonly<Record<string, string>> = {
  tongtong: "彤彤",
  chuichui: "锤锤",
  xiaochen: "小陈",
  jam: "Jam",
  kazi: "Kazi",
  douji: "Douji",
  luodo: "Luodo",
};

/** Voices exist on BigModel only. */
export function voicesRoute(call: string, exchange: Exchange, account: Account): Promise<void> | undefined {
  if (exchange.platform !== "bigmodel") return undefined;
  if (call === "POST /voice/clone") return cloneVoice(exchange, account);
  if (call === "GET /voice/list") return listVoices(exchange, account);
  if (call === "POST /voice/delete") return deleteVoice(exchange, account);
  return undefined;
}

/** True when this key may speak with that voice. */
export function hasVoice({ state }: Exchange, { key }: Account, voice: string): boolean {
  return Object.hasOwn(official, voice) || state.voices.get(voice)?.owner === key;
}

/** From a file of at most 10 MB and 3 to 30 s that was uploaded for it; answers with a file in which the new voice speaks. */
async function cloneVoice(exchange: Exchange, account: Account): Promise<void> {
  const { state, platform } = exchange;
  const body = readObject(exchange.body);
  const model = readText(body, "model");
  if (model.toLowerCase() !== "glm-tts-clone") throw new ApiError("1211", undefined, { model });
  checkFunds(account, "general", false);
  const requestId = readIds(body, platform) ?? newId();
  const name = readText(body, "voice_name");
  const input = readText(body, "input");
  if (body["text"] !== undefined) readText(body, "text");
  const file = state.files.get(account.key, readText(body, "file_id"));
  if (file?.purpose !== "voice-clone-input") throw invalid("file_id", "purpose voice-clone-input");
  if (file.bytes.length > 10 * 1024 * 1024) throw invalid("file_id", "> 10 MB");
  const seconds = (readWav(file.bytes) ?? readMp3(file.bytes))?.seconds ?? 0;
  if (seconds < 3 || seconds > 30) throw invalid("file_id", "3-30 s");
  const voice = `voice_clone_${randomBytes(8).toString("hex")}`;
  const bytes = writeWav(speak(input, { voice, speed: 1, volume: 1 }), voiceRate, input);
  const output = { purpose: "voice-clone-output", filename: `${voice}.wav`, bytes, owner: account.key };
  const made = state.files.add(output);
  const sample = state.results.add(() => bytes, "wav");
  state.voices.set(voice, { voice, name, owner: account.key, sample, createdAt: platformTime(new Date()) });
  await sendJson(exchange, 200, { voice, file_id: made.id, file_purpose: made.purpose, request_id: requestId });
}

async function listVoices(exchange: Exchange, { key }: Account): Promise<void> {
  const { cdn, path, state } = exchange;
  const query = Object.fromEntries(new URL(path, "http://localhost").searchParams);
  const type = readChoice(query, "voiceType", ["PRIVATE", "OFFICIAL"]);
  const name = query["voiceName"] ?? "";
  const own = [...state.voices.values()].filter(({ owner }) => owner === key);
  const all = [...Object.entries(official).map((entry) => officialVoice(exchange, ...entry)), ...own];
  const found = all.filter(
    (each) => each.name.includes(name) && (type === undefined || (type === "PRIVATE") === (each.owner !== undefined)),
  );
  await sendJson(exchange, 200, {
    voice_list: found.map((each) => ({
      voice: each.voice,
      voice_name: each.name,
      voice_type: each.owner === undefined ? "OFFICIAL" : "PRIVATE",
      download_url: `${cdn}/${each.sample}`,
      create_time: each.createdAt,
    })),
  });
}

function officialVoice({ state }: Exchange, voice: string, name: string): Voice {
  const make = (): Buffer => writeWav(speak(name, { voice, speed: 1, volume: 1 }), voiceRate, name);
  return { voice, name, owner: undefined, sample: state.results.add(make, "wav"), createdAt: "2025-12-01 00:00:00" };
}

async function deleteVoice(exchange: Exchange, { key }: Account): Promise<void> {
  const { state, platform } = exchange;
  const body = readObject(exchange.body);
  readIds(body, platform);
  const voice = readText(body, "voice");
  if (state.voices.get(voice)?.owner !== key) throw invalid("voice", "not a voice of this account");
  state.voices.delete(voice);
  await sendJson(exchange, 200, { voice, update_time: platformTime(new Date()) });
}

/** UTC+8, as the platform prints it. */
function platformTime(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
}

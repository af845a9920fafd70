import { createHash } from "node:crypto";
import { ApiError } from "./errors.ts";
import { asString, isObject, type JsonObject } from "./json.ts";
import type { Model } from "./models.ts";
import { pixelSize, readPosted, sniff } from "./pictures.ts";

/** A picture of a request, already checked. */
export interface Picture {
  readonly bytes: Buffer;
  readonly kind: "png" | "jpeg";
  readonly width: number;
  readonly height: number;
}

/** One message after the checks: text parts are joined, pictures kept apart. */
export interface Message {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly text: string;
  readonly pictures: readonly Picture[];
  readonly toolCallId: string | undefined;
}

/** What the checks need to know about the surroundings. */
export interface MessageRules {
  readonly model: Model;
  /** Finds a picture that this server itself serves; other web addresses cannot be fetched. */
  readonly lookUp: (url: string) => Buffer | undefined;
  /** Scenario `raw-base64-only`: refuse data URIs the way one route was seen to. */
  readonly refuseDataUri: boolean;
}

const imageFault = (): ApiError => new ApiError("1210", "图片输入格式/解析错误");
const invalid = (field: string, en: string): ApiError =>
  new ApiError("1214", { en: `${field}: ${en}`, zh: `${field} 参数非法：${en}` });

/**
 * Checks `messages` as the API does.
 * @throws ApiError 1214 for shape, roles and emptiness; 1210 for parts and pictures that the model does not take.
 */
export function readMessages(value: unknown, rules: MessageRules): Message[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid("messages", "must be a list with at least one entry");
  const open = new Set<string>();
  const messages = value.map((each: unknown, index) => readMessage(each, index, rules, open));
  if (messages.every(({ role }) => role === "system" || role === "assistant")) {
    throw invalid("messages", "must not hold system and assistant messages only");
  }
  return messages;
}

function readMessage(value: unknown, index: number, rules: MessageRules, open: Set<string>): Message {
  const field = `messages[${index}]`;
  if (!isObject(value)) throw invalid(field, "must be an object");
  const role = value["role"];
  if (role !== "system" && role !== "user" && role !== "assistant" && role !== "tool") {
    throw invalid(`${field}.role`, "must be system, user, assistant or tool");
  }
  const { text, pictures } = readContent(value["content"], role, field, rules);
  if (role === "assistant") {
    const calls = readCalls(value["tool_calls"], field);
    for (const id of calls) open.add(id);
    if (text === "" && calls.length === 0) throw invalid(`${field}.content`, "Input cannot be empty");
    const reasoning = value["reasoning_content"];
    if (reasoning !== undefined && reasoning !== null && typeof reasoning !== "string") {
      throw invalid(`${field}.reasoning_content`, "must be a string");
    }
  } else if (text.trim() === "" && pictures.length === 0 && role !== "tool") {
    throw invalid(`${field}.content`, "Input cannot be empty");
  }
  const toolCallId = asString(value["tool_call_id"]);
  if (role === "tool" && (toolCallId === undefined || !open.has(toolCallId))) {
    throw invalid(`${field}.tool_call_id`, "has no tool call before it");
  }
  return { role, text, pictures, toolCallId };
}

function readCalls(value: unknown, field: string): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`${field}.tool_calls`, "must be a list");
  return value.map((call: unknown) => {
    const fn = isObject(call) ? call["function"] : undefined;
    const id = isObject(call) ? asString(call["id"]) : undefined;
    if (id === undefined || !isObject(fn) || typeof fn["name"] !== "string" || typeof fn["arguments"] !== "string") {
      throw invalid(`${field}.tool_calls`, "needs id, function.name and function.arguments as strings");
    }
    return id;
  });
}

function readContent(
  content: unknown,
  role: string,
  field: string,
  rules: MessageRules,
): { text: string; pictures: Picture[] } {
  if (typeof content === "string") return { text: content, pictures: [] };
  if ((content === null || content === undefined) && role === "assistant") return { text: "", pictures: [] };
  if (!Array.isArray(content)) throw invalid(`${field}.content`, "must be a string or a list of parts");
  const texts: string[] = [];
  const pictures: Picture[] = [];
  const kinds = new Set<string>();
  for (const part of content as unknown[]) {
    const type = isObject(part) ? asString(part["type"]) : undefined;
    if (!isObject(part) || type === undefined) throw invalid(`${field}.content.type`, "is missing");
    kinds.add(type);
    if (type === "text") texts.push(asString(part["text"]) ?? "");
    else checkMedia(type, part, role, rules, pictures);
  }
  if (kinds.has("file_url") && (kinds.has("image_url") || kinds.has("video_url"))) {
    throw new ApiError("1210", {
      en: "file_url cannot be mixed with images or video",
      zh: "file_url 不能与图片或视频同时使用",
    });
  }
  if (pictures.length > rules.model.images) throw imageFault();
  // A file or video alone is a question too.
  if (texts.length === 0 && kinds.size > 0 && pictures.length === 0) texts.push([...kinds].join(" "));
  return { text: texts.join("\n"), pictures };
}

function checkMedia(type: string, part: JsonObject, role: string, rules: MessageRules, pictures: Picture[]): void {
  const { model } = rules;
  const legal =
    model.images === 0 ? ["text"] : ["text", "image_url", "video_url", ...(model.files ? ["file_url"] : [])];
  const misplaced = role === "system" || role === "assistant" || (role === "tool" && !model.toolImages);
  if (!legal.includes(type) || misplaced) {
    // The real message is Chinese on both platforms, with this Python-like list.
    throw new ApiError(
      "1210",
      `messages.content.type 参数非法，取值范围 [${legal.map((each) => `'${each}'`).join(", ")}]`,
    );
  }
  const holder = part[type];
  const url = isObject(holder) ? asString(holder["url"]) : undefined;
  if (url === undefined) throw imageFault();
  if (type === "image_url") pictures.push(readPicture(url, rules));
  else if (!/^https?:\/\//.test(url))
    throw new ApiError("1210", { en: `${type} must be a web address`, zh: `${type} 必须是网址` });
}

function readPicture(value: string, rules: MessageRules): Picture {
  const posted = readPosted(value);
  if (posted === undefined) throw imageFault();
  if (posted.form === "data-uri" && rules.refuseDataUri) throw imageFault();
  if (posted.form !== "url" && rules.model.imageUrlOnly) throw imageFault();
  const bytes = posted.bytes ?? rules.lookUp(posted.url ?? "");
  if (bytes === undefined) throw imageFault();
  const kind = sniff(bytes);
  const size = pixelSize(bytes);
  if ((kind !== "png" && kind !== "jpeg") || size === undefined) throw imageFault();
  if (bytes.length > 5 * 1024 * 1024 || size.width > 6000 || size.height > 6000) {
    throw new ApiError("1210", {
      en: "The image is larger than 5 MB or 6000 x 6000 pixels",
      zh: "图片大小超过 5MB 或 6000x6000 像素",
    });
  }
  return { bytes, kind, ...size };
}

/** One string per request for counting tokens and finding cached beginnings; pictures are stood in for by their hash. */
export function promptText(messages: readonly Message[], tools: unknown): string {
  const parts = tools === undefined ? [] : [JSON.stringify(tools)];
  for (const { role, text, pictures } of messages) {
    const hashes = pictures.map(({ bytes }) => createHash("sha1").update(bytes).digest("hex"));
    parts.push(`<|${role}|>`, text, ...hashes);
  }
  return parts.join("\n");
}

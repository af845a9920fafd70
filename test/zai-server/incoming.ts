import type { IncomingMessage } from "node:http";
import { asString, isObject, parseJson } from "./json.ts";

/** One part of a multipart body as it is recorded. `size` is bytes; files have no text. */
export interface RecordedPart {
  readonly name: string;
  readonly filename?: string;
  readonly type?: string;
  readonly size: number;
  readonly text?: string;
}

/** The body of a request, read in every way that its type allows. */
export interface Incoming {
  readonly bytes: Buffer;
  /** Parsed JSON, `{ parts }` of a multipart form, the text of anything else, undefined when there is none. */
  readonly body: unknown;
  /** The parts themselves; undefined when the body is no readable multipart form. */
  readonly form: FormData | undefined;
}

/** @throws Error when the client leaves while it is still sending. */
export async function readIncoming(request: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  const form = /^multipart\/form-data/i.test(type) ? await parseForm(bytes, type) : undefined;
  if (form !== undefined) return { bytes, form, body: { parts: [...form].map(recordPart) } };
  const text = bytes.toString("utf8");
  return { bytes, form, body: text === "" ? undefined : (parseJson(text) ?? text) };
}

function parseForm(bytes: Buffer, type: string): Promise<FormData | undefined> {
  return new Response(new Uint8Array(bytes), { headers: { "Content-Type": type } }).formData().catch(() => undefined);
}

function recordPart([name, value]: [string, FormDataEntryValue]): RecordedPart {
  if (typeof value === "string") return { name, size: Buffer.byteLength(value), text: value };
  return { name, filename: value.name, type: value.type, size: value.size };
}

/** The text in which `#scenario:…` is looked for: the last user message of a chat, or what a picture, film, voice or search is made from. */
export function promptOf(body: unknown): string {
  if (!isObject(body)) return "";
  if (Array.isArray(body["parts"])) return promptPart(body["parts"]);
  const messages: unknown[] = Array.isArray(body["messages"]) ? body["messages"] : [];
  const last = messages.findLast((each) => isObject(each) && each["role"] === "user");
  const content = isObject(last)
    ? last["content"]
    : (body["prompt"] ?? body["input"] ?? body["search_query"] ?? body["query"]);
  if (!Array.isArray(content)) return asString(content) ?? "";
  return content.map((part: unknown) => (isObject(part) ? (asString(part["text"]) ?? "") : "")).join("\n");
}

function promptPart(parts: readonly unknown[]): string {
  const part = parts.find((each) => isObject(each) && each["name"] === "prompt");
  return isObject(part) ? (asString(part["text"]) ?? "") : "";
}

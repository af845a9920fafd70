import type { Account, Platform } from "./accounts.ts";
import { invalid, missing, readFlag, readIds } from "./fields.ts";
import { asString, isObject, type JsonObject } from "./json.ts";

/** A piece of a message. `value` is the text, the address, or the id of a file. */
export interface AgentPart {
  readonly type: "text" | "image_url" | "file_id" | "file_url";
  readonly value: string;
}

/** What every agent is asked with. */
export interface AgentRequest {
  readonly agentId: string;
  readonly account: Account;
  readonly stream: boolean | undefined;
  /** The parts of the last user message, texts that are blank left out. */
  readonly parts: readonly AgentPart[];
  readonly variables: JsonObject;
  readonly conversationId: string | undefined;
}

/** @throws ApiError 1213 for absent fields, 1214 for wrong ones. */
export function readAgentRequest(body: JsonObject, agentId: string, account: Account): AgentRequest {
  const messages = body["messages"];
  if (messages === undefined || messages === null) throw missing("messages");
  if (!Array.isArray(messages) || messages.length === 0) throw invalid("messages", "at least one");
  const read = messages.map((message: unknown, index) => readMessage(message, `messages[${index}]`, account.platform));
  const last = read.findLast(({ role }) => role === "user");
  if (last === undefined) throw invalid("messages", "at least one of the user");
  const conversationId = body["conversation_id"] ?? undefined;
  if (conversationId !== undefined && typeof conversationId !== "string") throw invalid("conversation_id", "text");
  readIds(body, account.platform);
  return {
    agentId,
    account,
    stream: readFlag(body, "stream"),
    parts: last.parts,
    variables: readObjectField(body, "custom_variables"),
    conversationId,
  };
}

/** An optional object; empty when absent. @throws ApiError 1214. */
export function readObjectField(body: JsonObject, field: string): JsonObject {
  const value = body[field] ?? {};
  if (!isObject(value)) throw invalid(field, "an object");
  return value;
}

function readMessage(value: unknown, field: string, platform: Platform): { role: string; parts: AgentPart[] } {
  const role = isObject(value) ? asString(value["role"]) : undefined;
  if (!isObject(value) || role === undefined || !["system", "user", "assistant"].includes(role))
    throw invalid(`${field}.role`, "system, user, assistant");
  const { content } = value;
  const list = Array.isArray(content) ? (content as unknown[]) : loneContent(content, field, platform);
  const parts = list.map((part) => readPart(part, `${field}.content`, platform));
  const kept = parts.filter((part) => part.type !== "text" || part.value.trim() !== "");
  if (kept.length === 0) throw invalid(`${field}.content`, "Input cannot be empty");
  return { role, parts: kept };
}

/** Only BigModel takes a plain text or a single part instead of a list. */
function loneContent(content: unknown, field: string, platform: Platform): unknown[] {
  if (platform === "bigmodel" && typeof content === "string") return [{ type: "text", text: content }];
  if (platform === "bigmodel" && isObject(content)) return [content];
  throw invalid(`${field}.content`, "a list of parts");
}

/** Unlike in chat, addresses stand in the part as plain texts. */
function readPart(part: unknown, field: string, platform: Platform): AgentPart {
  const types = ["text", "image_url", ...(platform === "bigmodel" ? (["file_id", "file_url"] as const) : [])] as const;
  const type = isObject(part) ? types.find((each) => each === part["type"]) : undefined;
  if (!isObject(part) || type === undefined) throw invalid(`${field}.type`, types.join(", "));
  const value = part[type];
  if (typeof value !== "string" || value === "") throw invalid(`${field}.${type}`, "text");
  return { type, value };
}

/** The texts of a request, one below the other. */
export const textOfParts = (parts: readonly AgentPart[]): string =>
  parts
    .filter(({ type }) => type === "text")
    .map(({ value }) => value)
    .join("\n");

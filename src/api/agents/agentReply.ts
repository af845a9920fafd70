import * as v from "valibot";
import { finishReasonOf, isServerFailure } from "../chat/chatExtras.ts";
import type { FinishReason } from "../chat/chatTypes.ts";
import { ApiError } from "../errors.ts";
import { looseNumber, looseText } from "../http/loose.ts";

/** What an agent calls a piece of its answer, in both languages; often a file name. Text from outside. */
export interface AgentTags {
  readonly english: string | undefined;
  readonly chinese: string | undefined;
}

/** A piece of an agent's answer. All of it is text from outside. */
export type AgentContent =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "link";
      readonly kind: "image" | "file" | "audio" | "video";
      readonly url: string;
      readonly tags: AgentTags;
    }
  | { readonly type: "tool"; readonly use: ToolUse; readonly tags: AgentTags };

/** A step that an agent took by a tool of its own. Its question and its result mostly come in two pieces. */
export interface ToolUse {
  readonly name: string;
  /** Text, or the JSON of anything else. */
  readonly input: string | undefined;
  readonly output: string | undefined;
  /** Numbers of the slides that it is about, from 1. */
  readonly positions: readonly number[];
  readonly title: string | undefined;
}

export interface AgentMessage {
  readonly role: string;
  /** Of the slide agent: "thinking", "tool", "answer", or a word that came later. */
  readonly phase: string | undefined;
  readonly content: readonly AgentContent[];
}

/** All counts in tokens, but `totalCalls`. */
export interface AgentUsage {
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly totalTokens: number | undefined;
  /** Calls of models behind the answer. */
  readonly totalCalls: number | undefined;
}

/** An agent's answer, or one event of a streamed one. */
export interface AgentReply {
  readonly id: string | undefined;
  /** To go on with the same conversation. */
  readonly conversationId: string | undefined;
  /** To ask for the result of work that goes on. */
  readonly asyncId: string | undefined;
  /** "pending", "success", or a word that came later; a failed one throws instead. */
  readonly status: string | undefined;
  readonly finishReason: FinishReason | undefined;
  readonly messages: readonly AgentMessage[];
  readonly usage: AgentUsage | undefined;
}

const replySchema = v.object({
  id: looseText,
  conversation_id: looseText,
  async_id: looseText,
  status: looseText,
  choices: v.optional(v.unknown()),
  usage: v.optional(v.unknown()),
});
const choiceSchema = v.object({
  finish_reason: looseText,
  messages: v.optional(v.unknown()),
  message: v.optional(v.unknown()),
  delta: v.optional(v.unknown()),
});
const messageSchema = v.object({ role: looseText, phase: looseText, content: v.optional(v.unknown()) });
const partSchema = v.record(v.string(), v.unknown());
const toolSchema = v.object({
  tool_name: looseText,
  input: v.optional(v.unknown()),
  output: v.optional(v.unknown()),
  position: v.optional(v.unknown()),
  title: looseText,
});
const usageSchema = v.object({
  prompt_tokens: looseNumber,
  completion_tokens: looseNumber,
  total_tokens: looseNumber,
  total_calls: looseNumber,
});

/**
 * Reads an answer of any agent, whole or streamed (API notes 10.2). Documents and samples disagree about its shape: a choice
 * has `messages`, `message` or `delta`, which hold one message or a list, whose content is a text, one part or a list of both.
 * Throws `result-failed` for `status: "failed"`, `server` when the agent lost its own connection, `invalid-response` for what
 * is no object.
 */
export function readAgentReply(answer: unknown, host: string | undefined): AgentReply {
  const reply = v.safeParse(replySchema, answer);
  if (!reply.success || Array.isArray(answer)) throw new ApiError("invalid-response", { host });
  const { status } = reply.output;
  if (status !== undefined && /^(?:fail|error|cancel|expire)/i.test(status))
    throw new ApiError("result-failed", { host });
  const choices = asArray(reply.output.choices).flatMap((choice) => {
    const parsed = v.safeParse(choiceSchema, choice);
    return parsed.success ? [parsed.output] : [];
  });
  const word = choices.find(({ finish_reason }) => finish_reason !== undefined)?.finish_reason;
  if (word !== undefined && isServerFailure(word)) throw new ApiError("server", { host });
  return {
    id: reply.output.id,
    conversationId: reply.output.conversation_id,
    asyncId: reply.output.async_id,
    status,
    finishReason: word === undefined ? undefined : finishReasonOf(word, false),
    messages: choices.flatMap(({ messages, message, delta }) => {
      const lists = [messages, message, delta].map((each) => asArray(each).flatMap(readMessage));
      return lists.find((list) => list.length > 0) ?? [];
    }),
    usage: readUsage(reply.output.usage),
  };
}

function readUsage(value: unknown): AgentUsage | undefined {
  const parsed = v.safeParse(usageSchema, value);
  if (!parsed.success || Object.values(parsed.output).every((count) => count === undefined)) return undefined;
  const { prompt_tokens, completion_tokens, total_tokens, total_calls } = parsed.output;
  return {
    promptTokens: prompt_tokens,
    completionTokens: completion_tokens,
    totalTokens: total_tokens,
    totalCalls: total_calls,
  };
}

/** All plain text of a reply, in order. */
export function textsOf(reply: AgentReply): readonly string[] {
  return reply.messages.flatMap(({ content }) => content.flatMap((part) => (part.type === "text" ? [part.text] : [])));
}

function asArray(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function readMessage(value: unknown): readonly AgentMessage[] {
  const parsed = v.safeParse(messageSchema, typeof value === "string" ? { content: value } : value);
  if (!parsed.success) return [];
  const { role = "assistant", phase } = parsed.output;
  const content = asArray(parsed.output.content).flatMap(readPart);
  return content.length === 0 ? [] : [{ role, phase, content }];
}

const linkKinds = ["image", "file", "audio", "video"] as const;

/** Parts are told apart by what they hold; their `type` says no more. */
function readPart(value: unknown): readonly AgentContent[] {
  if (typeof value === "string") return value === "" ? [] : [{ type: "text", text: value }];
  const parsed = v.safeParse(partSchema, value);
  if (!parsed.success) return [];
  const part = parsed.output;
  const tags = { english: textOf(part["tag_en"]), chinese: textOf(part["tag_cn"]) };
  const text = textOf(part["text"]);
  const links = linkKinds.flatMap((kind) => {
    const url = urlOf(part[`${kind}_url`]);
    return url === undefined ? [] : [{ type: "link", kind, url, tags } as const];
  });
  const use = v.safeParse(toolSchema, part["object"]);
  return [
    ...(text === undefined ? [] : [{ type: "text", text } as const]),
    ...links,
    ...(use.success ? [{ type: "tool", use: toolUse(use.output), tags } as const] : []),
  ];
}

function toolUse({ tool_name: name = "", input, output, position, title }: v.InferOutput<typeof toolSchema>): ToolUse {
  const positions = asArray(position).flatMap((each) => v.parse(looseNumber, each) ?? []);
  return { name, input: textOrJson(input), output: textOrJson(output), positions, title };
}

/** White space counts: a piece of a stream may be nothing else. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** An address, bare or in an object as in a chat. */
function urlOf(value: unknown): string | undefined {
  return typeof value === "object" && value !== null && "url" in value ? textOf(value.url) : textOf(value);
}

function textOrJson(value: unknown): string | undefined {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : textOf(value);
}

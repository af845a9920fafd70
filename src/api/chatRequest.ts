import { modelInfo, wireModelId, type ModelInfo } from "./catalog.ts";
import type { ChatContent, ChatMessage, ChatRequest, ContentPart, FunctionTool } from "./chatTypes.ts";
import { ApiError } from "./errors.ts";
import type { Quirks } from "./fixups.ts";
import type { Endpoint } from "./platforms.ts";
import { clearThinking, thinkingFields, thinks, type ThinkingFields } from "./thinking.ts";

/** Thinking counts against `max_tokens`; below this a thinking model may end without a word (API notes 2.4). */
const leastTokensWithThinking = 8192;

/**
 * The JSON text of a streaming chat request (API notes 2, 15.1). Throws `bad-request` when nothing is left to ask and
 * `not-offered` for web search where it does not exist. Member order is fixed, because the service caches by prefix.
 */
export function buildChatBody(request: ChatRequest, endpoint: Endpoint, quirks: Quirks): string {
  const plain = endpoint.dialect === "openai";
  const messages = request.messages.flatMap((message) => wireMessage(message, plain, quirks.rawImages));
  if (!messages.some((message) => message.role === "user")) throw new ApiError("bad-request");
  return JSON.stringify(plain ? openAiBody(request, messages) : zaiBody(request, messages, endpoint, quirks));
}

function openAiBody(request: ChatRequest, messages: readonly WireMessage[]): object {
  if (request.webSearch) throw new ApiError("not-offered");
  return {
    model: request.model.trim(),
    messages,
    tools: functionTools(request.tools),
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: request.maxTokens,
    temperature: request.temperature,
  };
}

function zaiBody(request: ChatRequest, messages: readonly WireMessage[], endpoint: Endpoint, quirks: Quirks): object {
  const model = modelInfo(request.model);
  const functions = functionTools(request.tools);
  const tools = request.webSearch ? [...(functions ?? []), webSearchTool(endpoint)] : functions;
  const wireModel = wireModelId(request.model);
  return {
    // A custom server may tell upper case from lower case; Z.AI does not.
    model: endpoint.platform === "custom" ? request.model.trim() : wireModel,
    messages,
    tools,
    stream: true,
    tool_stream: functions && model.toolStream ? true : undefined,
    ...allThinkingFields(request, model, endpoint, quirks.plainThinking.has(wireModel)),
    max_tokens: maxTokens(request, model),
    temperature: request.temperature === undefined ? undefined : zaiTemperature(request.temperature),
  };
}

function allThinkingFields(
  request: ChatRequest,
  model: ModelInfo,
  endpoint: Endpoint,
  plainThinking: boolean,
): ThinkingFields {
  const fields: ThinkingFields = plainThinking
    ? { thinking: { type: "enabled" } }
    : thinkingFields(model, request.effort);
  const clear = model.thinking === "none" ? undefined : clearThinking(request.messages, endpoint);
  return clear === undefined
    ? fields
    : { ...fields, thinking: { type: "enabled", ...fields.thinking, clear_thinking: clear } };
}

function maxTokens(request: ChatRequest, model: ModelInfo): number | undefined {
  if (request.maxTokens === undefined) return undefined;
  const wanted = thinks(model, request.effort)
    ? Math.max(request.maxTokens, leastTokensWithThinking)
    : request.maxTokens;
  return Math.min(wanted, model.maxOutput);
}

/** Two decimals at most, from 0 to 1. */
function zaiTemperature(temperature: number): number {
  return Math.round(Math.min(1, Math.max(0, temperature)) * 100) / 100;
}

export function functionTools(tools: readonly FunctionTool[] | undefined): readonly object[] | undefined {
  if (!tools || tools.length === 0) return undefined;
  return tools.map(({ name, description, parameters }) => ({
    type: "function",
    function: { name, description, parameters },
  }));
}

/** Server-side search: each platform names its engines differently, and the plan has none (API notes 2.5). */
function webSearchTool(endpoint: Endpoint): object {
  if (endpoint.platform.endsWith("-coding")) throw new ApiError("not-offered");
  const search_engine = endpoint.platform === "bigmodel" ? "search_std" : "search_pro_jina";
  return { type: "web_search", web_search: { enable: true, search_engine, search_result: true } };
}

export interface WireMessage {
  readonly role: string;
  readonly [field: string]: unknown;
}

/** One message in wire form, or none: the service refuses empty ones. */
export function wireMessage(message: ChatMessage, plain: boolean, rawImages: boolean): readonly WireMessage[] {
  switch (message.role) {
    case "system":
      return message.content === "" ? [] : [{ role: "system", content: message.content }];
    case "user": {
      const content = wireContent(message.content, rawImages);
      return content.length === 0 ? [] : [{ role: "user", content }];
    }
    case "tool":
      return [{ role: "tool", tool_call_id: message.toolCallId, content: message.content }];
    default:
      return assistantMessage(message, plain);
  }
}

function assistantMessage(
  message: Extract<ChatMessage, { role: "assistant" }>,
  plain: boolean,
): readonly WireMessage[] {
  const { content, reasoning, toolCalls = [] } = message;
  if (content === "" && toolCalls.length === 0) return [];
  const tool_calls = toolCalls.map(({ id, name, arguments: text }) => ({
    id,
    type: "function",
    function: { name, arguments: text },
  }));
  return [
    {
      role: "assistant",
      content,
      // Strict servers refuse unknown members, so that only Z.AI gets its thinking back.
      reasoning_content: plain || !reasoning ? undefined : reasoning,
      tool_calls: tool_calls.length > 0 ? tool_calls : undefined,
    },
  ];
}

/** Plain text stays a string: the documented form for text models. */
function wireContent(content: ChatContent, rawImages: boolean): string | readonly object[] {
  if (typeof content === "string") return content;
  if (content.every((part) => part.type === "text")) return content.map((part) => part.text).join("\n");
  return content.filter((part) => part.type !== "text" || part.text !== "").map((part) => wirePart(part, rawImages));
}

function wirePart(part: ContentPart, rawImages: boolean): object {
  if (part.type === "text") return { type: "text", text: part.text };
  const url = rawImages ? part.url.replace(/^data:[^,]*;base64,/, "") : part.url;
  return { type: "image_url", image_url: { url } };
}

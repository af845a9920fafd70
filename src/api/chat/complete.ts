import { chat } from "./chat.ts";
import type { ChatPart, ChatRequest, FinishReason, ToolCall, Usage, WebSearchResult } from "./chatTypes.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";

/** A whole answer. */
export interface Completion {
  readonly id: string;
  /** The model that really answered. */
  readonly model: string;
  readonly text: string;
  /** Byte-exact thinking, for the next request. */
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly webSearch: readonly WebSearchResult[];
  readonly usage: Usage | undefined;
  readonly finish: FinishReason;
  /** Images that the model was not shown, because it takes none. */
  readonly droppedImages: number;
  /** Function calls that could not be read, as the server sent them. */
  readonly unreadCalls: readonly string[];
}

/**
 * The parts of an answer put together, for callers that have no use for pieces. Throws what the iteration throws; whoever
 * wants to keep half of a broken answer reads the parts.
 */
export async function complete(parts: AsyncIterable<ChatPart> | Iterable<ChatPart>): Promise<Completion> {
  let [id, model, text, reasoning] = ["", "", "", ""];
  let finish: FinishReason = "other";
  let usage: Usage | undefined;
  let droppedImages = 0;
  const toolCalls: ToolCall[] = [];
  const webSearch: WebSearchResult[] = [];
  const unreadCalls: string[] = [];
  for await (const part of parts) {
    switch (part.type) {
      case "start":
        ({ id, model } = part);
        break;
      case "text-delta":
        text += part.text;
        break;
      case "reasoning-delta":
        reasoning += part.text;
        break;
      case "text-was-reasoning":
        reasoning += text;
        text = "";
        break;
      case "tool-call":
        toolCalls.push(part.call);
        break;
      case "web-search":
        webSearch.push(...part.results);
        break;
      case "images-dropped":
        droppedImages = part.count;
        break;
      case "unread-call":
        unreadCalls.push(part.text);
        break;
      case "usage":
        ({ usage } = part);
        break;
      case "finish":
        finish = part.reason;
    }
  }
  return { id, model, text, reasoning, toolCalls, webSearch, usage, finish, droppedImages, unreadCalls };
}

/** As `chat`, with the answer in one piece. */
export function completeChat(
  context: ClientContext,
  request: ChatRequest,
  options: RequestOptions = {},
): Promise<Completion> {
  return complete(chat(context, request, options));
}

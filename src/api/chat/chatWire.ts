import type { ChatContent, ChatMessage, ContentPart, FunctionTool } from "./chatTypes.ts";
import { imageAddress } from "./inlineImage.ts";

export interface WireMessage {
  readonly role: string;
  readonly [field: string]: unknown;
}

export interface WireOptions {
  /** Images as bare base64 instead of a data URI. */
  readonly rawImages: boolean;
  /** Leave out all that is not text; `onDropped` is told of each. */
  readonly textOnly?: boolean | undefined;
  readonly onDropped?: (() => void) | undefined;
  /**
   * Whose thinking goes back: of every answer, of those that the model needs to go on with its function calls, or none, for
   * strict servers that refuse unknown members.
   */
  readonly reasoning: "all" | "calls" | "none";
}

/** Messages in wire form (API notes 2.2) without empty and, of the user, blank ones, which the service refuses. */
export function wireMessages(messages: readonly ChatMessage[], options: WireOptions): readonly WireMessage[] {
  const question = messages.findLastIndex(({ role }) => role === "user");
  return messages.flatMap((message, index) => wireMessage(message, options, index > question));
}

/** `current`: the message belongs to the turn that is being answered. */
function wireMessage(message: ChatMessage, options: WireOptions, current: boolean): readonly WireMessage[] {
  switch (message.role) {
    case "system":
      return message.content === "" ? [] : [{ role: "system", content: message.content }];
    case "user": {
      const content = wireContent(message.content, options);
      const blank = typeof content === "string" && content.trim() === "";
      return blank ? [] : [{ role: "user", content }];
    }
    case "tool": {
      const content = wireContent(message.content, options);
      // Its call must not stay without an answer.
      return [
        { role: "tool", tool_call_id: message.toolCallId, content: content.length === 0 ? "(no output)" : content },
      ];
    }
    default:
      return assistantMessage(message, options, current);
  }
}

function assistantMessage(
  message: Extract<ChatMessage, { role: "assistant" }>,
  options: WireOptions,
  current: boolean,
): readonly WireMessage[] {
  const { content, reasoning, toolCalls = [] } = message;
  if (content === "" && toolCalls.length === 0) return [];
  const returned = options.reasoning === "all" || (options.reasoning === "calls" && (current || toolCalls.length > 0));
  const tool_calls = toolCalls.map(({ id, name, arguments: text }) => ({
    id,
    type: "function",
    function: { name, arguments: text },
  }));
  return [
    {
      role: "assistant",
      content,
      reasoning_content: returned && reasoning ? reasoning : undefined,
      tool_calls: tool_calls.length > 0 ? tool_calls : undefined,
    },
  ];
}

/** Plain text stays a string: the documented form for text models. */
function wireContent(content: ChatContent, options: WireOptions): string | readonly object[] {
  if (typeof content === "string") return content;
  const parts = content.filter((part) => part.type !== "text" || part.text !== "");
  const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  if (texts.length === parts.length) return texts.join("\n");
  if (!options.textOnly) return parts.map((part) => wirePart(part, options.rawImages));
  for (let dropped = texts.length; dropped < parts.length; dropped++) options.onDropped?.();
  // The question itself must not vanish: the one before it would be answered again.
  return texts.length === 0 ? "(image)" : texts.join("\n");
}

function wirePart(part: ContentPart, rawImages: boolean): object {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image": {
      const address = imageAddress(part.url);
      const url = rawImages ? address.replace(/^data:[^,]*;base64,/, "") : address;
      return { type: "image_url", image_url: { url } };
    }
    case "video":
      return { type: "video_url", video_url: { url: part.url } };
    case "file":
      return { type: "file_url", file_url: { url: part.url } };
  }
}

/** Functions in wire form; undefined = there are none. */
export function functionTools(tools: readonly FunctionTool[] | undefined): readonly object[] | undefined {
  if (!tools || tools.length === 0) return undefined;
  return tools.map(({ name, description, parameters }) => ({
    type: "function",
    function: { name, description, parameters },
  }));
}

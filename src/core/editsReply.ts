import type { ChatPart, FinishReason } from "../api/chat/chatTypes.ts";

/** What has arrived of an answer that is to hold code. */
export interface CodeReply {
  /** Empty until the service named it. */
  readonly model: string;
  readonly text: string;
  readonly doing: "thinking" | "writing" | undefined;
  /** Undefined while the answer has not ended. */
  readonly reason: FinishReason | undefined;
}

export const noReply: CodeReply = { model: "", text: "", doing: undefined, reason: undefined };

/** The answer with one part more. */
export function withPart(reply: CodeReply, part: ChatPart): CodeReply {
  switch (part.type) {
    case "start":
      return { ...reply, model: part.model };
    case "reasoning-delta":
      return { ...reply, doing: "thinking" };
    case "text-delta":
    // What looked like a call may be what the answer says.
    case "unread-call":
      return { ...reply, doing: "writing", text: reply.text + part.text };
    case "text-was-reasoning":
      // A draft in the thinking must not be taken for the code.
      return { ...reply, doing: "thinking", text: "" };
    case "tool-call":
      // No tool was offered. Such an answer is not applied, but the user can read it.
      return { ...reply, text: `${reply.text}\n${part.call.name} ${part.call.arguments}` };
    case "finish":
      return { ...reply, reason: part.reason };
    case "usage":
    // Neither a search nor pictures are part of such a request, and its answer is taken for nothing but code.
    case "web-search":
    case "images-dropped":
      return reply;
  }
}

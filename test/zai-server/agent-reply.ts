import { deliver, sendJson } from "./delivery.ts";
import type { Exchange } from "./exchange.ts";
import { encodeFrames, endStream } from "./sse.ts";

/** Where the messages of a choice stand; sources disagree, and all of these were seen. */
export type ReplyShape = "array" | "object" | "message" | "delta";

/** The shape that a scenario `agent-shape:…` asks for. */
export function replyShape({ faults }: Exchange, usual: ReplyShape): ReplyShape {
  const shapes = ["array", "object", "message", "delta"] as const;
  return shapes.find((shape) => faults.has(`agent-shape:${shape}`)) ?? usual;
}

/** A choice with these messages. Several cannot stand where one is meant to, so they make a list there too. */
export function choiceOf(messages: readonly object[], shape: ReplyShape, finish?: string): object {
  const lone = messages.length === 1 ? messages[0] : messages;
  const end = finish === undefined ? {} : { finish_reason: finish };
  switch (shape) {
    case "array":
      return { index: 0, ...end, messages };
    case "object":
      return { index: 0, ...end, messages: lone };
    case "message":
      return { index: 0, ...end, message: messages };
    case "delta":
      return { index: 0, ...end, delta: lone };
  }
}

/** A text as the shape's kind of schema has it: an object, a list with one part, or bare. */
export function textContent(text: string, shape: ReplyShape): unknown {
  if (shape === "message") return text;
  return shape === "delta" ? [{ type: "text", text }] : { type: "text", text };
}

/** Sends the pieces of an answer as a stream, or all of them at once. */
export async function sendReply(
  exchange: Exchange,
  reply: {
    readonly stream: boolean;
    readonly shape: ReplyShape;
    /** What every frame repeats. */
    readonly heading: object;
    /** The messages of the frames, one after the other. */
    readonly pieces: readonly object[];
    /** The messages of an answer in one go. */
    readonly whole: readonly object[];
    readonly usage: object;
  },
): Promise<void> {
  const { faults, state } = exchange;
  const { heading, shape, usage } = reply;
  if (!reply.stream || faults.has("not-stream")) {
    const choices = [choiceOf(reply.whole, shape, "stop")];
    return sendJson(exchange, 200, { ...heading, status: "success", choices, usage });
  }
  const frames = reply.pieces.map((piece) => ({ ...heading, choices: [choiceOf([piece], shape)] }));
  const nothing = { role: "assistant", content: textContent("", shape) };
  const last = { ...heading, status: "success", choices: [choiceOf([nothing], shape, "stop")], usage };
  const pieces = encodeFrames(endStream(frames, [last], faults), faults);
  await deliver(exchange, 200, { "Content-Type": "text/event-stream;charset=UTF-8" }, pieces, state.paceMs);
}

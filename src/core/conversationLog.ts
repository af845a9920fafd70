import * as v from "valibot";
import type { ConversationEvent } from "./conversation.ts";

/**
 * The form of a conversation on disk: one JSON object a line, appended only. A line that is damaged (a killed host, a
 * full disk) is skipped and the rest is kept.
 */

const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));
const action = v.picklist([
  "set-key",
  "get-key",
  "choose-platform",
  "use-coding-plan",
  "recharge",
  "renew",
  "choose-model",
  "network-settings",
  "custom-settings",
  "show-log",
  "retry",
]);

const event = v.variant("type", [
  v.object({ type: v.literal("created"), version: v.literal(1), id, at: v.number() }),
  v.object({
    type: v.literal("user"),
    title: v.optional(v.string()),
    turn: v.object({
      role: v.literal("user"),
      id,
      at: v.number(),
      text: v.string(),
      attachments: v.array(
        v.object({
          id,
          kind: v.picklist(["selection", "symbol", "problem", "file"]),
          label: v.string(),
          detail: v.string(),
          language: v.string(),
          text: v.string(),
        }),
      ),
    }),
  }),
  v.object({ type: v.literal("answer"), id, at: v.number(), model: v.string() }),
  v.object({ type: v.literal("delta"), id, text: v.string(), thinking: v.string() }),
  v.object({
    type: v.literal("facts"),
    id,
    model: v.string(),
    status: v.picklist(["waiting", "thinking", "answering", "done", "stopped", "cut", "failed"]),
    thinkingMs: v.optional(v.number()),
    usage: v.optional(v.object({ input: v.number(), cached: v.number(), output: v.number() })),
    problem: v.optional(v.object({ text: v.string(), details: v.string(), actions: v.array(action) })),
  }),
  v.object({ type: v.literal("text-was-thinking"), id }),
  v.object({ type: v.literal("removed"), id }),
]);

export function encodeEvent(value: ConversationEvent): string {
  return `${JSON.stringify(value)}\n`;
}

export function decodeEvents(log: string): ConversationEvent[] {
  const events: ConversationEvent[] = [];
  for (const line of log.split("\n")) {
    if (line === "") continue;
    try {
      const result = v.safeParse(event, JSON.parse(line));
      if (result.success) events.push(result.output);
    } catch {
      // A half-written line of a host that was killed: what stands before and after it is still good.
    }
  }
  return events;
}

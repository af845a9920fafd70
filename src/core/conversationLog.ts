import * as v from "valibot";
import type { ConversationEvent } from "./conversation.ts";
import type { ProblemAction } from "./services.ts";

/**
 * The form of a conversation on disk: one JSON object a line, appended only. A line that is damaged (a killed host, a
 * full disk) is skipped and the rest is kept.
 */

const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));
/** By name and value, so that the compiler misses an action that is not here: its answer's end would be skipped. */
const action = v.enum({
  "set-key": "set-key",
  "get-key": "get-key",
  "check-key": "check-key",
  "choose-platform": "choose-platform",
  "use-coding-plan": "use-coding-plan",
  recharge: "recharge",
  renew: "renew",
  "choose-model": "choose-model",
  "network-settings": "network-settings",
  limits: "limits",
  "set-up-server": "set-up-server",
  "custom-settings": "custom-settings",
  "open-console": "open-console",
  contact: "contact",
  "open-status": "open-status",
  "show-usage": "show-usage",
  "update-extension": "update-extension",
  "new-chat": "new-chat",
  diagnose: "diagnose",
  "show-log": "show-log",
  retry: "retry",
} as const satisfies { readonly [Action in ProblemAction]: Action });

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
    incomplete: v.optional(v.literal(true)),
  }),
  v.object({ type: v.literal("text-was-thinking"), id }),
  v.object({ type: v.literal("title"), title: v.string() }),
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

import * as v from "valibot";
import type { AttachmentKind } from "../protocol/turns.ts";
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

const picture = v.object({
  id,
  name: v.string(),
  mime: v.picklist(["image/png", "image/jpeg", "image/webp", "image/gif"]),
  width: v.optional(v.number()),
  height: v.optional(v.number()),
  reading: v.optional(v.object({ model: v.string(), text: v.string() })),
});

const userTurn = v.object({
  role: v.literal("user"),
  id,
  at: v.number(),
  text: v.string(),
  prompt: v.optional(v.string()),
  attachments: v.array(
    v.object({
      id,
      kind: v.enum({
        selection: "selection",
        symbol: "symbol",
        problem: "problem",
        file: "file",
        folder: "folder",
        terminal: "terminal",
        diff: "diff",
        commit: "commit",
        page: "page",
        search: "search",
      } as const satisfies { readonly [Kind in AttachmentKind]: Kind }),
      label: v.string(),
      detail: v.string(),
      language: v.string(),
      text: v.string(),
      tokens: v.optional(v.number()),
    }),
  ),
  pictures: v.optional(v.array(picture)),
  web: v.optional(v.literal(true)),
});

const event = v.variant("type", [
  v.object({
    type: v.literal("created"),
    version: v.picklist([1, 2]),
    id,
    at: v.number(),
    workplace: v.optional(v.object({ name: v.string(), uri: v.string() })),
  }),
  v.object({
    type: v.literal("user"),
    title: v.optional(v.string()),
    turn: userTurn,
  }),
  v.object({ type: v.literal("answer"), id, at: v.number(), model: v.string(), effort: v.optional(v.string()) }),
  v.object({ type: v.literal("delta"), id, text: v.string(), thinking: v.string() }),
  v.object({
    type: v.literal("facts"),
    id,
    model: v.string(),
    status: v.picklist(["waiting", "thinking", "answering", "done", "stopped", "cut", "failed"]),
    thinkingMs: v.optional(v.number()),
    usage: v.optional(v.object({ input: v.number(), cached: v.number(), output: v.number() })),
    problem: v.optional(v.object({ text: v.string(), details: v.string(), actions: v.array(action) })),
    note: v.optional(v.object({ text: v.string(), actions: v.array(action) })),
    sources: v.optional(v.array(v.object({ title: v.string(), href: v.string(), site: v.optional(v.string()) }))),
    pictures: v.optional(v.array(picture)),
    incomplete: v.optional(v.literal(true)),
    effort: v.optional(v.string()),
  }),
  v.object({ type: v.literal("text-was-thinking"), id }),
  v.object({ type: v.literal("reading"), id, pictureId: id, model: v.string(), text: v.string() }),
  v.object({ type: v.literal("title"), title: v.string() }),
  v.object({ type: v.literal("pinned"), pinned: v.boolean() }),
  v.object({
    type: v.literal("compacted"),
    id,
    at: v.number(),
    summary: v.string(),
    before: v.optional(id),
  }),
  v.object({
    type: v.literal("queued"),
    turn: userTurn,
    effort: v.optional(v.string()),
    model: v.optional(v.string()),
  }),
  v.object({ type: v.literal("unqueued"), id }),
  v.object({ type: v.literal("removed"), id }),
  v.object({ type: v.literal("truncated"), id }),
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

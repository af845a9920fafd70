import * as v from "valibot";
import type { AttachmentKind } from "../protocol/turns.ts";
import type { ConversationEvent, Workplace } from "./conversation.ts";
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
  "change-model": "change-model",
  "use-commit-message": "use-commit-message",
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
  "retry-less-thinking": "retry-less-thinking",
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
      repository: v.optional(v.string()),
    }),
  ),
  pictures: v.optional(v.array(picture)),
  web: v.optional(v.literal(true)),
});

const answerFacts = {
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
} as const;

/** A turn as a whole, which an exported conversation consists of. */
export const storedTurn = v.variant("role", [
  userTurn,
  v.object({
    role: v.literal("assistant"),
    id,
    at: v.number(),
    text: v.string(),
    thinking: v.string(),
    ...answerFacts,
  }),
  v.object({
    role: v.literal("notice"),
    id,
    at: v.number(),
    kind: v.picklist(["compacted", "left-out"]),
    summary: v.string(),
  }),
]);

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
  v.object({ type: v.literal("facts"), id, ...answerFacts }),
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
    effort: v.optional(v.picklist(["off", "on", "low", "medium", "high", "max"])),
    model: v.optional(v.string()),
  }),
  v.object({ type: v.literal("unqueued"), id }),
  v.object({ type: v.literal("removed"), id }),
  v.object({ type: v.literal("truncated"), id }),
]);

/** What this version writes and understands. */
const logVersion = 2;

export function encodeEvent(value: ConversationEvent): string {
  return `${JSON.stringify(value)}\n`;
}

/** Lines for events that are written together. What came of one answer becomes one line: a screen wants more of them than a disk. */
export function encodeEvents(values: readonly ConversationEvent[]): string {
  const joined: ConversationEvent[] = [];
  for (const value of values) {
    const last = joined.at(-1);
    if (value.type !== "delta" || last?.type !== "delta" || last.id !== value.id) joined.push(value);
    else joined.splice(-1, 1, { ...last, text: last.text + value.text, thinking: last.thinking + value.thinking });
  }
  return joined.map(encodeEvent).join("");
}

/** Lines that are damaged or that only a later version understands are skipped; they stay in the file. */
export function decodeEvents(log: string): ConversationEvent[] {
  const events: ConversationEvent[] = [];
  for (const line of log.split("\n")) {
    if (line === "") continue;
    const value = parse(line);
    // Nearly all lines are these, and a long conversation has thousands.
    if (isDelta(value)) events.push(value);
    else {
      const result = v.safeParse(event, value);
      if (result.success) events.push(result.output);
    }
  }
  return events;
}

type Delta = Extract<ConversationEvent, { type: "delta" }>;

function isDelta(value: unknown): value is Delta {
  const { type, id: answer, text, thinking } = (value ?? {}) as Partial<Record<keyof Delta, unknown>>;
  return type === "delta" && typeof answer === "string" && typeof text === "string" && typeof thinking === "string";
}

const later = v.object({ type: v.literal("created"), version: v.pipe(v.number(), v.minValue(logVersion + 1)) });

/** True when a later version has written it, which may mean other things by lines that look the same. */
export function isFromLaterVersion(log: string): boolean {
  return v.is(later, parse(log.split("\n", 1)[0] ?? ""));
}

const head = v.object({ type: v.literal("created") });

/** False for a part of a log that somebody has continued who had no more of it. */
export function hasHead(log: string): boolean {
  return v.is(head, parse(log.split("\n", 1)[0] ?? ""));
}

const firstVersion = v.object({ type: v.literal("created"), version: v.literal(1), id, at: v.number() });

/** A log of version 1 as one of version 2, which says in which workspace it was begun. Another log stays as it is. */
export function withWorkplace(log: string, workplace: Workplace | undefined): string {
  const end = log.indexOf("\n");
  const created = parse(log.slice(0, end));
  if (end < 0 || !v.is(firstVersion, created)) return log;
  return encodeEvent({ ...created, version: logVersion, workplace }) + log.slice(end + 1);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A half-written line of a host that was killed: what stands before and after it is still good.
    return undefined;
  }
}

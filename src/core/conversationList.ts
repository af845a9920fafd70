import * as v from "valibot";
import type { Conversation } from "./conversation.ts";

/**
 * What a list needs to know of a conversation, so that it must not read hundreds of logs. Kept in a small file beside each log
 * and made anew whenever the log has another size: the log is the only truth.
 */

const maxOpening = 200;
const dayMs = 86_400_000;

const summary = v.object({
  id: v.string(),
  title: v.string(),
  /** How the first question begins. */
  opening: v.string(),
  createdAt: v.number(),
  /** When the last turn began. */
  updatedAt: v.number(),
  turns: v.number(),
  pinned: v.boolean(),
  workplace: v.optional(v.object({ name: v.string(), uri: v.string() })),
});
export type ConversationSummary = Readonly<v.InferOutput<typeof summary>>;

/** `size`: bytes of the log that it was made from. */
const stored = v.object({ version: v.literal(1), size: v.number(), summary });

export function summarise(conversation: Conversation): ConversationSummary {
  const { id, title, pinned, createdAt, workplace, turns } = conversation;
  const first = turns.find(({ role }) => role === "user");
  return {
    id,
    title,
    opening: first?.role === "user" ? first.text.trim().slice(0, maxOpening) : "",
    createdAt,
    updatedAt: turns.at(-1)?.at ?? createdAt,
    turns: turns.length,
    pinned,
    ...(workplace === undefined ? {} : { workplace }),
  };
}

export function encodeSummary(value: ConversationSummary, size: number): string {
  return JSON.stringify({ version: 1, size, summary: value } satisfies v.InferInput<typeof stored>);
}

/** Undefined when it is not what a log of this size would give. */
export function decodeSummary(text: string, size: number): ConversationSummary | undefined {
  try {
    const result = v.safeParse(stored, JSON.parse(text));
    return result.success && result.output.size === size ? result.output.summary : undefined;
  } catch {
    return undefined;
  }
}

export const summaryGroups = ["pinned", "today", "yesterday", "week", "older"] as const;
export type SummaryGroup = (typeof summaryGroups)[number];

/** Calendar days in the zone of the machine; `now` in ms since the epoch. */
export function groupOf({ pinned, updatedAt }: ConversationSummary, now: number): SummaryGroup {
  if (pinned) return "pinned";
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (updatedAt >= midnight) return "today";
  // Days of 23 and 25 hours: half a day back from midnight is always the day before.
  if (updatedAt >= new Date(midnight - dayMs / 2).setHours(0, 0, 0, 0)) return "yesterday";
  return updatedAt >= midnight - 6.5 * dayMs ? "week" : "older";
}

/** The latest first, in groups that are not empty. */
export function inGroups(
  summaries: readonly ConversationSummary[],
  now: number,
): readonly { readonly group: SummaryGroup; readonly summaries: readonly ConversationSummary[] }[] {
  const latest = summaries.toSorted((one, other) => other.updatedAt - one.updatedAt);
  return summaryGroups
    .map((group) => ({ group, summaries: latest.filter((each) => groupOf(each, now) === group) }))
    .filter(({ summaries: some }) => some.length > 0);
}

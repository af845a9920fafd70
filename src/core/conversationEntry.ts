import type { ConversationSummary, SummaryGroup } from "./conversationList.ts";
import type { Translate } from "./services.ts";
import { shortTimeWords } from "./timeWords.ts";

/** What a list shows of a conversation. All of it is text from outside. */
export interface ConversationEntry {
  readonly label: string;
  readonly description: string;
}

export interface EntryContext {
  readonly now: number;
  readonly language: string;
  /** The workspace that is open; others are named. */
  readonly workplace: string | undefined;
  readonly busy: boolean;
  readonly shown: boolean;
}

export function entryOf(summary: ConversationSummary, context: EntryContext, t: Translate): ConversationEntry {
  const { title, opening, updatedAt, workplace } = summary;
  const { now, language, busy, shown } = context;
  const parts = [
    busy ? t("Being answered") : shown ? t("Open now") : whenWords(updatedAt, now, language),
    workplace !== undefined && workplace.uri !== context.workplace ? workplace.name : "",
  ];
  return {
    label: title === "" ? opening || t("New chat") : title,
    description: parts.filter((part) => part !== "").join(" · "),
  };
}

/** Time of day for today and yesterday, which are groups; with the weekday for a week; else the date. */
function whenWords(at: number, now: number, language: string): string {
  if (now - at < 6 * 86_400_000) return shortTimeWords(at, now, language);
  return new Date(at).toLocaleDateString(language, { year: "numeric", month: "short", day: "numeric" });
}

export function groupLabel(group: SummaryGroup, t: Translate): string {
  const labels: Record<SummaryGroup, () => string> = {
    pinned: () => t("Pinned"),
    today: () => t("Today"),
    yesterday: () => t("Yesterday"),
    week: () => t("Last 7 days"),
    older: () => t("Older"),
  };
  return labels[group]();
}

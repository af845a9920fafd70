import type { Conversation } from "./conversation.ts";

/** Characters around what was found. */
const before = 24;
const after = 80;

/**
 * The words around the first place, latest turn first, where a question or an answer contains `query`; upper and lower case
 * are the same. Undefined when none does.
 */
export function findIn({ turns }: Pick<Conversation, "turns">, query: string): string | undefined {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return undefined;
  for (const turn of turns.toReversed()) {
    if (turn.role === "notice") continue;
    const at = turn.text.toLowerCase().indexOf(wanted);
    if (at >= 0) return excerpt(turn.text, at, wanted.length);
  }
  return undefined;
}

function excerpt(text: string, at: number, length: number): string {
  // Not in the middle of a word, where there are words.
  const space = at > before ? text.slice(at - before, at).search(/\s/) : -1;
  const start = Math.max(0, at - before + Math.max(0, space));
  const end = at + length + after;
  const words = text.slice(start, end).replace(/\s+/g, " ").trim();
  return `${start > 0 ? "…" : ""}${words}${end < text.length ? "…" : ""}`;
}

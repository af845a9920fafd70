import type { Conversation, ConversationEvent, Turn, Workplace } from "./conversation.ts";

/** Turns that become a conversation of their own. */
export interface ConversationContent {
  readonly title: string;
  readonly turns: readonly Turn[];
}

/** `Title (2)`, `Title (3)` …: the first name of a copy that is not taken. What has no name leaves none. */
export function copyTitle(title: string, taken: ReadonlySet<string>): string {
  if (title === "") return "";
  const [, name = title, own = "1"] = /^(.*) \((\d{1,4})\)$/s.exec(title) ?? [];
  let number = Number(own) + 1;
  while (taken.has(`${name} (${number})`)) number++;
  return `${name} (${number})`;
}

/** The turns up to and with one of them. Undefined when there is no such turn. */
export function branchOf({ turns }: Conversation, turnId: string): readonly Turn[] | undefined {
  const at = turns.findIndex(({ id }) => id === turnId);
  return at < 0 ? undefined : turns.slice(0, at + 1);
}

/** What gives a conversation with this content when it is replayed. @param at ms since the epoch. */
export function eventsOf(
  { title, turns }: ConversationContent,
  { id, at, workplace }: { readonly id: string; readonly at: number; readonly workplace: Workplace | undefined },
): ConversationEvent[] {
  const created = { type: "created", version: 2, id, at, workplace } as const;
  return [created, ...turns.flatMap(eventsOfTurn), { type: "title", title }];
}

function eventsOfTurn(turn: Turn): ConversationEvent[] {
  switch (turn.role) {
    case "user":
      return [{ type: "user", turn }];
    case "notice":
      return [{ type: "compacted", id: turn.id, at: turn.at, summary: turn.summary }];
    case "assistant": {
      const { role: _, id, at, text, thinking, ...facts } = turn;
      const { model, effort } = facts;
      return [
        { type: "answer", id, at, model, effort },
        { type: "delta", id, text, thinking },
        { type: "facts", id, ...facts },
      ];
    }
  }
}

import * as v from "valibot";
import type { TurnView } from "../protocol/turns.ts";
import type { StoredPicture, Turn } from "./conversation.ts";
import type { ConversationContent } from "./conversationCopy.ts";
import { storedTurn } from "./conversationLog.ts";
import { titleOf } from "./conversationTitle.ts";
import { viewOf } from "./conversationView.ts";

export const exportFormat = "glm-sidekick-chat";
export const exportVersion = 1;

const mostTurns = 10_000;

export interface ImportedChat {
  readonly content: ConversationContent;
  /** Base64 by id; only those that a turn has. What they really are is not checked. */
  readonly pictures: ReadonlyMap<string, string>;
}

/** `other`: not of this format; `later`: of a version of it that is not known here; `damaged`: not what that version says. */
export type ImportProblem = "other" | "later" | "damaged";

const envelope = v.object({ format: v.literal(exportFormat), version: v.number() });
const content = v.object({
  title: v.string(),
  turns: v.pipe(v.array(storedTurn), v.minLength(1), v.maxLength(mostTurns)),
  pictures: v.optional(v.record(v.string(), v.string()), {}),
});

/**
 * Reads what `exportJson` has written, or somebody says it has: the text is from outside. Its buttons are dropped, and
 * what they would act on: that is not for a file to say. @param canBeShown whether the view takes it; one that does not would stay empty.
 */
export function readExport(text: string, canBeShown: (view: TurnView) => boolean): ImportedChat | ImportProblem {
  const parsed = parse(text);
  const head = v.safeParse(envelope, parsed);
  if (!head.success) return "other";
  if (head.output.version > exportVersion) return "later";
  const whole = v.safeParse(content, parsed);
  if (!whole.success) return "damaged";
  const turns = whole.output.turns.map(withoutEffects);
  const isNew = new Set(turns.map(({ id }) => id)).size === turns.length;
  if (!isNew || !turns.every((turn) => canBeShown(viewOf(turn, asTheyAre)))) return "damaged";
  const known = new Set(turns.flatMap(picturesOf).map(({ id }) => id));
  const pictures = Object.entries(whole.output.pictures).filter(([id]) => known.has(id));
  return { content: { title: titleOf(whole.output.title), turns }, pictures: new Map(pictures) };
}

export function picturesOf(turn: Turn): readonly StoredPicture[] {
  return turn.role === "notice" ? [] : (turn.pictures ?? []);
}

function withoutEffects(turn: Turn): Turn {
  if (turn.role === "notice") return turn;
  if (turn.role === "user") {
    return { ...turn, attachments: turn.attachments.map(({ repository: _repository, ...rest }) => rest) };
  }
  const { problem, note, ...rest } = turn;
  return {
    ...rest,
    ...(problem && { problem: { ...problem, actions: [] } }),
    ...(note && { note: { ...note, actions: [] } }),
  };
}

const asTheyAre = {
  model: (id: string) => id,
  action: (action: string) => action,
  effort: (level: string) => level,
  notice: (kind: string) => kind,
  step: (kind: string) => kind,
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import type { ToView } from "../../protocol/messages.ts";
import type { ComposerView, SetupView } from "../../protocol/panelParts.ts";
import type { AnswerTurnView, TurnView } from "../../protocol/turns.ts";
import { englishStrings, type Strings } from "../../protocol/strings.ts";

/** All that the host has told this view. Replaced, never changed in place, so that a turn that is the same object is the same. */
export interface ChatState {
  readonly conversationId: string;
  readonly title: string;
  readonly turns: readonly TurnView[];
  /** Turns before these that the host has not sent yet. */
  readonly earlier: number;
  readonly composer: ComposerView;
  readonly setup: SetupView;
  readonly strings: Strings;
  readonly language: string;
}

/** Before the first snapshot nothing else has a meaning: the host answers `ready` with one. */
export function reduce(state: ChatState | undefined, message: ToView): ChatState | undefined {
  if (message.type === "snapshot") {
    const { type: _, strings, earlier = 0, ...rest } = message;
    const known = earlierKnown(state, message.conversationId, message.turns, earlier);
    const turns = [...known, ...message.turns];
    return { ...rest, turns, earlier: earlier - known.length, strings: { ...englishStrings, ...strings } };
  }
  if (state === undefined) return undefined;
  switch (message.type) {
    case "turn-added": {
      const known = state.turns.some(({ id }) => id === message.turn.id);
      const turns = known
        ? state.turns.map((turn) => (turn.id === message.turn.id ? message.turn : turn))
        : [...state.turns, message.turn];
      return { ...state, turns };
    }
    case "turns-before": {
      if (message.conversationId !== state.conversationId || message.before !== state.turns[0]?.id) return state;
      return { ...state, turns: [...message.turns, ...state.turns], earlier: message.earlier };
    }
    case "turn-removed":
      return { ...state, turns: state.turns.filter(({ id }) => id !== message.turnId) };
    case "delta":
      return changeAnswer(state, message.turnId, (turn) => grow(turn, message));
    case "facts":
      return changeAnswer(state, message.turnId, (turn) => ({ ...turn, facts: message.facts }));
    case "title":
      return { ...state, title: message.title };
    case "composer":
      return { ...state, composer: message.composer };
    case "setup":
      return { ...state, setup: message.setup };
    case "draft":
    case "draft-sent":
    case "response":
      return state;
  }
}

/** Pieces that were added to an answer's text since it was sent whole. */
export interface Growth {
  /** Shared by all states of the answer; only the first `count` belong to this one. */
  readonly pieces: readonly string[];
  readonly count: number;
}

const growths = new WeakMap<AnswerTurnView, { readonly pieces: string[]; readonly count: number }>();

/** What has been added to this answer, for a view that has drawn a part of it: to compare long texts copies them each time. */
export function growthOf(turn: AnswerTurnView): Growth | undefined {
  return growths.get(turn);
}

function grow(
  turn: AnswerTurnView,
  { text, thinking = "" }: { text: string; thinking?: string | undefined },
): AnswerTurnView {
  const grown = { ...turn, text: turn.text + text, thinking: turn.thinking + thinking };
  const { pieces, count } = growths.get(turn) ?? { pieces: [], count: 0 };
  const own = pieces.length === count ? pieces : pieces.slice(0, count);
  own.push(text);
  growths.set(grown, { pieces: own, count: count + 1 });
  return grown;
}

/** A snapshot holds the latest turns only: those before it, which this view has been sent already, need not come again. */
function earlierKnown(
  state: ChatState | undefined,
  conversationId: string,
  latest: readonly TurnView[],
  earlier: number,
): readonly TurnView[] {
  const first = latest[0];
  if (state === undefined || first === undefined || state.conversationId !== conversationId) return [];
  const at = state.turns.findIndex(({ id }) => id === first.id);
  return at > 0 && state.earlier + at === earlier ? state.turns.slice(0, at) : [];
}

function changeAnswer(state: ChatState, turnId: string, change: (turn: AnswerTurnView) => AnswerTurnView): ChatState {
  const index = state.turns.findLastIndex(({ id }) => id === turnId);
  const turn = state.turns[index];
  if (turn?.role !== "assistant") return state;
  const changed = change(turn);
  const growth = growths.get(turn);
  if (growth !== undefined && !growths.has(changed)) growths.set(changed, growth);
  return { ...state, turns: state.turns.with(index, changed) };
}

/** Text of the user's last message, which Up brings back. */
export function lastUserText(turns: readonly TurnView[]): string | undefined {
  return turns.findLast(({ role }) => role === "user")?.text;
}

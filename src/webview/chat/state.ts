import type { AnswerTurnView, ComposerView, SetupView, ToView, TurnView } from "../../protocol/messages.ts";
import { englishStrings, type Strings } from "../../protocol/strings.ts";

/** All that the host has told this view. Replaced, never changed in place, so that a turn that is the same object is the same. */
export interface ChatState {
  readonly conversationId: string;
  readonly title: string;
  readonly turns: readonly TurnView[];
  readonly composer: ComposerView;
  readonly setup: SetupView;
  readonly strings: Strings;
  readonly language: string;
}

/** Before the first snapshot nothing else has a meaning: the host answers `ready` with one. */
export function reduce(state: ChatState | undefined, message: ToView): ChatState | undefined {
  if (message.type === "snapshot") {
    const { type: _, strings, ...rest } = message;
    return { ...rest, strings: { ...englishStrings, ...strings } };
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
    case "turn-removed":
      return { ...state, turns: state.turns.filter(({ id }) => id !== message.turnId) };
    case "delta":
      return changeAnswer(state, message.turnId, (turn) => ({
        ...turn,
        text: turn.text + message.text,
        thinking: turn.thinking + message.thinking,
      }));
    case "facts":
      return changeAnswer(state, message.turnId, (turn) => ({ ...turn, facts: message.facts }));
    case "title":
      return { ...state, title: message.title };
    case "composer":
      return { ...state, composer: message.composer };
    case "setup":
      return { ...state, setup: message.setup };
    case "draft":
      return state;
  }
}

function changeAnswer(state: ChatState, turnId: string, change: (turn: AnswerTurnView) => AnswerTurnView): ChatState {
  const index = state.turns.findLastIndex(({ id }) => id === turnId);
  const turn = state.turns[index];
  return turn?.role === "assistant" ? { ...state, turns: state.turns.with(index, change(turn)) } : state;
}

/** Text of the user's last message, which Up brings back. */
export function lastUserText(turns: readonly TurnView[]): string | undefined {
  return turns.findLast(({ role }) => role === "user")?.text;
}

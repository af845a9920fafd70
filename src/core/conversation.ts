import type { AnswerFacts, TurnStatus, TurnView } from "../protocol/messages.ts";
import type { Attachment, ProblemAction } from "./services.ts";

/** A failure as the conversation keeps it: words are made when it is shown, in the language of that day. */
export interface StoredProblem {
  readonly text: string;
  readonly details: string;
  readonly actions: readonly ProblemAction[];
}

export interface UserTurn {
  readonly role: "user";
  readonly id: string;
  readonly at: number;
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

export interface AnswerTurn {
  readonly role: "assistant";
  readonly id: string;
  readonly at: number;
  model: string;
  text: string;
  /** Byte-exact: the service wants it back unchanged. */
  thinking: string;
  thinkingMs?: number | undefined;
  status: TurnStatus;
  usage?: AnswerFacts["usage"] | undefined;
  problem?: StoredProblem | undefined;
  /** The service sent more than text and thinking can hold, such as a function call that nobody asked for. */
  incomplete?: true | undefined;
}

export type Turn = UserTurn | AnswerTurn;

export interface Conversation {
  readonly id: string;
  title: string;
  readonly turns: Turn[];
}

/** What is appended to a conversation's log; replaying all of them gives the conversation back. */
export type ConversationEvent =
  | { readonly type: "created"; readonly version: 1; readonly id: string; readonly at: number }
  | { readonly type: "user"; readonly turn: UserTurn; readonly title?: string | undefined }
  | { readonly type: "answer"; readonly id: string; readonly at: number; readonly model: string }
  | { readonly type: "delta"; readonly id: string; readonly text: string; readonly thinking: string }
  /** Everything so far was thinking (some custom servers only say so at its end). */
  | { readonly type: "text-was-thinking"; readonly id: string }
  | {
      readonly type: "facts";
      readonly id: string;
      readonly model: string;
      readonly status: TurnStatus;
      readonly thinkingMs?: number | undefined;
      readonly usage?: AnswerFacts["usage"] | undefined;
      readonly problem?: StoredProblem | undefined;
      readonly incomplete?: true | undefined;
    }
  /** A name that takes the place of the first question. */
  | { readonly type: "title"; readonly title: string }
  /** A retry takes the answer away before a new one starts. */
  | { readonly type: "removed"; readonly id: string };

export function answerOf(conversation: Conversation, id: string): AnswerTurn | undefined {
  const turn = conversation.turns.find((candidate) => candidate.id === id);
  return turn?.role === "assistant" ? turn : undefined;
}

/** Applies one event. Events that refer to an unknown turn are ignored: a damaged log must not lose the rest. */
export function applyEvent(conversation: Conversation, event: ConversationEvent): void {
  switch (event.type) {
    case "created":
      return;
    case "user":
      conversation.turns.push(event.turn);
      if (event.title !== undefined) conversation.title = event.title;
      return;
    case "answer":
      conversation.turns.push({
        role: "assistant",
        id: event.id,
        at: event.at,
        model: event.model,
        text: "",
        thinking: "",
        status: "waiting",
      });
      return;
    case "delta": {
      const answer = answerOf(conversation, event.id);
      if (!answer) return;
      answer.text += event.text;
      answer.thinking += event.thinking;
      return;
    }
    case "text-was-thinking": {
      const answer = answerOf(conversation, event.id);
      if (!answer) return;
      answer.thinking += answer.text;
      answer.text = "";
      return;
    }
    case "facts": {
      const answer = answerOf(conversation, event.id);
      if (!answer) return;
      answer.model = event.model;
      answer.status = event.status;
      answer.thinkingMs = event.thinkingMs;
      answer.usage = event.usage;
      answer.problem = event.problem;
      answer.incomplete = event.incomplete;
      return;
    }
    case "title":
      conversation.title = event.title;
      return;
    case "removed": {
      const at = conversation.turns.findIndex((turn) => turn.id === event.id);
      if (at >= 0) conversation.turns.splice(at, 1);
    }
  }
}

export const openStatuses: ReadonlySet<TurnStatus> = new Set(["waiting", "thinking", "answering"]);

/** The conversation of a log. An answer that was still open belongs to a host that is gone: it is marked as cut. */
export function replay(id: string, events: readonly ConversationEvent[]): Conversation {
  const conversation: Conversation = { id, title: "", turns: [] };
  for (const event of events) applyEvent(conversation, event);
  for (const turn of conversation.turns) {
    if (turn.role === "assistant" && openStatuses.has(turn.status)) turn.status = "cut";
  }
  return conversation;
}

/** What the webview is shown of a turn. `label` turns a model id and an action into words. */
export function viewOf(
  turn: Turn,
  label: { model(id: string): string; action(action: ProblemAction): string },
): TurnView {
  if (turn.role === "user") {
    return {
      role: "user",
      id: turn.id,
      text: turn.text,
      attachments: turn.attachments.map(({ id, kind, label: name, detail }) => ({ id, kind, label: name, detail })),
    };
  }
  return { role: "assistant", id: turn.id, text: turn.text, thinking: turn.thinking, facts: factsOf(turn, label) };
}

export function factsOf(
  turn: AnswerTurn,
  label: { model(id: string): string; action(action: ProblemAction): string },
): AnswerFacts {
  return {
    status: turn.status,
    model: label.model(turn.model),
    startedAt: turn.at,
    ...(turn.thinkingMs === undefined ? {} : { thinkingMs: turn.thinkingMs }),
    ...(turn.usage === undefined ? {} : { usage: turn.usage }),
    ...(turn.problem === undefined
      ? {}
      : {
          problem: {
            text: turn.problem.text,
            details: turn.problem.details,
            actions: turn.problem.actions.map((id) => ({ id, label: label.action(id) })),
          },
        }),
  };
}

import type { Effort } from "../api/chat/chatTypes.ts";
import type { AnswerFacts, PictureView, SourceView, TurnStatus } from "../protocol/turns.ts";
import type { Attachment, ProblemAction } from "./services.ts";

/** A failure as the conversation keeps it: words are made when it is shown, in the language of that day. */
export interface StoredProblem {
  readonly text: string;
  readonly details: string;
  readonly actions: readonly ProblemAction[];
}

/** A picture that belongs to a conversation. Its bytes lie in a file beside the log, named by `id`. */
export interface StoredPicture {
  readonly id: string;
  /** What it is called, e.g. the name of the pasted file. */
  readonly name: string;
  readonly mime: "image/png" | "image/jpeg" | "image/webp" | "image/gif";
  /** Pixels. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** What a model that sees has read in it, for models that do not. */
  readonly reading?: { readonly model: string; readonly text: string } | undefined;
}

export interface UserTurn {
  readonly role: "user";
  readonly id: string;
  readonly at: number;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly pictures?: readonly StoredPicture[] | undefined;
  /** What is sent in place of `text`, which is what the user sees: the template of a slash command, filled in. */
  readonly prompt?: string | undefined;
  /** The web is to be searched for its answer, also when that is tried again. */
  readonly web?: true | undefined;
}

/** A question that waits for the running answer to end, with how it is to be answered. */
export interface QueuedQuestion {
  readonly turn: UserTurn;
  /** A level of thinking for its answer alone. */
  readonly effort?: Effort | undefined;
  /** A model for its answer alone. */
  readonly model?: string | undefined;
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
  /** The level of thinking that was asked for, absent when left to the model. */
  effort?: string | undefined;
  status: TurnStatus;
  usage?: AnswerFacts["usage"] | undefined;
  problem?: StoredProblem | undefined;
  /** A sentence above the answer, with buttons. */
  note?: { readonly text: string; readonly actions: readonly ProblemAction[] } | undefined;
  sources?: readonly SourceView[] | undefined;
  pictures?: readonly StoredPicture[] | undefined;
  /** The service sent more than text and thinking can hold, such as a function call that nobody asked for. */
  incomplete?: true | undefined;
}

/**
 * Up to here, what was said is sent as this summary from now on, or not at all where it could not be summarised (`left-out`).
 * The turns themselves stay to be read.
 */
export interface NoticeTurn {
  readonly role: "notice";
  readonly id: string;
  readonly at: number;
  readonly kind: "compacted" | "left-out";
  readonly summary: string;
}

export type Turn = UserTurn | AnswerTurn | NoticeTurn;

/** Where a conversation was begun, so that a list can say so. */
export interface Workplace {
  readonly name: string;
  readonly uri: string;
}

export interface Conversation {
  readonly id: string;
  title: string;
  pinned: boolean;
  createdAt: number;
  workplace?: Workplace | undefined;
  readonly turns: Turn[];
  /** In the order in which they will be asked. */
  readonly queued: QueuedQuestion[];
}

/** What is appended to a conversation's log; replaying all of them gives the conversation back. */
export type ConversationEvent =
  | {
      readonly type: "created";
      readonly version: 1 | 2;
      readonly id: string;
      readonly at: number;
      readonly workplace?: Workplace | undefined;
    }
  | { readonly type: "user"; readonly turn: UserTurn; readonly title?: string | undefined }
  | {
      readonly type: "answer";
      readonly id: string;
      readonly at: number;
      readonly model: string;
      readonly effort?: string | undefined;
    }
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
      readonly note?: AnswerTurn["note"];
      readonly sources?: readonly SourceView[] | undefined;
      readonly pictures?: readonly StoredPicture[] | undefined;
      readonly incomplete?: true | undefined;
      readonly effort?: string | undefined;
    }
  /** What a model has read in a picture of a question. */
  | {
      readonly type: "reading";
      readonly id: string;
      readonly pictureId: string;
      readonly model: string;
      readonly text: string;
    }
  /** A name that takes the place of the first question. */
  | { readonly type: "title"; readonly title: string }
  | { readonly type: "pinned"; readonly pinned: boolean }
  /** Stands in front of the turn `before`, else at the end. Without a summary what lies before it is left out. */
  | {
      readonly type: "compacted";
      readonly id: string;
      readonly at: number;
      readonly summary: string;
      readonly before?: string | undefined;
    }
  /** Kept until it is asked, which takes it out of the queue, or withdrawn. */
  | ({ readonly type: "queued" } & QueuedQuestion)
  | { readonly type: "unqueued"; readonly id: string }
  /** A retry takes the answer away before a new one starts. */
  | { readonly type: "removed"; readonly id: string }
  /** This turn and all behind it are gone: an earlier question was asked in other words. */
  | { readonly type: "truncated"; readonly id: string };

export function answerOf(conversation: Conversation, id: string): AnswerTurn | undefined {
  // What an event is about is nearly always the last turn, also in a long log.
  const turn = conversation.turns.findLast((candidate) => candidate.id === id);
  return turn?.role === "assistant" ? turn : undefined;
}

/** Applies one event. Events that refer to an unknown turn are ignored: a damaged log must not lose the rest. */
export function applyEvent(conversation: Conversation, event: ConversationEvent): void {
  const { turns } = conversation;
  switch (event.type) {
    case "created":
      conversation.createdAt = event.at;
      conversation.workplace = event.workplace;
      return;
    case "user":
      turns.push(event.turn);
      unqueue(conversation, event.turn.id);
      if (event.title !== undefined) conversation.title = event.title;
      return;
    case "answer": {
      const { id, at, model, effort } = event;
      turns.push({ role: "assistant", id, at, model, effort, text: "", thinking: "", status: "waiting" });
      return;
    }
    case "compacted": {
      const { id, at, summary } = event;
      const index = turns.findIndex((turn) => turn.id === event.before);
      const kind = summary === "" ? "left-out" : "compacted";
      turns.splice(index < 0 ? turns.length : index, 0, { role: "notice", kind, id, at, summary });
      return;
    }
    case "queued": {
      const { type: _, ...question } = event;
      conversation.queued.push(question);
      return;
    }
    case "unqueued":
      unqueue(conversation, event.id);
      return;
    case "delta":
    case "text-was-thinking":
    case "facts": {
      const answer = answerOf(conversation, event.id);
      if (answer) applyToAnswer(answer, event);
      return;
    }
    case "reading": {
      const index = turns.findIndex(({ id }) => id === event.id);
      const turn = turns[index];
      if (turn?.role !== "user") return;
      const reading = { model: event.model, text: event.text };
      const pictures = turn.pictures?.map((one) => (one.id === event.pictureId ? { ...one, reading } : one));
      turns[index] = { ...turn, pictures };
      return;
    }
    case "title":
      conversation.title = event.title;
      return;
    case "pinned":
      conversation.pinned = event.pinned;
      return;
    case "removed":
    case "truncated": {
      const at = turns.findIndex((turn) => turn.id === event.id);
      if (at >= 0) turns.splice(at, event.type === "removed" ? 1 : turns.length);
    }
  }
}

function unqueue({ queued }: Conversation, id: string): void {
  const at = queued.findIndex(({ turn }) => turn.id === id);
  if (at >= 0) queued.splice(at, 1);
}

function applyToAnswer(
  answer: AnswerTurn,
  event: Extract<ConversationEvent, { type: "delta" | "text-was-thinking" | "facts" }>,
): void {
  switch (event.type) {
    case "delta":
      answer.text += event.text;
      answer.thinking += event.thinking;
      return;
    case "text-was-thinking":
      answer.thinking += answer.text;
      answer.text = "";
      return;
    case "facts":
      answer.model = event.model;
      answer.status = event.status;
      answer.thinkingMs = event.thinkingMs;
      answer.usage = event.usage;
      answer.problem = event.problem;
      answer.note = event.note;
      answer.sources = event.sources;
      answer.pictures = event.pictures;
      answer.incomplete = event.incomplete;
      answer.effort = event.effort ?? answer.effort;
  }
}

export const openStatuses: ReadonlySet<TurnStatus> = new Set(["waiting", "thinking", "answering"]);

export function emptyConversation(id: string, createdAt = 0): Conversation {
  return { id, title: "", pinned: false, createdAt, turns: [], queued: [] };
}

/** The conversation of a log. An answer that was still open belongs to a host that is gone: it is marked as cut. */
export function replay(id: string, events: readonly ConversationEvent[]): Conversation {
  const conversation = emptyConversation(id);
  for (const event of events) applyEvent(conversation, event);
  for (const turn of conversation.turns) {
    if (turn.role === "assistant" && openStatuses.has(turn.status)) turn.status = "cut";
  }
  return conversation;
}

/** A picture of a question, an answer or a message that waits. */
export function pictureOf({ turns, queued }: Conversation, id: string): StoredPicture | undefined {
  const all = [...turns, ...queued.map(({ turn }) => turn)];
  return all.flatMap((turn) => (turn.role === "notice" ? [] : (turn.pictures ?? []))).find((one) => one.id === id);
}

export function pictureView({ id, name, width, height }: StoredPicture): PictureView {
  return {
    id,
    label: name,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  };
}

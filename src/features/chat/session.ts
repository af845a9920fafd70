import { randomUUID } from "node:crypto";
import type { ChatMessage } from "../../api/chat/chatTypes.ts";
import {
  answerOf,
  applyEvent,
  pictureOf,
  type Conversation,
  type ConversationEvent,
  type StoredPicture,
} from "../../core/conversation.ts";
import { viewOf, type ViewLabels } from "../../core/conversationView.ts";
import { titleMessages, titleOf } from "../../core/conversationTitle.ts";
import type { Attachment, ProblemAction } from "../../core/services.ts";
import type { ToView } from "../../protocol/messages.ts";
import type { TurnView } from "../../protocol/turns.ts";
import { answerQuestion, type AnswerChoices, type AnsweringDeps } from "./answering.ts";
import { RunningAnswer, type AnswerDesk } from "./runningAnswer.ts";
import type { ConversationLog } from "./store.ts";

export interface SessionDeps extends AnsweringDeps {
  readonly labels: ViewLabels;
}

/** What goes with a question, and how it is to be answered. */
export interface QuestionExtras extends AnswerChoices {
  readonly attachments?: readonly Attachment[] | undefined;
  readonly pictures?: readonly StoredPicture[] | undefined;
  /** Sent in place of the question, which is what the user sees. */
  readonly prompt?: string | undefined;
  /** Search the web first. */
  readonly web?: boolean | undefined;
}

/** A view that shows the conversation. */
export interface SessionListener {
  post(message: ToView): void;
  /** Shows everything anew, after a change that has no message of its own. */
  resync(): void;
  /** Something that the composer shows has changed: whether an answer is on its way, for example. */
  changed(): void;
}

/** One conversation and the answer that is on its way. Owns the facts; the views only ever see copies. */
export class ChatSession {
  readonly #deps: SessionDeps;
  readonly #conversation: Conversation;
  readonly #log: ConversationLog;
  readonly #listeners = new Set<SessionListener>();
  readonly #desk: AnswerDesk;
  #run: RunningAnswer | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(deps: SessionDeps, conversation: Conversation, log: ConversationLog) {
    this.#deps = deps;
    this.#conversation = conversation;
    this.#log = log;
    this.#desk = {
      labels: deps.labels,
      problems: deps.problems,
      record: (event) => this.#record(event),
      post: (message) => this.#post(message),
      resync: () => this.#resync(),
    };
  }

  /** Tells a view of every change until the returned function is called. */
  listen(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get conversationId(): string {
    return this.#conversation.id;
  }

  get title(): string {
    return this.#conversation.title;
  }

  get isEmpty(): boolean {
    return this.#conversation.turns.length === 0;
  }

  /** What asks a model for a title. */
  titleMessages(): ChatMessage[] {
    this.#run?.flush();
    return titleMessages(this.#conversation.turns);
  }

  rename(title: string): void {
    this.#record({ type: "title", title });
    this.#post({ type: "title", title });
  }

  /** Buttons that an answer offers, under its problem and above its text. */
  actionsOf(turnId: string): readonly ProblemAction[] {
    const answer = answerOf(this.#conversation, turnId);
    return [...(answer?.problem?.actions ?? []), ...(answer?.note?.actions ?? [])];
  }

  /** What an answer says by now. */
  answerText(turnId: string): string | undefined {
    return answerOf(this.#conversation, turnId)?.text;
  }

  /** A picture that one of its turns has. */
  pictureOf(id: string): StoredPicture | undefined {
    return pictureOf(this.#conversation, id);
  }

  get busy(): boolean {
    return this.#run !== undefined;
  }

  get lastAnswer(): string | undefined {
    const { turns } = this.#conversation;
    return turns.filter((turn) => turn.role === "assistant").findLast(({ text }) => text !== "")?.text;
  }

  /** Paths of the files that went along with questions, the latest first. */
  attachedPaths(): string[] {
    const paths = this.#conversation.turns
      .flatMap((turn) => (turn.role === "user" ? turn.attachments : []))
      .filter(({ kind }) => kind === "file" || kind === "selection" || kind === "symbol")
      .map(({ detail }) => detail.replace(/:\d+(?:–\d+)?$/, ""));
    return [...new Set(paths.toReversed())];
  }

  views(): TurnView[] {
    this.#run?.flush();
    return this.#conversation.turns.map((turn) => viewOf(turn, this.#deps.labels));
  }

  /** Records the question and answers it. Resolves when the answer has ended, in whichever way. */
  async ask(question: string, extras: QuestionExtras = {}): Promise<void> {
    const { attachments = [], pictures, prompt, web, ...choices } = extras;
    const turn = {
      role: "user",
      id: randomUUID(),
      at: Date.now(),
      text: question,
      attachments,
      pictures,
      prompt,
      web: web === true ? web : undefined,
    } as const;
    const first = this.#conversation.turns.length === 0;
    const { id, workplace } = this.#conversation;
    if (first) this.#record({ type: "created", version: 2, id, at: turn.at, workplace });
    this.#record({ type: "user", turn, ...(first ? { title: titleOf(question) } : {}) });
    this.#post({ type: "turn-added", turn: viewOf(turn, this.#deps.labels) });
    if (first) this.#post({ type: "title", title: this.title });
    await this.#start(choices);
  }

  /** Takes an answer away and asks again. Only the last one can be retried. */
  async retry(turnId: string, choices: AnswerChoices = {}): Promise<void> {
    const last = this.#conversation.turns.at(-1);
    if (this.#run || last?.role !== "assistant" || last.id !== turnId) return;
    this.#record({ type: "removed", id: turnId });
    this.#post({ type: "turn-removed", turnId });
    await this.#start(choices);
  }

  stop(): void {
    this.#run?.stop();
  }

  /** Stops what is on its way and waits for its end to be recorded. */
  async close(): Promise<void> {
    this.stop();
    await this.#ended;
    await this.#log.flush();
  }

  #post(message: ToView): void {
    for (const listener of this.#listeners) listener.post(message);
  }

  #resync(): void {
    for (const listener of this.#listeners) listener.resync();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener.changed();
  }

  #record(event: ConversationEvent): void {
    applyEvent(this.#conversation, event);
    this.#log.append(event);
  }

  #start(choices: AnswerChoices): Promise<void> {
    this.#ended = this.#answer(choices);
    return this.#ended;
  }

  async #answer(choices: AnswerChoices): Promise<void> {
    const id = randomUUID();
    this.#record({ type: "answer", id, at: Date.now(), model: "", effort: choices.effort });
    const turn = answerOf(this.#conversation, id);
    if (!turn) return;
    const run = new RunningAnswer(turn, this.#desk);
    this.#run = run;
    this.#post({ type: "turn-added", turn: viewOf(turn, this.#deps.labels) });
    this.#changed();
    try {
      const answering = { conversation: this.#conversation, run, desk: this.#desk, choices, goesOn: false };
      await answerQuestion(answering, this.#deps);
    } finally {
      this.#run = undefined;
      this.#changed();
      await this.#log.flush();
    }
  }
}

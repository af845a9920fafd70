import { randomUUID } from "node:crypto";
import type { ChatMessage } from "../../api/chat/chatTypes.ts";
import type { SendsThinking } from "../../core/chatPrompt.ts";
import {
  answerOf,
  applyEvent,
  pictureOf,
  type AnswerTurn,
  type Conversation,
  type ConversationEvent,
  type QueuedQuestion,
  type StoredPicture,
  type UserTurn,
} from "../../core/conversation.ts";
import { viewOf, type ViewLabels } from "../../core/conversationView.ts";
import { titleByAnswer, titleMessages, titleOfQuestion } from "../../core/conversationTitle.ts";
import type { Attachment, ProblemAction } from "../../core/services.ts";
import { attachedPath, repositoryOf } from "../../core/attached.ts";
import type { ToView } from "../../protocol/messages.ts";
import type { ComposerView } from "../../protocol/panelParts.ts";
import type { TurnView } from "../../protocol/turns.ts";
import { answerQuestion, lastQuestion, type AnswerChoices, type AnsweringDeps } from "./answering.ts";
import { RunningAnswer, type AnswerDesk } from "./runningAnswer.ts";
import type { ConversationLog } from "./store.ts";

export interface SessionDeps extends AnsweringDeps {
  readonly labels: ViewLabels;
  /** Keeps what the conversation is now as one of its own, before turns are taken away that more than one answer follows. */
  readonly keepTail?: ((session: ChatSession) => Promise<void>) | undefined;
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

function userTurn(text: string, { attachments = [], pictures, prompt, web }: QuestionExtras): UserTurn {
  const search = web === true ? web : undefined;
  return { role: "user", id: randomUUID(), at: Date.now(), text, attachments, pictures, prompt, web: search };
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
  #running: RunningAnswer | undefined;
  #busy = false;
  /** Stop came before there was an answer that it could stop. */
  #stopped = false;
  /** Waiting messages stay where they are: an answer did not end well, or they are of an earlier window. */
  #paused: boolean;
  /** Whether the log has its head. */
  #created: boolean;
  #ended: Promise<void> = Promise.resolve();

  constructor(deps: SessionDeps, conversation: Conversation, log: ConversationLog) {
    this.#deps = deps;
    this.#conversation = conversation;
    this.#log = log;
    this.#paused = conversation.queued.length > 0;
    this.#created = conversation.turns.length > 0;
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
    this.#running?.flush();
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

  /** Who was asked for an answer, and for how much thinking when that was chosen for it alone. */
  askedOf(turnId: string): Pick<AnswerTurn, "model" | "effort"> | undefined {
    return answerOf(this.#conversation, turnId);
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Whether the last question has been answered to its end. */
  get isAnswered(): boolean {
    const last = this.#conversation.turns.at(-1);
    return last?.role === "assistant" && last.status === "done";
  }

  get lastAnswer(): string | undefined {
    const id = this.lastAnswerId;
    return id === undefined ? undefined : this.answerText(id);
  }

  /** Of the last answer that says something. */
  get lastAnswerId(): string | undefined {
    const { turns } = this.#conversation;
    return turns.filter((turn) => turn.role === "assistant").findLast(({ text }) => text !== "")?.id;
  }

  /** Address of the repository whose changes an answer is about, if it is about those of one. */
  repositoryOf(answerId: string): string | undefined {
    return repositoryOf(this.#conversation.turns, answerId);
  }

  /** Paths of the files that went along with questions, the latest first. */
  attachedPaths(): string[] {
    const paths = this.#conversation.turns
      .flatMap((turn) => (turn.role === "user" ? turn.attachments : []))
      .map(attachedPath)
      .filter((path) => path !== "");
    return [...new Set(paths.toReversed())];
  }

  views(): TurnView[] {
    const running = this.#running;
    return this.#conversation.turns.map((turn) =>
      turn === running?.turn ? running.view() : viewOf(turn, this.#deps.labels),
    );
  }

  /** About how many tokens of the conversation the next request will hold. */
  tokens(sendsThinking: SendsThinking): number {
    return this.#deps.budget.ofConversation(this.#conversation.turns, sendsThinking);
  }

  /** Messages that wait for the running answer to end. */
  get queue(): ComposerView["queue"] {
    const messages = this.#conversation.queued.map(({ turn }) => ({
      id: turn.id,
      text: turn.text,
      extras: turn.attachments.length + (turn.pictures?.length ?? 0),
    }));
    return messages.length === 0 ? undefined : { messages, paused: this.#paused };
  }

  /**
   * Records the question and answers it, or lets it wait while an answer is on its way. Resolves when the answer has ended, in
   * whichever way.
   */
  async ask(question: string, extras: QuestionExtras = {}): Promise<void> {
    const turn = userTurn(question, extras);
    const { effort, model } = extras;
    const choices = { effort, model };
    if (this.#conversation.queued.length === 0) this.#paused = false;
    if (this.busy) {
      this.#record({ type: "queued", turn, ...choices });
      this.#changed();
    } else {
      await this.#start(() => this.#answerTo(turn, choices));
    }
  }

  /**
   * Asks with other words in place of an earlier question, with what went with that one. What came after its answer is kept as
   * a conversation of its own. False when that question is no longer there, or another one is being answered by now.
   */
  async edit(turnId: string, question: string, extras: QuestionExtras = {}): Promise<boolean> {
    await this.#halt();
    const turn = this.#conversation.turns.find(({ id }) => id === turnId);
    // Somebody may have been faster.
    if (this.busy || turn?.role !== "user") return false;
    const { attachments, web } = turn;
    // What a model has read in a picture is about the question that it was read for.
    const pictures = turn.pictures?.map((picture) => ({ ...picture, reading: undefined }));
    const wasTitle = this.#conversation.turns[0] === turn && this.title === titleOfQuestion(turn);
    const edited = userTurn(question, { attachments, pictures, web, ...extras });
    await this.#start(async () => {
      await this.#cutFrom(turnId);
      if (wasTitle) this.rename(titleOfQuestion(edited));
      await this.#answerTo(edited, extras);
    });
    return true;
  }

  /** Takes an answer away, with all that came after it, and asks again. */
  async retry(turnId: string, choices: AnswerChoices = {}): Promise<void> {
    const turn = answerOf(this.#conversation, turnId);
    if (this.busy || !turn) return;
    const isLast = this.#conversation.turns.at(-1) === turn;
    await this.#start(async () => {
      if (!isLast) await this.#cutFrom(turnId);
      else {
        this.#record({ type: "removed", id: turnId });
        this.#post({ type: "turn-removed", turnId });
      }
      await this.#answer(choices);
    });
  }

  /** Lets the last answer go on where it was cut or stopped. One without a word of text begins anew. */
  async continue(turnId: string, choices: AnswerChoices = {}): Promise<void> {
    const turn = answerOf(this.#conversation, turnId);
    if (this.busy || !turn || this.#conversation.turns.at(-1) !== turn || turn.status === "done") return;
    // What a command has drawn or read cannot go on in the middle.
    const question = lastQuestion(this.#conversation);
    const isProduced = question && this.#deps.commands?.producerOf(question) !== undefined;
    if (turn.text === "" || isProduced) return this.retry(turnId, choices);
    await this.#start(() => this.#run(turn, choices, true));
  }

  /** Takes a waiting message out of the queue. */
  unqueue(messageId: string): QueuedQuestion | undefined {
    const question = this.#conversation.queued.find(({ turn }) => turn.id === messageId);
    if (!question) return undefined;
    this.#record({ type: "unqueued", id: messageId });
    this.#changed();
    return question;
  }

  /** Sends what waits because an answer did not end well. */
  async resumeQueue(): Promise<void> {
    this.#paused = false;
    this.#changed();
    if (!this.busy) await this.#start(async () => undefined);
  }

  stop(): void {
    if (this.#running) return this.#running.stop();
    if (!this.busy) return;
    // Between two answers, or while the first one is made ready: nothing may begin that is not stopped.
    this.#stopped = true;
    if (this.#conversation.queued.length > 0) this.#paused = true;
    this.#changed();
  }

  /** Stops what is on its way and waits for its end to be recorded. */
  async close(): Promise<void> {
    await this.#halt();
    await this.#log.flush();
  }

  /** Has all that came until now put on disk. */
  async flush(): Promise<void> {
    this.#running?.flush();
    await this.#log.flush();
  }

  async #halt(): Promise<void> {
    // Nothing that waits may follow what is stopped, nor what comes to its end right now.
    this.#paused = true;
    this.stop();
    await this.#ended;
  }

  /** Takes a turn and all behind it away; if those are more than one question and its answer, a copy of all is kept before. */
  async #cutFrom(turnId: string): Promise<void> {
    const { turns } = this.#conversation;
    const at = turns.findIndex(({ id }) => id === turnId);
    if (turns.slice(at + 1).some(({ role }) => role === "user")) await this.#deps.keepTail?.(this);
    this.#record({ type: "truncated", id: turnId });
    this.#resync();
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

  /** One thing after the other: the answer that was asked for, then those to the messages that wait. */
  #start(work: () => Promise<void>): Promise<void> {
    this.#busy = true;
    this.#stopped = false;
    const working = this.#work(work).finally(() => {
      this.#busy = false;
      this.#changed();
    });
    this.#ended = working.catch(() => undefined);
    return working;
  }

  async #work(first: () => Promise<void>): Promise<void> {
    await first();
    while (!this.#paused) {
      const next = this.#conversation.queued[0];
      if (!next) return;
      this.#stopped = false;
      await this.#answerTo(next.turn, next);
    }
  }

  async #answerTo(turn: UserTurn, choices: AnswerChoices): Promise<void> {
    const { id, workplace } = this.#conversation;
    if (!this.#created) this.#record({ type: "created", version: 2, id, at: turn.at, workplace });
    const title = !this.#created || this.title === "" ? titleOfQuestion(turn) : undefined;
    this.#created = true;
    this.#record({ type: "user", turn, title });
    this.#post({ type: "turn-added", turn: viewOf(turn, this.#deps.labels) });
    if (title !== undefined) this.#post({ type: "title", title });
    await this.#answer(choices);
  }

  async #answer(choices: AnswerChoices): Promise<void> {
    const id = randomUUID();
    this.#record({ type: "answer", id, at: Date.now(), model: "", effort: choices.effort });
    const turn = answerOf(this.#conversation, id);
    if (!turn) return;
    this.#post({ type: "turn-added", turn: viewOf(turn, this.#deps.labels) });
    await this.#run(turn, choices, false);
  }

  async #run(turn: AnswerTurn, { effort, model }: AnswerChoices, goesOn: boolean): Promise<void> {
    const conversation = this.#conversation;
    const run = new RunningAnswer(turn, this.#desk);
    this.#running = run;
    if (goesOn) run.reopen();
    if (this.#stopped) run.stop();
    this.#changed();
    await answerQuestion({ conversation, run, desk: this.#desk, choices: { effort, model }, goesOn }, this.#deps);
    this.#running = undefined;
    const better = titleByAnswer(conversation);
    if (better !== undefined) this.rename(better);
    // The next message was written for an answer that is whole.
    if (turn.status !== "done" && conversation.queued.length > 0) this.#paused = true;
    await this.#log.flush();
  }
}

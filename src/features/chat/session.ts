import { randomUUID } from "node:crypto";
import type { ChatMessage, ChatPart } from "../../api/chat/chatTypes.ts";
import type { AnswerNote } from "../../core/answerNotes.ts";
import { chatMessages } from "../../core/chatPrompt.ts";
import {
  answerOf,
  applyEvent,
  openStatuses,
  type AnswerTurn,
  type Conversation,
  type ConversationEvent,
} from "../../core/conversation.ts";
import { factsOf, viewOf, type ViewLabels } from "../../core/conversationView.ts";
import { titleMessages, titleOf } from "../../core/conversationTitle.ts";
import type { Attachment, Connection, Connections, Problem, ProblemAction, Problems } from "../../core/services.ts";
import { waitFacts } from "../../core/waiting.ts";
import type { ToView } from "../../protocol/messages.ts";
import type { AnswerFacts, TurnView } from "../../protocol/turns.ts";
import type { ConversationLog } from "./store.ts";

/** One message a frame is all the view can draw. */
const frameMs = 16;

export interface SessionDeps {
  readonly connections: Connections;
  readonly problems: Problems;
  readonly language: string;
  readonly labels: ViewLabels;
}

/** A view that shows the conversation. */
export interface SessionListener {
  post(message: ToView): void;
  /** Shows everything anew, after a change that has no message of its own. */
  resync(): void;
  /** Something that the composer shows has changed: whether an answer is on its way, for example. */
  changed(): void;
}

interface Run {
  readonly answer: AnswerTurn;
  readonly controller: AbortController;
  /** Received but not yet shown or stored. */
  text: string;
  thinking: string;
  /** What came beside both. */
  readonly notes: AnswerNote[];
  thinkingSince?: number;
  timer?: NodeJS.Timeout | undefined;
}

/** One conversation and the answer that is on its way. Owns the facts; the views only ever see copies. */
export class ChatSession {
  readonly #deps: SessionDeps;
  readonly #conversation: Conversation;
  readonly #log: ConversationLog;
  readonly #listeners = new Set<SessionListener>();
  #run: Run | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(deps: SessionDeps, conversation: Conversation, log: ConversationLog) {
    this.#deps = deps;
    this.#conversation = conversation;
    this.#log = log;
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
    this.#flushDelta();
    return titleMessages(this.#conversation.turns);
  }

  rename(title: string): void {
    this.#record({ type: "title", title });
    this.#post({ type: "title", title });
  }

  /** Buttons that an answer's problem offers. */
  actionsOf(turnId: string): readonly ProblemAction[] {
    return answerOf(this.#conversation, turnId)?.problem?.actions ?? [];
  }

  get busy(): boolean {
    return this.#run !== undefined;
  }

  get lastAnswer(): string | undefined {
    const { turns } = this.#conversation;
    return turns.filter((turn) => turn.role === "assistant").findLast(({ text }) => text !== "")?.text;
  }

  views(): TurnView[] {
    this.#flushDelta();
    return this.#conversation.turns.map((turn) => viewOf(turn, this.#deps.labels));
  }

  /** Records the question and answers it. Resolves when the answer has ended, in whichever way. */
  async ask(question: string, attachments: readonly Attachment[]): Promise<void> {
    const turn = { role: "user", id: randomUUID(), at: Date.now(), text: question, attachments } as const;
    const first = this.#conversation.turns.length === 0;
    if (first) this.#record({ type: "created", version: 2, id: this.#conversation.id, at: turn.at });
    this.#record({ type: "user", turn, ...(first ? { title: titleOf(question) } : {}) });
    this.#post({ type: "turn-added", turn: viewOf(turn, this.#deps.labels) });
    if (first) this.#post({ type: "title", title: this.title });
    await this.#start();
  }

  /** Takes an answer away and asks again. Only the last one can be retried. */
  async retry(turnId: string): Promise<void> {
    const last = this.#conversation.turns.at(-1);
    if (this.#run || last?.role !== "assistant" || last.id !== turnId) return;
    this.#record({ type: "removed", id: turnId });
    this.#post({ type: "turn-removed", turnId });
    await this.#start();
  }

  stop(): void {
    this.#run?.controller.abort();
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

  #changed(): void {
    for (const listener of this.#listeners) listener.changed();
  }

  #record(event: ConversationEvent): void {
    applyEvent(this.#conversation, event);
    this.#log.append(event);
  }

  #start(): Promise<void> {
    this.#ended = this.#answer();
    return this.#ended;
  }

  async #answer(): Promise<void> {
    const id = randomUUID();
    this.#record({ type: "answer", id, at: Date.now(), model: "" });
    const answer = answerOf(this.#conversation, id);
    if (!answer) return;
    const run: Run = { answer, controller: new AbortController(), text: "", thinking: "", notes: [] };
    this.#run = run;
    this.#post({ type: "turn-added", turn: viewOf(answer, this.#deps.labels) });
    this.#changed();
    try {
      const missing = await this.#deps.connections.missing();
      if (missing) {
        this.#fail(run, missing);
        return;
      }
      const connection = await this.#deps.connections.open("chat");
      if (!connection) this.#close(run, "stopped");
      else await this.#stream(run, connection);
    } catch (error) {
      const problem = this.#deps.problems.describe(error);
      if (problem) this.#fail(run, problem);
      else this.#close(run, "stopped");
    } finally {
      this.#run = undefined;
      this.#changed();
      await this.#log.flush();
    }
  }

  async #stream(run: Run, connection: Connection): Promise<void> {
    const { signal } = run.controller;
    const model = await connection.modelFor("chat", { signal });
    run.answer.model = model;
    // Also on disk at once: should this host be killed, the heading still names who was answering.
    this.#log.append({ type: "facts", id: run.answer.id, model, status: "waiting" });
    this.#postFacts(run);
    const { messages, altered } = chatMessages(this.#conversation, this.#deps.language);
    const request = { ...connection.tuning, model, messages, historyAltered: altered };
    const parts = connection.client.chat(request, {
      signal,
      onWait: (event) => this.#postFacts(run, waitFacts(event)),
    });
    for await (const part of parts) this.#take(run, part);
    if (openStatuses.has(run.answer.status)) this.#close(run, "done");
  }

  #take(run: Run, part: ChatPart): void {
    const { answer } = run;
    switch (part.type) {
      case "start":
        if (part.model !== "") answer.model = part.model;
        return;
      case "reasoning-delta":
        run.thinkingSince ??= Date.now();
        if (answer.status === "waiting") this.#status(run, "thinking");
        run.thinking += part.text;
        this.#schedule(run);
        return;
      case "text-delta":
        this.#addText(run, part.text);
        return;
      case "text-was-reasoning":
        this.#flushDelta();
        this.#record({ type: "text-was-thinking", id: answer.id });
        answer.status = "thinking";
        for (const listener of this.#listeners) listener.resync();
        return;
      case "usage":
        answer.usage = {
          input: part.usage.promptTokens,
          cached: part.usage.cachedTokens,
          output: part.usage.completionTokens,
        };
        return;
      case "finish":
        this.#finish(run, part.reason);
        return;
      case "unread-call":
        // As it stands: it may be a sentence about such calls, and this text goes back with the next question.
        this.#addText(run, part.text);
        run.notes.push(part);
        return;
      case "tool-call":
        answer.incomplete = true;
        run.notes.push(part);
        return;
      case "web-search":
      case "images-dropped":
        run.notes.push(part);
        return;
    }
  }

  #addText(run: Run, text: string): void {
    if (run.answer.status !== "answering") {
      this.#endThinking(run);
      this.#status(run, "answering");
    }
    run.text += text;
    this.#schedule(run);
  }

  #finish(run: Run, reason: Extract<ChatPart, { type: "finish" }>["reason"]): void {
    this.#flushDelta();
    const problem = this.#deps.problems.describeEnding(reason, run.answer.text !== "");
    if (problem) this.#fail(run, problem, run.answer.text === "" ? "failed" : "cut");
    else this.#close(run, "done");
  }

  #endThinking(run: Run): void {
    if (run.thinkingSince !== undefined) run.answer.thinkingMs ??= Date.now() - run.thinkingSince;
  }

  #fail(run: Run, problem: Problem, status?: "failed" | "cut"): void {
    this.#flushDelta();
    this.#close(run, status ?? (run.answer.text === "" ? "failed" : "cut"), problem);
  }

  #status(run: Run, status: AnswerTurn["status"]): void {
    this.#flushDelta();
    run.answer.status = status;
    this.#postFacts(run);
  }

  #close(run: Run, status: AnswerTurn["status"], ending?: Problem): void {
    this.#endThinking(run);
    run.answer.problem = this.#deps.problems.describeNotes(run.notes, ending);
    this.#status(run, status);
    const { id, model, thinkingMs, usage, problem, incomplete } = run.answer;
    this.#log.append({ type: "facts", id, model, status, thinkingMs, usage, problem, incomplete });
  }

  #postFacts(run: Run, wait?: AnswerFacts["wait"]): void {
    const facts = factsOf(run.answer, this.#deps.labels);
    this.#post({
      type: "facts",
      turnId: run.answer.id,
      facts: wait === undefined ? facts : { ...facts, wait },
    });
  }

  #schedule(run: Run): void {
    run.timer ??= setTimeout(() => this.#flushDelta(), frameMs);
  }

  #flushDelta(): void {
    const run = this.#run;
    if (!run) return;
    clearTimeout(run.timer);
    run.timer = undefined;
    const { text, thinking } = run;
    if (text === "" && thinking === "") return;
    run.text = "";
    run.thinking = "";
    this.#record({ type: "delta", id: run.answer.id, text, thinking });
    this.#post({ type: "delta", turnId: run.answer.id, text, thinking });
  }
}

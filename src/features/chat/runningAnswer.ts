import type { ChatPart, FinishReason, WebSearchResult } from "../../api/chat/chatTypes.ts";
import type { WaitEvent } from "../../api/client.ts";
import type { AnswerNote } from "../../core/answerNotes.ts";
import { sourcesOf } from "../../core/answerSources.ts";
import type { AnswerTurn, ConversationEvent, StoredPicture } from "../../core/conversation.ts";
import { factsOf, type ViewLabels } from "../../core/conversationView.ts";
import { Seam } from "../../core/seam.ts";
import type { Problem, ProblemAction, Problems } from "../../core/services.ts";
import { waitFacts } from "../../core/waiting.ts";
import type { ToView } from "../../protocol/messages.ts";
import type { AnswerFacts, TurnView } from "../../protocol/turns.ts";

/** A frame and a half: more messages than frames would be sent in vain, and each weighs as much as some words. */
const frameMs = 24;

/** Where an answer is kept and shown. */
export interface AnswerDesk {
  /** Applies an event to the conversation and keeps it. */
  record(event: ConversationEvent): void;
  post(message: ToView): void;
  /** Shows everything anew, after a change that has no message of its own. */
  resync(): void;
  readonly labels: ViewLabels;
  readonly problems: Problems;
}

/** The answer that is on its way: takes in its parts, and has them shown and kept at most once a frame. */
export class RunningAnswer {
  readonly turn: AnswerTurn;
  readonly #desk: AnswerDesk;
  readonly #controller = new AbortController();
  /** What came beside text and thinking. */
  readonly #notes: AnswerNote[] = [];
  readonly #found: WebSearchResult[] = [];
  /** Of the requests before, when an answer needs several. */
  #usageBefore: AnswerFacts["usage"];
  /** Received but not yet shown or kept. */
  #text = "";
  #thinking = "";
  /** Between the thinking of two requests. */
  #gap = "";
  #seam: Seam | undefined;
  #thinkingSince: number | undefined;
  #step: string | undefined;
  /** What a request waits for, until there is other news. */
  #wait: AnswerFacts["wait"];
  /** Of this run: an answer that goes on was begun long before. */
  readonly #startedAt = Date.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(turn: AnswerTurn, desk: AnswerDesk) {
    this.turn = turn;
    this.#desk = desk;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What a view is shown that has heard nothing of it yet. */
  view(): TurnView {
    this.flush();
    const { id, text, thinking } = this.turn;
    return { role: "assistant", id, text, thinking, facts: this.#facts() };
  }

  stop(): void {
    this.#controller.abort();
  }

  /** An answer that had ended is to go on. */
  reopen(): void {
    this.turn.status = "waiting";
    this.turn.problem = undefined;
    this.#keepFacts();
    this.#postFacts();
  }

  /** Who is asked, and how much thinking for. */
  asks(model: string, effort: string | undefined): void {
    this.turn.model = model;
    this.turn.effort = effort;
    this.turn.status = "waiting";
    // Also on disk at once: should this host be killed, the heading still names who was answering.
    this.#keepFacts();
    this.#postFacts();
  }

  /** What is done before the answer can begin; undefined when that is over. */
  step(words: string | undefined): void {
    this.#step = words;
    this.#postFacts();
  }

  waits(event: WaitEvent): void {
    this.#postFacts(waitFacts(event));
  }

  /** Pictures that the answer consists of. */
  pictures(pictures: readonly StoredPicture[]): void {
    this.turn.pictures = pictures;
    this.#postFacts();
  }

  /** A sentence above the answer, with buttons. */
  note(text: string, actions: readonly ProblemAction[]): void {
    this.turn.note = { text, actions };
    this.#postFacts();
  }

  /** A request goes out, whose messages are made. Its text goes on where that of an earlier one ended. */
  startsRequest(): void {
    this.flush();
    const { text, thinking, usage } = this.turn;
    this.#usageBefore = usage;
    if (text === "" && thinking === "") return;
    this.#seam = text === "" ? undefined : new Seam(text);
    this.#thinkingSince = undefined;
    this.#gap = thinking === "" ? "" : "\n\n";
    // Two trains of thought in one turn are none that the service would know again.
    this.turn.incomplete = true;
    this.turn.status = "waiting";
    this.#keepFacts();
    this.#postFacts();
  }

  /** Takes in a part. The end is the caller's affair: there may be a way to go on. */
  take(part: Exclude<ChatPart, { type: "finish" }>): void {
    const { turn } = this;
    switch (part.type) {
      case "start":
        if (part.model !== "") turn.model = part.model;
        return;
      case "reasoning-delta":
        this.#thinkingSince ??= Date.now();
        if (turn.status === "waiting") this.#status("thinking");
        this.#thinking += this.#gap + part.text;
        this.#gap = "";
        this.#schedule();
        return;
      case "text-delta":
        this.#addText(part.text);
        return;
      case "text-was-reasoning":
        this.flush();
        this.#desk.record({ type: "text-was-thinking", id: turn.id });
        turn.status = "thinking";
        this.#desk.resync();
        return;
      case "usage":
        turn.usage = {
          input: (this.#usageBefore?.input ?? 0) + part.usage.promptTokens,
          cached: (this.#usageBefore?.cached ?? 0) + part.usage.cachedTokens,
          output: (this.#usageBefore?.output ?? 0) + part.usage.completionTokens,
        };
        return;
      case "unread-call":
        // As it stands: it may be a sentence about such calls, and this text goes back with the next question.
        this.#addText(part.text);
        this.#notes.push(part);
        return;
      case "tool-call":
        turn.incomplete = true;
        this.#notes.push(part);
        return;
      case "web-search":
        this.#found.push(...part.results);
        turn.sources = sourcesOf(this.#found);
        this.#postFacts();
        return;
      case "images-dropped":
        this.#notes.push(part);
        return;
    }
  }

  /** The request came to an end of its own. */
  finish(reason: FinishReason, canThinkLess: boolean): void {
    this.flush();
    const hasText = this.turn.text !== "";
    const problem = this.#desk.problems.describeEnding(reason, hasText, canThinkLess);
    this.close(problem ? (hasText ? "cut" : "failed") : "done", problem);
  }

  fail(problem: Problem): void {
    this.flush();
    this.close(this.turn.text === "" ? "failed" : "cut", problem);
  }

  close(status: AnswerTurn["status"], ending?: Problem): void {
    this.#step = undefined;
    this.#endSeam();
    this.#endThinking();
    this.turn.problem = this.#desk.problems.describeNotes(this.#notes, ending);
    this.#status(status);
    this.#keepFacts();
  }

  /** Shows and keeps what has arrived. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#text;
    const thinking = this.#thinking;
    if (text === "" && thinking === "") return;
    this.#text = "";
    this.#thinking = "";
    const { id } = this.turn;
    this.#desk.record({ type: "delta", id, text, thinking });
    this.#desk.post({ type: "delta", turnId: id, text, ...(thinking !== "" && { thinking }) });
  }

  #addText(received: string): void {
    if (this.turn.status !== "answering") {
      this.#endThinking();
      this.#status("answering");
    }
    this.#text += this.#seam ? this.#seam.take(received) : received;
    this.#schedule();
  }

  /** What the seam still held back is text. */
  #endSeam(): void {
    this.#text += this.#seam?.rest() ?? "";
    this.#seam = undefined;
  }

  #endThinking(): void {
    if (this.#thinkingSince !== undefined) this.turn.thinkingMs ??= Date.now() - this.#thinkingSince;
  }

  #status(status: AnswerTurn["status"]): void {
    this.flush();
    this.turn.status = status;
    this.#postFacts();
  }

  #keepFacts(): void {
    const { role: _, at: _at, text: _text, thinking: _thinking, ...facts } = this.turn;
    this.#desk.record({ type: "facts", ...facts });
  }

  #postFacts(wait?: AnswerFacts["wait"]): void {
    this.#wait = wait;
    this.#desk.post({ type: "facts", turnId: this.turn.id, facts: this.#facts() });
  }

  #facts(): AnswerFacts {
    return {
      ...factsOf(this.turn, this.#desk.labels),
      startedAt: this.#startedAt,
      ...(this.#wait === undefined ? {} : { wait: this.#wait }),
      ...(this.#step === undefined ? {} : { step: this.#step }),
    };
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.flush(), frameMs);
  }
}

import { render } from "lit/html.js";
import type { AnswerFacts, AnswerTurnView } from "../../protocol/turns.ts";
import { fill } from "../../protocol/strings.ts";
import { AnswerBody } from "./answerBody.ts";
import { AnswerFoot } from "./answerFoot.ts";
import { AnswerPictures } from "./answerPictures.ts";
import { AnswerSources } from "./answerSources.ts";
import { ending, noteLine, running, waitingLine } from "./answerStatus.ts";
import type { ViewContext } from "./context.ts";
import { linkPlaces } from "./placeLinks.ts";
import { growthOf } from "./state.ts";
import { Thinking } from "./thinking.ts";
import { createTurnFrame, forgetLayout, type TurnElement } from "./turn.ts";

/** One answer: heading, note, thinking, text, pictures, sources, what went wrong or is being waited for, and the foot line. */
export class Answer implements TurnElement {
  readonly element: HTMLElement;
  readonly #heading: HTMLElement;
  readonly #context: ViewContext;
  readonly #note = document.createElement("div");
  readonly #thinking: Thinking;
  readonly #body: AnswerBody;
  readonly #pictures: AnswerPictures;
  readonly #sources: AnswerSources;
  readonly #status = document.createElement("div");
  readonly #foot: AnswerFoot;
  #turn: AnswerTurnView;
  #shownFacts: AnswerFacts | undefined;
  #lastGrowth = Date.now();
  #stopClock: (() => void) | undefined;
  #stopLinking: (() => void) | undefined;

  constructor(turn: AnswerTurnView, context: ViewContext) {
    this.#context = context;
    this.#turn = turn;
    const frame = createTurnFrame(turn.id, "answer");
    this.element = frame.element;
    this.#heading = frame.heading;
    this.#thinking = new Thinking(turn, context);
    this.#body = new AnswerBody(context, () => this.#annotate());
    this.#pictures = new AnswerPictures(context);
    this.#sources = new AnswerSources(context.strings);
    this.#foot = new AnswerFoot(turn, context);
    this.#status.className = "answer-status";
    this.element.append(
      this.#note,
      this.#thinking.element,
      this.#body.element,
      this.#pictures.element,
      this.#sources.element,
      this.#status,
      this.#foot.element,
    );
    this.update(turn);
  }

  update(turn: AnswerTurnView): void {
    if (turn.text.length !== this.#turn.text.length) this.#lastGrowth = Date.now();
    this.#turn = turn;
    const { facts } = turn;
    const live = running.has(facts.status);
    this.#thinking.update(turn);
    // A delta brings text and leaves the facts the same object.
    if (facts !== this.#shownFacts) this.#showFacts(facts, live);
    this.#body.set(turn.text, live, growthOf(turn));
    this.tick();
  }

  setNear(near: boolean): void {
    this.#body.setNear(near);
    if (!near) forgetLayout(this.#body.element, this.#foot.element);
  }

  dispose(): void {
    this.#stop();
    this.#stopLinking?.();
    this.#pictures.dispose();
  }

  /** Brings everything that shows elapsed time up to date. */
  tick(): void {
    this.#thinking.tick();
    const waiting = waitingLine(this.#turn.facts, this.#lastGrowth, Date.now(), this.#context);
    render([waiting, ending(this.#turn, this.#context)], this.#status);
  }

  #showFacts(facts: AnswerFacts, live: boolean): void {
    this.#shownFacts = facts;
    if (this.#heading.textContent !== facts.model) {
      this.#heading.textContent = facts.model;
      this.element.setAttribute("aria-label", fill(this.#context.strings.turnAnswer, facts.model));
    }
    render(noteLine(this.#turn, this.#context), this.#note);
    this.#pictures.update(facts.pictures ?? []);
    this.#sources.update(facts.sources ?? []);
    this.#foot.update(this.#turn, live);
    if (live) this.#stopClock ??= this.#context.clock.listen(() => this.tick());
    else this.#stop();
  }

  #stop(): void {
    this.#stopClock?.();
    this.#stopClock = undefined;
  }

  /** The text is complete and drawn: what it names can be made reachable. */
  #annotate(): void {
    this.#sources.mark(this.#body.element);
    this.#stopLinking?.();
    this.#stopLinking = linkPlaces(this.#body.element, this.#context);
  }
}

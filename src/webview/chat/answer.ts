import { html, nothing, render, type TemplateResult } from "lit/html.js";
import type { AnswerFacts, AnswerTurnView, ProblemView } from "../../protocol/turns.ts";
import { fill } from "../../protocol/strings.ts";
import { AnswerBody } from "./answerBody.ts";
import type { ViewContext } from "./context.ts";
import { createCopyButton } from "./copyButton.ts";
import { formatCount, formatSpan, formatWait } from "./format.ts";
import { iconClass } from "./icons.ts";
import { Thinking } from "./thinking.ts";
import { createTurnFrame, type TurnElement } from "./turn.ts";

/** After this long without a word the view says what it is waiting for. */
const longWait = 10_000;

const running: ReadonlySet<AnswerFacts["status"]> = new Set(["waiting", "thinking", "answering"]);

/** One answer: heading, thinking, text, what went wrong or is being waited for, and the foot line. */
export class Answer implements TurnElement {
  readonly element: HTMLElement;
  readonly #heading: HTMLElement;
  readonly #context: ViewContext;
  readonly #thinking: Thinking;
  readonly #body: AnswerBody;
  readonly #status = document.createElement("div");
  readonly #foot = document.createElement("div");
  readonly #usage = document.createElement("span");
  readonly #copy: HTMLElement;
  #turn: AnswerTurnView;
  #shownFacts: AnswerFacts | undefined;
  #lastGrowth = Date.now();
  #stopClock: (() => void) | undefined;

  constructor(turn: AnswerTurnView, context: ViewContext) {
    this.#context = context;
    this.#turn = turn;
    const frame = createTurnFrame(turn.id, "answer");
    this.element = frame.element;
    this.#heading = frame.heading;
    this.#thinking = new Thinking(turn, context);
    this.#body = new AnswerBody(context);
    this.#status.className = "answer-status";
    this.#foot.className = "foot";
    this.#usage.className = "usage";
    this.#copy = createCopyButton(context.strings.copyAnswer, () => this.#turn.text, context);
    const actions = document.createElement("div");
    actions.className = "foot-actions";
    actions.append(this.#copy);
    this.#foot.append(this.#usage, actions);
    this.element.append(this.#thinking.element, this.#body.element, this.#status, this.#foot);
    this.update(turn);
  }

  update(turn: AnswerTurnView): void {
    if (turn.text.length !== this.#turn.text.length) this.#lastGrowth = Date.now();
    this.#turn = turn;
    const { facts } = turn;
    const live = running.has(facts.status);
    this.#thinking.update(turn);
    this.#body.set(turn.text, live);
    // A delta brings text and leaves the facts the same object.
    if (facts !== this.#shownFacts) this.#showFacts(facts, live);
    this.tick();
  }

  dispose(): void {
    this.#stopClock?.();
    this.#stopClock = undefined;
  }

  /** Brings everything that shows elapsed time up to date. */
  tick(): void {
    this.#thinking.tick();
    const { facts } = this.#turn;
    const parts = [this.#waiting(facts, Date.now()), this.#ending(facts)];
    render(parts, this.#status);
  }

  #showFacts(facts: AnswerFacts, live: boolean): void {
    this.#shownFacts = facts;
    if (this.#heading.textContent !== facts.model) {
      this.#heading.textContent = facts.model;
      this.element.setAttribute("aria-label", fill(this.#context.strings.turnAnswer, facts.model));
    }
    this.#updateFoot(live);
    if (live) this.#stopClock ??= this.#context.clock.listen(() => this.tick());
    else this.dispose();
  }

  #updateFoot(live: boolean): void {
    const { strings, language } = this.#context;
    const { usage } = this.#turn.facts;
    this.#copy.hidden = live || this.#turn.text === "";
    this.#foot.hidden = this.#copy.hidden && usage === undefined;
    if (usage === undefined) return;
    const counts = [usage.input, usage.cached, usage.output];
    this.#usage.textContent = fill(strings.usage, ...counts.map((count) => formatCount(count, language)));
    this.#usage.title = fill(strings.usage, ...counts);
  }

  #waiting(facts: AnswerFacts, now: number): TemplateResult | typeof nothing {
    const { strings } = this.#context;
    if (!running.has(facts.status)) return nothing;
    if (facts.wait !== undefined && (facts.wait.resumesAt ?? Infinity) > now) {
      // Rounded up: "in 0 s" would be wrong for a whole second.
      return waitLine(formatWait(facts.wait, now - 999, strings));
    }
    // Thinking has a clock of its own.
    if (facts.status === "thinking") return nothing;
    const elapsed = now - (facts.status === "waiting" ? facts.startedAt : this.#lastGrowth);
    if (elapsed >= longWait) return waitLine(fill(strings.waitingLong, facts.model, formatSpan(elapsed, strings)));
    return facts.status === "waiting" ? waitLine(fill(strings.waiting, formatSpan(elapsed, strings))) : nothing;
  }

  #ending({ status, problem }: AnswerFacts): TemplateResult | typeof nothing {
    const { strings } = this.#context;
    const ended = status === "failed" || status === "cut" || status === "stopped";
    if (!ended && problem === undefined) return nothing;
    const kind = status === "failed" ? "error" : status === "stopped" ? "circle-slash" : "warning";
    // An answer that a killed host left behind has no problem of its own.
    const text = problem?.text ?? (status === "stopped" ? strings.stopped : strings.interrupted);
    // The host may offer its own way to try again, with a better name.
    const retry = ended && !(problem?.actions.some(({ id }) => id === "retry") ?? false);
    return html`<div class="problem problem-${status}">
      <i class=${iconClass(kind)} aria-hidden="true"></i>
      <div class="problem-content">
        <p dir="auto">${text}</p>
        <div class="buttons">
          ${problem?.actions.map(
            ({ id, label }) =>
              html`<button type="button" class="secondary" @click=${() => this.#act(id)}>${label}</button>`,
          )}
          ${
            retry
              ? html`<button type="button" class="secondary retry" @click=${this.#retry}>${strings.retry}</button>`
              : nothing
          }
        </div>
        ${this.#details(problem)}
      </div>
    </div>`;
  }

  #details(problem: ProblemView | undefined): TemplateResult | typeof nothing {
    if (problem?.details === undefined || problem.details === "") return nothing;
    return html`<details>
      <summary>${this.#context.strings.details}</summary>
      <pre tabindex="0">${problem.details}</pre>
    </details>`;
  }

  #act(action: string): void {
    this.#context.post({ type: "problem-action", turnId: this.#turn.id, action });
  }

  readonly #retry = (): void => this.#context.post({ type: "retry", turnId: this.#turn.id });
}

function waitLine(text: string): TemplateResult {
  return html`<div class="wait-line">
    <i class="codicon codicon-loading spin" aria-hidden="true"></i><span>${text}</span>
  </div>`;
}

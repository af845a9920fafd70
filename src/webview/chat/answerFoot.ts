import type { AnswerTurnView } from "../../protocol/turns.ts";
import { fill } from "../../protocol/strings.ts";
import type { ViewContext } from "./context.ts";
import { createCopyButton } from "./copyButton.ts";
import { formatCount } from "./format.ts";
import { createIconButton } from "./icons.ts";

/** The quiet line under an answer: what it took, and what can be done with it. */
export class AnswerFoot {
  readonly element = document.createElement("div");
  readonly #context: ViewContext;
  readonly #usage = document.createElement("span");
  readonly #effort = document.createElement("span");
  readonly #actions = document.createElement("div");
  readonly #copy: HTMLElement;
  readonly #retry: HTMLElement;
  #turn: AnswerTurnView;

  constructor(turn: AnswerTurnView, context: ViewContext) {
    this.#turn = turn;
    this.#context = context;
    const { strings } = context;
    this.element.className = "foot";
    this.#usage.className = "usage";
    this.#effort.className = "effort";
    this.#actions.className = "foot-actions";
    this.#copy = createCopyButton(strings.copyAnswer, () => this.#turn.text, context);
    const post = (type: "retry" | "regenerate" | "branch") => context.post({ type, turnId: this.#turn.id });
    // Only the last answer can be asked for again; the style sheet hides these in others.
    this.#retry = createIconButton("refresh", strings.retryAnswer, () => post("retry"));
    const regenerate = createIconButton("sparkle", strings.regenerate, () => post("regenerate"));
    for (const button of [this.#retry, regenerate]) button.classList.add("only-last");
    const branch = createIconButton("repo-forked", strings.branch, () => post("branch"));
    this.#actions.append(this.#retry, regenerate, branch, this.#copy);
    const facts = document.createElement("div");
    facts.className = "foot-facts";
    facts.append(this.#usage, this.#effort);
    this.element.append(facts, this.#actions);
  }

  /** `live` while the answer is on its way: then there is nothing to do with it yet. */
  update(turn: AnswerTurnView, live: boolean): void {
    this.#turn = turn;
    const { strings, language } = this.#context;
    const { usage, effort } = turn.facts;
    this.#copy.hidden = turn.text === "";
    // An answer that did not end well has a button with more words.
    this.#retry.hidden = turn.facts.status !== "done";
    this.#actions.hidden = live;
    this.element.hidden = live && usage === undefined;
    this.#usage.hidden = usage === undefined;
    this.#effort.hidden = effort === undefined;
    if (effort !== undefined) this.#effort.textContent = fill(strings.effortUsed, effort);
    if (usage === undefined) return;
    const counts = [usage.input, usage.cached, usage.output];
    const words = fill(strings.usage, ...counts.map((count) => formatCount(count, language)));
    // A number stays with what it counts; between the counts the line may break.
    this.#usage.textContent = words.replaceAll(/(?<!·) (?!·)/g, "\u00A0");
    this.#usage.title = fill(strings.usage, ...counts);
  }
}

import type { AnswerTurnView } from "../../protocol/turns.ts";
import { fill } from "../../protocol/strings.ts";
import type { ViewContext } from "./context.ts";
import { formatSpan } from "./format.ts";
import { createIcon, iconClass } from "./icons.ts";
import { firstLetterWithin, setOwnDirection } from "./ownDirection.ts";

/** Lines in a box that a browser lays out only when it comes into sight: a model can think in thousands of them. */
const linesPerPart = 40;

/** The model's thinking: open while it runs, closed when the answer starts, unless the user decided otherwise. */
export class Thinking {
  readonly element = document.createElement("div");
  readonly #context: ViewContext;
  readonly #button = document.createElement("button");
  readonly #icon = createIcon("chevron-right");
  readonly #label = document.createElement("span");
  readonly #body = document.createElement("div");
  #turn: AnswerTurnView;
  /** When this view first saw the thinking run; the request's own start includes the wait before it. */
  #since: number | undefined;
  #open: boolean | undefined;
  #shown = "";
  #line: Text | undefined;
  #part: HTMLElement | undefined;

  constructor(turn: AnswerTurnView, context: ViewContext) {
    this.#context = context;
    this.#turn = turn;
    // Of thinking that ran before this view was opened only the request's start is known.
    if (turn.thinking !== "") this.#since = turn.facts.startedAt;
    this.element.className = "thinking";
    this.#button.type = "button";
    this.#button.className = "thinking-toggle";
    this.#button.append(this.#icon, this.#label);
    this.#button.addEventListener("click", () => this.#toggle());
    this.#body.className = "thinking-text";
    this.#body.id = `thinking-${turn.id}`;
    this.#button.setAttribute("aria-controls", this.#body.id);
    this.element.append(this.#button, this.#body);
    this.update(turn);
  }

  update(turn: AnswerTurnView): void {
    this.#turn = turn;
    const running = turn.facts.status === "thinking";
    // An answer that was cut can go on, and think once more, much later.
    this.#since = running ? (this.#since ?? Date.now()) : undefined;
    const hidden = turn.thinking === "" && !running;
    if (this.element.hidden !== hidden) this.element.hidden = hidden;
    this.#setOpen(this.#decided() ?? running);
    this.tick();
  }

  /** Shows the time that has passed. */
  tick(): void {
    const { strings } = this.#context;
    const { status, thinkingMs } = this.#turn.facts;
    const label =
      status === "thinking"
        ? fill(strings.thinkingFor, formatSpan(Date.now() - (this.#since ?? Date.now()), strings))
        : thinkingMs === undefined || thinkingMs < 1000
          ? strings.thought
          : fill(strings.thoughtFor, formatSpan(thinkingMs, strings));
    if (this.#label.textContent !== label) this.#label.textContent = label;
  }

  #decided(): boolean | undefined {
    return this.#context.memory.place(this.#context.conversationId).thinking[this.#turn.id];
  }

  #toggle(): void {
    const { memory, conversationId } = this.#context;
    const open = !this.#open;
    memory.change(conversationId, { thinking: { ...memory.place(conversationId).thinking, [this.#turn.id]: open } });
    this.#setOpen(open);
  }

  #setOpen(open: boolean): void {
    if (open !== this.#open) {
      this.#open = open;
      this.#button.setAttribute("aria-expanded", String(open));
      this.#icon.className = iconClass(open ? "chevron-down" : "chevron-right");
      this.#body.hidden = !open;
    }
    if (open) this.#show(this.#turn.thinking);
  }

  /** One box per line: the browser then lays out only the line that grows. Plain text, as it is not meant as a document. */
  #show(text: string): void {
    if (!text.startsWith(this.#shown)) {
      this.#body.replaceChildren();
      this.#shown = "";
      this.#line = undefined;
      this.#part = undefined;
    }
    if (this.#shown.length < firstLetterWithin) setOwnDirection(this.#body, text);
    const lines = text.slice(this.#shown.length).split("\n");
    this.#shown = text;
    for (const [index, line] of lines.entries()) {
      if (index > 0 || this.#line === undefined) this.#line = this.#addLine();
      if (line !== "") this.#line.appendData(line);
    }
  }

  #addLine(): Text {
    const box = document.createElement("div");
    const text = new Text();
    box.append(text);
    if ((this.#part?.childElementCount ?? linesPerPart) >= linesPerPart) {
      this.#part = document.createElement("div");
      this.#part.className = "thinking-part";
      this.#body.append(this.#part);
    }
    this.#part?.append(box);
    return text;
  }
}

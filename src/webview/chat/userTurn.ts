import { render } from "lit/html.js";
import type { UserTurnView } from "../../protocol/turns.ts";
import { chips } from "./chips.ts";
import type { ViewContext } from "./context.ts";
import { createTurnFrame, type TurnElement } from "./turn.ts";

/** The user's message, as typed: nobody's Markdown is interpreted that nobody asked for. */
export class UserTurn implements TurnElement<UserTurnView> {
  readonly element: HTMLElement;
  readonly #text = document.createElement("div");
  readonly #attachments = document.createElement("div");
  readonly #context: ViewContext;

  constructor(turn: UserTurnView, context: ViewContext) {
    this.#context = context;
    const { element, heading } = createTurnFrame(turn.id, "user");
    this.element = element;
    element.setAttribute("aria-label", context.strings.turnYou);
    heading.textContent = context.strings.you;
    this.#text.className = "user-text";
    this.#text.dir = "auto";
    element.append(this.#text, this.#attachments);
    this.update(turn);
  }

  update(turn: UserTurnView): void {
    if (this.#text.textContent !== turn.text) this.#text.textContent = turn.text;
    render(chips(turn.attachments, this.#context.strings), this.#attachments);
  }

  dispose(): void {
    // Nothing runs here.
  }
}

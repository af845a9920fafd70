import { html, nothing, render } from "lit/html.js";
import type { NoticeTurnView } from "../../protocol/turns.ts";
import type { ViewContext } from "./context.ts";
import { iconClass } from "./icons.ts";
import type { TurnElement } from "./turn.ts";

/** A line between turns about something that the user must know of; what is behind it opens on demand. */
export class Notice implements TurnElement<NoticeTurnView> {
  readonly element = document.createElement("article");
  readonly #context: ViewContext;

  constructor(turn: NoticeTurnView, context: ViewContext) {
    this.#context = context;
    this.element.className = "turn notice";
    this.element.tabIndex = -1;
    this.element.dataset["turn"] = turn.id;
    this.update(turn);
  }

  update({ text, details }: NoticeTurnView): void {
    this.element.setAttribute("aria-label", text);
    render(
      html`<i class=${iconClass("fold")} aria-hidden="true"></i>
        <div class="notice-content">
          <p>${text}</p>
          ${
            details === undefined
              ? nothing
              : html`<details>
                  <summary>${this.#context.strings.details}</summary>
                  <div class="notice-details" tabindex="0" dir="auto">${details}</div>
                </details>`
          }
        </div>`,
      this.element,
    );
  }

  dispose(): void {
    // Nothing runs here.
  }
}

import { html, type TemplateResult } from "lit/html.js";
import { fill } from "../../protocol/strings.ts";
import type { ToHost } from "../../protocol/messages.ts";
import type { ChatState } from "./state.ts";

/** What an empty conversation shows: how to begin, or what is missing before one can. */
export function welcome({ setup, strings }: ChatState, post: (message: ToHost) => void): TemplateResult {
  if (!setup.hasKey) {
    return html`<section class="welcome">
      <h3>${strings.noKeyTitle}</h3>
      <p>${fill(strings.noKeyText, setup.host)}</p>
      <div class="buttons">
        <button type="button" class="primary" @click=${() => post({ type: "set-key" })}>${strings.setKey}</button>
        <button type="button" class="secondary" @click=${() => post({ type: "get-key" })}>${strings.getKey}</button>
      </div>
    </section>`;
  }
  const starters = [strings.starterExplain, strings.starterBugs, strings.starterTests];
  return html`<section class="welcome">
    <h3>${strings.emptyTitle}</h3>
    <p>${strings.emptyHint}</p>
    <ul class="starters">
      ${starters.map(
        (text) =>
          html`<li>
            <button type="button" class="starter" @click=${() => post({ type: "ask-about-file", text })}>
              ${text}
            </button>
          </li>`,
      )}
    </ul>
  </section>`;
}

import { html, nothing, type TemplateResult } from "lit/html.js";
import { fill } from "../../protocol/strings.ts";
import type { ToHost } from "../../protocol/messages.ts";
import type { ChatState } from "./state.ts";

type PlainMessage = "set-key" | "import-key" | "get-key" | "get-started" | "set-up-server" | "choose-platform";

/** What an empty conversation shows: how to begin, or what is missing before one can. */
export function welcome({ setup, strings, composer }: ChatState, post: (message: ToHost) => void): TemplateResult {
  const button = (type: PlainMessage, kind: string, label: string) =>
    html`<button type="button" class=${kind} @click=${() => post({ type })}>${label}</button>`;
  if (!setup.hasKey) {
    const [variable, ...others] = setup.keyVariables ?? [];
    const offers =
      variable === undefined ? [] : [others.length > 0 ? strings.importSomeKey : fill(strings.importKey, variable)];
    const missing =
      setup.host === ""
        ? {
            title: strings.noAddressTitle,
            text: strings.noAddressText,
            more: undefined,
            buttons: [
              button("set-up-server", "primary", strings.setUpServer),
              button("choose-platform", "secondary", strings.choosePlatform),
            ],
          }
        : {
            title: strings.noKeyTitle,
            text: fill(strings.noKeyText, setup.host),
            more: setup.wasSetUp ? strings.notSynced : undefined,
            buttons: [
              button("set-key", "primary", strings.setKey),
              ...offers.map((label) => button("import-key", "secondary", label)),
              button("get-key", "secondary", strings.getKey),
            ],
          };
    return html`<section class="welcome">
      <h3>${missing.title}</h3>
      <p>${missing.text}</p>
      ${missing.more === undefined ? nothing : html`<p>${missing.more}</p>`}
      <div class="buttons">${missing.buttons}</div>
      <p class="more">${button("get-started", "link", strings.getStarted)}</p>
    </section>`;
  }
  const { starters = [] } = composer;
  const starter = (text: string) =>
    html`<li>
      <button type="button" class="starter" dir="auto" @click=${() => post({ type: "ask-about-file", text })}>
        ${text}
      </button>
    </li>`;
  return html`<section class="welcome">
    <h3>${strings.emptyTitle}</h3>
    <p>${strings.emptyHint}</p>
    ${
      starters.length === 0
        ? nothing
        : html`<ul class="starters">
            ${starters.map(starter)}
          </ul>`
    }
  </section>`;
}

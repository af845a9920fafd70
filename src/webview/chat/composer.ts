import { html, render } from "lit/html.js";
import type { ToHost } from "../../protocol/messages.ts";
import { fill } from "../../protocol/strings.ts";
import { chips } from "./chips.ts";
import { iconClass } from "./icons.ts";
import { lastUserText, type ChatState } from "./state.ts";

export interface ComposerHooks {
  post(message: ToHost): void;
  draftChanged(draft: string): void;
}

/** True while an input method owns the key. 229 is what a browser reports for keys that it has swallowed. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Where the user writes: chips of what goes along, text, model and send or stop. */
export class Composer {
  readonly element = document.createElement("div");
  readonly #hooks: ComposerHooks;
  readonly #chips = document.createElement("div");
  readonly #textarea = document.createElement("textarea");
  readonly #row = document.createElement("div");
  #state: ChatState | undefined;
  /** Sent without a key: kept in the box until the host has taken it, as the user may not set one. */
  #unconfirmed: string | undefined;

  constructor(hooks: ComposerHooks) {
    this.#hooks = hooks;
    this.element.className = "composer";
    this.#row.className = "composer-row";
    this.#textarea.rows = 1;
    this.#textarea.dir = "auto";
    this.#textarea.addEventListener("keydown", (event) => this.#keyDown(event));
    this.#textarea.addEventListener("input", () => this.#changed());
    const box = document.createElement("div");
    box.className = "composer-box";
    // The whole box is the field: a click beside the text means the text.
    box.addEventListener("mousedown", (event) => {
      if (event.target !== box && event.target !== this.#row) return;
      event.preventDefault();
      this.focus();
    });
    box.append(this.#textarea, this.#row);
    this.element.append(this.#chips, box);
  }

  get draft(): string {
    return this.#textarea.value;
  }

  update(state: ChatState): void {
    this.#confirm(state);
    const before = this.#state;
    this.#state = state;
    // A delta changes the turns only, and comes with every frame.
    if (before?.composer === state.composer && before.strings === state.strings) return;
    const { strings, composer } = state;
    this.#textarea.placeholder = strings.composerPlaceholder;
    this.#textarea.setAttribute("aria-label", strings.composerLabel);
    render(
      chips(composer.attachments, strings, (id) => {
        this.#hooks.post({ type: "remove-attachment", id });
        // The button goes away with its chip and would take the focus with it.
        this.focus();
      }),
      this.#chips,
    );
    this.#renderRow();
  }

  /** Replaces the draft and puts the caret behind it; an empty text only focuses. */
  setDraft(text: string): void {
    if (text !== "") this.#write(text);
    this.focus();
  }

  /** Brings back what was saved, without taking the focus. */
  restore(draft: string): void {
    this.#textarea.value = draft;
    if (this.#state !== undefined) this.#renderRow();
  }

  focus(): void {
    this.#textarea.focus();
  }

  #write(text: string): void {
    this.#textarea.value = text;
    this.#textarea.setSelectionRange(text.length, text.length);
    this.#textarea.scrollTop = this.#textarea.scrollHeight;
    this.#changed();
  }

  #changed(): void {
    this.#hooks.draftChanged(this.draft);
    this.#renderRow();
  }

  #keyDown(event: KeyboardEvent): void {
    if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "ArrowUp" && !event.shiftKey && this.draft === "") {
      const last = lastUserText(this.#state?.turns ?? []);
      if (last === undefined) return;
      event.preventDefault();
      this.#write(last);
    }
  }

  /** While an answer runs the draft stays: it can be sent when the answer is there. */
  #send(): void {
    const text = this.draft.trim();
    if (text === "" || this.#state === undefined || this.#state.composer.busy) return;
    this.#hooks.post({ type: "send", text });
    if (this.#state.setup.hasKey) this.#clear();
    else this.#unconfirmed = text;
  }

  #confirm(state: ChatState): void {
    if (this.#unconfirmed === undefined || lastUserText(state.turns) !== this.#unconfirmed) return;
    if (state.turns === this.#state?.turns) return;
    if (this.draft.trim() === this.#unconfirmed) this.#clear();
    this.#unconfirmed = undefined;
  }

  #clear(): void {
    this.#textarea.value = "";
    this.#changed();
  }

  #renderRow(): void {
    if (this.#state === undefined) return;
    const { strings, composer } = this.#state;
    const { busy, model } = composer;
    const pickName = model === "" ? strings.chooseModel : fill(strings.pickModel, model);
    const sendName = busy ? strings.stop : strings.send;
    // One button that changes, so that focus stays where the hand is.
    render(
      html`<button
          type="button"
          class="model-button"
          title=${pickName}
          aria-label=${pickName}
          @click=${() => this.#hooks.post({ type: "pick-model" })}
        >
          <span class="model-name">${model === "" ? strings.chooseModel : model}</span
          ><i class=${iconClass("chevron-down")} aria-hidden="true"></i>
        </button>
        <button
          type="button"
          class="icon-button send-button"
          title=${sendName}
          aria-label=${sendName}
          aria-disabled=${String(!busy && this.draft.trim() === "")}
          @click=${this.#sendOrStop}
        >
          <i class=${iconClass(busy ? "stop-circle" : "send")} aria-hidden="true"></i>
        </button>`,
      this.#row,
    );
  }

  readonly #sendOrStop = (event: MouseEvent): void => {
    // The second click of a double click would stop what the first one sent.
    if (event.detail > 1) return;
    if (this.#state?.composer.busy === true) this.#hooks.post({ type: "stop" });
    else this.#send();
  };
}

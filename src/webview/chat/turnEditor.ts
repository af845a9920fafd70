import { nothing, render } from "lit/html.js";
import type { Strings } from "../../protocol/strings.ts";
import { isComposing } from "./composing.ts";
import { whyTooLong } from "./messageLength.ts";
import { warningLine } from "./warningLine.ts";

interface EditorHooks {
  readonly strings: Strings;
  readonly language: string;
  changed(text: string): void;
  send(text: string): void;
  cancel(): void;
  /** Speaks to a screen reader, politely. */
  say(text: string): void;
}

/** A sent message as a text that can be changed in its place. */
export class TurnEditor {
  readonly element = document.createElement("div");
  readonly #textarea = document.createElement("textarea");
  readonly #warning = document.createElement("div");
  readonly #hooks: EditorHooks;

  constructor(text: string, hooks: EditorHooks) {
    const { strings } = hooks;
    this.#hooks = hooks;
    this.element.className = "turn-editor";
    this.#textarea.dir = "auto";
    this.#textarea.rows = 1;
    this.#textarea.value = text;
    this.#textarea.setAttribute("aria-label", strings.editMessage);
    const hint = document.createElement("p");
    hint.textContent = strings.editHint;
    const buttons = document.createElement("div");
    buttons.className = "buttons";
    buttons.append(
      createButton("primary", strings.send, () => this.#send()),
      createButton("secondary", strings.cancel, () => hooks.cancel()),
    );
    this.element.append(this.#textarea, this.#warning, hint, buttons);
    this.#textarea.addEventListener("input", () => {
      render(nothing, this.#warning);
      hooks.changed(this.#textarea.value);
    });
    this.element.addEventListener("keydown", (event) => this.#keyDown(event));
  }

  focus(): void {
    this.#textarea.focus();
    this.#textarea.setSelectionRange(this.#textarea.value.length, this.#textarea.value.length);
  }

  #send(): void {
    const text = this.#textarea.value.trim();
    if (text === "") return;
    const { strings, language } = this.#hooks;
    const reason = whyTooLong(text, strings, language);
    if (reason === undefined) {
      this.#hooks.send(text);
    } else {
      render(warningLine(reason), this.#warning);
      this.#hooks.say(reason);
    }
  }

  #keyDown(event: KeyboardEvent): void {
    if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.#hooks.cancel();
    else if (event.key === "Enter" && !event.shiftKey && event.target === this.#textarea) this.#send();
    else return;
    event.preventDefault();
  }
}

function createButton(kind: "primary" | "secondary", name: string, act: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = kind;
  button.textContent = name;
  button.addEventListener("click", act);
  return button;
}

import type { ToHost } from "../../../protocol/messages.ts";
import type { Strings } from "../../../protocol/strings.ts";
import type { Requests } from "../requests.ts";
import type { Suggestions } from "./suggestions.ts";
import { findTrigger, type Trigger } from "./trigger.ts";

export interface CompletionHooks {
  readonly textarea: HTMLTextAreaElement;
  /** The list shows right above this element. */
  readonly box: HTMLElement;
  readonly requests: Requests;
  strings(): Strings;
  post(message: ToHost): void;
  say(text: string): void;
  /** The text was changed by a choice. */
  changed(): void;
}

/** Watches for "@" and "/" in the text. The list itself is read when there is one to show. */
export class Completion {
  readonly #hooks: CompletionHooks;
  #suggestions: Suggestions | undefined;
  #loading = false;
  #trigger: Trigger | undefined;
  /** What an input method has not finished is not a question yet. */
  #composing = false;
  /** Where the user closed a list: it stays closed until something else is begun. */
  #dismissed: number | undefined;

  constructor(hooks: CompletionHooks) {
    this.#hooks = hooks;
    const { textarea } = hooks;
    textarea.addEventListener("input", (event) => {
      const pasted = event instanceof InputEvent && event.inputType === "insertFromPaste";
      if (pasted) this.close();
      else if (!this.#composing) this.check();
    });
    textarea.addEventListener("compositionstart", () => (this.#composing = true));
    textarea.addEventListener("compositionend", () => {
      this.#composing = false;
      this.check();
    });
    textarea.addEventListener("blur", () => this.close());
    document.addEventListener("selectionchange", () => {
      const idle = this.#trigger === undefined || this.#composing;
      if (!idle && document.activeElement === textarea) this.check();
    });
  }

  /** Shows, changes or closes the list after a change of the text or the caret. */
  check(): void {
    const { selectionStart, selectionEnd, value } = this.#hooks.textarea;
    const trigger = selectionStart === selectionEnd ? findTrigger(value, selectionStart) : undefined;
    if (trigger?.start !== this.#dismissed) this.#dismissed = undefined;
    this.#trigger = this.#dismissed === undefined ? trigger : undefined;
    if (this.#trigger !== undefined && this.#suggestions === undefined) this.#load();
    else this.#suggestions?.update(this.#trigger);
  }

  close(): void {
    this.#trigger = undefined;
    this.#suggestions?.update(undefined);
  }

  /** For a text in place of the one that was typed: where a list was closed in that one no longer counts. */
  reset(): void {
    this.#dismissed = undefined;
    this.close();
  }

  /** True when the list has used the key. */
  keyDown(event: KeyboardEvent): boolean {
    if (this.#trigger === undefined || this.#suggestions === undefined) return false;
    if (event.key === "Escape" && this.#suggestions.open) {
      this.#dismissed = this.#trigger.start;
      this.close();
      return true;
    }
    return this.#suggestions.keyDown(event);
  }

  #load(): void {
    if (this.#loading) return;
    this.#loading = true;
    void import("./suggestions.ts").then(
      ({ Suggestions }) => {
        this.#suggestions = new Suggestions(this.#hooks);
        this.#suggestions.update(this.#trigger);
      },
      () => undefined,
    );
  }
}

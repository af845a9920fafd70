import { html, nothing, render, type TemplateResult } from "lit/html.js";
import type { SlashCommandView, Suggestion } from "../../../protocol/asks.ts";
import { fill } from "../../../protocol/strings.ts";
import { iconClass, knownIcon } from "../icons.ts";
import { AskError } from "../requests.ts";
import type { CompletionHooks } from "./completion.ts";
import { matchingCommands } from "./matchingCommands.ts";
import type { Trigger } from "./trigger.ts";

/** Typing goes on for so long before the host is asked. */
const debounceMs = 100;

interface Option {
  readonly key: string;
  readonly icon: string;
  readonly label: string;
  readonly detail: string;
  /** What follows a command. */
  readonly argument?: string;
  choose(): void;
}

/**
 * The list above the composer. The caret stays in the text: the chosen option is told by aria-activedescendant. A textarea
 * must not become a combobox, so that the number of options is announced instead of a state.
 */
export class Suggestions {
  readonly #hooks: CompletionHooks;
  readonly #element = document.createElement("div");
  #trigger: Trigger | undefined;
  #options: readonly Option[] = [];
  #active = 0;
  /** What stands in place of options. */
  #status: string | undefined;
  #commands: readonly SlashCommandView[] | undefined;
  #asking: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The host has still to say what there is for the text as it is now: the options, if any, are for what it was before. */
  #outdated = false;
  /** Enter or Tab was pressed meanwhile: it takes one of the options that come, none that nobody has asked for. */
  #willChoose = false;

  constructor(hooks: CompletionHooks) {
    this.#hooks = hooks;
    this.#element.className = "suggestions";
    this.#element.hidden = true;
    // The focus stays in the text.
    this.#element.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#element.addEventListener("mousedown", (event) => event.preventDefault());
    hooks.box.prepend(this.#element);
    hooks.textarea.setAttribute("aria-autocomplete", "list");
  }

  get open(): boolean {
    return !this.#element.hidden;
  }

  update(trigger: Trigger | undefined): void {
    const before = this.#trigger;
    this.#trigger = trigger;
    if (trigger === undefined) {
      this.#close();
      return;
    }
    const same = before?.kind === trigger.kind && before.start === trigger.start;
    if (same && before.query === trigger.query) return;
    if (!same) this.#close();
    if (trigger.kind === "context") this.#askContext(trigger.query, same ? debounceMs : 0);
    else if (this.#commands === undefined) this.#askCommands();
    else this.#showCommands(this.#commands, trigger.query);
  }

  /** True when the list has used the key. */
  keyDown(event: KeyboardEvent): boolean {
    this.#willChoose = false;
    if (!this.open || event.shiftKey) return false;
    const chooses = event.key === "Enter" || event.key === "Tab";
    if (chooses && this.#outdated) {
      this.#willChoose = true;
      return true;
    }
    if (this.#options.length === 0) return false;
    const count = this.#options.length;
    if (chooses) this.#options[this.#active]?.choose();
    else if (event.key === "ArrowDown") this.#walk((this.#active + 1) % count);
    else if (event.key === "ArrowUp") this.#walk((this.#active + count - 1) % count);
    else return false;
    return true;
  }

  /** What somebody walks to is meant, whatever was typed since the list was made. */
  #walk(to: number): void {
    this.#active = to;
    this.#outdated = false;
    this.#show();
  }

  #close(): void {
    this.#asking?.abort();
    this.#asking = undefined;
    clearTimeout(this.#timer);
    this.#outdated = false;
    this.#willChoose = false;
    this.#options = [];
    this.#status = undefined;
    // Prompt files come and go: each list asks anew.
    this.#commands = undefined;
    this.#show();
  }

  #askContext(query: string, delay: number): void {
    this.#asking?.abort();
    clearTimeout(this.#timer);
    const asking = new AbortController();
    this.#asking = asking;
    this.#outdated = true;
    this.#willChoose = false;
    if (this.#options.length === 0) this.#showStatus(this.#hooks.strings().searching);
    this.#timer = setTimeout(() => void this.#search(query, asking), delay);
  }

  /** Shows what is known at once, and then, where that is not all, the rest. */
  async #search(query: string, asking: AbortController): Promise<void> {
    const ask = async (patient: boolean) => {
      const question = { type: "suggest-context", query, patient } as const;
      const { items, partial } = await this.#hooks.requests.ask<"suggest-context">(question, asking.signal);
      return { options: items.map((item) => this.#contextOption(item)), partial };
    };
    try {
      const { options, partial } = await ask(false);
      if (this.#asking !== asking) return;
      if (options.length > 0 || !partial) this.#answered(() => this.#showOptions(options));
      else this.#showStatus(this.#hooks.strings().searching);
      if (!partial) return;
      const all = await ask(true);
      if (this.#asking !== asking) return;
      if (this.#outdated) this.#answered(() => this.#showOptions(all.options));
      // Nobody has typed: what is about to be chosen stays where the highlight is.
      else this.#showOptions(all.options, true);
    } catch (error) {
      if (this.#asking === asking && this.#outdated) this.#answered(() => this.#showFailure(error));
    }
  }

  /** A key that has waited for nothing is dropped: the list now says so, and the next Enter sends. */
  #answered(show: () => void): void {
    const choose = this.#willChoose;
    this.#outdated = false;
    this.#willChoose = false;
    show();
    if (choose) this.#options[this.#active]?.choose();
  }

  #askCommands(): void {
    if (this.#asking !== undefined) return;
    const asking = new AbortController();
    this.#asking = asking;
    void this.#hooks.requests.ask<"slash-commands">({ type: "slash-commands" }, asking.signal).then(
      ({ commands }) => {
        if (this.#asking !== asking) return;
        this.#commands = commands;
        this.#showCommands(commands, this.#trigger?.query ?? "");
      },
      // A text that begins with a slash can be sent all the same.
      () => undefined,
    );
  }

  #showCommands(commands: readonly SlashCommandView[], query: string): void {
    const options = matchingCommands(commands, query).map((command) => this.#commandOption(command));
    if (options.length > 0) this.#showOptions(options);
    else {
      this.#options = [];
      this.#show();
    }
  }

  /** @param keep Keeps the chosen option though nobody has walked to it. */
  #showOptions(options: readonly Option[], keep = false): void {
    const chosen = this.#options[this.#active]?.key;
    const strings = this.#hooks.strings();
    const isNews = !keep || options.length !== this.#options.length;
    this.#options = options;
    // What was walked to stays chosen when the list only grew or shrank around it.
    this.#active = Math.max(
      0,
      options.findIndex(({ key }) => key === chosen && (keep || this.#active > 0)),
    );
    if (options.length === 0) this.#showStatus(strings.noSuggestions);
    else {
      this.#status = undefined;
      this.#show();
      if (isNews)
        this.#hooks.say(options.length === 1 ? strings.oneSuggestion : fill(strings.suggestions, options.length));
    }
  }

  #showFailure(error: unknown): void {
    this.#options = [];
    const words = error instanceof AskError ? error.message : "";
    this.#showStatus(words === "" ? this.#hooks.strings().suggestionsFailed : words);
  }

  #showStatus(words: string): void {
    this.#options = [];
    this.#status = words;
    this.#show();
    if (words !== this.#hooks.strings().searching) this.#hooks.say(words);
  }

  #contextOption({ id, icon, label, detail = "", completes }: Suggestion): Option {
    return {
      // The id is another one in each list.
      key: `${icon} ${label} ${detail}`,
      icon,
      label,
      detail,
      choose: () => {
        if (this.#trigger === undefined) return;
        const { start, end } = this.#trigger;
        if (completes !== undefined) {
          this.#replace(start + 1, end, completes);
          return;
        }
        this.#hooks.post({ type: "attach", suggestion: id });
        // The space behind it would be left over beside the one before it.
        const { value } = this.#hooks.textarea;
        this.#replace(start, value[end] === " " ? end + 1 : end, "");
      },
    };
  }

  #commandOption({ name, description, argument, origin }: SlashCommandView): Option {
    const strings = this.#hooks.strings();
    const from = origin === undefined ? "" : origin === "user" ? strings.promptOfUser : strings.promptOfWorkspace;
    return {
      key: name,
      icon: origin === undefined ? "terminal" : "file",
      label: `/${name}`,
      detail: from === "" ? description : `${description} · ${from}`,
      ...(argument === undefined ? {} : { argument }),
      choose: () => {
        if (this.#trigger !== undefined) this.#replace(this.#trigger.start, this.#trigger.end, `/${name} `);
      },
    };
  }

  #replace(start: number, end: number, text: string): void {
    this.#hooks.textarea.setRangeText(text, start, end, "end");
    this.#hooks.changed();
  }

  #show(): void {
    const { textarea } = this.#hooks;
    const open = this.#options.length > 0 || this.#status !== undefined;
    const words = this.#hooks.strings();
    const label = this.#trigger?.kind === "command" ? words.commands : words.contextSuggestions;
    render(
      this.#options.length > 0
        ? html`<ul role="listbox" id="suggestions" aria-label=${label}>
            ${this.#options.map((option, index) => this.#optionTemplate(option, index))}
          </ul>`
        : html`<p>${this.#status ?? nothing}</p>`,
      this.#element,
    );
    this.#element.hidden = !open;
    const active = this.#options[this.#active] === undefined ? undefined : `suggestion-${this.#active}`;
    setOrRemove(textarea, "aria-controls", active && "suggestions");
    setOrRemove(textarea, "aria-activedescendant", active);
    if (!open) return;
    this.#element.style.maxHeight = `${Math.max(80, this.#hooks.box.getBoundingClientRect().top - 8)}px`;
    if (active !== undefined) document.getElementById(active)?.scrollIntoView({ block: "nearest" });
  }

  #optionTemplate(option: Option, index: number): TemplateResult {
    const { icon, label, detail, argument } = option;
    return html`<li
      role="option"
      id=${`suggestion-${index}`}
      aria-selected=${String(index === this.#active)}
      @click=${() => option.choose()}
    >
      <i class=${iconClass(knownIcon(icon))} aria-hidden="true"></i>
      <span class="suggestion-label" dir="auto">${label}</span>
      ${argument === undefined ? nothing : html`<span class="suggestion-argument" dir="auto">${argument}</span>`}
      <span class="suggestion-detail" dir="auto" title=${detail}>${detail}</span>
    </li>`;
  }
}

function setOrRemove(element: HTMLElement, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

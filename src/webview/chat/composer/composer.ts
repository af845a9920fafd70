import { html, nothing, render } from "lit/html.js";
import type { ToHost } from "../../../protocol/messages.ts";
import { englishStrings, fill } from "../../../protocol/strings.ts";
import { draftChips } from "../chips.ts";
import { isComposing } from "../composing.ts";
import { whyTooLong } from "../messageLength.ts";
import { pageElement } from "../pageElement.ts";
import type { Requests } from "../requests.ts";
import { lastUserText, type ChatState } from "../state.ts";
import { Thumbnails } from "../thumbnails.ts";
import { warningLine } from "../warningLine.ts";
import { budgetWarning, budgetWith, type Budget } from "./budget.ts";
import { Completion } from "./completion.ts";
import { Intake } from "./intake.ts";
import { queueList } from "./queueList.ts";
import { ComposerRow } from "./row.ts";

export interface ComposerHooks {
  readonly requests: Requests;
  post(message: ToHost): void;
  draftChanged(draft: string): void;
  /** Speaks to a screen reader, politely. */
  say(text: string): void;
  /** Opens the last sent message for a change; false when there is none. */
  editLast(): boolean;
}

/** Where the user writes: what waits, what goes along, text, and the row with model, effort and send or stop. */
export class Composer {
  readonly #hooks: ComposerHooks;
  readonly #queue = document.createElement("div");
  readonly #chips = document.createElement("div");
  readonly #thumbnails: Thumbnails;
  readonly #warning = document.createElement("div");
  readonly #textarea: HTMLTextAreaElement;
  readonly #row: ComposerRow;
  readonly #completion: Completion;
  readonly #intake: Intake;
  #state: ChatState | undefined;
  #budget: Budget | undefined;
  /** What could not be attached or sent, until the user goes on. */
  #notes: readonly string[] = [];
  /** Sent without a key: kept in the box until the host has taken it, as the user may not set one. */
  #unconfirmed: string | undefined;
  /** Enter was pressed before the host has said what there is. */
  #willSend: boolean;
  /** What was saved, while what was typed since has still to be sent. */
  #saved = "";

  /** @param page with the elements that somebody may be typing in already: they stay where they are. */
  constructor(page: HTMLElement, hooks: ComposerHooks) {
    this.#hooks = hooks;
    const textarea = pageElement(page, ".composer textarea", HTMLTextAreaElement);
    this.#textarea = textarea;
    this.#willSend = textarea.dataset["early"] === "send";
    delete textarea.dataset["early"];
    const post = (message: ToHost) => hooks.post(message);
    const strings = () => this.#state?.strings ?? englishStrings;
    this.#row = new ComposerRow(pageElement(page, ".composer-row"), {
      post,
      mention: () => this.#mention(),
      sendOrStop: (event) => this.#sendOrStop(event),
    });
    textarea.addEventListener("keydown", (event) => this.#keyDown(event));
    textarea.addEventListener("input", () => {
      this.#notes = [];
      this.#changed();
    });
    const box = pageElement(page, ".composer-box");
    // The whole box is the field: a click beside the text means the text.
    box.addEventListener("mousedown", (event) => {
      if (event.target instanceof Element && event.target.closest("button, textarea, meter, .suggestions") !== null)
        return;
      event.preventDefault();
      this.focus();
    });
    const { requests } = hooks;
    const say = (text: string) => hooks.say(text);
    this.#thumbnails = new Thumbnails({
      requests,
      strings,
      remove: (id) => this.#actAndFocus({ type: "remove-picture", id }),
    });
    box.before(this.#queue, this.#thumbnails.element, this.#chips, this.#warning);
    this.#completion = new Completion({
      textarea,
      box,
      requests,
      strings,
      post,
      say,
      changed: () => {
        this.#changed();
        this.#completion.check();
      },
    });
    this.#intake = new Intake({ textarea, strings, post, note: (text) => this.#note(text) });
  }

  /** Lies over the whole panel while something is dragged. */
  get dropTarget(): HTMLElement {
    return this.#intake.dropTarget;
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
    this.#textarea.placeholder = composer.busy ? strings.composerPlaceholderBusy : strings.composerPlaceholder;
    this.#textarea.setAttribute("aria-label", strings.composerLabel);
    const remove = (id: string) => this.#actAndFocus({ type: "remove-attachment", id });
    const addOffer = () => this.#actAndFocus({ type: "attach-offer" });
    this.#thumbnails.update(composer.pictures ?? []);
    render(draftChips(composer, state, { remove, addOffer }), this.#chips);
    render(
      queueList(composer.queue, strings, (message) => this.#actAndFocus(message)),
      this.#queue,
    );
    if (before?.conversationId === state.conversationId) this.#announceQueue(before, state);
    this.#row.update(state);
    this.#draftShown();
    if (!this.#willSend) return;
    this.#send();
    if (this.#saved !== "") this.#write(joined(this.#saved, this.draft));
    this.#saved = "";
  }

  /** Puts a text before what has been typed, which must not be lost, and the caret behind it; an empty text only focuses. */
  setDraft(text: string): void {
    // Without a key the text was kept here, and is not put beside itself.
    if (text !== "" && text.trim() !== this.draft.trim()) this.#write(joined(text, this.draft));
    this.focus();
  }

  /** Empties the box if it still holds `text`. */
  forget(text: string): void {
    if (this.draft.trim() === text.trim()) this.#clear();
  }

  /** Brings back what was saved, without taking the focus. */
  restore(draft: string): void {
    this.#textarea.value = draft;
    this.#completion.reset();
    this.#draftShown();
  }

  /** Brings back what was saved, before what was typed while the panel was loading, which must not be lost either. */
  resume(saved: string): void {
    if (this.draft === "") this.restore(saved);
    else if (saved === "") this.#changed();
    else if (this.#willSend) this.#saved = saved;
    else this.#write(joined(saved, this.draft));
  }

  focus(): void {
    this.#textarea.focus();
  }

  /** What is clicked goes away and would take the focus with it. */
  #actAndFocus(message: ToHost): void {
    this.#hooks.post(message);
    this.focus();
  }

  #announceQueue(before: ChatState, { composer, strings }: ChatState): void {
    const [was, is] = [before.composer.queue, composer.queue];
    const count = is?.messages.length ?? 0;
    if (is?.paused === true && was?.paused !== true) this.#hooks.say(strings.queuePaused);
    else if (count !== (was?.messages.length ?? 0)) {
      this.#hooks.say(count === 0 ? strings.queueEmpty : fill(strings.queueCount, count));
    }
  }

  #write(text: string): void {
    this.#textarea.value = text;
    this.#textarea.setSelectionRange(text.length, text.length);
    this.#textarea.scrollTop = this.#textarea.scrollHeight;
    this.#completion.reset();
    this.#changed();
  }

  #changed(): void {
    this.#hooks.draftChanged(this.draft);
    this.#draftShown();
  }

  /** Brings everything up to date that depends on the text. */
  #draftShown(): void {
    if (this.#state === undefined) return;
    const { strings, language, composer } = this.#state;
    const before = this.#budget?.level;
    this.#budget = budgetWith(composer.budget, this.draft);
    const warning = budgetWarning(this.#budget, strings, language);
    render(html`${this.#notes.map(warningLine)}${warning}`, this.#warning);
    if (warning !== nothing && this.#budget?.level !== before) this.#hooks.say(this.#warning.innerText);
    this.#row.updateEnd(this.#state, this.#canSend, this.#budget);
  }

  /** A picture says enough by itself. */
  get #canSend(): boolean {
    return this.draft.trim() !== "" || (this.#state?.composer.pictures?.length ?? 0) > 0;
  }

  #note(text: string): void {
    this.#notes = [...this.#notes, text];
    this.#draftShown();
    this.#hooks.say(this.#notes.join("\n"));
  }

  /** Types an "@" where the caret is, apart from a word before it. */
  #mention(): void {
    const { selectionStart, selectionEnd, value } = this.#textarea;
    const apart = selectionStart > 0 && !/\s/.test(value[selectionStart - 1] ?? "");
    this.#textarea.setRangeText(apart ? " @" : "@", selectionStart, selectionEnd, "end");
    this.focus();
    this.#changed();
    this.#completion.check();
  }

  #keyDown(event: KeyboardEvent): void {
    if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.#completion.keyDown(event)) {
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "ArrowUp" && !event.shiftKey && this.draft === "" && this.#editLast()) {
      event.preventDefault();
    }
  }

  /** The last message is one that still waits, if there is one. */
  #editLast(): boolean {
    const waiting = this.#state?.composer.queue?.messages.at(-1);
    if (waiting === undefined) return this.#hooks.editLast();
    this.#hooks.post({ type: "edit-queued", messageId: waiting.id });
    return true;
  }

  /** While an answer runs the host lets the message wait. */
  #send(): void {
    const text = this.draft.trim();
    this.#willSend = this.#state === undefined;
    if (!this.#canSend || this.#state === undefined) return;
    const reason = whyTooLong(text, this.#state.strings, this.#state.language);
    if (reason !== undefined) {
      this.#notes = [];
      this.#note(reason);
      return;
    }
    this.#hooks.post({ type: "send", text });
    if (this.#state.setup.hasKey) this.#clear();
    else this.#unconfirmed = text;
  }

  #confirm(state: ChatState): void {
    if (this.#unconfirmed === undefined || lastUserText(state.turns) !== this.#unconfirmed) return;
    if (state.turns === this.#state?.turns) return;
    this.forget(this.#unconfirmed);
    this.#unconfirmed = undefined;
  }

  #clear(): void {
    this.#textarea.value = "";
    this.#completion.reset();
    this.#changed();
  }

  #sendOrStop(event: MouseEvent): void {
    // The second click of a double click would stop what the first one sent.
    if (event.detail > 1) return;
    if (this.#state?.composer.busy === true) this.#hooks.post({ type: "stop" });
    else this.#send();
  }
}

function joined(first: string, second: string): string {
  return second.trim() === "" ? first : `${first}\n\n${second}`;
}

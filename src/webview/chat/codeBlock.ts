import { fill } from "../../protocol/strings.ts";
import { createCodeActions } from "./codeActions.ts";
import type { ViewContext } from "./context.ts";
import { HiddenCharacters } from "./hiddenCharacters.ts";
import type { Job, Progress } from "./renderQueue.ts";

/** Longer code is cut into boxes, so that only the ones in sight are laid out. */
const longestWhole = 40_000;
/** Most characters in such a box. A line that is longer is broken. */
const partLength = 8_000;

/** A code block with its header. Takes over a rendered `pre`; its text can grow until it is coloured. */
export class CodeBlock implements Job {
  readonly element = document.createElement("div");
  readonly language: string;
  readonly #code: HTMLElement;
  readonly #context: ViewContext;
  readonly #number: number;
  readonly #name: string;
  #text: string;
  #hidden: HiddenCharacters;
  #coloured = false;
  /** Where the last box begins. */
  #lastPart = 0;

  /** `number` counts the answer's code blocks from 1. */
  constructor(pre: HTMLElement, language: string, number: number, context: ViewContext) {
    this.language = language;
    this.#context = context;
    this.#number = number;
    this.#name = language === "" ? context.strings.plainText : language;
    this.#code = pre.querySelector("code") ?? pre;
    this.#text = this.#code.textContent;
    this.#hidden = this.#newHidden();
    // The renderer puts there what the fence says beside the language; as a tooltip it would only be in the way.
    const info = pre.title;
    pre.removeAttribute("title");
    const name = document.createElement("span");
    name.className = "code-language";
    name.textContent = this.#name;
    const source = { number, language, info, element: this.element, text: () => this.#text };
    const header = document.createElement("div");
    header.className = "code-header";
    header.append(name, createCodeActions(source, context));

    this.element.className = "code-block";
    // Scrolls sideways by itself, so the keyboard must be able to reach it.
    pre.tabIndex = 0;
    pre.replaceWith(this.element);
    this.element.append(header, pre);
    if (this.#text.length > longestWhole) this.#showParts(this.#text, false);
    else this.#hidden.markIn(this.#code);
  }

  /** What a screen reader says of it when it is complete: code itself is read on demand. */
  get spoken(): string {
    const lines = this.#text.split("\n").length;
    return fill(this.#context.strings.spokenCode, this.#number, this.#name, lines);
  }

  /** Appends when it can: code that is still arriving keeps its selection and costs nothing. */
  setText(text: string): void {
    if (text === this.#text) return;
    const grows = !this.#coloured && text.startsWith(this.#text);
    if (!grows) this.#hidden = this.#newHidden();
    if (text.length > longestWhole) this.#showParts(text, grows);
    else {
      if (!grows) this.#code.replaceChildren();
      this.#hidden.append(this.#code, grows ? text.slice(this.#text.length) : text);
    }
    this.#coloured &&= grows;
    this.#text = text;
  }

  /** Call when the text is complete; a second call does nothing. */
  colour(): void {
    if (this.#coloured || this.language === "") return;
    this.#coloured = true;
    this.#context.markdown.whenHighlighting(() => this.#context.queue.add(this));
  }

  step(): Progress {
    const { engine, highlight } = this.#context.markdown;
    const html = highlight?.(this.#text, this.language.toLowerCase());
    if (engine !== undefined && html !== undefined) {
      const coloured = engine.toSafeFragment(html);
      this.#hidden = this.#newHidden();
      this.#hidden.markIn(coloured);
      this.#code.replaceChildren(coloured);
    }
    this.element.classList.add("coloured");
    return "done";
  }

  #newHidden(): HiddenCharacters {
    return new HiddenCharacters((code) => fill(this.#context.strings.hiddenCharacter, code));
  }

  /** Fills boxes up to the end of a line; when the text only grew, the last box is the only one that changes. */
  #showParts(text: string, grows: boolean): void {
    const last = this.#code.lastElementChild;
    let at = this.#lastPart;
    if (grows && last !== null) last.remove();
    else {
      this.#code.replaceChildren();
      at = 0;
    }
    while (at < text.length) {
      const newline = text.lastIndexOf("\n", at + partLength);
      const end = at + partLength >= text.length ? text.length : newline > at ? newline + 1 : at + partLength;
      const part = document.createElement("span");
      part.className = "code-part";
      // The end of the box is the end of the line.
      this.#newHidden().append(part, text.slice(at, end).replace(/\n$/, ""));
      this.#code.append(part);
      this.#lastPart = at;
      at = end;
    }
  }
}

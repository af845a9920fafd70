import { fill } from "../../protocol/strings.ts";
import type { ViewContext } from "./context.ts";
import { createCopyButton } from "./copyButton.ts";
import { createIconButton } from "./icons.ts";
import type { Job, Progress } from "./renderQueue.ts";

/** Lines longer than this are wrapped: laying out one line of a megabyte stops the page for seconds. */
const longestLine = 20_000;

/** A code block with its header. Takes over a rendered `pre`; its text can grow until it is coloured. */
export class CodeBlock implements Job {
  readonly element = document.createElement("div");
  readonly language: string;
  readonly #code: HTMLElement;
  readonly #context: ViewContext;
  #text: string;
  #coloured = false;

  /** `number` counts the answer's code blocks from 1. */
  constructor(pre: HTMLElement, language: string, number: number, context: ViewContext) {
    this.language = language;
    this.#context = context;
    this.#code = pre.querySelector("code") ?? pre;
    this.#text = this.#code.textContent;
    const { strings } = context;

    const name = document.createElement("span");
    name.className = "code-language";
    name.textContent = language === "" ? strings.plainText : language;
    const actions = document.createElement("div");
    actions.className = "code-actions";
    actions.append(
      createCopyButton(fill(strings.copyCode, number), () => this.#text, context),
      createIconButton("insert", fill(strings.insertCode, number), () =>
        context.post({ type: "insert", text: this.#text }),
      ),
    );
    const header = document.createElement("div");
    header.className = "code-header";
    header.append(name, actions);

    this.element.className = "code-block";
    // Scrolls sideways by itself, so the keyboard must be able to reach it.
    pre.tabIndex = 0;
    pre.replaceWith(this.element);
    this.element.append(header, pre);
    this.#wrapHugeLines(this.#text);
  }

  /** Appends when it can: code that is still arriving keeps its selection and costs nothing. */
  setText(text: string): void {
    if (text === this.#text) return;
    const node = this.#code.firstChild;
    if (!this.#coloured && node instanceof Text && text.startsWith(this.#text)) {
      node.appendData(text.slice(this.#text.length));
    } else {
      this.#code.textContent = text;
      this.#coloured = false;
    }
    this.#text = text;
    this.#wrapHugeLines(text);
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
    if (engine !== undefined && html !== undefined) this.#code.replaceChildren(engine.toSafeFragment(html));
    this.element.classList.add("coloured");
    return "done";
  }

  #wrapHugeLines(text: string): void {
    if (text.length < longestLine) return;
    const huge = text.split("\n").some((line) => line.length > longestLine);
    this.element.classList.toggle("wrapped", huge);
  }
}

import type { ToHost } from "../../protocol/messages.ts";
import type { Strings } from "../../protocol/strings.ts";
import { isComposing } from "./composing.ts";

const longestTitle = 200;

/** The conversation's title; a click makes it a field. */
export class Title {
  readonly element = document.createElement("h2");
  readonly #post: (message: ToHost) => void;
  readonly #button = document.createElement("button");
  readonly #input = document.createElement("input");
  #title = "";

  constructor(post: (message: ToHost) => void) {
    this.#post = post;
    this.element.className = "title";
    this.element.hidden = true;
    this.#button.type = "button";
    this.#button.dir = "auto";
    this.#button.addEventListener("click", () => this.#edit());
    this.#input.dir = "auto";
    this.#input.maxLength = longestTitle;
    this.#input.hidden = true;
    this.#input.addEventListener("keydown", (event) => this.#keyDown(event));
    this.#input.addEventListener("blur", () => this.#finish());
    this.element.append(this.#button, this.#input);
  }

  translate(strings: Strings): void {
    this.#button.title = strings.renameTitle;
    this.#input.setAttribute("aria-label", strings.renameTitle);
  }

  update(title: string): void {
    this.#title = title;
    this.#button.textContent = title;
    this.element.title = title;
    this.element.hidden = title === "";
  }

  #edit(): void {
    this.#input.value = this.#title;
    this.#show(true);
    this.#input.select();
  }

  #keyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === "Escape") this.#input.value = this.#title;
    else if (event.key !== "Enter") return;
    event.preventDefault();
    this.#finish();
    this.#button.focus();
  }

  /** Also when the focus leaves, as a name in the Explorer is taken then. */
  #finish(): void {
    if (this.#input.hidden) return;
    const title = this.#input.value.trim();
    this.#show(false);
    if (title !== "" && title !== this.#title) this.#post({ type: "rename", title });
  }

  #show(editing: boolean): void {
    this.#input.hidden = !editing;
    this.#button.hidden = editing;
    if (editing) this.#input.focus();
  }
}

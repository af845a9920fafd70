import { html, nothing, render } from "lit/html.js";
import { isComposing } from "../composing.ts";
import { iconClass } from "../icons.ts";

export interface MenuItem {
  readonly kind: "action" | "radio" | "check";
  readonly label: string;
  readonly checked?: boolean;
  /** Neighbours of the same group belong together and are read out under this name. */
  readonly group?: string;
  act(): void;
}

const roles = { action: "menuitem", radio: "menuitemradio", check: "menuitemcheckbox" } as const;

/** Distance from the panel's edge, in pixels. */
const margin = 8;

/** A menu above its button, with the keys of the ARIA pattern; gone with the first click elsewhere. */
export class Menu {
  readonly #anchor: HTMLElement;
  readonly #element = document.createElement("div");
  readonly #items: readonly MenuItem[];
  readonly #gone = new AbortController();

  constructor(anchor: HTMLElement, label: string, items: readonly MenuItem[]) {
    this.#anchor = anchor;
    this.#items = items;
    this.#element.className = "menu";
    this.#element.setAttribute("role", "menu");
    this.#element.setAttribute("aria-label", label);
    this.#show();
    // In the composer's landmark, next to what it belongs to.
    anchor.closest(".composer")?.append(this.#element);
    this.#place();
    anchor.setAttribute("aria-expanded", "true");
    const { signal } = this.#gone;
    this.#element.addEventListener("keydown", (event) => this.#keyDown(event));
    document.addEventListener("pointerdown", (event) => this.#pointerDown(event), { signal, capture: true });
    for (const type of ["blur", "resize"]) window.addEventListener(type, () => this.close(), { signal });
    const checked = this.#buttons().findIndex((_, index) => items[index]?.checked === true);
    this.#focus(Math.max(0, checked));
  }

  close(): void {
    if (this.#gone.signal.aborted) return;
    this.#gone.abort();
    const hadFocus = this.#element.contains(document.activeElement);
    this.#element.remove();
    this.#anchor.setAttribute("aria-expanded", "false");
    if (hadFocus) this.#anchor.focus();
  }

  #show(): void {
    const groups: { name: string | undefined; items: MenuItem[] }[] = [];
    for (const item of this.#items) {
      const last = groups.at(-1);
      if (last !== undefined && last.name === item.group) last.items.push(item);
      else groups.push({ name: item.group, items: [item] });
    }
    render(
      groups.map(
        ({ name, items }) =>
          html`<div class="menu-group" role="group" aria-label=${name ?? nothing}>
            ${name !== undefined && groups.length > 1 ? html`<div class="menu-heading" aria-hidden="true">${name}</div>` : nothing}
            ${items.map((item) => this.#item(item))}
          </div>`,
      ),
      this.#element,
    );
  }

  #item(item: MenuItem) {
    const { kind, label, checked = false } = item;
    const choose = () => {
      this.close();
      item.act();
    };
    return html`<button
      type="button"
      role=${roles[kind]}
      tabindex="-1"
      aria-checked=${kind === "action" ? nothing : String(checked)}
      @click=${choose}
    >
      <i class=${checked ? iconClass("check") : "codicon"} aria-hidden="true"></i><span>${label}</span>
    </button>`;
  }

  #place(): void {
    const anchor = this.#anchor.getBoundingClientRect();
    const { offsetWidth } = this.#element;
    const rightmost = innerWidth - offsetWidth - margin;
    const start = getComputedStyle(this.#anchor).direction === "rtl" ? anchor.right - offsetWidth : anchor.left;
    this.#element.style.left = `${Math.max(margin, Math.min(start, rightmost))}px`;
    this.#element.style.bottom = `${innerHeight - anchor.top + 4}px`;
    this.#element.style.maxHeight = `${Math.max(80, anchor.top - 2 * margin)}px`;
  }

  #buttons(): HTMLButtonElement[] {
    return [...this.#element.querySelectorAll("button")];
  }

  #focus(index: number): void {
    const buttons = this.#buttons();
    buttons.at(index % buttons.length)?.focus();
  }

  #keyDown(event: KeyboardEvent): void {
    if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const buttons = this.#buttons();
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (event.key === "ArrowDown") this.#focus(at + 1);
    else if (event.key === "ArrowUp") this.#focus(at - 1);
    else if (event.key === "Home") this.#focus(0);
    else if (event.key === "End") this.#focus(-1);
    else if (event.key === "Escape" || event.key === "Tab") this.close();
    else if (event.key.length === 1 && event.key !== " ") this.#focusByLetter(event.key, at);
    else return;
    event.preventDefault();
  }

  /** Type-ahead: the next item that begins with this letter. */
  #focusByLetter(letter: string, from: number): void {
    const count = this.#items.length;
    for (let step = 1; step <= count; step++) {
      const index = (from + step) % count;
      if (this.#items[index]?.label.toLowerCase().startsWith(letter.toLowerCase())) return this.#focus(index);
    }
  }

  #pointerDown({ target }: PointerEvent): void {
    // A click on the button closes the menu, too: by the button itself, which would else open it again.
    if (target instanceof Node && (this.#element.contains(target) || this.#anchor.contains(target))) return;
    this.close();
  }
}

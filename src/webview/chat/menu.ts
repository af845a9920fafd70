import { html, nothing, render } from "lit/html.js";
import { isComposing } from "./composing.ts";
import { iconClass, type IconName } from "./icons.ts";

export interface MenuItem {
  /** Absent for what is done and not chosen. */
  readonly kind?: "radio" | "check";
  readonly icon?: IconName;
  readonly label: string;
  readonly checked?: boolean;
  /** Neighbours of the same group belong together and are read out under this name. */
  readonly group?: string;
  act(): void;
}

const roles = { radio: "menuitemradio", check: "menuitemcheckbox" } as const;

/** Distance from the panel's edge, in pixels. */
const margin = 8;
/** Between button and menu. */
const gap = 4;

/**
 * A menu at its button, with the keys of the ARIA pattern; gone with the first click elsewhere. It lies above everything, as a
 * popover that nothing cuts off.
 */
export class Menu {
  readonly #anchor: HTMLElement;
  readonly #element = document.createElement("div");
  readonly #items: readonly MenuItem[];
  readonly #gone = new AbortController();

  constructor(anchor: HTMLElement, label: string, items: readonly MenuItem[]) {
    this.#anchor = anchor;
    this.#items = items;
    this.#element.className = "menu";
    this.#element.popover = "manual";
    this.#element.setAttribute("role", "menu");
    this.#element.setAttribute("aria-label", label);
    this.#show();
    // In the landmark of what it belongs to. The row of the composer measures what is in it.
    (anchor.closest(".composer") ?? anchor.parentElement)?.append(this.#element);
    this.#element.showPopover();
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
    const { kind, label, icon, checked = false } = item;
    const shown = checked ? "check" : icon;
    const choose = () => {
      this.close();
      item.act();
    };
    return html`<button
      type="button"
      role=${kind === undefined ? "menuitem" : roles[kind]}
      tabindex="-1"
      aria-checked=${kind === undefined ? nothing : String(checked)}
      @click=${choose}
    >
      <i class=${shown === undefined ? "codicon" : iconClass(shown)} aria-hidden="true"></i><span>${label}</span>
    </button>`;
  }

  /** Below the button where there is room, else above; begins where the button does, or ends where it ends. */
  #place(): void {
    const anchor = this.#anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height, style } = this.#element;
    const isRtl = getComputedStyle(this.#anchor).direction === "rtl";
    const [start, end] = [anchor.left, anchor.right - width];
    const fits = isRtl ? end >= margin : start + width <= innerWidth - margin;
    const left = isRtl === fits ? end : start;
    style.left = `${Math.max(margin, Math.min(left, innerWidth - width - margin))}px`;
    const [above, below] = [anchor.top - 2 * margin, innerHeight - anchor.bottom - 2 * margin];
    if (height <= below || below > above) style.top = `${anchor.bottom + gap}px`;
    else style.bottom = `${innerHeight - anchor.top + gap}px`;
    style.maxHeight = `${Math.max(80, below > above ? below : above)}px`;
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

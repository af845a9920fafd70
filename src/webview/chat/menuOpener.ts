import type { Menu, MenuItem } from "./menu.ts";

/** Opens menus at buttons, one at a time. Their code is read with the first one: the panel opens without. */
export class MenuOpener {
  #menu: Menu | undefined;

  /** Opens the menu of this button, or closes it when it is open. */
  toggle(anchor: HTMLElement, label: string, items: readonly MenuItem[]): void {
    if (anchor.getAttribute("aria-expanded") === "true") return this.close();
    void import("./menu.ts").then(
      ({ Menu: Opened }) => {
        this.close();
        this.#menu = new Opened(anchor, label, items);
      },
      () => undefined,
    );
  }

  close(): void {
    this.#menu?.close();
  }
}

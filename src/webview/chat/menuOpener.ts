import type { Menu, MenuItem } from "./menu.ts";

/** Opens menus at buttons, one at a time. Their code is read with the first one: the panel opens without. */
export class MenuOpener {
  static #code: typeof Menu | undefined;
  #menu: Menu | undefined;

  /** Opens the menu of this button, or closes it when it is open. */
  toggle(anchor: HTMLElement, label: string, items: readonly MenuItem[]): void {
    if (anchor.getAttribute("aria-expanded") === "true") return this.close();
    const open = (code: typeof Menu): void => {
      this.close();
      this.#menu = new code(anchor, label, items);
    };
    // At once where it can: the next key is meant for the menu.
    if (MenuOpener.#code !== undefined) return open(MenuOpener.#code);
    void import("./menu.ts").then(
      (loaded) => {
        MenuOpener.#code = loaded.Menu;
        open(loaded.Menu);
      },
      () => undefined,
    );
  }

  close(): void {
    this.#menu?.close();
  }
}

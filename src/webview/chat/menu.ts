import { createIcon, createIconButton, type IconName } from "./icons.ts";

export interface MenuItem {
  readonly icon: IconName;
  readonly label: string;
  act(): void;
}

/**
 * A button that opens a menu. The menu is made when it is first opened, lies above everything (a popover, which nothing cuts off)
 * and is walked with the arrow keys, as menus are.
 */
export function createMenuButton(name: string, items: readonly MenuItem[]): HTMLButtonElement {
  let menu: HTMLElement | undefined;
  const button = createIconButton("more", name, () => {
    menu ??= createMenu(button, items);
    menu.togglePopover();
  });
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    button.click();
  });
  return button;
}

function createMenu(button: HTMLButtonElement, items: readonly MenuItem[]): HTMLElement {
  const menu = document.createElement("div");
  menu.className = "menu";
  menu.popover = "auto";
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", button.title);
  menu.append(...items.map((item) => createItem(item, menu)));
  menu.addEventListener("toggle", () => {
    const open = menu.matches(":popover-open");
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    place(menu, button);
    menu.querySelector("button")?.focus();
  });
  menu.addEventListener("keydown", (event) => walk(event, menu, button));
  button.after(menu);
  return menu;
}

function createItem(entry: MenuItem, menu: HTMLElement): HTMLButtonElement {
  const item = document.createElement("button");
  item.type = "button";
  item.className = "menu-item";
  item.setAttribute("role", "menuitem");
  item.tabIndex = -1;
  item.append(createIcon(entry.icon), entry.label);
  item.addEventListener("click", () => {
    menu.hidePopover();
    entry.act();
  });
  return item;
}

/** Below the button, flush with its right side, and in the panel. */
function place(menu: HTMLElement, button: HTMLElement): void {
  const box = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + height <= window.innerHeight;
  menu.style.left = `${Math.max(4, Math.min(box.right - width, window.innerWidth - width - 4))}px`;
  menu.style.top = `${Math.max(4, below ? box.bottom : box.top - height)}px`;
}

function walk(event: KeyboardEvent, menu: HTMLElement, button: HTMLElement): void {
  const items = [...menu.querySelectorAll("button")];
  const at = items.findIndex((item) => item === document.activeElement);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: items.length - 1,
  };
  const next = steps[event.key];
  if (next === undefined && event.key !== "Escape" && event.key !== "Tab") return;
  // Esc closes the menu and does nothing else.
  event.stopPropagation();
  if (event.key !== "Tab") event.preventDefault();
  if (next !== undefined) items.at(next % items.length)?.focus();
  else {
    menu.hidePopover();
    button.focus();
  }
}

/** An element of the page that the host made; see `chatPage` in the protocol. */
export function pageElement(root: HTMLElement, selector: string): HTMLElement;
export function pageElement<T extends HTMLElement>(root: HTMLElement, selector: string, kind: new () => T): T;
export function pageElement(root: HTMLElement, selector: string, kind = HTMLElement): HTMLElement {
  const element = root.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`the page has no ${selector}`);
  return element;
}

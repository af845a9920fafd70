/** Longest address that the protocol carries; a longer one is shown as text. */
const longestHref = 4_096;

/**
 * Only addresses that open in a browser or a mail program. `command:`, `vscode:`, `file:`, `data:`, `javascript:` and
 * relative ones would act inside the editor, and the text that holds them comes from outside.
 */
export function isAllowedHref(href: string): boolean {
  return href.length <= longestHref && /^(?:https?:\/\/[^/]|mailto:[^/])/i.test(href);
}

/**
 * Hands clicks on links to `open` and to nobody else: VS Code's own click handler sits on the window and would open the
 * address a second time, without the host's checks.
 */
export function interceptLinks(root: HTMLElement, open: (href: string) => void): void {
  const handle = (event: Event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null) return;
    event.preventDefault();
    event.stopPropagation();
    const href = link.getAttribute("href") ?? "";
    if (isAllowedHref(href)) open(href);
  };
  root.addEventListener("click", handle);
  root.addEventListener("auxclick", (event) => {
    // The secondary button belongs to the context menu.
    if (event.button !== 2) handle(event);
  });
  // A dragged link would be dropped into an editor or the terminal.
  root.addEventListener("dragstart", (event) => {
    if (event.target instanceof Element && event.target.closest("a") !== null) event.preventDefault();
  });
}

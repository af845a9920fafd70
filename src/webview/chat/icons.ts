/**
 * Names of the codicons in use; the build cuts the font down to them. Icons never speak: the button around them has the name.
 */
export const iconNames = [
  "add",
  "arrow-down",
  "arrow-up",
  "attach",
  "check",
  "chevron-down",
  "chevron-right",
  "circle-slash",
  "close",
  "copy",
  "debug-pause",
  "diff",
  "diff-single",
  "edit",
  "ellipsis",
  "error",
  "file",
  "file-media",
  "files",
  "fold",
  "folder",
  "git-commit",
  "globe",
  "history",
  "info",
  "insert",
  "link-external",
  "list-selection",
  "loading",
  "mention",
  "more",
  "new-file",
  "open-preview",
  "refresh",
  "repo",
  "repo-forked",
  "save",
  "search",
  "send",
  "shield",
  "sparkle",
  "stop-circle",
  "symbol-method",
  "terminal",
  "warning",
] as const;
export type IconName = (typeof iconNames)[number];

/** An icon that the host names; one that is not known here is that of a file. */
export function knownIcon(name: string): IconName {
  return iconNames.find((known) => known === name) ?? "file";
}

export function createIcon(name: IconName): HTMLElement {
  const icon = document.createElement("i");
  icon.className = iconClass(name);
  icon.setAttribute("aria-hidden", "true");
  return icon;
}

export function iconClass(name: IconName): string {
  return `codicon codicon-${name}`;
}

/** A small square button that shows only an icon; `name` is what it is called and what its tooltip says. */
export function createIconButton(icon: IconName, name: string, act: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "icon-button";
  button.title = name;
  button.setAttribute("aria-label", name);
  button.append(createIcon(icon));
  button.addEventListener("click", act);
  return button;
}

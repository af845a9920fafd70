/** Names of codicons in use. Icons never speak: the button around them has the name. */
export type IconName =
  | "arrow-down"
  | "check"
  | "chevron-down"
  | "chevron-right"
  | "circle-slash"
  | "close"
  | "copy"
  | "diff"
  | "diff-single"
  | "error"
  | "file"
  | "fold"
  | "folder"
  | "git-commit"
  | "globe"
  | "info"
  | "insert"
  | "link-external"
  | "list-selection"
  | "loading"
  | "more"
  | "new-file"
  | "open-preview"
  | "refresh"
  | "repo-forked"
  | "save"
  | "search"
  | "send"
  | "shield"
  | "sparkle"
  | "stop-circle"
  | "symbol-method"
  | "terminal"
  | "warning";

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

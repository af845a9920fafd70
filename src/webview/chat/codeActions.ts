import { fill } from "../../protocol/strings.ts";
import type { ToHost } from "../../protocol/messages.ts";
import { pathHint } from "./codeHint.ts";
import type { ViewContext } from "./context.ts";
import { createCopyButton } from "./copyButton.ts";
import { createIconButton, type IconName } from "./icons.ts";
import type { MenuItem } from "./menu.ts";
import { MenuOpener } from "./menuOpener.ts";

/** What the buttons act on; read when one is pressed, as code may still be arriving. */
export interface CodeSource {
  /** Counts the answer's code blocks from 1. */
  readonly number: number;
  readonly language: string;
  /** What stands behind the language in the fence. */
  readonly info: string;
  readonly element: HTMLElement;
  text(): string;
}

const shells = new Set(
  "bash sh shell zsh fish console terminal shellscript shell-session powershell pwsh ps1 cmd bat batch".split(" "),
);

/** Copy, Insert, what suits the language best, and a menu of the rest. */
export function createCodeActions(source: CodeSource, context: ViewContext): HTMLElement {
  const { strings } = context;
  const { number } = source;
  const language = source.language.toLowerCase();
  const post = (message: ToHost) => context.post(message);
  const apply: Action = {
    icon: "diff-single",
    name: fill(strings.applyCode, number),
    label: strings.applyToFile,
    act: () => post(applyMessage(source)),
  };
  const create: Action = {
    icon: "new-file",
    name: fill(strings.newFileCode, number),
    label: strings.newFile,
    act: () => post({ type: "new-file", text: source.text(), language: source.language.slice(0, 100) }),
  };
  const run: Action = {
    icon: "terminal",
    name: fill(strings.runCode, number),
    label: strings.runInTerminal,
    act: () => post({ type: "run-in-terminal", text: source.text() }),
  };
  const preview: Action = {
    icon: "open-preview",
    name: fill(strings.previewCode, number),
    label: strings.openPreview,
    act: () => post({ type: "preview-markdown", text: fenced(source.text()) }),
  };
  const [first, ...others] = actionsFor(language, { apply, create, run, preview });
  const actions = document.createElement("div");
  actions.className = "code-actions";
  actions.append(
    createCopyButton(fill(strings.copyCode, number), () => source.text(), context),
    createIconButton("insert", fill(strings.insertCode, number), () => post({ type: "insert", text: source.text() })),
  );
  if (first !== undefined) actions.append(createIconButton(first.icon, first.name, () => first.act()));
  if (others.length > 0) actions.append(createMenuButton(fill(strings.moreCode, number), others));
  return actions;
}

interface Action extends MenuItem {
  readonly icon: IconName;
  /** The label with the number of the block, for a button that shows only the icon. */
  readonly name: string;
}

function createMenuButton(name: string, items: readonly MenuItem[]): HTMLButtonElement {
  const menu = new MenuOpener();
  const button = createIconButton("more", name, () => menu.toggle(button, name, items));
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    button.click();
  });
  return button;
}

/**
 * The first becomes a button. A patch cannot be applied as code, nor a diagram. A Markdown document has no preview: VS Code's
 * would fetch the pictures that it names.
 */
function actionsFor(
  language: string,
  { apply, create, run, preview }: Record<"apply" | "create" | "run" | "preview", Action>,
): readonly Action[] {
  if (shells.has(language)) return [run, apply, create];
  if (language === "mermaid") return [preview, create];
  if (language === "diff" || language === "patch") return [create];
  return language === "" ? [apply, create, run] : [apply, create];
}

function applyMessage(source: CodeSource): ToHost {
  const hint = pathHint(source.info, source.text(), source.element);
  return {
    type: "apply-code",
    text: source.text(),
    language: source.language.slice(0, 100),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** A diagram as a fence that no line of its own can close. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([marks]) => marks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}mermaid\n${text}\n${fence}\n`;
}

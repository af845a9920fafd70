import * as vscode from "vscode";
import type { CommandId } from "../contributions.ts";
import { plainLabel, plainText } from "./plainText.ts";

export interface StatusView {
  /** A codicon's name. */
  readonly icon: string;
  /** This and all below may hold text from outside. */
  readonly text: string;
  /** For screen readers. */
  readonly spoken: string;
  readonly level: "normal" | "warning" | "error";
  readonly heading: string;
  /** Paragraphs of lines below the heading of the tooltip. */
  readonly paragraphs: readonly (readonly string[])[];
}

export interface StatusItem extends vscode.Disposable {
  show(view: StatusView): void;
  hide(): void;
}

const backgrounds = {
  normal: undefined,
  warning: "statusBarItem.warningBackground",
  error: "statusBarItem.errorBackground",
};

/** An item at the right end of the status bar that runs `command`. Hidden until it is shown something. */
export function createStatusItem(id: string, name: string, command: CommandId): StatusItem {
  const item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, 100);
  item.name = name;
  item.command = command;
  return {
    show(view) {
      const background = backgrounds[view.level];
      item.text = `$(${view.icon}) ${plainLabel(view.text, 60)}`;
      item.backgroundColor = background === undefined ? undefined : new vscode.ThemeColor(background);
      item.accessibilityInformation = { label: view.spoken, role: "button" };
      item.tooltip = tooltip(view);
      item.show();
    },
    hide: () => item.hide(),
    dispose: () => item.dispose(),
  };
}

function tooltip({ heading, paragraphs }: StatusView): vscode.MarkdownString {
  const blocks = [`**${literal(heading)}**`, ...paragraphs.map((lines) => lines.map(literal).join("  \n"))];
  return new vscode.MarkdownString(blocks.join("\n\n"));
}

/**
 * Text as it stands, in Markdown. Lines may still break where VS Code would put hard spaces. Documents escape by
 * core/markdown.ts, which the host does not know; here VS Code has a function of its own.
 */
function literal(text: string): string {
  const { value } = new vscode.MarkdownString().appendText(plainText(text));
  // VS Code leaves alone what makes a link of a bare address.
  return value.replaceAll("&nbsp;", " ").replace(/[:@]|(?<=www)\./gi, "\\$&");
}

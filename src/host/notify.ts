import * as vscode from "vscode";
import { t } from "./l10n.ts";
import { plainText } from "./plainText.ts";

export interface Button {
  readonly label: string;
  run(): unknown;
}

export type Severity = "information" | "warning" | "error";

/** Columns that surely fit into the one line that VS Code gives a message without buttons. */
const oneLine = 50;

/**
 * Shows a sentence with buttons and runs the chosen one. VS Code cuts a message without buttons after its first line, where
 * the next step would be lost, so that a longer one gets an "OK". Resolves when the message is gone and its action is done.
 */
export async function notify(severity: Severity, message: string, buttons: readonly Button[] = []): Promise<void> {
  const text = plainText(message);
  const labels = buttons.length === 0 && columnsOf(text) > oneLine ? [t("OK")] : buttons.map((button) => button.label);
  const chosen =
    severity === "error"
      ? await vscode.window.showErrorMessage(text, ...labels)
      : severity === "warning"
        ? await vscode.window.showWarningMessage(text, ...labels)
        : await vscode.window.showInformationMessage(text, ...labels);
  await buttons.find((button) => button.label === chosen)?.run();
}

/** Width of a text; a full-width character takes two columns. */
function columnsOf(text: string): number {
  return text.length + (text.match(/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]/g)?.length ?? 0);
}

/** Asks before something that costs or cannot be taken back. False when dismissed. */
export async function confirm(message: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(plainText(message), { modal: true, detail }, yes)) === yes;
}

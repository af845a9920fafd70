import * as vscode from "vscode";
import { plainText } from "./plainText.ts";

export interface Button {
  readonly label: string;
  run(): unknown;
}

export type Severity = "information" | "warning" | "error";

/** Shows a sentence with buttons and runs the chosen one. Resolves when the message is gone and its action is done. */
export async function notify(severity: Severity, message: string, buttons: readonly Button[] = []): Promise<void> {
  const labels = buttons.map((button) => button.label);
  const text = plainText(message);
  const chosen =
    severity === "error"
      ? await vscode.window.showErrorMessage(text, ...labels)
      : severity === "warning"
        ? await vscode.window.showWarningMessage(text, ...labels)
        : await vscode.window.showInformationMessage(text, ...labels);
  await buttons.find((button) => button.label === chosen)?.run();
}

/** Asks before something that costs or cannot be taken back. False when dismissed. */
export async function confirm(message: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(plainText(message), { modal: true, detail }, yes)) === yes;
}

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
 * the next step would be lost, so that a longer one gets an "OK". Resolves when the message is gone and its action is done;
 * where that fails, a message of its own says so.
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
  const pressed = buttons.find(({ label }) => label === chosen);
  if (pressed) await press(pressed);
}

/** Most callers do not wait for a message, so that nobody else would hear of a failure. */
async function press(button: Button): Promise<void> {
  try {
    await button.run();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const words = t("“{0}” failed: {1} Correct what this names, then try again.", button.label, reason);
    await notify("error", words, [{ label: t("Try again"), run: () => button.run() }]);
  }
}

/** Width of a text; a full-width character takes two columns. */
function columnsOf(text: string): number {
  return text.length + (text.match(/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]/g)?.length ?? 0);
}

/** Asks before something that costs or cannot be taken back. False when dismissed. */
export async function confirm(message: string, detail: string, yes: string): Promise<boolean> {
  return (await chooseAnswer(message, detail, [yes])) === yes;
}

/** The same with several answers; undefined when dismissed. */
export async function chooseAnswer<Answer extends string>(
  message: string,
  detail: string,
  answers: readonly Answer[],
): Promise<Answer | undefined> {
  return vscode.window.showWarningMessage(plainText(message), { modal: true, detail }, ...answers);
}

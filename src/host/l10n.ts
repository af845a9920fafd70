import * as vscode from "vscode";

/** Translates an English sentence; the l10n test finds every literal that is passed to a function of this name. */
export function t(message: string, ...values: (string | number)[]): string {
  return vscode.l10n.t(message, ...values);
}

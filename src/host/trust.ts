import * as vscode from "vscode";
import { t } from "./l10n.ts";
import { notify } from "./notify.ts";
import { isInsideWorkspace } from "./writable.ts";

/*
 * In Restricted Mode whatever only reads works, as it needs the user's click anyway: chat, explanations, proposing a fix,
 * OCR, drawing a picture, setup. What writes into the folder waits for the user's trust: a text from the folder may have
 * told the model what to write. Unsaved documents and files elsewhere are not affected.
 */

/** True when folders are open that the user does not trust. */
export function isRestricted(): boolean {
  return !vscode.workspace.isTrusted && (vscode.workspace.workspaceFolders?.length ?? 0) > 0;
}

/** True while nothing may be written to `uri`, because it lies in a folder that the user does not trust. */
export async function waitsForTrust(uri: vscode.Uri): Promise<boolean> {
  return isRestricted() && (await isInsideWorkspace(uri));
}

/** Opens VS Code's own page on which trust is given. */
export async function manageTrust(): Promise<void> {
  await vscode.commands.executeCommand("workbench.trust.manage");
}

/** Shows what waits, with a way to give trust. */
export async function tellRestricted(sentence: string): Promise<void> {
  await notify("warning", sentence, [{ label: manageTrustLabel(), run: manageTrust }]);
}

export function manageTrustLabel(): string {
  return t("Manage trust");
}

export function onTrustGranted(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidGrantWorkspaceTrust(listener);
}

/** Resolves with true when the user gives trust, with false when `signal` is aborted first. */
export async function trusted(signal: AbortSignal): Promise<boolean> {
  if (vscode.workspace.isTrusted || signal.aborted) return vscode.workspace.isTrusted;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const granted = onTrustGranted(() => resolve(true));
  const giveUp = () => resolve(false);
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await promise;
  } finally {
    granted.dispose();
    signal.removeEventListener("abort", giveUp);
  }
}

import * as vscode from "vscode";
import { ApiError } from "../../api/errors.ts";
import type { ListedModel } from "../../api/models/models.ts";
import type { Endpoint } from "../../api/platforms.ts";
import { silentWords } from "../../core/customServerWords.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { withStepProgress, type Task } from "../../host/progress.ts";
import type { Found } from "./customServerProbe.ts";
import type { KeyDeps } from "./keyCommands.ts";

/** The user gave up: nothing has been changed but, maybe, a key that was saved for its own host. */
export const left = Symbol("left");
export type Left = typeof left;

/** Back to the address, for this reason. */
export interface Again {
  readonly address: string;
  readonly reason: string | undefined;
}

/** A server that can be asked for a chat. */
export interface Candidate {
  readonly endpoint: Endpoint;
  readonly found: Extract<Found, { kind: "models" }> | undefined;
  readonly model: ListedModel;
}

/** As `withStepProgress`; `left` when the user cancelled. */
export async function whileShown<T>(title: string, work: (task: Task) => Promise<T>): Promise<T | Left> {
  try {
    return await withStepProgress(title, work);
  } catch (error) {
    if (error instanceof ApiError && error.code === "cancelled") return left;
    throw error;
  }
}

/** Shows a sentence with its ways on, each with the label of its button, and resolves with the chosen one. */
export async function choose<Way extends string>(
  words: string,
  ways: readonly (readonly [way: Way, label: string])[],
): Promise<Way | undefined> {
  let chosen: Way | undefined;
  const buttons = ways.map(([way, label]) => ({
    label,
    run: () => {
      chosen = way;
    },
  }));
  await notify("warning", words, buttons);
  return chosen;
}

export async function askModelId(): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: t("Model id"),
    prompt: t("As your server calls it"),
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === "" ? t("Enter the id of a model.") : undefined),
  });
  return typed?.trim();
}

export function failureWords(error: unknown, endpoint: Endpoint, deps: KeyDeps): string {
  if (error instanceof ApiError && error.details.systemCode === "ECONNREFUSED") {
    // Names such as "wsl" or "ssh-remote"; a window in the browser names its own server.
    const elsewhere = /^[a-z-]+$/.test(vscode.env.remoteName ?? "");
    return silentWords(endpoint.baseUrl, elsewhere, vscode.env.language, t);
  }
  return deps.problems.describe(error, endpoint)?.text ?? "";
}

import * as vscode from "vscode";
import { titleOf } from "../../core/conversationTitle.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import type { Chat } from "./open.ts";

/** Renames the conversation in front. */
export async function renameActive({ views, sessions }: Chat): Promise<void> {
  const session = await views.active.session();
  if (session.isEmpty) {
    await notify("information", t("There is nothing to name yet. Ask a question in the chat first."));
    return;
  }
  const title = await askTitle(session.title);
  if (title !== undefined && !(await sessions.rename(session.conversationId, title))) await tellUnchangeable();
}

/** Undefined when dismissed. */
export async function askTitle(title: string): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: t("Rename chat"),
    value: title,
    prompt: t("Type a new title and press Enter."),
    validateInput: (value) => (titleOf(value) === "" ? t("Type at least one character.") : undefined),
  });
  return typed === undefined ? undefined : titleOf(typed);
}

export function tellUnchangeable(): Promise<void> {
  return notify(
    "information",
    t("A newer version of GLM Sidekick has written this chat, so that it can only be read here. Update the extension."),
  );
}

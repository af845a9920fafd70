import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import type { ToHost } from "../../protocol/messages.ts";
import type { ChatDeps } from "./deps.ts";

const changing: ReadonlySet<ToHost["type"]> = new Set([
  "send",
  "ask-about-file",
  "rename",
  "edit",
  "retry",
  "regenerate",
  "continue",
  "problem-action",
  "unqueue",
  "edit-queued",
  "resume-queue",
]);

/** True for what would write to a conversation, which is not done where a later version has written it. */
export function keepsOut(message: ToHost): boolean {
  return changing.has(message.type);
}

export async function tellReadOnly({ problems }: Pick<ChatDeps, "problems">, branch: () => unknown): Promise<void> {
  await notify(
    "information",
    t(
      "A newer version of GLM Sidekick has written this chat, so that it can only be read here. Go on in a copy of it.",
    ),
    [
      { label: t("Go on in a copy"), run: branch },
      { label: problems.actionLabel("update-extension"), run: () => problems.run("update-extension") },
    ],
  );
}

import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import type { ToHost } from "../../protocol/messages.ts";
import type { ChatDeps } from "./deps.ts";
import type { ReadOnly } from "./store.ts";

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

/** True for what would write to a conversation, which is not done where it can only be read. */
export function keepsOut(message: ToHost): boolean {
  return changing.has(message.type);
}

/** @param copy goes on in a copy. */
export async function tellReadOnly(
  reason: ReadOnly | undefined,
  copy: () => unknown,
  { problems }: Pick<ChatDeps, "problems">,
): Promise<void> {
  const goOn = { label: t("Go on in a copy"), run: copy };
  if (reason === "elsewhere") {
    await notify("information", t("This chat is open in another window. Go on there, or in a copy."), [goOn]);
    return;
  }
  await notify(
    "information",
    t(
      "A newer version of GLM Sidekick has written this chat, so that it can only be read here. Go on in a copy of it.",
    ),
    [goOn, { label: problems.actionLabel("update-extension"), run: () => problems.run("update-extension") }],
  );
}

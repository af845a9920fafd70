import { commitMessageIn } from "../../core/slashCommit.ts";
import { setCommitMessage, tellNoRepository } from "../../host/git.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";

/** Puts the commit message of an answer into the box of Source Control, where the user goes on; nothing is committed. */
export async function useCommitMessage(answer: string | undefined): Promise<void> {
  const message = commitMessageIn(answer ?? "");
  if (message === "") return notify("information", t("There is no message yet. Ask for one with /commit."));
  const before = await setCommitMessage(message);
  if (before === undefined) {
    await tellNoRepository();
  } else if (before.trim() !== "" && before !== message) {
    await notify("information", t("The message in Source Control was replaced."), [
      { label: t("Undo"), run: () => setCommitMessage(before) },
    ]);
  }
}

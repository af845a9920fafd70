import { commitMessageIn } from "../../core/slashCommit.ts";
import { gitRepositories, showSourceControl, tellNoRepository, type GitRepository } from "../../host/git.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { fileName } from "../../host/pickFile.ts";
import { pickOne } from "../../host/quickPick.ts";
import type { ChatSession } from "./session.ts";

/**
 * Puts the commit message of an answer, by default of the last one, into the box of Source Control, where the user goes on;
 * nothing is committed.
 */
export async function useCommitMessage(
  session: Pick<ChatSession, "answerText" | "lastAnswerId" | "repositoryOf">,
  answerId = session.lastAnswerId,
): Promise<void> {
  const message = answerId === undefined ? "" : commitMessageIn(session.answerText(answerId) ?? "");
  if (answerId === undefined || message === "")
    return notify("information", t("There is no message yet. Ask for one with /commit."));
  const repositories = await gitRepositories();
  if (repositories.length === 0) return tellNoRepository();
  const repository = await choose(repositories, session.repositoryOf(answerId));
  if (!repository) return;
  const before = repository.setMessage(message);
  await showSourceControl();
  if (before.trim() !== "" && before !== message) {
    await notify("information", t("The message in Source Control was replaced."), [
      { label: t("Undo"), run: () => repository.setMessage(before) },
    ]);
  }
}

/** The repository that a message is about. Where that is not known, or it is no longer open, the user says which is meant. */
async function choose(all: readonly GitRepository[], address: string | undefined): Promise<GitRepository | undefined> {
  const known = all.find(({ root }) => root.toString() === address);
  if (known) return known;
  const changed = all.filter((repository) => {
    const { staged, workingTree } = repository.counts();
    return staged > 0 || workingTree > 0;
  });
  const possible = changed.length > 0 ? changed : all;
  if (possible.length === 1 && address === undefined) return possible[0];
  const entries = possible.map((value) => ({ icon: "repo", label: fileName(value.root), value }));
  return pickOne(entries, t("Choose the repository that the message is for"));
}

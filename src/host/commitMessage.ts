import * as vscode from "vscode";

/** What is used of version 1 of the API of VS Code's git extension (`git.d.ts` in its repository). */
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): { readonly repositories: readonly Repository[] };
}

interface Repository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  readonly state: { readonly indexChanges: readonly unknown[]; readonly workingTreeChanges: readonly unknown[] };
}

/**
 * Puts a message into the box of Source Control and shows it; nothing is committed. Of several repositories the one with staged
 * changes is meant, else one with changes. What stood in the box is returned; undefined when there is no repository.
 */
export async function setCommitMessage(message: string): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<GitExtension>("vscode.git");
  const git = await extension?.activate();
  if (!git?.enabled) return undefined;
  const { repositories } = git.getAPI(1);
  const target =
    repositories.find(({ state }) => state.indexChanges.length > 0) ??
    repositories.find(({ state }) => state.workingTreeChanges.length > 0) ??
    repositories[0];
  if (!target) return undefined;
  const before = target.inputBox.value;
  target.inputBox.value = message;
  await vscode.commands.executeCommand("workbench.view.scm");
  return before;
}

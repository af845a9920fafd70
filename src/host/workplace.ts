import * as vscode from "vscode";

/** What is open in this window: the workspace file, or the first folder. Undefined when nothing is. */
export function currentWorkplace(): { readonly name: string; readonly uri: string } | undefined {
  const { workspaceFile, workspaceFolders, name } = vscode.workspace;
  // A workspace that was never saved has a file as well, in a place of VS Code's own that it does not keep.
  if (workspaceFile && workspaceFile.scheme !== "untitled") {
    return { name: name ?? workspaceFile.path, uri: workspaceFile.toString() };
  }
  const [first] = workspaceFolders ?? [];
  return first && { name: first.name, uri: first.uri.toString() };
}

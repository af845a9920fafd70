import * as vscode from "vscode";

/** A file with which a folder or workspace brings settings of its own. */
export interface SettingsFile {
  readonly uri: vscode.Uri;
  /** `workspace`: a `.code-workspace`, which holds more than settings. */
  readonly kind: "folder" | "workspace";
  /** As VS Code calls it, e.g. `.vscode/settings.json`. Text from outside. */
  readonly label: string;
}

/** Bytes. No settings file that a person wrote is larger. */
const longest = 1024 * 1024;
const inFolder = ".vscode/settings.json";

/** Those of what is open now. The settings of a remote machine are the user's own and none of them. */
export function settingsFiles(): SettingsFile[] {
  const { workspaceFolders = [], workspaceFile } = vscode.workspace;
  const files = workspaceFolders.map((folder): SettingsFile => {
    const uri = vscode.Uri.joinPath(folder.uri, inFolder);
    return { uri, kind: "folder", label: vscode.workspace.asRelativePath(uri) };
  });
  // One that was never saved can only hold what this user entered.
  if (workspaceFile && workspaceFile.scheme !== "untitled") {
    files.push({ uri: workspaceFile, kind: "workspace", label: workspaceFile.path.split("/").at(-1) ?? "" });
  }
  return files;
}

/** Text of the file; empty when there is none, or none of a sensible size. */
export async function readSettingsFile({ uri }: SettingsFile): Promise<string> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > longest) return "";
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return "";
  }
}

/** Hears of each change of these files, and of folders that bring more of them. */
export function onSettingsFilesChanged(listener: () => void): vscode.Disposable {
  let watchers: vscode.Disposable[] = [];
  const stop = () => {
    for (const watcher of watchers.splice(0)) watcher.dispose();
  };
  const watch = () => {
    stop();
    const { workspaceFolders = [], workspaceFile } = vscode.workspace;
    const patterns = workspaceFolders.map((folder) => new vscode.RelativePattern(folder, inFolder));
    if (workspaceFile && workspaceFile.scheme !== "untitled") {
      patterns.push(new vscode.RelativePattern(vscode.Uri.joinPath(workspaceFile, ".."), "*.code-workspace"));
    }
    watchers = patterns.flatMap((pattern) => {
      const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, false, true);
      return [watcher, watcher.onDidCreate(listener), watcher.onDidChange(listener)];
    });
  };
  watch();
  const folders = vscode.workspace.onDidChangeWorkspaceFolders(() => {
    watch();
    listener();
  });
  return vscode.Disposable.from(folders, { dispose: stop });
}

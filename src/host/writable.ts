import { realpath, stat } from "node:fs/promises";
import * as vscode from "vscode";

/** Schemes whose documents an editor can change. Others count when their file system says that it takes writes. */
const editable = new Set(["file", "untitled", "vscode-userdata"]);

/** True when a change to the document could not be kept: a read-only file, setting, file system or kind of document. */
export async function isReadOnly(document: vscode.TextDocument): Promise<boolean> {
  const { uri } = document;
  if (uri.scheme === "untitled") return false;
  const writable = vscode.workspace.fs.isWritableFileSystem(uri.scheme);
  if (writable === false || (writable === undefined && !editable.has(uri.scheme))) return true;
  if (isReadOnlyBySetting(document)) return true;
  try {
    const found = await vscode.workspace.fs.stat(uri);
    if (found.permissions !== undefined && (found.permissions & vscode.FilePermission.Readonly) !== 0) return true;
    // By mode bits, not by trying: an administrator may write anywhere, and still means a protected file to stay.
    return uri.scheme === "file" && ((await stat(uri.fsPath)).mode & 0o222) === 0;
  } catch {
    // Deleted on disk but open in an editor: it can be changed and saved again.
    return false;
  }
}

function isReadOnlyBySetting(document: vscode.TextDocument): boolean {
  const files = vscode.workspace.getConfiguration("files", document.uri);
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  const matches = (setting: string) =>
    Object.entries(files.get<Record<string, unknown>>(setting, {})).some(([glob, on]) => {
      const pattern = folder && !glob.startsWith("/") ? new vscode.RelativePattern(folder, glob) : glob;
      return on === true && vscode.languages.match({ pattern }, document) > 0;
    });
  return matches("readonlyInclude") && !matches("readonlyExclude");
}

/** Paths that a write to `uri` touches: its own and, through links, the real one. */
export async function pathsBehind(uri: vscode.Uri): Promise<string[]> {
  if (uri.scheme !== "file") return [uri.path];
  try {
    return [uri.fsPath, await realpath(uri.fsPath)];
  } catch {
    return [uri.fsPath];
  }
}

/** True when folders are open and `uri`, or what it links to, is in none of them. */
export async function isOutsideWorkspace(uri: vscode.Uri): Promise<boolean> {
  if (!vscode.workspace.workspaceFolders?.length || uri.scheme !== "file") return false;
  if (!vscode.workspace.getWorkspaceFolder(uri)) return true;
  const real = (await pathsBehind(uri)).at(-1) ?? uri.fsPath;
  return !(await areInWorkspace([real]));
}

/** True when `uri`, or what it links to, is in a folder that is open. It need not exist yet. */
export async function isInsideWorkspace(uri: vscode.Uri): Promise<boolean> {
  if (vscode.workspace.getWorkspaceFolder(uri)) return true;
  if (uri.scheme !== "file") return false;
  const parent = vscode.Uri.joinPath(uri, "..");
  return areInWorkspace([...(await pathsBehind(uri)), ...(await pathsBehind(parent))]);
}

/** True when one of these paths is that of an open folder or of something in it. */
async function areInWorkspace(paths: readonly string[]): Promise<boolean> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  // Folders may be reached through links themselves, so both of their spellings count.
  const roots = (await Promise.all(folders.map((folder) => pathsBehind(folder.uri)))).flat();
  return paths.some((path) => roots.some((root) => `${comparable(path)}/`.startsWith(`${comparable(root)}/`)));
}

/** Windows and macOS do not tell files apart by case, and spell a drive letter either way. */
function comparable(file: string): string {
  const { path } = vscode.Uri.file(file);
  return process.platform === "linux" ? path : path.toLowerCase();
}

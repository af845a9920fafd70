import { homedir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";

export interface SaveQuestion {
  readonly title: string;
  readonly filterName: string;
  /** Without dot. */
  readonly extension: string;
  readonly fileName: string;
  readonly folder: vscode.Uri | undefined;
}

/** Asks for a place; VS Code itself asks before an existing file is replaced. Undefined when dismissed. */
export async function askWhereToSave(question: SaveQuestion): Promise<vscode.Uri | undefined> {
  return vscode.window.showSaveDialog({
    title: question.title,
    filters: { [question.filterName]: [question.extension] },
    defaultUri: question.folder
      ? vscode.Uri.joinPath(question.folder, question.fileName)
      : vscode.Uri.file(join(homedir(), question.fileName)),
  });
}

/** False where the file system says that nothing can be written; one that cannot tell may be tried. */
export function mayWrite(uri: vscode.Uri): boolean {
  return vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== false;
}

export type FolderState = "missing" | "folder" | "link" | "file";

/** What is at `uri`. A link is told apart from a real folder as it may lead anywhere. */
export async function folderState(uri: vscode.Uri): Promise<FolderState> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    if (type & vscode.FileType.SymbolicLink) return "link";
    return type & vscode.FileType.Directory ? "folder" : "file";
  } catch (error) {
    if (isNotFound(error)) return "missing";
    throw error;
  }
}

/** Writes of this window, one after another: VS Code checks and moves in two steps, between which another could slip. */
let writes: Promise<unknown> = Promise.resolve();

/**
 * Writes a new file into `folder`, which is made when missing. `nameIn` gets the names that are taken and answers with
 * a free one. Nothing is replaced: the bytes go to a temporary name, and the move onto the final one fails when another
 * program was faster, in which case the next name is tried.
 */
export function writeNewFile(
  folder: vscode.Uri,
  nameIn: (taken: readonly string[]) => string,
  bytes: Uint8Array,
): Promise<vscode.Uri> {
  const write = writes.then(() => writeNow(folder, nameIn, bytes));
  writes = write.catch(() => undefined);
  return write;
}

async function writeNow(
  folder: vscode.Uri,
  nameIn: (taken: readonly string[]) => string,
  bytes: Uint8Array,
): Promise<vscode.Uri> {
  const { fs } = vscode.workspace;
  await fs.createDirectory(folder);
  const temporary = vscode.Uri.joinPath(folder, `.${randomUUID()}.tmp`);
  try {
    await fs.writeFile(temporary, bytes);
    for (let attempt = 1; ; attempt++) {
      const taken = (await fs.readDirectory(folder)).map(([name]) => name);
      const target = vscode.Uri.joinPath(folder, nameIn(taken));
      try {
        await fs.rename(temporary, target, { overwrite: false });
        return target;
      } catch (error) {
        if (!isTaken(error) || attempt >= 20) throw error;
      }
    }
  } catch (error) {
    await Promise.resolve(fs.delete(temporary)).catch(() => undefined);
    throw error;
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof vscode.FileSystemError && error.code === "FileExists";
}

function isNotFound(error: unknown): boolean {
  return error instanceof vscode.FileSystemError && error.code === "FileNotFound";
}

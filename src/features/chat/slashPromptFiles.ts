import * as vscode from "vscode";
import {
  largestPromptFile,
  mostPromptFiles,
  readPromptFile,
  type PromptFile,
  type PromptFileProblem,
} from "../../core/slashPromptFile.ts";
import { isBuiltIn, isCommandName } from "../../core/slashCommands.ts";
import { folderState } from "../../host/saveFile.ts";
import { isRestricted } from "../../host/trust.ts";

/** Where a prompt file is from. */
export type PromptOrigin = "workspace" | "user";

export interface FoundPrompt {
  readonly origin: PromptOrigin;
  readonly uri: vscode.Uri;
  /** File name without its ending. */
  readonly name: string;
  /** What it is as a command, or why it is none. */
  readonly content: PromptFile | PromptFileProblem;
}

export interface OfferedPrompt {
  readonly origin: PromptOrigin;
  readonly file: PromptFile;
  /** One of the user's own has the same name, and is not offered here. */
  readonly replaces: boolean;
}

/** The user's own commands: `.glm/prompts/*.md` of trusted folders, and those of all workspaces in `userFolder`. */
export class PromptFiles {
  readonly #userFolder: vscode.Uri;

  constructor(userFolder: string) {
    this.#userFolder = vscode.Uri.file(userFolder);
  }

  folderOf(origin: PromptOrigin): vscode.Uri | undefined {
    if (origin === "user") return this.#userFolder;
    const root = vscode.workspace.workspaceFolders?.[0];
    return root && promptsIn(root.uri);
  }

  /** What "/" offers. A prompt of the workspace comes before one of the user with the same name. */
  async offered(): Promise<readonly OfferedPrompt[]> {
    const found = await this.all();
    const names = new Map<string, OfferedPrompt>();
    for (const { origin, content } of found) {
      if (typeof content === "string") continue;
      const first = names.get(content.name);
      if (!first) names.set(content.name, { origin, file: content, replaces: false });
      else if (first.origin !== origin) names.set(content.name, { ...first, replaces: true });
    }
    return [...names.values()].toSorted((one, other) => one.file.name.localeCompare(other.file.name));
  }

  /** All files, those of the workspace first. Nothing of a folder that is not trusted. */
  async all(): Promise<readonly FoundPrompt[]> {
    const roots = isRestricted() ? [] : (vscode.workspace.workspaceFolders ?? []);
    const folders = await Promise.all([
      ...roots.map(({ uri }) => read(promptsIn(uri), "workspace")),
      read(this.#userFolder, "user"),
    ]);
    return folders.flat();
  }

  /** Whether a folder that is not trusted has a command of this name; only names are looked at. */
  async waitsForTrust(name: string): Promise<boolean> {
    if (!isRestricted() || isBuiltIn(name)) return false;
    const roots = vscode.workspace.workspaceFolders ?? [];
    const names = await Promise.all(roots.map(({ uri }) => namesIn(promptsIn(uri), "workspace")));
    return names.flat().some((file) => commandNameOf(file) === name);
  }
}

function promptsIn(root: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(root, ".glm", "prompts");
}

function commandNameOf(fileName: string): string {
  return fileName.replace(/\.md$/i, "").normalize("NFC").toLowerCase();
}

/** A repository must not lead us elsewhere by a link; the user's own folder may hold links to where they keep such files. */
async function namesIn(folder: vscode.Uri, origin: PromptOrigin): Promise<readonly string[]> {
  try {
    if (origin === "workspace") {
      const states = await Promise.all([vscode.Uri.joinPath(folder, ".."), folder].map(folderState));
      if (states.some((state) => state !== "folder")) return [];
    }
    const entries = await vscode.workspace.fs.readDirectory(folder);
    return entries
      .filter(([name, type]) => {
        const isFile = (type & vscode.FileType.File) !== 0;
        const isLink = (type & vscode.FileType.SymbolicLink) !== 0;
        return isFile && (!isLink || origin === "user") && /\.md$/i.test(name);
      })
      .map(([name]) => name)
      .toSorted()
      .slice(0, mostPromptFiles);
  } catch {
    // No such folder, which is the usual case, or one that cannot be read.
    return [];
  }
}

async function read(folder: vscode.Uri, origin: PromptOrigin): Promise<readonly FoundPrompt[]> {
  const names = await namesIn(folder, origin);
  return Promise.all(
    names.map(async (fileName) => {
      const uri = vscode.Uri.joinPath(folder, fileName);
      return { origin, uri, name: fileName.replace(/\.md$/i, ""), content: await contentOf(uri, fileName) };
    }),
  );
}

async function contentOf(uri: vscode.Uri, fileName: string): Promise<PromptFile | PromptFileProblem> {
  const name = commandNameOf(fileName);
  if (!isCommandName(name) || isBuiltIn(name)) return readPromptFile(fileName, new Uint8Array());
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > largestPromptFile) return "too-big";
    return readPromptFile(fileName, await vscode.workspace.fs.readFile(uri));
  } catch {
    return "not-text";
  }
}

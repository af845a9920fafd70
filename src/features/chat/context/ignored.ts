import * as vscode from "vscode";
import { ignoreFileNames, IgnoreRules, type IgnoredBy } from "../../../core/contextIgnore.ts";
import { t } from "../../../host/l10n.ts";
import { notify } from "../../../host/notify.ts";
import { fileName } from "../../../host/pickFile.ts";
import { readBytes } from "../../../host/workspaceFiles.ts";
import { pathsBehind } from "../../../host/writable.ts";

/**
 * What the ignore files above files say. `.gitignore` counts within the open folders, `.glmignore` in every directory above:
 * which part of a project is open, and by which spelling, makes nothing in it less private. Each directory is read once, so that
 * this serves one question about many files.
 */
export class IgnoreFiles {
  readonly #rules = new IgnoreRules();
  readonly #read = new Map<string, Promise<void>>();

  /** By the name of the file or folder alone, not by that of what it links to. */
  async ignoredBy(uri: vscode.Uri, kind: "file" | "folder" = "file"): Promise<IgnoredBy | undefined> {
    await this.#readAbove(uri);
    return this.#rules.ignoredBy(kind === "folder" ? `${placeOf(uri)}/` : placeOf(uri));
  }

  /** The rules of what lies above folders, for a walk that begins there and adds those below. */
  async above(folders: readonly vscode.Uri[]): Promise<IgnoreRules> {
    await Promise.all(folders.map((folder) => this.#readAbove(folder)));
    return this.#rules;
  }

  async #readAbove(uri: vscode.Uri): Promise<void> {
    if (!mayHaveRules(uri)) return;
    const directory = vscode.Uri.joinPath(uri, "..");
    if (directory.path === uri.path || !mayHaveRules(directory)) return;
    const place = placeOf(directory);
    const reading = this.#read.get(place) ?? this.#readFrom(directory);
    this.#read.set(place, reading);
    await reading;
  }

  async #readFrom(directory: vscode.Uri): Promise<void> {
    await Promise.all([
      readRules(this.#rules, directory, "glm"),
      isInWorkspace(directory) ? readRules(this.#rules, directory, "git") : undefined,
      this.#readAbove(directory),
    ]);
  }
}

/** Where a file is in the one tree of all files: its address without the `//` and the escapes, which rules do not know. */
export function placeOf({ scheme, authority, path }: vscode.Uri): string {
  return `${scheme}:${authority}${path.replace(/\/$/, "")}`;
}

/** Adds the rules of one kind that lie in a directory, if there are any. @param places Of that directory, by all its spellings. */
export async function readRules(
  rules: IgnoreRules,
  directory: vscode.Uri,
  by: IgnoredBy,
  places: readonly string[] = [placeOf(directory)],
): Promise<void> {
  const bytes = await readBytes(vscode.Uri.joinPath(directory, ignoreFileNames[by]));
  if (!bytes) return;
  const text = new TextDecoder().decode(bytes);
  for (const place of places) rules.add(by, place, text);
}

/** What is above the root of a virtual workspace is nobody's folder, and may be a request to a server. */
function mayHaveRules(directory: vscode.Uri): boolean {
  return directory.scheme === "file" || isInWorkspace(directory);
}

function isInWorkspace(uri: vscode.Uri): boolean {
  return vscode.workspace.getWorkspaceFolder(uri) !== undefined;
}

/**
 * The address of a file or folder as it is spelled, and the one without links where that is another. An earlier version, as the
 * git extension shows it, counts as the file itself.
 */
export async function spellingsOf(uri: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const file = uri.scheme === "git" ? vscode.Uri.file(uri.path) : uri;
  const [, real] = file.scheme === "file" ? await pathsBehind(file) : [];
  return real === undefined || real === file.fsPath ? [file] : [file, vscode.Uri.file(real)];
}

/** Whose rules keep a file or folder out, by its own name or by that of what it links to; undefined when none do. */
export async function ignoredBy(
  uri: vscode.Uri,
  kind: "file" | "folder" = "file",
  files = new IgnoreFiles(),
): Promise<IgnoredBy | undefined> {
  const spellings = await spellingsOf(uri);
  const found = await Promise.all(spellings.map((spelling) => files.ignoredBy(spelling, kind)));
  return found.includes("glm") ? "glm" : found.find((by) => by !== undefined);
}

/** Whether `.glmignore` keeps a file from every model; the user has then been told. */
export async function isRefused(uri: vscode.Uri): Promise<boolean> {
  if ((await ignoredBy(uri)) !== "glm") return false;
  // Not waited for: a message stays until somebody closes it.
  void notify("warning", t("{0} is named by .glmignore, so it is never attached.", fileName(uri)));
  return true;
}

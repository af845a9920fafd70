import * as vscode from "vscode";
import { ignoreFileNames, type IgnoreRules } from "../../../core/contextIgnore.ts";
import { hiddenPatterns, listFolder, shownPath } from "../../../host/workspaceFiles.ts";
import { IgnoreFiles, placeOf, readRules, spellingsOf } from "./ignored.ts";

export interface IndexedFile {
  readonly uri: vscode.Uri;
  readonly name: string;
  /** As the workspace shows it, with `/`. */
  readonly path: string;
}

/** Those nearest to the roots come first; of more than this the rest is left out, and can still be opened or dropped. */
const mostFiles = 30_000;
/** Folders that are read at a time: enough to keep a disk or a connection busy. */
const atATime = 24;
/** After this long without a question, in ms, the list and its watcher go. */
const keptMs = 120_000;

/**
 * The files of the workspace that no rule keeps out. Read on the first question, by a walk of its own rather than by a
 * search, which would read all of an ignored folder before its files could be left out, and which virtual workspaces lack. A
 * watcher tells when the list is old, only as long as somebody asks.
 */
export class FileIndex implements vscode.Disposable {
  #files: readonly IndexedFile[] | undefined;
  #addresses: ReadonlySet<string> = new Set();
  #reading: Promise<readonly IndexedFile[]> | undefined;
  /** What that has found so far. */
  #found: IndexedFile[] = [];
  #stale = true;
  #watchers: readonly vscode.Disposable[] = [];
  #timer: NodeJS.Timeout | undefined;

  /**
   * All files. Where a new list takes longer than `patienceMs` the old one is given, or what has been found so far.
   * @param patienceMs By default as long as it takes.
   */
  async files(patienceMs?: number): Promise<readonly IndexedFile[]> {
    this.#keep();
    if (!this.#stale && this.#files) return this.#files;
    this.#reading ??= this.#read((this.#found = []));
    if (patienceMs === undefined) return this.#reading;
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), patienceMs);
    const files = await Promise.race([this.#reading, late]);
    clearTimeout(timer);
    return files ?? this.#files ?? this.#found;
  }

  /** Whether there is more than what `files` gives to those who do not wait. */
  get isReading(): boolean {
    return this.#reading !== undefined;
  }

  /** Whether the list has the file, so that no rule keeps it out. False for all while there is no list. */
  has(uri: vscode.Uri): boolean {
    return this.#addresses.has(uri.toString());
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.dispose();
    this.#watchers = [];
    this.#files = undefined;
    this.#addresses = new Set();
    this.#stale = true;
  }

  #keep(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dispose(), keptMs);
    if (this.#watchers.length > 0) return;
    const changed = () => {
      this.#stale = true;
    };
    const watcher = vscode.workspace.createFileSystemWatcher("**/*", false, true, false);
    const rules = vscode.workspace.createFileSystemWatcher("**/{.gitignore,.glmignore}", true, false, true);
    this.#watchers = [
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidDelete(changed),
      rules,
      rules.onDidChange(changed),
      vscode.workspace.onDidChangeWorkspaceFolders(changed),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("files.exclude") || event.affectsConfiguration("search.exclude")) changed();
      }),
    ];
  }

  async #read(found: IndexedFile[]): Promise<readonly IndexedFile[]> {
    this.#stale = false;
    try {
      for (const folder of vscode.workspace.workspaceFolders ?? []) {
        await walk(folder.uri, folder.uri, found);
      }
      this.#files = found;
      this.#addresses = new Set(found.map(({ uri }) => uri.toString()));
      return found;
    } finally {
      this.#reading = undefined;
    }
  }
}

/** Files below a folder, however deep, that no rule keeps out. */
export async function filesBelow(folder: vscode.Uri): Promise<readonly IndexedFile[]> {
  const found: IndexedFile[] = [];
  await walk(vscode.workspace.getWorkspaceFolder(folder)?.uri ?? folder, folder, found);
  return found;
}

/**
 * Breadth first. Links are not followed: they may lead out of the workspace, or in a circle. So only the way to where it begins
 * can have one, and `.glmignore` counts by both spellings of that.
 */
async function walk(root: vscode.Uri, from: vscode.Uri, found: IndexedFile[]): Promise<void> {
  const spellings = await spellingsOf(from);
  const rules = await new IgnoreFiles().above(spellings);
  rules.add("hidden", placeOf(root), hiddenPatterns(root).join("\n"));
  if (spellings.some((spelling) => rules.ignoredBy(`${placeOf(spelling)}/`) === "glm")) return;
  const placesOf = ({ path }: vscode.Uri) =>
    spellings.map((spelling) => `${placeOf(spelling)}${path.slice(from.path.length)}`);
  let level: readonly vscode.Uri[] = [from];
  while (level.length > 0 && found.length < mostFiles) {
    const next: vscode.Uri[] = [];
    for (let at = 0; at < level.length && found.length < mostFiles; at += atATime) {
      const directories = level.slice(at, at + atATime);
      const below = await Promise.all(
        directories.map((directory) => read(directory, placesOf(directory), rules, directory.path === root.path)),
      );
      for (const { files, folders } of below) {
        found.push(...files.slice(0, mostFiles - found.length));
        next.push(...folders);
      }
    }
    level = next;
  }
}

/** @param places Of the directory, among the rules: as it is spelled, and without links. */
async function read(
  directory: vscode.Uri,
  places: readonly string[],
  rules: IgnoreRules,
  isRoot: boolean,
): Promise<{ readonly files: readonly IndexedFile[]; readonly folders: readonly vscode.Uri[] }> {
  const entries = await listFolder(directory);
  const names = new Set(entries.map(({ name }) => name));
  await Promise.all(
    (["git", "glm"] as const)
      .filter((by) => names.has(ignoreFileNames[by]))
      .map((by) => readRules(rules, directory, by, places)),
  );
  const isKeptOut = (name: string) => {
    const [own, real] = places.map((place) => rules.ownRuleOf(`${place}/${name}`));
    return own !== undefined || real === "glm";
  };
  const shown = isRoot ? undefined : shownPath(directory);
  const files: IndexedFile[] = [];
  const folders: vscode.Uri[] = [];
  for (const { name, kind } of entries) {
    if (kind === "link" || isKeptOut(kind === "folder" ? `${name}/` : name)) continue;
    const uri = vscode.Uri.joinPath(directory, name);
    if (kind === "folder") folders.push(uri);
    else files.push({ uri, name, path: shown === undefined ? shownPath(uri) : `${shown}/${name}` });
  }
  return { files, folders };
}

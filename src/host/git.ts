import * as vscode from "vscode";
import { t } from "./l10n.ts";
import { notify } from "./notify.ts";

/*
 * What is used of the API of VS Code's built-in git extension, version 1 (`git.d.ts` in its repository). It runs the user's own
 * git with the user's own settings, and waits for trust in a folder by itself.
 */
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

interface GitApi {
  readonly state: "uninitialized" | "initialized";
  readonly onDidChangeState: vscode.Event<unknown>;
  readonly repositories: readonly Repository[];
}

interface FileChange {
  readonly uri: vscode.Uri;
  /** `untracked` of the extension's own enumeration. */
  readonly status: number;
}

const untracked = 7;

export interface Commit {
  readonly hash: string;
  readonly message: string;
  readonly parents: readonly string[];
  readonly authorName?: string;
  readonly authorDate?: Date;
}

interface Repository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  readonly state: {
    readonly workingTreeChanges: readonly FileChange[];
    readonly indexChanges: readonly FileChange[];
    readonly untrackedChanges: readonly FileChange[];
  };
  diff(cached?: boolean): Promise<string>;
  /** `git diff one other`, which takes commits and trees as well. */
  diffBlobs(one: string, other: string): Promise<string>;
  log(options: { readonly maxEntries: number }): Promise<readonly Commit[]>;
}

/** A repository of the workspace, as far as its text is concerned. */
export interface GitRepository {
  readonly root: vscode.Uri;
  /** How many files have changes that are not staged, new ones among them, and how many have staged ones. */
  counts(): { readonly workingTree: number; readonly staged: number };
  /** The changes as a patch; `created` are files that git does not track yet, which are in no patch. */
  changes(
    which: "workingTree" | "staged",
  ): Promise<{ readonly patch: string; readonly created: readonly vscode.Uri[] }>;
  /** The latest ones, newest first. None in a repository without any. */
  commits(this: void, most: number): Promise<readonly Commit[]>;
  patchOf(commit: Commit): Promise<string>;
  /** Puts a message into its box of Source Control; nothing is committed. Returns what stood there. */
  setMessage(message: string): string;
}

/** The tree without files, which git knows by this name in every repository. */
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** Whether the git extension is there at all; it may still know of no repository. */
export function hasGit(): boolean {
  return vscode.extensions.getExtension("vscode.git") !== undefined;
}

/** Repositories that VS Code has opened. Empty when git is missing or turned off, or the folder is not trusted. */
export async function gitRepositories(): Promise<readonly GitRepository[]> {
  return (await repositories()).map(wrap);
}

async function repositories(): Promise<readonly Repository[]> {
  const extension = vscode.extensions.getExtension<GitExtension>("vscode.git");
  const git = await extension?.activate();
  if (!git?.enabled) return [];
  const api = git.getAPI(1);
  if (api.state === "uninitialized") await firstRepositories(api);
  return api.repositories;
}

/** A search for repositories that takes longer than this is not waited for. */
const patienceMs = 3000;

function firstRepositories(api: GitApi): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, patienceMs);
    const listener = api.onDidChangeState(end);
    function end(): void {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    }
  });
}

function wrap(repository: Repository): GitRepository {
  const { state, rootUri } = repository;
  return {
    root: rootUri,
    counts: () => ({
      // By the user's setting new files are a group of their own, or among the others.
      workingTree: state.workingTreeChanges.length + state.untrackedChanges.length,
      staged: state.indexChanges.length,
    }),
    async changes(which) {
      const patch = await repository.diff(which === "staged");
      const all = [...state.workingTreeChanges, ...state.untrackedChanges];
      const created = which === "staged" ? [] : all.filter(({ status }) => status === untracked);
      return { patch, created: created.map(({ uri }) => uri) };
    },
    async commits(maxEntries) {
      try {
        return await repository.log({ maxEntries });
      } catch {
        // git's own way to say that nothing was committed yet.
        return [];
      }
    },
    patchOf: ({ hash, parents }) => repository.diffBlobs(parents[0] ?? emptyTree, hash),
    setMessage(message) {
      const before = repository.inputBox.value;
      repository.inputBox.value = message;
      return before;
    },
  };
}

/** Shows the boxes of all repositories. */
export async function showSourceControl(): Promise<void> {
  await vscode.commands.executeCommand("workbench.view.scm");
}

export async function tellNoRepository(): Promise<void> {
  await notify("information", t("VS Code knows of no git repository here. Open a folder that is one, and trust it."));
}

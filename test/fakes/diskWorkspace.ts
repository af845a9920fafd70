import { readdir, readFile, stat } from "node:fs/promises";
import { posix } from "node:path";
import { user, vscodeForUser } from "./scriptedUser.ts";

interface Parts {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

/** Addresses as far as files need them; those of the editor stay as they are spelled, too. */
export class DiskUri implements Parts {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;

  constructor({ scheme, authority, path }: Parts) {
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
  }

  static file(path: string): DiskUri {
    return new DiskUri({ scheme: "file", authority: "", path });
  }

  static joinPath({ scheme, authority, path }: DiskUri, ...parts: string[]): DiskUri {
    return new DiskUri({ scheme, authority, path: posix.join(path, ...parts) });
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    return `${this.scheme}://${this.authority}${this.path}`;
  }
}

/** What is open: paths of folders, and what the git extension says. */
export const disk = { folders: [] as string[], repositories: [] as unknown[] };

const kindOf = (entry: { isDirectory(): boolean; isSymbolicLink(): boolean }) =>
  entry.isSymbolicLink() ? 64 : entry.isDirectory() ? 2 : 1;

const folderOf = ({ scheme, path }: DiskUri) =>
  disk.folders
    .filter((folder) => scheme === "file" && `${path}/`.startsWith(`${folder}/`))
    .toSorted((one, other) => other.length - one.length)
    .map((folder) => ({ uri: DiskUri.file(folder), name: posix.basename(folder) }))[0];

class DiskIcon {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

const never = () => ({ dispose: () => undefined });

/** As much of the module `vscode` as it takes to attach files of a real folder. A list answers with the first of what the user says. */
export const vscodeOnDisk = {
  ...vscodeForUser,
  Uri: DiskUri,
  FileType: { File: 1, Directory: 2, SymbolicLink: 64 },
  ThemeIcon: DiskIcon,
  extensions: {
    getExtension: () => ({
      activate: async () => ({
        enabled: true,
        getAPI: () => ({ state: "initialized", repositories: disk.repositories }),
      }),
    }),
  },
  window: {
    ...vscodeForUser.window,
    async showQuickPick(
      list: Promise<readonly { readonly label: string }[]>,
      { placeHolder, canPickMany }: { readonly placeHolder: string; readonly canPickMany?: boolean },
    ) {
      const items = await list;
      const shown = { text: placeHolder, choices: items.map(({ label }) => label) };
      user.shown.push(shown);
      const chosen = items.filter(({ label }) => label === user.answer(shown));
      return canPickMany === true ? items : chosen[0];
    },
  },
  workspace: {
    ...vscodeForUser.workspace,
    textDocuments: [],
    createFileSystemWatcher: () => ({ ...never(), onDidCreate: never, onDidDelete: never, onDidChange: never }),
    onDidChangeConfiguration: () => never(),
    onDidChangeWorkspaceFolders: () => never(),
    get workspaceFolders() {
      return disk.folders.map((folder) => ({ uri: DiskUri.file(folder) }));
    },
    getWorkspaceFolder: folderOf,
    asRelativePath: (uri: DiskUri) => posix.relative(folderOf(uri)?.uri.path ?? "/", uri.path),
    getConfiguration: () => ({ get: () => ({}) }),
    decode: async (bytes: Uint8Array) => new TextDecoder().decode(bytes),
    fs: {
      readFile: ({ path }: DiskUri) => readFile(path),
      async readDirectory({ path }: DiskUri) {
        const entries = await readdir(path, { withFileTypes: true });
        return entries.map((entry) => [entry.name, kindOf(entry)]);
      },
      async stat({ path }: DiskUri) {
        const found = await stat(path);
        return { type: kindOf(found), size: found.size };
      },
    },
  },
};

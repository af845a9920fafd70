import * as vscode from "vscode";

/*
 * Everything goes through `workspace.fs`: a workspace may be on another machine or have no disk at all.
 */

export interface FolderEntry {
  readonly name: string;
  /** A link is neither: where it leads is not known without following it. */
  readonly kind: "file" | "folder" | "link";
}

/** What is in a folder; nothing when it cannot be read. */
export async function listFolder(uri: vscode.Uri): Promise<readonly FolderEntry[]> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(uri);
    return entries.map(([name, type]) => ({ name, kind: kindOf(type) }));
  } catch {
    return [];
  }
}

function kindOf(type: vscode.FileType): FolderEntry["kind"] {
  if ((type & vscode.FileType.SymbolicLink) !== 0) return "link";
  return type === vscode.FileType.Directory ? "folder" : "file";
}

/** What `uri` is, links followed, with its size in bytes; undefined when there is nothing. */
export async function factsOf(
  uri: vscode.Uri,
): Promise<{ readonly kind: "file" | "folder"; readonly size: number } | undefined> {
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    return { kind: (type & vscode.FileType.Directory) === 0 ? "file" : "folder", size };
  } catch {
    return undefined;
  }
}

/** Undefined when it cannot be read. */
export async function readBytes(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  try {
    return await vscode.workspace.fs.readFile(uri);
  } catch {
    return undefined;
  }
}

/** Bytes of a file as text, in the encoding that the user has set for it. */
export function decode(bytes: Uint8Array, uri: vscode.Uri): Thenable<string> {
  return vscode.workspace.decode(bytes, { uri });
}

/** The document that an editor or another extension has open. */
export function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const address = uri.toString();
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === address && !document.isClosed);
}

/** Patterns of what the user has hidden from the Explorer and from searches in this folder. */
export function hiddenPatterns(folder: vscode.Uri): readonly string[] {
  return ["files", "search"].flatMap((section) => {
    const excluded = vscode.workspace.getConfiguration(section, folder).get<Record<string, unknown>>("exclude", {});
    return Object.entries(excluded).flatMap(([glob, on]) => (on === true ? [glob] : []));
  });
}

/**
 * Where an address that came with a drop is for this extension host. The window calls the files of a remote machine
 * `vscode-remote:`, the host that runs there calls them `file:`.
 */
export function localUri(address: string): vscode.Uri | undefined {
  try {
    const uri = vscode.Uri.parse(address, true);
    return uri.scheme === "vscode-remote" && vscode.env.remoteName !== undefined ? vscode.Uri.file(uri.path) : uri;
  } catch {
    return undefined;
  }
}

/** Path as the workspace shows it, or only the name of what lies elsewhere: a home folder is nobody's business. */
export function shownPath(uri: vscode.Uri): string {
  if (vscode.workspace.getWorkspaceFolder(uri)) return vscode.workspace.asRelativePath(uri);
  return uri.path.slice(uri.path.lastIndexOf("/") + 1) || uri.path;
}

/** Files of all tabs, the one in front first; each once. */
export function filesOfTabs(): readonly vscode.Uri[] {
  const { activeTabGroup, all } = vscode.window.tabGroups;
  const tabs = [activeTabGroup.activeTab, ...[activeTabGroup, ...all].flatMap((group) => group.tabs)];
  const uris = tabs.flatMap((tab) => {
    const input = tab?.input;
    if (input instanceof vscode.TabInputTextDiff) return [input.modified];
    const shown =
      input instanceof vscode.TabInputText ||
      input instanceof vscode.TabInputCustom ||
      input instanceof vscode.TabInputNotebook;
    return shown ? [input.uri] : [];
  });
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

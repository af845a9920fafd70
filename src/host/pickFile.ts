import * as vscode from "vscode";

export interface FilePick {
  readonly title: string;
  readonly openLabel: string;
  /** Name of the group of types in the dialog. */
  readonly filterName: string;
  /** Without dots. */
  readonly extensions: readonly string[];
}

/** Lets the user choose files of the given types. Empty when dismissed. */
export async function pickFiles(pick: FilePick): Promise<readonly vscode.Uri[]> {
  const start = activeTabFile();
  const folder = start && start.scheme !== "untitled" ? vscode.Uri.joinPath(start, "..") : undefined;
  const defaultUri = folder ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title: pick.title,
    openLabel: pick.openLabel,
    canSelectMany: true,
    filters: { [pick.filterName]: [...pick.extensions] },
    ...(defaultUri && { defaultUri }),
  });
  return chosen ?? [];
}

/** File of the tab in front, whatever shows it: text, the picture viewer, another custom editor. */
export function activeTabFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? input.uri : undefined;
}

/**
 * Files a command was called on from a menu: `(uri, selection)` from the Explorer, `(uri, group)` from an editor's
 * title. Empty when it was called from the palette or a key.
 */
export function filesFromMenu(args: readonly unknown[]): readonly vscode.Uri[] {
  const [clicked, selection] = args;
  if (!(clicked instanceof vscode.Uri)) return [];
  const selected = Array.isArray(selection) ? selection.filter((item) => item instanceof vscode.Uri) : [];
  const inSelection = selected.some((uri) => uri.toString() === clicked.toString());
  const unique = new Map((inSelection ? selected : [clicked]).map((uri) => [uri.toString(), uri]));
  return [...unique.values()];
}

/** Last part of the path, for sentences and headings. */
export function fileName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1) || uri.path;
}

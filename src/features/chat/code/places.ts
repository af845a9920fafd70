import * as vscode from "vscode";
import { parsePlace, type PlaceName } from "../../../core/placeNames.ts";
import { t } from "../../../host/l10n.ts";
import { notify } from "../../../host/notify.ts";
import { workspaceSymbols } from "../../../host/symbols.ts";
import { filesEnding } from "../../../host/filesEnding.ts";
import { factsOf } from "../../../host/workspaceFiles.ts";
import { isOutsideWorkspace } from "../../../host/writable.ts";

/** Symbols of one answer that are looked for: each is a question to every language extension. */
const mostSymbols = 30;
/** All names of an answer together. */
const patienceMs = 5_000;

/** Which of these names are one file or symbol of the workspace, so that the view can make links of them. */
export async function resolvePlaces(places: readonly string[], signal: AbortSignal): Promise<string[]> {
  if (!vscode.workspace.workspaceFolders?.length) return [];
  return [...(await locate([...new Set(places)], signal)).keys()];
}

/** Shows a place in an editor. It is looked up anew: the view only ever names it. */
export async function openPlace(place: string): Promise<void> {
  const location = (await locate([place], AbortSignal.timeout(patienceMs))).get(place);
  if (!location) {
    await notify("information", t("{0} is not in the folder that is open.", place));
    return;
  }
  const { start } = location.range;
  await vscode.window.showTextDocument(location.uri, { selection: new vscode.Range(start, start), preview: true });
}

/**
 * Files of the workspace that a path means: the one that is there, seen from any of its folders, else those whose path ends so.
 * What leads out of the workspace, by name or by link, is none.
 */
export async function filesAt(path: string): Promise<readonly vscode.Uri[]> {
  const name = parsePlace(path);
  return name?.file
    ? ((await filesOf([name.file.path], AbortSignal.timeout(patienceMs))).get(name.file.path) ?? [])
    : [];
}

async function locate(places: readonly string[], signal: AbortSignal): Promise<Map<string, vscode.Location>> {
  const end = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const names = places.flatMap((place): [string, PlaceName][] => {
    const name = parsePlace(place);
    return name ? [[place, name]] : [];
  });
  const files = await filesOf(
    names.flatMap(([, { file }]) => (file ? [file.path] : [])),
    end,
  );
  const located = new Map<string, vscode.Location>();
  let symbols = 0;
  for (const [place, { file, symbol }] of names) {
    const [uri, ...others] = file ? (files.get(file.path) ?? []) : [];
    if (uri && others.length === 0) {
      located.set(place, new vscode.Location(uri, new vscode.Position(Math.max(0, (file?.line ?? 1) - 1), 0)));
    } else if (symbol !== undefined && !end.aborted && ++symbols <= mostSymbols) {
      const location = await onlySymbol(symbol);
      if (location) located.set(place, location);
    }
  }
  return located;
}

async function filesOf(paths: readonly string[], signal: AbortSignal): Promise<Map<string, readonly vscode.Uri[]>> {
  const found = new Map<string, readonly vscode.Uri[]>();
  for (const path of paths) {
    const uri = await firstOfOurs(direct(path));
    if (uri) found.set(path, [uri]);
  }
  const tails = paths.filter((path) => !found.has(path) && !/^(?:\/|[A-Za-z]:)/.test(path));
  const ending = await filesEnding(tails, signal);
  for (const tail of tails) {
    const ours: vscode.Uri[] = [];
    for (const uri of ending.filter(({ path }) => path.endsWith(`/${tail}`))) if (await isOurs(uri)) ours.push(uri);
    found.set(tail, ours);
  }
  return found;
}

/** Where a path leads from each folder of the workspace. */
function direct(path: string): vscode.Uri[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (/^[A-Za-z]:\//.test(path)) return [vscode.Uri.file(path)];
  return [
    ...(path.startsWith("/") ? [vscode.Uri.file(path)] : []),
    ...folders.flatMap(({ uri, name }) => [
      vscode.Uri.joinPath(uri, path),
      // In a workspace of several folders VS Code names a file with its folder's name in front.
      ...(path.startsWith(`${name}/`) ? [vscode.Uri.joinPath(uri, path.slice(name.length))] : []),
    ]),
  ];
}

async function firstOfOurs(uris: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  for (const uri of uris) if (await isOurs(uri)) return uri;
  return undefined;
}

async function isOurs(uri: vscode.Uri): Promise<boolean> {
  return (await factsOf(uri))?.kind === "file" && !(await isOutsideWorkspace(uri));
}

/** Overloads and declarations that merge stand in one file; of several files none is the one that was meant. */
async function onlySymbol(name: string): Promise<vscode.Location | undefined> {
  const inside: vscode.Location[] = [];
  for (const { name: found, uri, lines } of await workspaceSymbols(name)) {
    // Some providers add the parameters.
    if (found.replace(/\(.*$/, "") !== name || (await isOutsideWorkspace(uri))) continue;
    inside.push(new vscode.Location(uri, new vscode.Position(lines.start, 0)));
  }
  return new Set(inside.map(({ uri }) => uri.toString())).size === 1 ? inside[0] : undefined;
}

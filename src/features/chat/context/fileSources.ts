import * as vscode from "vscode";
import { bestMatches } from "../../../core/contextFuzzy.ts";
import { t } from "../../../host/l10n.ts";
import { fileName } from "../../../host/pickFile.ts";
import { pickMany, pickOne, type PickEntry } from "../../../host/quickPick.ts";
import { filesOfTabs, shownPath } from "../../../host/workspaceFiles.ts";
import { attachUri } from "./attachUri.ts";
import type { DraftItem } from "./draftItem.ts";
import type { IndexedFile } from "./fileIndex.ts";
import { folderItems } from "./folder.ts";
import { ignoredBy } from "./ignored.ts";
import type { Offer, Source, SourceDeps } from "./source.ts";

const hasFolder = (): boolean => (vscode.workspace.workspaceFolders?.length ?? 0) > 0;

/** Files of the workspace; without one, those that VS Code's own dialog finds. */
export function fileSource(deps: SourceDeps): Source {
  return {
    icon: "file",
    label: t("Files…"),
    isThere: () => true,
    async read() {
      const uris = hasFolder()
        ? await pickMany(
            deps.index.files().then((files) => files.map(entryOf)),
            t("Choose files to attach"),
          )
        : await vscode.window.showOpenDialog({ canSelectMany: true, openLabel: t("Attach") });
      return itemsOf(uris ?? [], deps);
    },
  };
}

/** Pictures of any folder, which a model sees or has read to it. */
export function pictureSource({ pickPictures }: SourceDeps): Source {
  return {
    icon: "file-media",
    label: t("Pictures…"),
    isThere: () => true,
    async read() {
      await pickPictures();
      return [];
    },
  };
}

/** What is open in tabs. */
export function editorSource(deps: SourceDeps): Source {
  return {
    icon: "files",
    label: t("Open editors…"),
    isThere: () => filesOfTabs().length > 0,
    async read() {
      const uris = await pickMany(
        openFiles(deps).then((files) => files.map(entryOf)),
        t("Choose open editors to attach"),
      );
      return itemsOf(uris ?? [], deps);
    },
  };
}

export function folderSource({ index }: SourceDeps): Source {
  const all = async (patienceMs?: number) => foldersOf(await index.files(patienceMs));
  return {
    icon: "folder",
    label: t("Folder…"),
    isThere: hasFolder,
    prefix: "folder:",
    async find(words) {
      return bestMatches(await all(80), words, 50).map(({ uri, name, path }): Offer => ({
        icon: "folder",
        label: name,
        detail: path,
        read: () => folderItems(uri),
      }));
    },
    async read() {
      const uri = await pickOne(
        all().then((folders) => folders.map((folder) => ({ ...entryOf(folder), icon: "folder" }))),
        t("Choose a folder to attach"),
      );
      return uri ? folderItems(uri) : [];
    },
  };
}

/** Files in tabs that may be suggested. Those that git ignores are among them: they were opened on purpose. */
export async function openFiles({ index }: SourceDeps): Promise<readonly IndexedFile[]> {
  const files = await Promise.all(
    filesOfTabs().map(async (uri) => ({ uri, by: index.has(uri) ? undefined : await ignoredBy(uri) })),
  );
  return files.filter(({ by }) => by !== "glm").map(({ uri }) => ({ uri, name: fileName(uri), path: shownPath(uri) }));
}

function entryOf({ uri, name, path }: IndexedFile): PickEntry<vscode.Uri> {
  // What lies at the root would be said twice.
  return { label: name, icon: "file", ...(path === name ? {} : { description: path }), value: uri };
}

async function itemsOf(uris: readonly vscode.Uri[], deps: SourceDeps): Promise<readonly DraftItem[]> {
  const items: DraftItem[] = [];
  // One after the other, as each may ask something.
  for (const uri of uris) items.push(...(await attachUri(uri, deps)));
  return items;
}

/** All folders that hold a file, nearest to the root first. */
function foldersOf(files: readonly IndexedFile[]): IndexedFile[] {
  const folders = new Map<string, IndexedFile>();
  for (const { uri } of files) {
    for (let at = vscode.Uri.joinPath(uri, ".."); !folders.has(at.toString()); at = vscode.Uri.joinPath(at, "..")) {
      const root = vscode.workspace.getWorkspaceFolder(at);
      if (!root) break;
      const isRoot = root.uri.toString() === at.toString();
      folders.set(at.toString(), { uri: at, name: fileName(at), path: isRoot ? root.name : shownPath(at) });
      if (isRoot) break;
    }
  }
  return [...folders.values()].sort((one, other) => depth(one) - depth(other) || (one.path < other.path ? -1 : 1));
}

function depth({ uri }: IndexedFile): number {
  return uri.path.split("/").length;
}

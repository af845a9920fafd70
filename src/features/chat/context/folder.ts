import type * as vscode from "vscode";
import { treeOf } from "../../../core/contextTree.ts";
import { t } from "../../../host/l10n.ts";
import { fileName } from "../../../host/pickFile.ts";
import { pickMany } from "../../../host/quickPick.ts";
import { shownPath } from "../../../host/workspaceFiles.ts";
import { attachmentOf, type Content, type DraftItem } from "./draftItem.ts";
import { filesBelow } from "./fileIndex.ts";
import { fileItem } from "./files.ts";

/** A list of more files than this cannot be looked through. */
const mostListed = 2_000;

/** The names in a folder as a tree, and the text of those files that the user picks from a list. Empty on Escape. */
export async function folderItems(uri: vscode.Uri): Promise<readonly DraftItem[]> {
  const name = fileName(uri);
  const files = (await filesBelow(uri)).slice(0, mostListed);
  const picked = await pickMany(
    files.map((file) => ({ label: file.name, description: file.path, icon: "file", value: file })),
    t("Choose the files of {0} whose text goes along. The tree of names always does.", name),
  );
  if (!picked) return [];
  const texts = await Promise.all(picked.map((file) => fileItem(file.uri)));
  return [await treeItem(uri), ...texts.filter((item) => item !== undefined)];
}

/** Only the names in a folder. */
export async function treeItem(uri: vscode.Uri): Promise<DraftItem> {
  const read = async (): Promise<Content> => {
    const below = await filesBelow(uri);
    const from = uri.path.length + 1;
    const name = fileName(uri);
    return {
      kind: "folder",
      label: `${name}/`,
      detail:
        below.length === 1
          ? t("{0}: names of 1 file", shownPath(uri))
          : t("{0}: names of {1} files", shownPath(uri), below.length),
      language: "",
      text: treeOf(
        name,
        below.map((file) => file.uri.path.slice(from)),
      ),
    };
  };
  return { key: () => `folder:${uri.toString()}`, attachment: attachmentOf(await read()), reread: read };
}

import type * as vscode from "vscode";
import { t } from "../../../host/l10n.ts";
import { confirm, notify } from "../../../host/notify.ts";
import { fileName } from "../../../host/pickFile.ts";
import { factsOf, openDocument } from "../../../host/workspaceFiles.ts";
import { isOutsideWorkspace } from "../../../host/writable.ts";
import type { DraftItem } from "./draftItem.ts";
import { fileItem } from "./files.ts";
import { folderItems } from "./folder.ts";
import { ignoredBy } from "./ignored.ts";
import type { SourceDeps } from "./source.ts";

/** Files that a model reads as pictures, not as text. */
const picture = /\.(?:png|jpe?g|webp|gif)$/i;

/**
 * Attaches what the user has pointed at: text as it is when the message is sent, a folder with a choice of its files, a picture
 * as a picture. What cannot go along is refused with a sentence, what lies outside of the workspace needs a second yes.
 */
export async function attachUri(
  uri: vscode.Uri,
  { attachPicture }: Pick<SourceDeps, "attachPicture">,
): Promise<readonly DraftItem[]> {
  const name = fileName(uri);
  const open = openDocument(uri);
  const facts = open ? ({ kind: "file", size: 0 } as const) : await factsOf(uri);
  if (!facts) return refuse(t("{0} cannot be read. It may have been moved or deleted.", name));
  if (await isForeign(uri)) {
    const agreed = await confirm(
      t("{0} is outside of the open folder. Attach it anyway?", name),
      t("Its text is sent to the model with your next message."),
      t("Attach"),
    );
    if (!agreed) return [];
  }
  const by = await ignoredBy(uri, facts.kind);
  if (by === "glm") return refuse(t("{0} is named by .glmignore, so it is never attached.", name));
  if (by === "git") tellIgnored(name);
  if (facts.kind === "folder") return folderItems(uri);
  if (picture.test(name)) {
    await attachPicture(uri);
    return [];
  }
  const item = await fileItem(uri);
  return item ? [item] : [];
}

/** Outside of the open folders, itself or by what it links to. Unsaved documents and those without a disk are the editor's. */
async function isForeign(uri: vscode.Uri): Promise<boolean> {
  return uri.scheme === "file" && (await isOutsideWorkspace(uri));
}

function tellIgnored(name: string): void {
  void notify("information", t("{0} is ignored by git. It was attached, as you chose it yourself.", name));
}

/** Not waited for: a message stays until somebody closes it. */
function refuse(sentence: string): readonly DraftItem[] {
  void notify("warning", sentence);
  return [];
}

import * as vscode from "vscode";
import { t } from "../../host/l10n.ts";
import type { Log } from "../../host/log.ts";
import { notify, type Button } from "../../host/notify.ts";
import { tellRestricted, waitsForTrust } from "../../host/trust.ts";
import { linkTo, type Place } from "./link.ts";

/** Opens the saved picture and offers its link. */
export async function presentImage(
  picture: vscode.Uri,
  prompt: string,
  place: Place | undefined,
  log: Log,
): Promise<void> {
  try {
    await vscode.commands.executeCommand("vscode.open", picture, { preview: false });
  } catch (error) {
    // It is saved; that it cannot be shown is no reason to keep its link back.
    log.warn(`a saved picture could not be opened: ${error instanceof Error ? error.name : typeof error}`);
  }
  const buttons: Button[] = [{ label: t("Copy link"), run: () => copy(linkTo(picture, prompt, place?.document)) }];
  if (place) buttons.unshift({ label: t("Insert link"), run: () => insert(picture, prompt, place) });
  await notify("information", t("Image saved as {0}", vscode.workspace.asRelativePath(picture)), buttons);
}

async function copy(link: string): Promise<void> {
  await vscode.env.clipboard.writeText(link);
  vscode.window.setStatusBarMessage(t("Link copied"), 4000);
}

async function insert(picture: vscode.Uri, prompt: string, place: Place): Promise<void> {
  const link = linkTo(picture, prompt, place.document);
  if (await waitsForTrust(place.document.uri)) {
    await vscode.env.clipboard.writeText(link);
    await tellRestricted(
      t("This folder is in Restricted Mode, so the link was not inserted. It is on the clipboard instead."),
    );
    return;
  }
  if (await tryInsert(link, place)) return;
  await vscode.env.clipboard.writeText(link);
  await notify(
    "warning",
    t("The link could not be inserted, as the document is closed or read-only. It is on the clipboard instead."),
  );
}

/** At the cursor as it is now, or where it was when the document is no longer shown. */
async function tryInsert(link: string, place: Place): Promise<boolean> {
  try {
    if (place.document.isClosed && place.document.isUntitled) return false;
    const shown = vscode.window.visibleTextEditors.find(({ document }) => document === place.document);
    const document = place.document.isClosed
      ? await vscode.workspace.openTextDocument(place.document.uri)
      : place.document;
    const viewColumn = shown?.viewColumn ?? place.viewColumn;
    const editor = await vscode.window.showTextDocument(document, viewColumn === undefined ? {} : { viewColumn });
    return await editor.edit((edit) => edit.insert(cursorIn(editor, place), link));
  } catch {
    return false;
  }
}

/** A document opened anew starts at its top; the remembered place is better, and is clipped to what is there. */
function cursorIn(editor: vscode.TextEditor, place: Place): vscode.Position {
  return place.document.isClosed ? editor.document.validatePosition(place.cursor) : editor.selection.active;
}

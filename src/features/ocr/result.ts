import * as vscode from "vscode";
import { joinParts, type DocumentPart } from "../../core/filesDocument.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { activeTabFile } from "../../host/pickFile.ts";

/** After Cancel nothing opens by itself, but what was read (and billed) is not lost either. */
export async function offerStopped(files: readonly vscode.Uri[], parts: readonly DocumentPart[]): Promise<void> {
  const read = parts.filter((part) => !part.failed).length;
  await notify("information", t("Stopped after {0} of {1} files.", read, files.length), [
    { label: t("Open what was read"), run: () => openDocument(files, parts) },
  ]);
}

/** Opens the text. Messages are not awaited: an error of the same run must not wait until they are dismissed. */
export async function showResult(files: readonly vscode.Uri[], parts: readonly DocumentPart[]): Promise<void> {
  const read = parts.filter((part) => !part.failed);
  const [first] = parts;
  if (parts.length === 1 && first?.failed) {
    void notify("warning", first.text);
    return;
  }
  if (read.length > 0 && read.every((part) => part.text.trim() === "")) {
    const [only] = read;
    void notify(
      "warning",
      parts.length === 1 && only
        ? t("No text was found in {0}. Try a larger or sharper picture.", only.name)
        : t("No text was found in these files. Try larger or sharper pictures."),
    );
    return;
  }
  await openDocument(files, parts);
  const left = parts.length - read.length;
  if (left > 0) {
    void notify("warning", t("{0} of {1} files could not be read. The document says why.", left, parts.length));
  }
}

/** Beside the picture when that is in front, so that both can be compared; in its place otherwise. */
async function openDocument(files: readonly vscode.Uri[], parts: readonly DocumentPart[]): Promise<void> {
  const front = activeTabFile()?.toString();
  const beside = files.some((file) => file.toString() === front);
  const content = joinParts(
    parts.map((part) =>
      part.failed || part.text.trim() !== ""
        ? part
        : { ...part, text: t("No text was found in this file."), failed: true },
    ),
  );
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content });
  await vscode.window.showTextDocument(document, {
    viewColumn: beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active,
    preview: false,
  });
}

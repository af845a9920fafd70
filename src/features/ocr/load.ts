import * as vscode from "vscode";
import { checkForOcr, ocrExtensions, sizeProblem, type OcrProblem } from "../../core/filesOcr.ts";
import type { FileToRead } from "../../core/services.ts";
import { t } from "../../host/l10n.ts";
import type { Log } from "../../host/log.ts";
import { pickFiles } from "../../host/pickFile.ts";

export type Loaded = FileToRead | { readonly problem: OcrProblem };

export function chooseFiles(): Promise<readonly vscode.Uri[]> {
  return pickFiles({
    title: t("Choose images or PDFs to read"),
    openLabel: t("Read text"),
    filterName: t("Images and PDFs"),
    extensions: ocrExtensions,
  });
}

/** Reads a file and decides whether it may be sent. A huge one is refused by its size, before it is read. */
export async function load(uri: vscode.Uri, log: Log): Promise<Loaded> {
  if (uri.scheme === "untitled") return { problem: { reason: "unsaved" } };
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if (type & vscode.FileType.Directory) return { problem: { reason: "folder" } };
    const problem = sizeProblem(size);
    if (problem) return { problem };
    const bytes = await vscode.workspace.fs.readFile(uri);
    const checked = checkForOcr(bytes);
    return "problem" in checked ? checked : { bytes, type: checked.type };
  } catch (error) {
    const code = error instanceof vscode.FileSystemError ? error.code : undefined;
    if (code === "FileNotFound") return { problem: { reason: "missing" } };
    log.warn(`OCR: a file could not be read: ${error instanceof Error ? error.message : String(error)}`);
    return { problem: { reason: "unreadable" } };
  }
}

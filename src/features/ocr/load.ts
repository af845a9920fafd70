import * as vscode from "vscode";
import { checkForOcr, sizeProblem, type OcrProblem, type OcrType } from "../../core/filesOcr.ts";
import type { Log } from "../../host/log.ts";

export type Loaded = { readonly bytes: Uint8Array; readonly type: OcrType } | { readonly problem: OcrProblem };

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

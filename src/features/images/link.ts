import * as vscode from "vscode";
import { linkFor, markdownImage, relativePath } from "../../core/filesLink.ts";

/** The document in which the user was working when the picture was asked for. */
export interface Place {
  readonly document: vscode.TextDocument;
  readonly viewColumn: vscode.ViewColumn | undefined;
  /** Cursor at that time; a document that is open again later has its own. */
  readonly cursor: vscode.Position;
}

/** Panels such as Output count as editors too, but nothing can be inserted there. */
export function placeFor(editor: vscode.TextEditor | undefined): Place | undefined {
  if (!editor) return undefined;
  const { document } = editor;
  const writable = document.uri.scheme === "untitled" || vscode.workspace.fs.isWritableFileSystem(document.uri.scheme);
  return writable ? { document, viewColumn: editor.viewColumn, cursor: editor.selection.active } : undefined;
}

/** How `picture` is written in the document, or without one as Markdown seen from the workspace folder. */
export function linkTo(picture: vscode.Uri, prompt: string, document: vscode.TextDocument | undefined): string {
  const folder = document && !document.isUntitled ? vscode.Uri.joinPath(document.uri, "..") : homeOf(picture);
  const near = folder?.scheme === picture.scheme && folder.authority === picture.authority;
  const relative = near ? relativePath(folder.path, picture.path) : undefined;
  const path = relative ?? (picture.scheme === "file" ? picture.fsPath.replaceAll("\\", "/") : picture.toString());
  return document ? linkFor(document.languageId, prompt, path) : markdownImage(prompt, path);
}

function homeOf(picture: vscode.Uri): vscode.Uri | undefined {
  return vscode.workspace.getWorkspaceFolder(picture)?.uri;
}

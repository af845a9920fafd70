import * as vscode from "vscode";

/** The text editor used last, in which something can be inserted. */
export function lastEditor(): vscode.TextEditor | undefined {
  return vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
}

/** Replaces the selection of the editor by `text` as one undo step. */
export async function insertAtCursor(editor: vscode.TextEditor, text: string): Promise<boolean> {
  const done = await editor.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, text);
  });
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
  return done;
}

/** Opens text from outside as an unsaved Markdown document. */
export async function openMarkdown(content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content });
  await vscode.window.showTextDocument(document, { preview: false });
}

const openable = new Set(["http:", "https:", "mailto:"]);

/** Opens a link of an answer in the browser, after VS Code's own question. Other schemes are refused. */
export async function openLink(href: string): Promise<void> {
  const url = URL.parse(href);
  if (url && openable.has(url.protocol)) await vscode.env.openExternal(vscode.Uri.parse(url.href, true));
}

/** Text of the document in the editor used last, with its name, workspace-relative path and language. */
export function activeDocument(): { label: string; detail: string; language: string; text: string } | undefined {
  const document = lastEditor()?.document;
  if (!document || document.getText().trim() === "") return undefined;
  return {
    label: document.uri.path.split("/").at(-1) ?? document.uri.path,
    detail: vscode.workspace.asRelativePath(document.uri),
    language: document.languageId,
    text: document.getText(),
  };
}

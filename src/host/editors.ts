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

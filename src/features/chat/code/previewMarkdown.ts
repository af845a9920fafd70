import * as vscode from "vscode";
import { schemes } from "../../../contributions.ts";

/** The text is part of the name: such a document needs no memory, and a preview that VS Code restores is whole. */
export const previewDocuments: vscode.TextDocumentContentProvider = {
  provideTextDocumentContent: ({ query }) => query,
};

/** Opens text from outside in VS Code's own Markdown preview, which draws diagrams and keeps scripts out. */
export async function previewMarkdown(text: string): Promise<void> {
  const uri = vscode.Uri.from({ scheme: schemes.preview, path: "/GLM.md", query: text });
  await vscode.commands.executeCommand("markdown.showPreview", uri);
}

import * as vscode from "vscode";

/** Names that models give to languages, where VS Code has another one. */
const languageIds: Readonly<Record<string, string>> = {
  bash: "shellscript",
  "c#": "csharp",
  "c++": "cpp",
  console: "shellscript",
  cs: "csharp",
  docker: "dockerfile",
  golang: "go",
  js: "javascript",
  jsx: "javascriptreact",
  kt: "kotlin",
  md: "markdown",
  ps1: "powershell",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "shellscript",
  shell: "shellscript",
  ts: "typescript",
  tsx: "typescriptreact",
  yml: "yaml",
  zsh: "shellscript",
};

/** Opens code as an unsaved document: where it is kept, and whether, is the user's choice. */
export async function newFile(text: string, language: string): Promise<void> {
  const wanted = language.toLowerCase();
  const id = languageIds[wanted] ?? wanted;
  const known = (await vscode.languages.getLanguages()).includes(id);
  const content = text.endsWith("\n") ? text : `${text}\n`;
  const document = await vscode.workspace.openTextDocument(known ? { content, language: id } : { content });
  await vscode.window.showTextDocument(document, { preview: false });
}

import * as vscode from "vscode";
import { commands, type CommandId } from "../../contributions.ts";
import { t } from "../../host/l10n.ts";

/** Offers Fix and Explain where VS Code shows a lightbulb. Only builds menu entries: nothing is sent before a click. */
export function registerLightbulb(): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    [{ scheme: "file" }, { scheme: "untitled" }],
    { provideCodeActions },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, explainSelection] },
  );
}

/** Its own kind: an explanation changes nothing, so it belongs under neither Quick Fix nor Refactor. */
const explainSelection = vscode.CodeActionKind.Empty.append("glm.explain");

function provideCodeActions(
  document: vscode.TextDocument,
  range: vscode.Range,
  context: vscode.CodeActionContext,
): vscode.CodeAction[] {
  const diagnostics = [...context.diagnostics];
  const action = (title: string, kind: vscode.CodeActionKind, command: CommandId) => {
    const made = new vscode.CodeAction(title, kind);
    made.command = { command, title, arguments: [document.uri, range, diagnostics] };
    if (diagnostics.length > 0) made.diagnostics = diagnostics;
    made.isPreferred = false;
    return made;
  };
  if (diagnostics.length > 0) {
    return [
      action(t("Fix with GLM"), vscode.CodeActionKind.QuickFix, commands.fix),
      action(t("Explain with GLM"), vscode.CodeActionKind.QuickFix, commands.explain),
    ];
  }
  if (range.isEmpty) return [];
  return [action(t("Explain with GLM"), explainSelection, commands.explain)];
}

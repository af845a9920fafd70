import assert from "node:assert/strict";
import * as vscode from "vscode";
import { until } from "./support/codeActions.ts";

/**
 * A provider only counts once the extension runs, and other tests start it by hand: so this looks before any of them,
 * as a root hook does. (Whether it runs before the first document depends on what VS Code itself opens at its first
 * start; that nothing of ours asks for that is a test of the manifest.)
 */
let startedByDocument = false;
const extension = () => vscode.extensions.getExtension("glm-sidekick.glm-sidekick");

before(async () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, "these tests need an open folder");
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, "src", "orders.py"));
  await until(() => extension()?.isActive === true, "the extension to start with the first text document");
  startedByDocument = extension()?.isActive === true;
});

describe("the lightbulb", () => {
  it("is there from the first text document on, without a command of ours", () => {
    assert.equal(startedByDocument, true);
  });

  it("offers both on a problem of any language, and changes nothing by itself", async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const uri = vscode.Uri.joinPath(folder.uri, "src", "orders.py");
    const problems = vscode.languages.createDiagnosticCollection("glm-lightbulb");
    const range = new vscode.Range(0, 0, 0, 3);
    problems.set(uri, [new vscode.Diagnostic(range, "Something is wrong here.")]);
    try {
      const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        uri,
        range,
        vscode.CodeActionKind.QuickFix.value,
      );
      const ours = found.filter(({ command }) => command?.command.startsWith("glm."));
      assert.deepEqual(
        ours.map(({ command, edit, isPreferred }) => [command?.command, edit, isPreferred]),
        [
          ["glm.fix", undefined, false],
          ["glm.explain", undefined, false],
        ],
      );
    } finally {
      problems.dispose();
    }
  });
});

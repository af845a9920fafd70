import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { proposalOf } from "../../src/host/proposals.ts";
import { Bench, diffTabs, proposedText, until } from "./support/codeActions.ts";

const source = "export function sum(a: number[]) {\n  let s = 0;\n  for (const x of a) s -= x;\n  return s;\n}\n";

function userText(bench: Bench): string {
  const message = bench.calls[0]?.request.messages.at(-1);
  return message?.role === "user" && typeof message.content === "string" ? message.content : "";
}

async function replaceLine(document: vscode.TextDocument, line: number, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, document.lineAt(line).range, text);
  assert.equal(await vscode.workspace.applyEdit(edit), true);
}

describe("explain and fix", () => {
  let bench: Bench;
  let diagnostics: vscode.DiagnosticCollection;

  beforeEach(() => {
    bench = new Bench();
    diagnostics = vscode.languages.createDiagnosticCollection("glm-test");
  });
  afterEach(async () => {
    diagnostics.dispose();
    await bench.dispose();
  });

  describe("explain", () => {
    it("attaches exactly the selection", async () => {
      const document = await bench.file("a.txt", source);
      await bench.controller.explain([document.uri, new vscode.Range(1, 2, 2, 5), []]);
      const [attachment] = bench.asked[0]?.attachments ?? [];
      assert.equal(attachment?.text, "let s = 0;\n  for");
      assert.equal(attachment?.label, "a.txt:2–3");
      assert.equal(attachment?.detail, "code-actions-test/a.txt:2–3");
      assert.equal(attachment?.kind, "selection");
    });

    it("attaches the problem under the cursor and the code around it", async () => {
      const document = await bench.file("a.txt", source);
      diagnostics.set(document.uri, [new vscode.Diagnostic(new vscode.Range(0, 7, 0, 15), "Wrong sign")]);
      await bench.controller.explain([]);
      const [code, problem] = bench.asked[0]?.attachments ?? [];
      assert.match(code?.text ?? "", /s -= x/);
      assert.equal(problem?.kind, "problem");
      assert.match(problem?.text ?? "", /line 1, error: Wrong sign/);
    });

    it("attaches the enclosing symbol of a document without a file", async () => {
      const document = await vscode.workspace.openTextDocument({
        language: "plaintext",
        content: "one\n\nblock a\n  b\n\nc\n",
      });
      await vscode.window.showTextDocument(document);
      await bench.controller.explain([document.uri, new vscode.Range(3, 0, 3, 0), []]);
      const [attachment] = bench.asked[0]?.attachments ?? [];
      assert.equal(attachment?.text, "block a\n  b");
      assert.equal(attachment?.detail, attachment?.label);
    });

    it("says what to do in an empty document and without an editor", async () => {
      await bench.file("empty.txt", "\n  \n");
      await bench.controller.explain([]);
      assert.match(bench.shown[0]?.message ?? "", /empty\.txt is empty/);
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      await bench.controller.explain([]);
      assert.match(bench.shown[1]?.message ?? "", /Open a file/);
      assert.equal(bench.asked.length, 0);
    });
  });

  describe("fix", () => {
    it("streams into a diff, and Accept is one unsaved undo step", async () => {
      const document = await bench.file("sum.txt", source, [1, 3]);
      const done = bench.controller.fix([]);
      const call = await bench.call();
      call.text("```ts\n  let s = 0;\n  for (const x of a) s += x;\n  ret");
      await until(() => proposedText()?.includes("s += x") === true, "the first streamed lines in the diff");
      assert.match(proposedText() ?? "", /return s;\n}/);
      assert.equal(document.getText(), source);
      await bench.controller.accept([]);
      assert.equal(document.getText(), source);
      assert.match(bench.shown[0]?.message ?? "", /not complete/);
      assert.equal(bench.ready, false);

      call.text("urn s;\n```");
      call.finish();
      await done;
      assert.equal(diffTabs()[0]?.label, "sum.txt: fix by glm-real");
      await until(() => bench.ready === true, "the buttons");
      assert.match(userText(bench), /Code to fix \(code-actions-test\/sum\.txt:2-4\):\n```\w+\n {2}let s = 0;/);

      await bench.controller.accept([]);
      assert.equal(document.getText(), source.replace("-=", "+="));
      assert.equal(document.isDirty, true);
      await until(() => bench.ready === false, "the buttons to go");
      assert.equal(await readFile(document.uri.fsPath, "utf8"), source);
      assert.equal(diffTabs().length, 0);
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), document.uri.toString());
      assert.equal(vscode.window.activeTextEditor?.selection.start.line, 2);

      await vscode.commands.executeCommand("undo");
      assert.equal(document.getText(), source);
    });

    it("sends nothing before the user agrees to what may hold a secret", async () => {
      await bench.file(".env", "A=1\nDB_PASSWORD=correct horse\nB=2\n", [1, 1]);
      bench.agrees = false;
      await bench.controller.fix([]);
      assert.equal(bench.calls.length, 0);
      assert.equal(diffTabs().length, 0);
      assert.deepEqual(
        bench.lookedAt.map(({ detail, text }) => [detail, text]),
        [["code-actions-test/.env:1–4", "A=1\nDB_PASSWORD=correct horse\nB=2\n"]],
      );
      bench.agrees = true;
      await bench.fixed("DB_PASSWORD='correct horse'");
      assert.equal(bench.calls.length, 1);
    });

    it("Reject leaves the file untouched", async () => {
      const document = await bench.file("sum.txt", source, [2, 2]);
      await bench.fixed("  for (const x of a) s += x;");
      await bench.controller.reject([]);
      assert.equal(document.getText(), source);
      assert.equal(document.isDirty, false);
      assert.equal(diffTabs().length, 0);
    });

    it("keeps what was typed elsewhere meanwhile", async () => {
      const document = await bench.file("sum.txt", source, [2, 2]);
      await bench.fixed("  for (const x of a) s += x;");
      await replaceLine(document, 4, "} // typed below");
      await replaceLine(document, 0, "// typed above\nexport function sum(a: number[]) {");
      await bench.controller.accept([]);
      assert.equal(
        document.getText(),
        `// typed above\n${source.replace("-=", "+=").replace("}\n", "} // typed below\n")}`,
      );
    });

    it("writes nothing when the lines themselves changed, and offers to fix again", async () => {
      const document = await bench.file("sum.txt", source, [2, 2]);
      await bench.fixed("  for (const x of a) s += x;");
      await replaceLine(document, 2, "  // typed here");
      bench.press = "Fix again";
      const accepted = bench.controller.accept([]);
      const again = await bench.call(1);
      assert.match(JSON.stringify(again.request.messages), /typed here/);
      again.text("```\n  // fixed here\n```");
      again.finish();
      await accepted;
      assert.match(bench.shown[0]?.message ?? "", /nothing was written/);
      assert.match(document.getText(), /typed here/);
      await bench.controller.accept([]);
      assert.equal(document.lineAt(2).text, "  // fixed here");
    });

    it("keeps CRLF, a missing last line break, and restores dropped indentation", async () => {
      const document = await bench.file("crlf.txt", "a {\r\n    b;\r\n    c;\r\n}", [1, 2]);
      await bench.fixed("b();\nc();");
      await bench.controller.accept([]);
      assert.equal(document.getText(), "a {\r\n    b();\r\n    c();\r\n}");
    });

    it("does not mix up two fixes at a time", async () => {
      const one = await bench.file("one.txt", "one\n", [0, 0]);
      const first = bench.controller.fix([]);
      const firstCall = await bench.call(0);
      const two = await bench.file("two.txt", "two\n", [0, 0]);
      const second = bench.controller.fix([]);
      const secondCall = await bench.call(1);
      for (const [call, text] of [
        [secondCall, "2"],
        [firstCall, "1"],
      ] as const) {
        call.text(`\`\`\`\n${text}\n\`\`\``);
        call.finish();
      }
      await Promise.all([first, second]);
      const tabOfTwo = diffTabs().find((tab) => tab.label.startsWith("two"));
      await bench.controller.accept([proposalOf(tabOfTwo)]);
      assert.deepEqual([one.getText(), two.getText()], ["one\n", "2\n"]);
      await vscode.commands.executeCommand("workbench.action.nextEditor");
      await bench.controller.accept([proposalOf(diffTabs()[0])]);
      assert.deepEqual([one.getText(), two.getText()], ["1\n", "2\n"]);
    });

    it("offers Accept only for the diff in front", async () => {
      const other = await bench.file("other.txt", "other\n");
      await bench.file("sum.txt", source, [2, 2]);
      await bench.fixed("  for (const x of a) s += x;");
      await until(() => bench.ready === true, "the buttons");
      await bench.open(other.uri);
      await until(() => bench.ready === false, "the buttons to go");
      await bench.controller.accept([]);
      assert.match(bench.shown[0]?.message ?? "", /no proposed fix in this editor/);
      assert.equal(other.getText(), "other\n");
    });

    it("works in a document without a file", async () => {
      const document = await vscode.workspace.openTextDocument({ language: "javascript", content: "let a = 1" });
      await vscode.window.showTextDocument(document);
      await bench.fixed("let a = 2");
      assert.equal(proposedText(), "let a = 2");
      await bench.controller.accept([]);
      assert.equal(document.getText(), "let a = 2");
    });

    it("closing the diff stops the request", async () => {
      await bench.file("sum.txt", source, [2, 2]);
      const done = bench.controller.fix([]);
      const call = await bench.call();
      call.text("```\n  x\n");
      await until(() => diffTabs().length === 1, "the diff");
      await vscode.window.tabGroups.close(diffTabs());
      await until(() => call.signal?.aborted === true, "the abort");
      await done;
      assert.deepEqual(bench.errors, []);
    });

    for (const ended of [false, true]) {
      it(`closing a diff that VS Code never finishes opening ends the fix, its answer ${ended ? "whole" : "half"}`, async () => {
        bench.diffNeverOpens = true;
        await bench.file("sum.txt", source, [2, 2]);
        const done = bench.controller.fix([]);
        const call = await bench.call();
        call.text("```\n  for (const x of a) s += x;\n```\n");
        await until(() => diffTabs().length === 1, "the diff");
        if (ended) call.finish();
        await vscode.window.tabGroups.close(diffTabs());
        await until(() => call.signal?.aborted === true, "the abort");
        await done;
        assert.deepEqual(bench.errors, []);
      });
    }
  });

  describe("answers that cannot be used", () => {
    it("a block without its end is never offered", async () => {
      const document = await bench.file("sum.txt", source, [2, 2]);
      const done = bench.controller.fix([]);
      const call = await bench.call();
      call.text("```\n  half");
      call.finish("length");
      await done;
      assert.equal(document.getText(), source);
      assert.equal(diffTabs().length, 0);
      assert.match(bench.shown[0]?.message ?? "", /ended before the code was complete/);
      assert.deepEqual(bench.shown[0]?.buttons, ["Try again", "Show answer"]);
    });

    it("prose without code, and no change, are said", async () => {
      await bench.file("sum.txt", source, [2, 2]);
      const done = bench.controller.fix([]);
      const call = await bench.call();
      call.text("It looks fine.");
      call.finish();
      await done;
      assert.match(bench.shown[0]?.message ?? "", /no code to apply/);
      await bench.fixed("  for (const x of a) s -= x;");
      assert.match(bench.shown[1]?.message ?? "", /nothing to change/);
      assert.equal(diffTabs().length, 0);
    });

    it("an error goes to the table of errors; what arrived stays readable but cannot be accepted", async () => {
      const document = await bench.file("sum.txt", source, [2, 2]);
      const done = bench.controller.fix([]);
      const call = await bench.call();
      call.text("```\n  partial\n");
      await until(() => proposedText()?.includes("partial") === true, "the partial text");
      call.fail(new Error("broken"));
      await done;
      assert.equal(bench.errors.length, 1);
      assert.equal(diffTabs().length, 1);
      await bench.controller.accept([]);
      assert.equal(document.getText(), source);
    });
  });

  describe("what may not be written", () => {
    it("a read-only file gets a sentence and no request", async () => {
      const document = await bench.file("locked.txt", source, [2, 2]);
      await chmod(document.uri.fsPath, 0o444);
      await bench.controller.fix([]);
      assert.match(bench.shown[0]?.message ?? "", /locked\.txt is read-only/);
      assert.deepEqual(bench.shown[0]?.buttons, ["Open a copy", "Explain"]);
      assert.equal(bench.calls.length, 0);
    });

    it("nor does one that a setting or its kind makes read-only", async () => {
      const files = vscode.workspace.getConfiguration("files");
      await files.update("readonlyInclude", { "**/generated/**": true }, vscode.ConfigurationTarget.Workspace);
      try {
        await bench.file("generated/a.txt", source, [2, 2]);
        await bench.controller.fix([]);
      } finally {
        await files.update("readonlyInclude", undefined, vscode.ConfigurationTarget.Workspace);
      }
      const provider = vscode.workspace.registerTextDocumentContentProvider("glm-test", {
        provideTextDocumentContent: () => source,
      });
      await bench.open(vscode.Uri.parse("glm-test:/virtual.txt"), [2, 2]);
      await bench.controller.fix([]);
      provider.dispose();
      assert.match(bench.shown[0]?.message ?? "", /a\.txt is read-only/);
      assert.match(bench.shown[1]?.message ?? "", /virtual\.txt is read-only/);
      assert.equal(bench.calls.length, 0);
    });

    it("too many lines get a sentence and no request", async () => {
      await bench.file("long.txt", "x\n".repeat(600), [0, 500]);
      await bench.controller.fix([]);
      assert.match(bench.shown[0]?.message ?? "", /501 lines are too many.*400 lines or fewer/);
      assert.equal(bench.calls.length, 0);
    });

    it("files that steer tools, and files elsewhere, need one more yes", async () => {
      const hook = await bench.file(".husky/pre-commit", "old\n", [0, 0]);
      await bench.fixed("new");
      await bench.controller.accept([]);
      assert.equal(hook.getText(), "old\n");
      assert.match(bench.shown[0]?.message ?? "", /Write this change to .*pre-commit\?/);
      bench.press = "Write change";
      await bench.controller.accept([]);
      assert.equal(hook.getText(), "new\n");

      const elsewhere = await mkdtemp(path.join(tmpdir(), "glm-test-"));
      await writeFile(path.join(elsewhere, "far.txt"), "far\n");
      const link = path.join(bench.folder, "near.txt");
      await symlink(path.join(elsewhere, "far.txt"), link);
      const document = await bench.open(vscode.Uri.file(link), [0, 0]);
      await bench.fixed("written");
      await bench.controller.accept([]);
      assert.equal(document.getText(), "far\n");
      assert.match(bench.shown.at(-1)?.detail ?? "", /outside the folder/);
      await rm(elsewhere, { recursive: true });
    });
  });

  it("the lightbulb offers both on a problem, and only Explain on a selection", async () => {
    await vscode.extensions.getExtension("glm-sidekick.glm-sidekick")?.activate();
    const document = await bench.file("a.txt", source);
    const range = new vscode.Range(0, 7, 0, 15);
    const titles = async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        range,
      );
      return found.map((action) => action.title).filter((title) => title.includes("GLM"));
    };
    assert.deepEqual(await titles(), ["Explain with GLM"]);
    diagnostics.set(document.uri, [new vscode.Diagnostic(range, "Wrong")]);
    assert.deepEqual((await titles()).toSorted(), ["Explain with GLM", "Fix with GLM"]);
  });
});

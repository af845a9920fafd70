import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { watchOverrides } from "../../src/features/account/overrides.ts";
import { Disposables } from "../../src/host/disposables.ts";
import { readSettingsFile, settingsFiles } from "../../src/host/settingsFiles.ts";
import { isInsideWorkspace } from "../../src/host/writable.ts";
import { until } from "./support/codeActions.ts";

const [open] = vscode.workspace.workspaceFolders ?? [];
if (!open) throw new Error("these tests need an open folder");
const root = open.uri.fsPath;
let elsewhere: string;

before(() => {
  elsewhere = realpathSync(mkdtempSync(path.join(tmpdir(), "glm-trust-")));
});
after(() => rmSync(elsewhere, { recursive: true, force: true }));

const inside = (file: string) => isInsideWorkspace(vscode.Uri.file(file));

describe("what is in the open folder, and so waits for trust", () => {
  it("is every file below it, also one that is not there yet", async () => {
    assert.equal(await inside(path.join(root, "src", "price.ts")), true);
    assert.equal(await inside(path.join(root, "not", "yet", "there.png")), true);
    assert.equal(await inside(root), true);
  });

  it("is what a link from outside leads to", async () => {
    symlinkSync(path.join(root, "src"), path.join(elsewhere, "linked"));
    symlinkSync(path.join(root, "src", "price.ts"), path.join(elsewhere, "price.ts"));
    assert.equal(await inside(path.join(elsewhere, "linked", "price.ts")), true);
    assert.equal(await inside(path.join(elsewhere, "linked", "new.png")), true);
    assert.equal(await inside(path.join(elsewhere, "price.ts")), true);
  });

  it("is nothing else", async () => {
    assert.equal(await inside(path.join(elsewhere, "price.ts.png")), false);
    assert.equal(await inside(`${root}-beside/price.ts`), false);
    const { uri } = await vscode.workspace.openTextDocument({ content: "x" });
    assert.equal(await isInsideWorkspace(uri), false);
  });
});

describe("settings that the folder tries to set", () => {
  const settings = path.join(root, ".vscode", "settings.json");
  const shown: string[] = [];
  const own = vscode.window.showWarningMessage;
  const owner = new Disposables();
  const window: { showWarningMessage: unknown } = vscode.window;

  before(() => {
    window.showWarningMessage = (message: string) => {
      shown.push(message.slice(message.indexOf(": ") + 2));
      return Promise.resolve(undefined);
    };
    mkdirSync(path.dirname(settings), { recursive: true });
  });
  after(() => {
    owner.dispose();
    window.showWarningMessage = own;
    rmSync(settings);
  });

  it("are told before anything else happens, and again when there are more; none twice", async () => {
    writeFileSync(settings, `{ "glm.platform": "custom" }`);
    await watchOverrides(owner);
    assert.deepEqual(shown.splice(0), [".vscode/settings.json (glm.platform)"]);
    writeFileSync(settings, `{ "glm": { "platform": "zai", "model": { "chat": "x" } } }`);
    await until(() => shown.length > 0, "the second attempt");
    assert.deepEqual(shown.splice(0), [".vscode/settings.json (glm.model.chat)"]);
  });

  it("have no effect", () => {
    const configuration = vscode.workspace.getConfiguration();
    for (const id of ["glm.platform", "glm.model.chat"]) {
      const found = configuration.inspect(id);
      assert.deepEqual([found?.workspaceValue, found?.workspaceFolderValue], [undefined, undefined]);
      assert.equal(configuration.get(id), found?.globalValue ?? found?.defaultValue);
    }
  });

  it("are not looked for in a file that nobody wrote by hand", async () => {
    writeFileSync(settings, `{ "glm.model.edit": "x", ${" ".repeat(1024 * 1024)} }`);
    const [file] = settingsFiles();
    assert.ok(file);
    assert.equal(await readSettingsFile(file), "");
    writeFileSync(settings, "{}");
    assert.equal(await readSettingsFile(file), "{}");
  });
});

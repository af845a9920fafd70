import assert from "node:assert/strict";
import * as vscode from "vscode";

/** Part of what users may have bound to keys or put into tasks; must never change or vanish. */
const stableCommands = [
  "glm.chat.focus",
  "glm.chat.new",
  "glm.setApiKey",
  "glm.clearApiKey",
  "glm.selectModel",
  "glm.explain",
  "glm.fix",
  "glm.ocr",
  "glm.generateImage",
  "glm.showLog",
];

describe("activation", () => {
  const extension = vscode.extensions.getExtension("glm-sidekick.glm-sidekick");

  it("is present", () => {
    assert.ok(extension, "glm-sidekick.glm-sidekick is not among the extensions of this host");
  });

  it("activates without an error", async () => {
    await extension?.activate();
    assert.equal(extension?.isActive, true);
  });

  it("registers every command that it contributes", async () => {
    assert.ok(extension);
    const { contributes } = extension.packageJSON as { contributes: { commands: { command: string }[] } };
    assert.ok(contributes.commands.length > 20);
    const known = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).filter((id) => !known.has(id)),
      [],
    );
  });

  it("contributes every stable command", async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      stableCommands.filter((id) => !known.has(id)),
      [],
    );
  });
});

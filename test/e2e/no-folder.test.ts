import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { imageSize } from "image-size";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { paygKey } from "../zai-server/accounts.ts";
import { clickToast, giveKey, toast } from "./support/actions.ts";
import {
  answerFileDialog,
  cleanUp,
  documentOf,
  openFile,
  openUntitled,
  settled,
  titleButton,
} from "./support/editor.ts";
import { imageSteps } from "./support/imageSteps.ts";
import { openVSCode, sampleProject, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

const broken = "function last(list) {\n  return list[list.length];\n}\n";

describe("without a folder", () => {
  const say = wordsOf("en");
  const accept = say.command("fixAccept").replace("GLM: ", "");
  let session: VSCodeSession;
  let home: string;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "glm-home-"));
    session = await openVSCode({
      workspace: "none",
      settings: { "glm.platform": "zai", "files.autoSave": "off" },
      env: { HOME: home },
    });
    await giveKey(session, paygKey);
  });
  afterAll(async () => {
    await session.close();
    rmSync(home, { recursive: true, force: true });
  });
  beforeEach(() => cleanUp(session));

  it("explains code that was never saved", async () => {
    await openUntitled(session, broken, "javascript", { line: 2 });
    await session.palette(say.command("explain"));
    const answer = session.chatFrame().locator("article.answer").last();
    await answer.locator(".usage").waitFor();
    expect(await answer.innerText()).toContain("last");
    await session.chatFrame().locator("article.user .chip", { hasText: "Untitled-1:1–3" }).waitFor();
  });

  it("fixes a file that was opened alone, without telling where it lies", async () => {
    const path = join(home, "alone.js");
    await session.host("await require('node:fs/promises').writeFile(args.path, args.text)", { path, text: broken });
    await openFile(session, path, { line: 2 });
    await session.palette(say.command("fix"));
    await titleButton(session, accept).waitFor();
    await titleButton(session, accept).click();
    await until(async () => (await documentOf(session, path)).text !== broken, "the fix");
    expect((await documentOf(session, path)).text).toContain("list[list.length - 1]");
    const request = JSON.stringify(session.simulator.requests.at(-1)?.body);
    expect(request).toContain("alone.js");
    expect(request).not.toContain(home);
    // The editor gets the focus back a moment after the diff has gone.
    await until(async () => {
      await session.page.keyboard.press("Control+z");
      return (await documentOf(session, path)).text === broken;
    }, "the undo");
  });

  it("reads a picture that is chosen in the file dialog", async () => {
    await session.palette(say.command("ocr"));
    await answerFileDialog(session, join(sampleProject, "docs/stack-trace.png"), say("Read text"));
    await session.page.locator(".tab.active", { hasText: "Untitled-" }).waitFor();
    await until(
      () => session.host("return vscode.window.activeTextEditor?.document.getText().includes('TypeError')"),
      "the text of the picture",
    );
  });

  it("asks where to save a picture, and keeps it when that is dismissed", async () => {
    const ask = imageSteps(session, say);
    await ask.open();
    await ask.typePrompt("A lonely lamp");
    await ask.next();
    await ask.choose("CogView-4");
    await ask.choose("1024x1024");
    await ask.saveDialog().waitFor();
    await settled(ask.saveDialog());
    await session.screenshot("image-save-dialog");
    await session.page.keyboard.press("Escape");
    const unsaved = say("The image is not saved yet.");
    await settled(toast(session, unsaved));
    await session.screenshot("image-not-saved");
    await clickToast(session, unsaved, say("Save As…"));
    const path = join(home, "a-lonely-lamp.png");
    await ask.saveAsProposed(path);
    await session.page.locator(".tab.active", { hasText: "a-lonely-lamp.png" }).waitFor();
    expect(imageSize(readFileSync(path))).toMatchObject({ width: 1024, height: 1024 });
    expect(home).not.toBe(homedir());
  });
});

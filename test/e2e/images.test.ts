import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { imageSize } from "image-size";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { paygKey } from "../zai-server/accounts.ts";
import { clickToast, giveKey, toast } from "./support/actions.ts";
import { cancelProgress, cleanUp, documentOf, fileIn, openFile, progressToast, settled } from "./support/editor.ts";
import { imageSteps } from "./support/imageSteps.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { itOnce } from "./support/once.ts";
import { wordsOf } from "./support/words.ts";

describe.each(["en", "zh-cn"] as const)("images (%s)", (locale) => {
  const say = wordsOf(locale);
  const generating = say("Generating image");
  let session: VSCodeSession;
  let folder: string;

  beforeAll(async () => {
    session = await openVSCode({ locale, settings: { "glm.platform": "zai", "files.autoSave": "off" } });
    folder = fileIn(session, "images");
    await giveKey(session, paygKey);
  });
  afterAll(() => session.close());
  beforeEach(async () => {
    await cleanUp(session);
    rmSync(folder, { recursive: true, force: true });
  });

  const steps = () => imageSteps(session, say);
  const sent = () => session.simulator.requests.filter(({ path }) => path.endsWith("/images/generations"));
  const saved = (name: string) => say("Image saved as {0}", `images/${name}`);

  it("asks for prompt, model and size, saves the picture and inserts its link", async () => {
    const readme = fileIn(session, "README.md");
    await openFile(session, readme, { line: 2 });
    const before = (await documentOf(session, readme)).text;
    const ask = steps();
    await ask.open();
    await ask.typePrompt("A red kettle: ../on [the] hob?");
    await session.screenshot("image-1-prompt");
    await ask.next();
    await settled(ask.row("CogView-4"));
    await session.screenshot("image-2-model");
    await ask.choose("CogView-4");
    await settled(ask.row("1344x768"));
    await session.screenshot("image-3-size");
    await ask.choose("1344x768");

    const name = "a-red-kettle-on-the-hob.png";
    await settled(toast(session, saved(name)));
    await session.page.locator(".tab.active", { hasText: name }).waitFor();
    expect(imageSize(readFileSync(`${folder}/${name}`))).toMatchObject({ width: 1344, height: 768, type: "png" });
    expect(readdirSync(folder)).toEqual([name]);
    expect(sent().map(({ body }) => body)).toEqual([
      { model: "cogview-4-250304", prompt: "A red kettle: ../on [the] hob?", size: "1344x768" },
    ]);
    await session.page
      .locator(".editor-instance .image-preview, .editor-instance iframe, iframe.webview.ready")
      .first()
      .waitFor();
    await session.screenshot("image-result");

    await clickToast(session, saved(name), say("Insert link"));
    const link = String.raw`![A red kettle: ../on \[the\] hob?](images/${name})`;
    await until(async () => (await documentOf(session, readme)).text !== before, "the link in the document");
    expect((await documentOf(session, readme)).text).toBe(before.replace("\n", `\n${link}`));
    await session.page.locator(".tab.active", { hasText: "README.md" }).waitFor();
  });

  itOnce(locale, "never replaces a picture, and copies its link", async () => {
    mkdirSync(folder);
    for (const name of ["海边的纸船.png", "海边的纸船-2.png"]) {
      const ask = steps();
      await ask.open();
      await ask.typePrompt("海边的纸船");
      await ask.next();
      await ask.choose("CogView-4");
      await ask.choose("1024x1024");
      await toast(session, saved(name)).waitFor();
    }
    expect(readdirSync(folder).toSorted()).toEqual(["海边的纸船-2.png", "海边的纸船.png"].toSorted());
    await clickToast(session, saved("海边的纸船-2.png"), say("Copy link"));
    await session.page.locator(".statusbar-item", { hasText: say("Link copied") }).waitFor();
    expect(await session.page.evaluate(() => navigator.clipboard.readText())).toBe(
      "![海边的纸船](images/海边的纸船-2.png)",
    );
  });

  itOnce(
    locale,
    "takes no empty prompt and no size that the model refuses, and goes back without losing anything",
    async () => {
      const ask = steps();
      await ask.open();
      await ask.typePrompt("  ");
      await ask.next();
      await ask.message(say("Describe the picture in a few words.")).waitFor();
      await ask.typePrompt("A green door");
      await ask.next();
      await ask.choose("GLM-Image");
      await ask.choose(say("Custom size…"));
      // Typed any earlier it would filter the list of sizes, which is still there.
      await ask
        .message(say("Width x height in pixels: sides from {0} to {1}, divisible by {2}", 1024, 2048, 32))
        .waitFor();
      await ask.type("1000 x 1000");
      await ask.next();
      await ask.message(say("{0} takes sides from {1} to {2} pixels.", "GLM-Image", 1024, 2048)).waitFor();
      await session.screenshot("image-size-refused");
      await ask.back();
      await ask.row("1280x1280").waitFor();
      await ask.back();
      await ask.row("CogView-4").waitFor();
      await ask.back();
      await ask.prompted("A green door");
      await session.page.keyboard.press("Escape");
      await ask.input().waitFor({ state: "hidden" });
      expect(session.simulator.requests).toEqual([]);
    },
  );

  itOnce(locale, "stops at once on Cancel, and keeps the prompt", async () => {
    session.simulator.setScenario({ name: "image-slow", value: 60_000, match: "/images/generations" });
    const ask = steps();
    await ask.open();
    await ask.typePrompt("A slow boat");
    await ask.next();
    await ask.choose("CogView-4");
    await ask.choose("1024x1024");
    await until(() => sent().length === 1, "the request");
    await settled(progressToast(session, generating).filter({ hasText: "api.z.ai" }));
    await session.screenshot("image-progress");
    await cancelProgress(session, generating);
    await until(() => sent()[0]?.aborted === true, "the connection to be closed");
    expect(await session.page.locator(".notification-toast").count()).toBe(0);
    expect(existsSync(folder)).toBe(false);
    await ask.open();
    await ask.prompted("A slow boat");
  });

  it("says why there is no picture, and asks again with everything filled in", async () => {
    const sentence = say(
      "The service could not finish this, often for content safety. Change the prompt and try again.",
    );
    session.simulator.setScenario({ name: "image-fail", times: 1, match: "/async/images/generations" });
    const ask = steps();
    await ask.open();
    await ask.typePrompt("A picture that fails");
    await ask.next();
    await ask.choose("GLM-Image");
    await ask.choose("1056x1568");
    await settled(toast(session, sentence));
    await session.screenshot("image-failed");
    await clickToast(session, sentence, say("Retry"));
    await ask.prompted("A picture that fails");
    await ask.typePrompt("A picture that works");
    await ask.next();
    await ask.active("GLM-Image").waitFor();
    await ask.next();
    await ask.active("1056x1568").waitFor();
    await ask.back();
    // The other model answers at once.
    await ask.choose("CogView-4");
    await ask.choose("864x1152");
    await toast(session, saved("a-picture-that-works.png")).waitFor();
    const picture = readFileSync(`${folder}/a-picture-that-works.png`);
    expect(imageSize(picture)).toMatchObject({ width: 864, height: 1152 });
  });

  it("keeps a picture that cannot be saved until the user says where", async () => {
    await session.host("await require('node:fs/promises').writeFile(args, 'in the way')", folder);
    const sentence = say(
      "A file named {0} is in the way, so the image is not saved yet. Choose where it should go.",
      "images",
    );
    const ask = steps();
    await ask.open();
    await ask.typePrompt("A stubborn mule");
    await ask.next();
    await ask.choose("CogView-4");
    await ask.choose("1024x1024");
    await settled(toast(session, sentence));
    await session.screenshot("image-in-the-way");
    await clickToast(session, sentence, say("Save As…"));
    await ask.saveAsProposed(fileIn(session, "a-stubborn-mule.png"));
    await toast(session, say("Image saved as {0}", "a-stubborn-mule.png")).waitFor();
    const picture = readFileSync(fileIn(session, "a-stubborn-mule.png"));
    expect(imageSize(picture)).toMatchObject({ width: 1024, height: 1024 });
    expect(readFileSync(folder, "utf8")).toBe("in the way");
  });
});

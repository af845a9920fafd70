import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { paygKey, planKey } from "../zai-server/accounts.ts";
import { clickToast, giveKey, toast } from "./support/actions.ts";
import {
  answerFileDialog,
  cancelProgress,
  cleanUp,
  fileIn,
  openMenu,
  pickOpen,
  progressToast,
  settled,
  titleButton,
} from "./support/editor.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { itOnce } from "./support/once.ts";
import { wordsOf } from "./support/words.ts";

describe.each(["en", "zh-cn"] as const)("OCR (%s)", (locale) => {
  const say = wordsOf(locale);
  const command = say.command("ocr").replace("GLM: ", "");
  const another = say("Choose another file");
  let session: VSCodeSession;
  let picture: string;
  let pdf: string;

  beforeAll(async () => {
    session = await openVSCode({ locale, settings: { "glm.platform": "zai", "files.autoSave": "off" } });
    picture = fileIn(session, "docs/stack-trace.png");
    pdf = fileIn(session, "docs/delivery-note.pdf");
    await giveKey(session, paygKey);
  });
  afterAll(() => session.close());
  beforeEach(() => cleanUp(session));

  const sent = () => session.simulator.requests.filter(({ path }) => path.endsWith("/layout_parsing"));
  const start = (path: string) =>
    session.host("void vscode.commands.executeCommand('glm.ocr', vscode.Uri.file(args))", path);
  /** A row of the list that asks how to read. */
  const way = (label: string) => session.page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first();
  /** The unsaved Markdown document in front, once it is there. */
  const result = async (): Promise<string> => {
    await session.page.locator(".tab.active", { hasText: "Untitled-" }).waitFor();
    const read = () =>
      session.host<{ text: string; language: string } | null>(
        `const { document } = vscode.window.activeTextEditor ?? {}
         return document?.isUntitled ? { text: document.getText(), language: document.languageId } : null`,
      );
    await until(async () => (await read()) !== null, "the result in front");
    const found = await read();
    expect(found?.language).toBe("markdown");
    return found?.text ?? "";
  };
  const refuses = async (file: string, bytes: Uint8Array | string, sentence: string): Promise<void> => {
    const path = fileIn(session, file);
    writeFileSync(path, bytes);
    await start(path);
    await settled(toast(session, sentence));
    expect(session.simulator.requests).toEqual([]);
  };

  it("reads a picture from its menu in the Explorer", async () => {
    await session.host("await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(args))", picture);
    const row = session.page.locator(".explorer-folders-view .monaco-list-row", { hasText: "stack-trace.png" });
    await openMenu(session, row, command);
    await session.screenshot("ocr-explorer-menu");
    await pickOpen(session, command);
    const text = await result();
    expect(text).toContain("TypeError: Cannot read properties of undefined");
    expect(text).toMatch(/src\/price\.ts:11:24/);
    expect(sent()).toHaveLength(1);
    await session.screenshot("ocr-result");
  });

  itOnce(locale, "reads a PDF that is chosen from the palette", async () => {
    await session.palette(say.command("ocr"));
    await session.page.locator(".quick-input-title", { hasText: say("Choose images or PDFs to read") }).waitFor();
    await session.screenshot("ocr-file-dialog");
    await answerFileDialog(session, pdf, say("Read text"));
    const text = await result();
    expect(text).toContain("Delivery note 2041");
    expect(text).toContain("Total: 27.50");
    expect(sent()).toMatchObject([
      { body: { file: expect.stringMatching(/^data:application\/pdf;base64,/) as string } },
    ]);
  });

  // Not right before another refusal: VS Code shows no more than three messages in 0.8 seconds.
  it("refuses what is too big, empty, damaged or no picture before anything is sent", async () => {
    const png = Buffer.alloc(11 * 1024 * 1024);
    // A valid head: it is the size that must be refused, not a broken file.
    Buffer.from("89504e470d0a1a0a0000000d4948445200000064000000640802000000ff800203", "hex").copy(png);
    const big = say(
      "{0} is {1} MB. OCR takes pictures of up to {2} MB: make it smaller or save it as JPG, then try again.",
      "big.png",
      11,
      10,
    );
    await refuses("big.png", png, big);
    await session.screenshot("ocr-too-big");
    await refuses("empty.png", "", say("{0} is empty. Save it again, or choose another file.", "empty.png"));
    const cut = say(
      "{0} begins like a {1} picture, but is damaged or incomplete. Save or export it again, then try again.",
      "cut.png",
      "PNG",
    );
    await refuses("cut.png", png.subarray(0, 12), cut);
    await toast(session, big).getByRole("button", { name: another }).waitFor();
  });

  it("reads the picture in front from its title, and opens the text beside it", async () => {
    await session.host(
      "await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(args), { preview: false })",
      picture,
    );
    await titleButton(session, command).click();
    expect(await result()).toContain("Process exited with code 1");
    expect(await session.host("return vscode.window.tabGroups.all.length")).toBe(2);
    await session.screenshot("ocr-beside");
  });

  it("offers to open a text file that is called a picture as text", async () => {
    const sentence = say("{0} is a text file, whatever its name says. It needs no OCR: open it as text.", "notes.png");
    await refuses("notes.png", "# Just some notes\n", sentence);
    await session.screenshot("ocr-text-file");
    await clickToast(session, sentence, say("Open as text"));
    await session.page.locator(".editor-instance .view-line", { hasText: "# Just some notes" }).waitFor();
    expect(session.simulator.requests).toEqual([]);
  });

  itOnce(locale, "goes on to another file after a refused one", async () => {
    const sentence = say("{0} is empty. Save it again, or choose another file.", "nothing.png");
    await refuses("nothing.png", "", sentence);
    await clickToast(session, sentence, another);
    await session.page.locator(".quick-input-title", { hasText: say("Choose images or PDFs to read") }).waitFor();
    await answerFileDialog(session, picture, say("Read text"));
    expect(await result()).toContain("TypeError");
  });

  itOnce(locale, "stops at once on Cancel", async () => {
    session.simulator.setScenario({ name: "stall-first", match: "/layout_parsing" });
    await start(picture);
    await until(() => sent().length === 1, "the request");
    await settled(progressToast(session, say("Reading {0}", "stack-trace.png")).filter({ hasText: "api.z.ai" }));
    await session.screenshot("ocr-progress");
    await cancelProgress(session, say("Reading {0}", "stack-trace.png"));
    await until(() => sent()[0]?.aborted === true, "the connection to be closed");
    expect(await session.page.locator(".notification-toast").count()).toBe(0);
    expect(await session.host("return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length")).toBe(0);
  });

  it("tells an error in words, and tries again on request", async () => {
    const sentence = say("The service blocked this content under its safety rules. Change the wording and try again.");
    session.simulator.setScenario({ name: "1301", times: 1, match: "/layout_parsing" });
    await start(picture);
    await settled(toast(session, sentence));
    await session.screenshot("ocr-refused");
    await clickToast(session, sentence, say("Retry"));
    expect(await result()).toContain("TypeError");
  });

  const choose = async (label: string): Promise<void> => {
    await settled(way(label));
    await way(label).click();
  };

  // Last, as it changes platform and key.
  describe("on a Coding Plan", () => {
    const question = say("{0} does not include this. Use pay-as-you-go for it?", say("Z.AI Coding Plan"));
    const dialog = () => session.page.locator(".monaco-dialog-box", { hasText: question });
    const service = say("Read with the OCR service");

    beforeAll(async () => {
      await session.host("await vscode.workspace.getConfiguration('glm').update('platform', 'zai-coding', true)");
      await giveKey(session, planKey);
    });

    it("asks before the balance is billed, and sends nothing on Cancel", async () => {
      await start(picture);
      await choose(service);
      await dialog().waitFor();
      await session.screenshot("ocr-consent");
      await dialog().getByRole("button", { name: "Cancel", exact: true }).click();
      await dialog().waitFor({ state: "detached" });
      expect(session.simulator.requests).toEqual([]);
      expect(await session.page.locator(".notification-toast").count()).toBe(0);
    });

    it("reads a picture with a model of the plan, which the document names", async () => {
      await start(picture);
      await settled(way(say("Read with {0}", "GLM-5.3-Flash")));
      await session.screenshot("ocr-plan-ways");
      await choose(say("Read with {0}", "GLM-5.3-Flash"));
      const text = await result();
      expect(text).toContain("TypeError");
      expect(text).toContain(say("Read with {0}, not by the OCR service. Check names and figures.", "GLM-5.3-Flash"));
      const chats = session.simulator.requests.filter(({ path }) => path.endsWith("/chat/completions"));
      expect(chats).toMatchObject([{ path: "/api/coding/paas/v4/chat/completions", body: { model: "glm-5.3-flash" } }]);
      expect(sent()).toEqual([]);
    });

    it("says of a PDF that it needs pay-as-you-go", async () => {
      await start(pdf);
      await dialog().waitFor();
      const reason = say(
        "Only the OCR service reads PDFs, and it needs pay-as-you-go. {0} reads pictures on your plan.",
        "GLM-5.3-Flash",
      );
      await dialog().getByText(reason).waitFor();
      await session.screenshot("ocr-pdf-on-plan");
      await dialog().getByRole("button", { name: "Cancel", exact: true }).click();
      await dialog().waitFor({ state: "detached" });
      expect(session.simulator.requests).toEqual([]);
    });

    it("says what to do when the balance that was agreed to is empty", async () => {
      const empty = say(
        "Your Coding Plan does not include this, and the balance that would pay for it is empty. Recharge it, then try again.",
      );
      await start(picture);
      await choose(service);
      await dialog()
        .getByRole("button", { name: say("Use pay-as-you-go"), exact: true })
        .click();
      await toast(session, empty)
        .getByRole("button", { name: say("Recharge"), exact: true })
        .waitFor();
      await settled(toast(session, empty));
      await session.screenshot("ocr-no-balance");
      expect(sent()).toMatchObject([{ path: "/api/paas/v4/layout_parsing", status: 429 }]);
    });
  });
});

import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bothHosts } from "../../src/core/keyWords.ts";
import { paygKey } from "../zai-server/accounts.ts";
import { answerInput, clickToast, dismissToasts, giveKey, toast } from "./support/actions.ts";
import {
  cancelProgress,
  cleanUp,
  diffSide,
  documentOf,
  documentWith,
  editorLines,
  fileIn,
  openFile,
  openLightbulb,
  openMenu,
  openUntitled,
  pickFromMenu,
  pickOpen,
  progressToast,
  replaceIn,
  settled,
  titleButton,
} from "./support/editor.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { itOnce } from "./support/once.ts";
import { wordsOf } from "./support/words.ts";

const wrongLoop = "i < items.length - 1;";
const rightLoop = "i < items.length;";
const total = { lines: [8, 15] } as const;

describe.each(["en", "zh-cn"] as const)("explain and fix (%s)", (locale) => {
  const say = wordsOf(locale);
  const name = (key: string): string => say.command(key).replace("GLM: ", "");
  const sentence = {
    explainCode: say("Explain what this code does and point out anything surprising."),
    explainProblem: say("Explain what this problem means and how to fix it."),
    empty: say("{0} is empty. Write or paste some code first.", "empty.ts"),
    conflict: say("The code in {0} changed after the fix was asked for, so nothing was written.", "price.ts"),
    noKey: say(
      "Set an API key to start. It is kept in VS Code's secret storage and sent only to {0}.",
      bothHosts(locale),
    ),
    rejected: say("{0} does not accept this key. Keys from z.ai and bigmodel.cn are not interchangeable.", "api.z.ai"),
    busy: say("The service is busy and asks to wait for {0} min. Try again after that.", 2),
  };
  let session: VSCodeSession;
  let price: string;
  let original: string;
  let fixed: string;

  beforeAll(async () => {
    session = await openVSCode({ locale, settings: { "glm.platform": "zai", "files.autoSave": "off" } });
    price = fileIn(session, "src/price.ts");
    original = readFileSync(price, "utf8");
    fixed = original.replace(wrongLoop, rightLoop);
    await giveKey(session, paygKey);
  });
  afterAll(() => session.close());
  beforeEach(async () => {
    await cleanUp(session);
    expect(readFileSync(price, "utf8"), "no test saves the file").toBe(original);
  });

  const chats = () => session.simulator.requests.filter(({ path }) => path.endsWith("/chat/completions"));
  /** The last question with its context, without the conversation before it. */
  const asked = (): string => {
    const request = chats().at(-1);
    if (!request) throw new Error("nothing was asked");
    const { messages } = request.body as { messages: { content: string }[] };
    return messages.at(-1)?.content ?? "";
  };
  const chip = (text: string): Locator =>
    session.chatFrame().locator("article.user").last().locator(".chip", { hasText: text });
  const codeLine = (): Locator => editorLines(session).filter({ hasText: "sum += item.cents" }).first();

  /** What the chat answers to the question that `start` makes it ask. */
  const explained = async (question: string, start: () => Promise<void>): Promise<string> => {
    const frame = session.chatFrame();
    const before = await frame.locator("article.answer").count();
    await start();
    const answer = frame.locator("article.answer").nth(before);
    await answer.locator(".usage").waitFor();
    expect(await frame.locator("article.user").last().innerText()).toContain(question);
    return answer.innerText();
  };
  const startFix = async (): Promise<void> => {
    await openFile(session, price, total);
    await session.startCommand("glm.fix");
  };
  const fixReady = () => titleButton(session, name("fixAccept")).waitFor();
  const fixTotal = async (): Promise<void> => {
    await startFix();
    await fixReady();
  };
  const diffGone = () => session.page.locator(".monaco-diff-editor").first().waitFor({ state: "detached" });

  describe("explain", () => {
    it("asks about the selection from the menu of the right mouse button", async () => {
      await openFile(session, price, total);
      await openMenu(session, codeLine(), "GLM", name("explain"));
      await session.screenshot("context-menu");
      const text = await explained(sentence.explainCode, () => pickOpen(session, name("explain")));
      await chip("price.ts:8–15").waitFor();
      expect(text).toContain("src/price.ts:8-15");
      expect(text).toContain("total");
      expect(asked()).toContain(original.split("\n").slice(7, 15).join("\n"));
      expect(asked()).not.toContain("discounted");
      await session.screenshot("explain-answer");
    });

    itOnce(locale, "takes the function around the cursor when nothing is selected", async () => {
      await openFile(session, price, { line: 19, column: 5 });
      const text = await explained(sentence.explainCode, () => session.palette(say.command("explain")));
      expect(text).toContain("discounted");
      await chip("price.ts:18–20").waitFor();
      expect(asked()).not.toContain("sum += item.cents");
    });

    itOnce(locale, "takes the problem under the cursor from the lightbulb", async () => {
      await openFile(session, price, { line: 10, column: 20 });
      await session.host(
        `const made = vscode.languages.createDiagnosticCollection("e2e")
         globalThis.e2eProblems = made
         const problem = new vscode.Diagnostic(new vscode.Range(9, 18, 9, 38), "The last element is never visited.", 0)
         problem.source = "e2e"
         made.set(vscode.Uri.file(args), [problem])`,
        price,
      );
      try {
        const entry = await openLightbulb(session, say("Explain with GLM"));
        await session.page.locator(".action-widget .action", { hasText: say("Fix with GLM") }).waitFor();
        await session.screenshot("lightbulb");
        await explained(sentence.explainProblem, () => entry.click());
        await chip("price.ts:8–15").waitFor();
        await chip(say("1 problem")).waitFor();
        expect(asked()).toContain("line 10, error: The last element is never visited. (e2e)");
      } finally {
        await session.host("globalThis.e2eProblems.dispose()");
      }
    });

    itOnce(locale, "takes code that was never saved", async () => {
      await openUntitled(session, "const double = (n) => n + n;\n", "javascript", { line: 1, column: 3 });
      const text = await explained(sentence.explainCode, () => session.palette(say.command("explain")));
      expect(text).toContain("double");
      await chip("Untitled-1:1").waitFor();
    });

    it("says what to do in an empty file and without a file", async () => {
      writeFileSync(fileIn(session, "empty.ts"), "\n  \n");
      await openFile(session, fileIn(session, "empty.ts"));
      await session.palette(say.command("explain"));
      await toast(session, sentence.empty).waitFor();
      await cleanUp(session);
      await session.palette(say.command("explain"));
      await toast(session, say("Open a file and put the cursor on the code first.")).waitFor();
      expect(session.simulator.requests).toEqual([]);
    });
  });

  describe("fix", () => {
    it("writes what was accepted as one undo step and does not save", async () => {
      await openFile(session, price, total);
      await pickFromMenu(session, codeLine(), "GLM", name("fix"));
      await fixReady();
      await diffSide(session, "modified").locator(".line-insert").first().waitFor();
      for (const theme of ["light", "hc-dark", "hc-light", "dark"] as const) {
        await session.setTheme(theme);
        await session.screenshot(theme === "dark" ? "fix-ready" : `fix-ready-${theme}`);
      }
      expect((await documentOf(session, price)).text).toBe(original);

      await titleButton(session, name("fixAccept")).click();
      expect(await documentWith(session, price, fixed)).toMatchObject({ dirty: true });
      await diffGone();
      expect(readFileSync(price, "utf8")).toBe(original);
      await session.page.locator(".statusbar-item", { hasText: "Ln 10, Col 1" }).waitFor();
      await editorLines(session).first().click();
      await session.page.keyboard.press("Control+z");
      expect(await documentWith(session, price, original)).toMatchObject({ dirty: false });
      expect(chats()).toHaveLength(1);
    });

    itOnce(locale, "leaves the text alone when rejected", async () => {
      await fixTotal();
      const before = await documentOf(session, price);
      await titleButton(session, name("fixReject")).click();
      await diffGone();
      await editorLines(session).first().waitFor();
      expect(await documentOf(session, price)).toEqual(before);
      expect(before).toMatchObject({ text: original, dirty: false });
    });

    itOnce(locale, "finds its lines again when the file changed elsewhere", async () => {
      await fixTotal();
      const above = "/** One line of an order. */\n// in cents, not euros\nexport interface Item {";
      await replaceIn(session, price, "export interface Item {", above);
      await replaceIn(session, price, "cents - cents * percent", "cents - (cents * percent) / 100");
      const changed = (await documentOf(session, price)).text;
      await titleButton(session, name("fixAccept")).click();
      await documentWith(session, price, changed.replace(wrongLoop, rightLoop));
      await diffGone();
      await session.page.locator(".statusbar-item", { hasText: "Ln 12, Col 1" }).waitFor();
      await session.page.keyboard.press("Control+z");
      await documentWith(session, price, changed);
    });

    it("writes nothing when its own lines changed, and offers to fix again", async () => {
      await fixTotal();
      await replaceIn(session, price, "sum += item.cents", "sum += 2 * item.cents");
      const changed = (await documentOf(session, price)).text;
      await titleButton(session, name("fixAccept")).click();
      await settled(toast(session, sentence.conflict));
      await session.screenshot("fix-conflict");
      expect((await documentOf(session, price)).text).toBe(changed);

      await clickToast(session, sentence.conflict, say("Fix again"));
      await diffSide(session, "original").getByText("2 * item.cents").waitFor();
      await fixReady();
      expect(chats()).toHaveLength(2);
      await titleButton(session, name("fixAccept")).click();
      await documentWith(session, price, changed.replace(wrongLoop, rightLoop));
    });

    itOnce(locale, "keeps Windows line ends", async () => {
      const path = fileIn(session, "src/windows.ts");
      const source = original.replaceAll("\n", "\r\n");
      writeFileSync(path, source);
      await openFile(session, path, total);
      await session.palette(say.command("fix"));
      await fixReady();
      await titleButton(session, name("fixAccept")).click();
      expect(await documentWith(session, path, source.replace(wrongLoop, rightLoop))).toMatchObject({ eol: "\r\n" });
    });

    itOnce(locale, "is accepted by a key in code that was never saved", async () => {
      const lines = original.split("\n").slice(7, 15).join("\n");
      const path = await openUntitled(session, lines, "typescript", { line: 4, column: 3 });
      await session.palette(say.command("fix"));
      await fixReady();
      await session.page.keyboard.press("Control+Shift+Enter");
      await documentWith(session, path, lines.replace(wrongLoop, rightLoop));
    });

    it("refuses a read-only file before anything is sent", async () => {
      const path = fileIn(session, "src/locked.ts");
      writeFileSync(path, original);
      chmodSync(path, 0o444);
      await openFile(session, path, total);
      await session.palette(say.command("fix"));
      const text = say(
        "{0} is read-only, so a fix could not be written to it. Work on a copy, or ask for an explanation.",
        "locked.ts",
      );
      await settled(toast(session, text));
      await session.screenshot("fix-read-only");
      expect(session.simulator.requests).toEqual([]);
      await clickToast(session, text, say("Open a copy"));
      await session.page.locator(".tab.active", { hasText: "Untitled-" }).waitFor();
      expect((await documentOf(session, "Untitled-1")).text).toBe(original);
    });

    it("says when there is nothing to change", async () => {
      await openUntitled(session, "export const one = 1;\n", "typescript");
      await session.palette(say.command("fix"));
      const text = say("The model sees nothing to change here in {0}. An explanation may tell why.", "Untitled-1");
      await toast(session, text).waitFor();
      expect(await session.page.locator(".monaco-diff-editor").count()).toBe(0);
    });

    itOnce(locale, "streams into the diff and stops at once on Cancel", async () => {
      const path = fileIn(session, "src/long.ts");
      // The mistake is in the first lines, and so much follows that the stream cannot end before it is cancelled.
      const after = Array.from({ length: 60 }, (_, n) => `export const constant${n} = ${n};`).join("\n");
      const long = `${original.split("\n").slice(7, 15).join("\n")}\n${after}\n`;
      writeFileSync(path, long);
      session.simulator.setScenario({ name: "slow", value: 50, match: "/chat/completions" });
      await openFile(session, path, { lines: [1, 60] });
      await session.startCommand("glm.fix");
      await diffSide(session, "modified").locator(".line-insert").first().waitFor();
      await titleButton(session, name("fixReject")).waitFor();
      expect(await titleButton(session, name("fixAccept")).count(), "not to be accepted yet").toBe(0);
      expect(chats()[0]).toMatchObject({ finishedAt: undefined, aborted: false });
      await session.screenshot("fix-streaming");
      await cancelProgress(session, say("Fixing {0}", "long.ts"));
      await until(() => chats()[0]?.aborted === true, "the connection to be closed");
      await diffGone();
      expect(await documentOf(session, path)).toMatchObject({ text: long, dirty: false });
      expect(await session.page.locator(".notification-toast").count(), "a Cancel needs no message").toBe(0);
    });

    it("waits for a busy service in sight, and carries on", async () => {
      session.simulator.setScenario({ name: "1302", times: 1, retryAfter: 3, match: "/chat/completions" });
      await startFix();
      // The line goes on after the sentence, so its last dot is not there. It begins with 3 and must count down.
      const left = [2, 1].map((n) => say("The service is busy. Trying again in {0} s.", n).slice(0, -1));
      await settled(session.page.locator(".notification-toast", { hasText: new RegExp(left.join("|")) }));
      await session.screenshot("fix-busy");
      await fixReady();
      expect(chats().map(({ status }) => status)).toEqual([429, 200]);
    });

    it("tells a refusal in words, and tries again on request", async () => {
      // More than a minute is not waited for silently, which spares this test the three attempts.
      session.simulator.setScenario({ name: "1302", times: 1, retryAfter: 90, match: "/chat/completions" });
      await startFix();
      await progressToast(session, say("Fixing {0}", "price.ts")).waitFor({ state: "detached" });
      await settled(toast(session, sentence.busy));
      await session.screenshot("fix-refused");
      expect(await documentOf(session, price)).toMatchObject({ text: original, dirty: false });
      await clickToast(session, sentence.busy, say("Retry"));
      await fixReady();
    });

    it("keeps what arrived readable when the connection breaks, without Accept", async () => {
      session.simulator.setScenario({ name: "error-mid", match: "/chat/completions" });
      await startFix();
      await session.page.locator(".notification-toast .codicon-error").waitFor();
      expect(await titleButton(session, name("fixAccept")).count()).toBe(0);
      expect(await documentOf(session, price)).toMatchObject({ text: original, dirty: false });
    });

    it("asks for another key when the service does not accept this one", async () => {
      session.simulator.setScenario({ name: "1002", times: 1, match: "/chat/completions" });
      await startFix();
      await progressToast(session, say("Fixing {0}", "price.ts")).waitFor({ state: "detached" });
      await toast(session, sentence.rejected)
        .getByRole("button", { name: say("Check platforms") })
        .waitFor();
      await settled(toast(session, sentence.rejected));
      await session.screenshot("fix-key-rejected");
      await clickToast(session, sentence.rejected, say("Set API key"));
      await session.page.locator(".quick-input-widget input[type=password]").waitFor();
      await session.page.keyboard.press("Escape");
    });

    // Last, as it takes the key away from the tests above.
    it("asks for a key first when there is none, then carries on", async () => {
      await session.startCommand("glm.clearApiKey");
      await toast(session, say("The API key for {0} was removed from this machine.", "api.z.ai")).waitFor();
      await dismissToasts(session);
      await startFix();
      await settled(toast(session, sentence.noKey));
      await session.screenshot("fix-no-key");
      expect(session.simulator.requests).toEqual([]);
      await clickToast(session, sentence.noKey, say("Set API key"));
      await answerInput(session, paygKey);
      await fixReady();
      await titleButton(session, name("fixAccept")).click();
      await documentWith(session, price, fixed);
    });
  });
});

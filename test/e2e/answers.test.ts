import { readFileSync, symlinkSync } from "node:fs";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { planKey } from "../zai-server/accounts.ts";
import { ask, finished, giveKey, toast } from "./support/actions.ts";
import { cleanUp, diffSide, documentWith, editorLines, fileIn, openFile, titleButton } from "./support/editor.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

const button = (place: Locator, name: string) => place.getByRole("button", { name, exact: true });

const fixedTotal = `export function total(items: Item[]): number {
  return items.reduce((sum, item) => sum + item.cents * item.quantity, 0);
}`;

describe("what an answer offers", () => {
  const say = wordsOf("en");
  const command = (key: string): string => say.command(key).replace("GLM: ", "");
  let session: VSCodeSession;
  let price: string;
  let original: string;

  beforeAll(async () => {
    session = await openVSCode({ settings: { "files.autoSave": "off" } });
    price = fileIn(session, "src/price.ts");
    original = readFileSync(price, "utf8");
    await giveKey(session, planKey);
  });
  afterAll(() => session.close());
  beforeEach(() => cleanUp(session));

  /** Asks a question that is answered with this text. */
  const answered = async (text: string): Promise<Locator> => {
    session.simulator.setScenario({ name: "say", text });
    const answer = await ask(session, "What now?");
    await finished(answer);
    return answer;
  };
  const activeFile = () =>
    session.host<{ path: string; line: number; language: string; text: string; untitled: boolean } | null>(
      `const editor = vscode.window.activeTextEditor
       return editor ? { path: editor.document.uri.path, line: editor.selection.active.line + 1, language: editor.document.languageId,
         text: editor.document.getText(), untitled: editor.document.isUntitled } : null`,
    );

  it("applies code to the file that it names, as a diff, in one step that can be undone", async () => {
    const answer = await answered(`Change \`src/price.ts\`:\n\n\`\`\`ts\n${fixedTotal}\n\`\`\``);
    await button(answer, "Apply code block 1 to a file").click();
    await titleButton(session, command("fixAccept")).waitFor();
    await diffSide(session, "modified").getByText("items.reduce").first().waitFor();
    await session.screenshot("answers-apply");
    await titleButton(session, command("fixAccept")).click();
    const start = original.indexOf("export function total");
    const end = original.indexOf("\n}", start) + 2;
    const changed = original.slice(0, start) + fixedTotal + original.slice(end);
    await documentWith(session, price, changed);
    await editorLines(session).first().click();
    await session.page.keyboard.press("Control+z");
    await documentWith(session, price, original);
    expect(readFileSync(price, "utf8"), "nothing was saved").toBe(original);
  });

  it("leaves the file alone when the change is rejected", async () => {
    const answer = await answered(`\`\`\`ts src/price.ts\n${fixedTotal}\n\`\`\``);
    await button(answer, "Apply code block 1 to a file").click();
    await titleButton(session, command("fixReject")).waitFor();
    await titleButton(session, command("fixReject")).click();
    await until(async () => (await activeFile())?.path === price, "the file in front");
    expect((await activeFile())?.text).toBe(original);
  });

  it("says so where the code has no place, and offers another way", async () => {
    const answer = await answered("```ts src/price.ts\n// ... existing code ...\nexport const vat = 19;\n```");
    await button(answer, "Apply code block 1 to a file").click();
    const message = toast(session, "This code leaves parts out");
    await message.waitFor();
    await button(message, "New file").click();
    await until(async () => (await activeFile())?.untitled === true, "a new file");
    expect(await activeFile()).toMatchObject({
      language: "typescript",
      text: expect.stringContaining("vat = 19") as unknown,
    });
  });

  it("opens code as a new file from the menu", async () => {
    const answer = await answered("```python\nprint(1)\n```");
    await button(answer, "More actions for code block 1").click();
    await session.chatFrame().getByRole("menuitem", { name: "New file" }).click();
    await until(async () => (await activeFile())?.untitled === true, "a new file");
    expect(await activeFile()).toMatchObject({ language: "python", text: "print(1)\n" });
  });

  it("runs a command in a terminal of its own after a click, several lines after a second", async () => {
    const ran = (name: string) =>
      session.host<boolean>(`return require("node:fs").existsSync(args)`, fileIn(session, name));
    const answer = await answered(
      "```bash\necho 1 > one.txt\n```\n\n```bash\necho 1 > two.txt\necho 2 >> two.txt\n```",
    );
    expect(await ran("one.txt")).toBe(false);
    await button(answer, "Run code block 1 in the terminal").click();
    await until(() => ran("one.txt"), "the command to run");
    expect(await session.host("return vscode.window.activeTerminal.name")).toBe("GLM");
    await button(answer, "Run code block 2 in the terminal").click();
    const dialog = session.page.locator(".monaco-dialog-box");
    await dialog.getByText("echo 2 >> two.txt").waitFor();
    await session.screenshot("answers-run-confirm");
    await button(dialog, "Cancel").click();
    await dialog.waitFor({ state: "detached" });
    expect(await ran("two.txt")).toBe(false);
    await button(answer, "Run code block 2 in the terminal").click();
    await button(dialog, "Run").click();
    await until(() => ran("two.txt"), "both lines to run");
    expect(await session.host("return vscode.window.terminals.length")).toBe(1);
  });

  it("runs nothing with characters that nobody sees", async () => {
    const answer = await answered("```bash\necho hi\u202e # safe\n```");
    await button(answer, "Run code block 1 in the terminal").click();
    await toast(session, "hidden characters").waitFor();
  });

  it("draws formulas and opens a diagram in VS Code's Markdown preview", async () => {
    const answer = await answered(
      "The root is $x = \\frac{-b \\pm \\sqrt{b^2-4ac}}{2a}$, for $5 and $6.\n\n- [x] done\n- [ ] open\n\n```mermaid\ngraph TD\n  A[Kettle]-->B[Cup]\n```",
    );
    await answer.locator("math msqrt").waitFor();
    expect(await answer.locator("math").count()).toBe(1);
    expect(await answer.locator(".task-box").count()).toBe(2);
    await session.screenshot("answers-math");
    await button(answer, "Open preview of code block 1").click();
    const diagram = session.page
      .frameLocator('iframe.webview.ready[src*="extensionId=vscode.markdown-language-features"]')
      .frameLocator("iframe#active-frame")
      .locator("svg", { hasText: "Kettle" });
    await diagram.waitFor();
    expect(await diagram.getByText("Cup", { exact: true }).count()).toBe(1);
    await session.screenshot("answers-preview");
  });

  it("leads to the files that it names, at their line, and to none elsewhere", async () => {
    await openFile(session, fileIn(session, "README.md"));
    symlinkSync("/etc/hostname", fileIn(session, "src/outside.txt"));
    const answer = await answered(
      "See `src/price.ts:10` and stock.ts, `orders.py`, `../../etc/passwd`, `/etc/passwd`, `src/outside.txt`, `gone.ts`.",
    );
    const link = answer.locator(".place-link");
    await link.first().waitFor();
    expect(await link.allInnerTexts()).toEqual(["src/price.ts:10", "orders.py"]);
    await link.first().click();
    await until(async () => (await activeFile())?.path === price, "the file to open");
    expect((await activeFile())?.line).toBe(10);
  });
});

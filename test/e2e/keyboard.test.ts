import { afterAll, beforeAll, expect, it } from "vitest";
import { planKey } from "../zai-server/accounts.ts";
import { finished, giveKey } from "./support/actions.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

// A whole conversation without a mouse: nothing here clicks, fills or focuses; there are only keys.

const say = wordsOf("en");
let session: VSCodeSession;
const panel = () => session.chatFrame().locator("body");
const answers = () => panel().locator("article.answer");
const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => session.page.keyboard.press(key)), Promise.resolve());
const type = (text: string) => session.page.keyboard.type(text);
const focused = (selector: string) => panel().locator(`${selector}:focus`).waitFor();
const chats = () => session.simulator.requests.filter(({ path }) => path.endsWith("/chat/completions"));

/** Presses Tab, or the keys given, until what has the focus matches. */
async function walkTo(selector: string, key = "Tab"): Promise<void> {
  await until(async () => {
    if ((await panel().locator(`:focus`).and(panel().locator(selector)).count()) > 0) return true;
    await press(key);
    return false;
  }, `the focus to reach ${selector} by ${key}`);
}

async function runCommand(title: string): Promise<void> {
  await press("F1");
  await session.page.locator(".quick-input-widget input").waitFor();
  await type(title);
  await session.page.locator(".quick-input-list .monaco-list-row.focused").filter({ hasText: title }).waitFor();
  await press("Enter");
}

beforeAll(async () => {
  session = await openVSCode();
  await giveKey(session, planKey);
  await session.host(
    "await vscode.window.showTextDocument(vscode.Uri.file(args))",
    `${session.workspace ?? ""}/src/price.ts`,
  );
});
afterAll(() => session.close());

it("opens the panel from the command palette and asks, with words that an input method commits", async () => {
  await runCommand("Focus on Chat View");
  await focused(".composer textarea");
  await session.page.keyboard.insertText("你好，");
  await type("what is a closure?");
  await press("Enter");
  await finished(answers().first());
  expect(JSON.stringify(chats().at(-1)?.body)).toContain("你好，what is a closure?");
  await focused(".composer textarea");
});

it("attaches a file with @ and chooses how much to think", async () => {
  await type("Explain @cart");
  await panel().locator(".suggestions [role=option]").first().waitFor();
  await press("Enter");
  await panel().locator(".composer .chip").waitFor();
  await walkTo("[data-control=effort]");
  await press("Enter", "ArrowDown", "Enter");
  await walkTo(".composer textarea", "Shift+Tab");
  await press("End");
  await type(" please");
  await press("Enter");
  await finished(answers().nth(1));
  expect(await panel().locator("article.user").last().innerText()).toContain("cart");
});

it("stops with Escape, and edits the last question with Up", async () => {
  session.simulator.setScenario({ name: "slow", value: 60 });
  await type("Show me a table, a list and code");
  await press("Enter");
  await answers().nth(2).locator(".thinking-toggle").waitFor();
  await press("Escape");
  await answers().nth(2).locator(".problem-stopped").waitFor();
  session.simulator.setScenario(undefined);
  await focused(".composer textarea");
  await press("ArrowUp");
  await focused(".user textarea");
  await press("Control+End");
  await type(" again");
  await press("Enter");
  await finished(answers().last());
  expect(JSON.stringify(chats().at(-1)?.body)).toContain("code again");
});

it("walks over the turns, copies code, and branches", async () => {
  await walkTo(".composer textarea");
  await press("Alt+ArrowUp");
  await focused("article.answer");
  await session.screenshot("keyboard-turn");
  await walkTo(`[aria-label="${say("Copy code block {0}", 1)}"]`);
  await press("Enter");
  await until(
    async () => (await session.host<string>("return await vscode.env.clipboard.readText()")).trim() !== "",
    "the clipboard",
  );
  await press("Alt+ArrowDown");
  await focused(".composer textarea");
});

it("finds in the page, opens the history and goes back to the editor", async () => {
  await press("Control+f");
  await focused(".find-bar input");
  await type("closure");
  await panel().locator(".find-count").filter({ hasText: /\d/ }).waitFor();
  await press("Escape");
  await focused(".composer textarea");
  await runCommand(say.command("chatHistory"));
  await session.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
  await session.screenshot("keyboard-history");
  await press("Enter");
  await focused(".composer textarea");
  await press("Escape");
  await session.page.locator(".editor-instance .monaco-editor.focused").waitFor();
});

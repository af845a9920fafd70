import { afterAll, beforeAll, expect, it } from "vitest";
import { planKey } from "../zai-server/accounts.ts";
import { finished } from "./support/actions.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

// A whole conversation without a mouse: nothing here clicks, fills or focuses; there are only keys, and looks at the page.

const say = wordsOf("en");
let session: VSCodeSession;
const panel = () => session.chatFrame().locator("body");
const answers = () => panel().locator("article.answer");
const type = (text: string) => session.page.keyboard.type(text);
const focused = (selector: string) => panel().locator(`${selector}:focus`).waitFor();
/** The box has its button once it can send. */
const inComposer = () => focused(".composer:has(.send-button) textarea");
const title = () => panel().locator(".title");
const rows = () => session.page.locator(".quick-input-list .monaco-list-row");
const chats = () => session.simulator.requests.filter(({ path }) => path.endsWith("/chat/completions"));
const lastSent = () => JSON.stringify(chats().at(-1)?.body);

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await session.page.keyboard.press(key);
}

/** Presses Tab, or another key, until what matches has the focus. */
async function walkTo(selector: string, key = "Tab"): Promise<void> {
  const goal = panel().locator(selector).and(panel().locator(":focus"));
  await until(async () => {
    if ((await goal.count()) > 0) return true;
    await press(key);
    return false;
  }, `the focus to reach ${selector} by ${key}`);
}

/** Runs a command of the palette by its whole name. */
async function runCommand(name: string): Promise<void> {
  await press("F1");
  await session.page.locator(".quick-input-widget input:focus").waitFor();
  await type(name);
  await rows().and(session.page.locator(".focused")).filter({ hasText: name }).waitFor();
  await press("Enter");
}

beforeAll(async () => {
  session = await openVSCode();
});
afterAll(() => session.close());

it("begins with the key, a file and the chat", async () => {
  await runCommand(say.command("setApiKey"));
  await session.page.locator(".quick-input-widget input[type=password]:focus").waitFor();
  await type(planKey);
  await press("Enter");
  await session.page.locator(".notification-toast").first().waitFor();
  await press("Control+p");
  await session.page.locator(".quick-input-widget input:focus").waitFor();
  await type("price.ts");
  await rows().and(session.page.locator(".focused")).filter({ hasText: "price.ts" }).waitFor();
  await press("Enter");
  await session.page.locator(".editor-instance .monaco-editor.focused").waitFor();
  await runCommand("GLM: Focus on Chat View");
  await inComposer();
});

it("asks with words that an input method commits", async () => {
  await session.page.keyboard.insertText("你好，");
  await type("what is a closure?");
  await press("Enter");
  await finished(answers().first());
  expect(lastSent()).toContain("你好，what is a closure?");
  await inComposer();
});

it("attaches a file with @ and chooses how much to think", async () => {
  await type("Explain @stock");
  await panel().getByRole("option").filter({ hasText: "stock.ts" }).waitFor();
  await press("Enter");
  await panel().locator(".composer .chip", { hasText: "stock.ts" }).waitFor();
  await walkTo(".more-button, [data-control=effort]");
  await press("Enter");
  await focused("[role^=menuitem]");
  await walkTo("[role=menuitemradio]:has-text('maximum')", "ArrowDown");
  await session.screenshot("keyboard-menu");
  await press("Enter");
  await walkTo(".composer textarea", "Shift+Tab");
  await type("please");
  await press("Enter");
  await finished(answers().nth(1));
  expect(await panel().locator("article.user").last().innerText()).toContain("stock.ts");
  expect(chats().at(-1)?.body).toMatchObject({ reasoning_effort: "max" });
});

it("lets a message wait, takes it back with Up, and stops with Escape", async () => {
  session.simulator.setScenario({ name: "slow", value: 60 });
  await type("Show me a table, a list and code");
  await press("Enter");
  await answers().nth(2).locator(".thinking-toggle").waitFor();
  await type("And then?");
  await press("Enter");
  await panel().locator(".queue", { hasText: "And then?" }).waitFor();
  await press("ArrowUp");
  await panel().locator(".queue").waitFor({ state: "detached" });
  await press("Control+a", "Delete");
  await press("Escape");
  await answers().nth(2).getByText(say("Stopped. What arrived is kept.")).waitFor();
  session.simulator.setScenario(undefined);
  await inComposer();
});

it("changes the last question with Up", async () => {
  await press("ArrowUp");
  await focused("article.user textarea");
  await type(" again");
  await press("Enter");
  await until(() => lastSent().includes("and code again"), "the changed question");
  await finished(answers().last());
  await inComposer();
});

it("walks over the turns, copies code and branches", async () => {
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
  await inComposer();
  await press("Alt+ArrowUp");
  await walkTo(`[aria-label="${say("Branch from here")}"]`);
  await press("Enter");
  await title().getByText("(2)").waitFor();
  await inComposer();
});

it("renames the chat by its title", async () => {
  await walkTo(".title button", "Shift+Tab");
  await press("Enter");
  await focused(".title input");
  await type("Only keys");
  await press("Enter");
  await title().getByText("Only keys", { exact: true }).waitFor();
  await press("Alt+ArrowUp", "Alt+ArrowDown");
  await inComposer();
});

it("finds in the chat, opens another one from the history and goes back to the editor", async () => {
  await press("Control+f");
  await focused(".find-bar input");
  await type("closure");
  expect(await session.page.locator(".find-widget.visible").count(), "the editor's own search").toBe(0);
  await panel().locator(".find-count").filter({ hasText: /\d/ }).waitFor();
  await press("Escape");
  await inComposer();
  await runCommand(say.command("chatHistory"));
  await rows().filter({ hasText: "Only keys" }).waitFor();
  await session.screenshot("keyboard-history");
  const chosen = rows().and(session.page.locator(".focused")).filter({ hasText: "what is a closure" });
  await until(async () => (await chosen.count()) > 0 || press("ArrowDown").then(() => false), "the first chat");
  await press("Enter");
  await title().getByText("你好，what is a closure?", { exact: true }).waitFor();
  await inComposer();
  await press("Escape");
  await session.page.locator(".editor-instance .monaco-editor.focused").waitFor();
});

import { join } from "node:path";
import type { Locator } from "playwright-core";
import { settled } from "./editor.ts";
import { until, type VSCodeSession } from "./vscode.ts";
import { wordsOf } from "./words.ts";

/** Notification toast with this text. */
export function toast({ page }: VSCodeSession, text: string): Locator {
  return page.locator(".notification-toast", { hasText: text });
}

/** Waits until a check of a key is over and its verdict stands alone and still. */
export async function verdictOnKey(session: VSCodeSession, text: string): Promise<Locator> {
  const verdict = toast(session, text);
  await verdict.waitFor();
  // VS Code lets a progress stand for a moment after its end.
  await toast(session, wordsOf(session.locale)("Checking the key")).waitFor({ state: "detached" });
  await settled(verdict);
  return verdict;
}

/** Clicks a button of the toast with this text. */
export async function clickToast(session: VSCodeSession, text: string, button: string): Promise<void> {
  await toast(session, text).getByRole("button", { name: button, exact: true }).click();
}

export async function dismissToasts(session: VSCodeSession): Promise<void> {
  await session.command("notifications.clearAll");
  await session.page.locator(".notification-toast").first().waitFor({ state: "detached" });
}

/** Types into the input box or quick pick that is open and confirms. */
export async function answerInput({ page }: VSCodeSession, text: string): Promise<void> {
  const input = page.locator(".quick-input-widget input").first();
  await input.waitFor();
  await input.fill(text);
  await page.keyboard.press("Enter");
}

/** Opens the chat and waits until one can type and send. */
export async function openChat(session: VSCodeSession): Promise<Locator> {
  // The page has the text field at once, and the button once the panel knows its conversation.
  const composer = session.chatFrame().locator(".composer:has(.send-button) textarea");
  // A key that comes before the focus goes to wherever it was, for example into a file. An editor that was opened just
  // before may take it back, so it is asked for until it stays.
  await until(async () => {
    await session.command("glm.chat.focus");
    await composer.waitFor();
    return composer.evaluate((box) => box === document.activeElement && document.hasFocus());
  }, "the focus in the composer");
  return composer;
}

/** Opens the chat in a tab and waits until its page has the focus, which would close whatever is opened before. */
export async function openTab(session: VSCodeSession): Promise<void> {
  await session.palette(wordsOf(session.locale).command("chatOpenInEditor"));
  await session.editorFrame().locator(".composer textarea:focus").waitFor();
}

/** Saves a key for tests that are about something else, and agrees to be billed where the key has no plan. */
export async function giveKey(session: VSCodeSession, key: string): Promise<void> {
  const consent = session.page
    .locator(".monaco-dialog-box")
    .getByRole("button", { name: wordsOf(session.locale)("Use pay-as-you-go") });
  let done = false;
  const set = session.command("glm.setApiKey").finally(() => {
    done = true;
  });
  await answerInput(session, key);
  await until(async () => {
    if (await consent.isVisible()) await consent.click();
    return done;
  }, "the verdict on the key");
  await set;
  await dismissToasts(session);
}

/** Types a question and sends it. Returns the answer's place in the log, which appears with the first word. */
export async function ask(session: VSCodeSession, question: string): Promise<Locator> {
  const composer = await openChat(session);
  const answers = session.chatFrame().locator("article.answer");
  const before = await answers.count();
  await composer.fill(question);
  await composer.press("Enter");
  const answer = answers.nth(before);
  await answer.waitFor();
  return answer;
}

/** Waits until an answer has ended properly, which its count of tokens tells. Returns its text. */
export async function finished(answer: Locator): Promise<string> {
  await answer.locator(".usage").waitFor();
  return answer.innerText();
}

/** Presses Retry under an answer. Returns the new answer once it has taken the old one's place. */
export async function retry(session: VSCodeSession, answer: Locator, label: string): Promise<Locator> {
  const turn = (await answer.getAttribute("data-turn")) ?? "";
  await answer.getByRole("button", { name: label, exact: true }).click();
  const frame = session.chatFrame();
  await frame.locator(`article[data-turn="${turn}"]`).waitFor({ state: "detached" });
  return frame.locator("article.answer").last();
}

/** Where the extension host keeps the logs of all chats. */
export async function chatFolder(session: VSCodeSession): Promise<string> {
  const storageOfDriver = await session.host<string>("return context.globalStorageUri.fsPath");
  return join(storageOfDriver, "..", "glm-sidekick.glm-sidekick", "conversations");
}

/** Drags the edge of the side bar. Returns the width of the panel in it, in pixels. */
export async function dragSideBar(session: VSCodeSession, width: number): Promise<number> {
  const { page } = session;
  const bar = await page.locator(".part.sidebar").boundingBox();
  if (!bar) throw new Error("there is no side bar");
  await page.mouse.move(bar.x + bar.width, 400);
  await page.mouse.down();
  await page.mouse.move(bar.x + width, 400, { steps: 5 });
  await page.mouse.up();
  // Off the edge again, which is drawn blue under the pointer.
  await page.mouse.move(1200, 600);
  await page.locator(".monaco-sash.hover").first().waitFor({ state: "detached" });
  return session
    .chatFrame()
    .locator("body")
    .evaluate(() => window.innerWidth);
}

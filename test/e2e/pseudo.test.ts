import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pseudoLocale } from "../harness/pseudo.ts";
import { planKey } from "../zai-server/accounts.ts";
import { ask, dismissToasts, finished, giveKey, openChat } from "./support/actions.ts";
import { settled } from "./support/editor.ts";
import { cutOff, unreadable } from "./support/readable.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

/** What the model, the user and files say. */
const foreign =
  ".markdown, .thinking-text, .user-text, .title, .answer > h3, .chip, .model-button, .code-language, details pre";
const say = wordsOf(pseudoLocale);
let session: VSCodeSession;
const body = () => session.chatFrame().locator("body");

/** Drags the edge of the side bar and waits until the panel is so wide. */
async function widen(width: number): Promise<void> {
  const { page } = session;
  const bar = await page.locator(".part.sidebar").boundingBox();
  if (!bar) throw new Error("there is no side bar");
  if (Math.abs(bar.width - width) < 2) return;
  await page.mouse.move(bar.x + bar.width, 400);
  await page.mouse.down();
  await page.mouse.move(bar.x + width, 400, { steps: 3 });
  await page.mouse.up();
  await page.mouse.move(1200, 600);
  await until(
    async () => Math.abs((await body().evaluate(() => window.innerWidth)) - width) < 20,
    `a panel of ${width} pixels`,
  );
}

/** Nothing in the panel is cut off or still English, be it narrow or wide. */
async function readableAt(name: string, widths = [240, 800]): Promise<void> {
  const faults: string[] = [];
  for (const width of widths) {
    await widen(width);
    for (const fault of await body().evaluate(unreadable, foreign)) faults.push(`${width}: ${fault}`);
    await session.screenshot(`${name}-${width}`);
  }
  expect(faults, name).toEqual([]);
}

/** Texts of ours in VS Code's own surfaces are there to the end: innerText has also what is hidden. */
async function whole(texts: Locator, what: string): Promise<void> {
  await texts.first().waitFor();
  expect(await texts.evaluateAll(cutOff, ".notification-toast, .quick-input-widget"), what).toEqual([]);
}

/**
 * Texts of ours in VS Code's own surfaces: all of them are in brackets. Rows of a quick pick and of a menu have one line each
 * and VS Code cuts them, so that only `whole` looks at the room of the others.
 */
async function bracketed(texts: Locator, what: string): Promise<void> {
  await texts.first().waitFor();
  const all = await texts.allInnerTexts();
  const ours = all.map((text) => text.trim()).filter((text) => text !== "" && text !== "GLM");
  expect(ours.length, what).toBeGreaterThan(0);
  expect(
    ours.filter((text) => !text.includes("⟦")),
    what,
  ).toEqual([]);
}

beforeAll(async () => {
  session = await openVSCode({ locale: pseudoLocale });
});
afterAll(() => session.close());

it("the first run and the commands", async () => {
  await openChat(session);
  await body().getByText(say("Set an API key to start")).waitFor();
  await readableAt("pseudo-first-run");
  await session.page.locator(".part.sidebar .composite.title").hover();
  await session.page.locator(".part.sidebar .title-actions .codicon-toolbar-more").click();
  const menu = session.page.locator(".context-view .monaco-menu");
  await bracketed(menu.locator(".action-item:not(.disabled) .action-label:not(.separator)"), "the menu of the view");
  await session.screenshot("pseudo-menu");
  await session.page.keyboard.press("Escape");
  await session.page.keyboard.press("F1");
  await session.page.locator(".quick-input-widget input").fill(">GLM:");
  // VS Code adds the English title below one in another language.
  const rows = session.page.locator(".quick-input-list-row:first-child .label-name");
  await bracketed(rows, "the commands");
  await session.screenshot("pseudo-commands");
  await session.page.keyboard.press("Escape");
});

it("the check itself finds what it is for", async () => {
  await body().evaluate((element) => {
    const cut = element.ownerDocument.createElement("p");
    cut.id = "cut";
    cut.textContent = "Plain English";
    Object.assign(cut.style, { width: "30px", overflow: "hidden", whiteSpace: "nowrap" });
    element.append(cut);
  });
  const faults = await body().evaluate(unreadable, foreign);
  await body().evaluate((element) => element.querySelector("#cut")?.remove());
  expect(faults).toEqual(['cut at its side: p. "Plain English"', "not translated: Plain English"]);
  const inBox = await body().evaluate((element) => {
    const box = element.ownerDocument.createElement("div");
    box.className = "cut-box";
    Object.assign(box.style, { width: "30px", height: "10px", overflow: "hidden" });
    box.append(element.ownerDocument.createElement("span"));
    element.append(box);
    return box.className;
  });
  const text = body().locator(`.${inBox} span`);
  await text.evaluate((span) => (span.textContent = "Plain English on several lines"));
  const cut = await text.evaluateAll(cutOff, "body");
  await body().evaluate((element) => element.querySelector(".cut-box")?.remove());
  expect(cut).toEqual(["Plain English on several lines"]);
});

it("a server without an address", async () => {
  const set = "await vscode.workspace.getConfiguration('glm').update('platform', args, 1)";
  await session.host(set, "custom");
  await body().getByText(say("Set the address of your server")).waitFor();
  await readableAt("pseudo-no-address");
  await session.host(set, undefined);
  await body().getByText(say("Set an API key to start")).waitFor();
});

it("the key: its box, the verdict, and a question that needed one", async () => {
  const answer = await ask(session, "What is a closure?");
  await answer.getByRole("button", { name: say("Set API key") }).waitFor();
  await readableAt("pseudo-needs-key", [240]);
  await session.startCommand("glm.setApiKey");
  const box = session.page.locator(".quick-input-widget");
  await settled(box);
  await bracketed(box.locator(".quick-input-title, .quick-input-message"), "the box for the key");
  await whole(box.locator(".quick-input-title, .quick-input-message"), "the box for the key");
  await session.screenshot("pseudo-key-box");
  await session.page.keyboard.press("Escape");
  await giveKey(session, planKey);
});

it("an empty chat, then an answer with code", async () => {
  await session.command("glm.chat.new");
  await body().getByText(say("Ask about your code"), { exact: true }).waitFor();
  await readableAt("pseudo-empty");
  await finished(await ask(session, "Show me a table, a list and code"));
  await body().locator(".code-block").first().hover();
  await readableAt("pseudo-answer");
});

it("a wait, and what waits meanwhile", async () => {
  session.simulator.setScenario({ name: "stall-first" });
  const answer = await ask(session, "Take your time");
  await answer.locator(".wait-line").waitFor();
  await session.host(
    `await vscode.window.showTextDocument(vscode.Uri.file(args))
     void vscode.commands.executeCommand("glm.explain")`,
    `${session.workspace ?? ""}/src/price.ts`,
  );
  await body().locator(".queue").waitFor();
  await readableAt("pseudo-waiting");
  await body()
    .getByRole("button", { name: say("Stop"), exact: true })
    .click();
  await answer.getByRole("button", { name: say("Retry"), exact: true }).waitFor();
  await readableAt("pseudo-stopped", [240]);
});

it("a countdown and errors with their buttons", async () => {
  await session.command("glm.chat.new");
  session.simulator.setScenario({ name: "1302", retryAfter: 30 });
  const answer = await ask(session, "Busy?");
  await answer.locator(".wait-line").waitFor();
  await readableAt("pseudo-countdown", [240]);
  await body()
    .getByRole("button", { name: say("Stop"), exact: true })
    .click();
  for (const code of ["1308", "1113", "1313"]) {
    await session.command("glm.chat.new");
    session.simulator.setScenario({ name: code });
    const failed = await ask(session, "And now?");
    await failed.locator(".problem button").first().waitFor();
    await failed.locator("details").evaluate((details) => details.setAttribute("open", ""));
    await readableAt(`pseudo-error-${code}`, code === "1308" ? [240, 800] : [240]);
  }
  session.simulator.setScenario(undefined);
});

it("pickers and messages", async () => {
  for (const command of ["glm.selectPlatform", "glm.selectModel", "glm.menu"]) {
    await session.startCommand(command);
    const box = session.page.locator(".quick-input-widget");
    await settled(box);
    await box.locator(".monaco-list-row").first().waitFor();
    if (command === "glm.selectModel") await bracketed(box.locator(".quick-input-title"), command);
    else await bracketed(box.locator(".quick-input-title, .monaco-list-row .label-name"), command);
    await whole(box.locator(".quick-input-title"), command);
    await session.screenshot(`pseudo-${command}`);
    await session.page.keyboard.press("Escape");
    await box.waitFor({ state: "hidden" });
  }
  await session.command("workbench.action.closeAllEditors");
  await session.startCommand("glm.fix");
  const toast = session.page.locator(".notification-toast");
  await settled(toast.first());
  await bracketed(
    toast.locator(".notification-list-item-message, .notification-list-item-buttons-container .monaco-button"),
    "a message",
  );
  // With its button; VS Code leaves one line to a message without any.
  await whole(toast.locator(".notification-list-item-message"), "a message");
  await session.screenshot("pseudo-message");
  await dismissToasts(session);
});

it("the document about usage", async () => {
  await session.startCommand("glm.showUsage");
  const preview = session.page
    .frameLocator('iframe.webview.ready[src*="markdown-language-features"]')
    .frameLocator("iframe#active-frame");
  await bracketed(preview.locator("h1, h2, h3, p, li, th"), "the document");
  await session.screenshot("pseudo-usage");
  await session.command("workbench.action.closeAllEditors");
});

it("the walkthrough", async () => {
  await session.command("glm.openWalkthrough");
  const page = session.page.locator(".gettingStartedContainer");
  await page.locator(".getting-started-step").first().waitFor();
  await bracketed(
    page.locator(
      ".getting-started-step .step-title, .getting-started-step .step-description-container > *, .getting-started-category h2",
    ),
    "the walkthrough",
  );
  await session.screenshot("pseudo-walkthrough");
});

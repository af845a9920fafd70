import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { planKey } from "../zai-server/accounts.ts";
import { answerInput, ask, dismissToasts, finished, giveKey, openChat, openTab, toast } from "./support/actions.ts";
import { answerFileDialog } from "./support/editor.ts";
import { screenshotRoot } from "./support/sessions.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

/** Titles are the first lines; the second line of the first question is only found in its text. */
const tides = "Why are there two tides a day?";
const sorting = "Which sorting is stable?";
const needle = "Mention needlework as well.";

describe("several chats", () => {
  const say = wordsOf("en");
  let session: VSCodeSession;
  const panel = () => session.chatFrame().locator("body");
  const title = () => panel().locator(".title");
  const list = () => session.page.locator(".quick-input-widget");
  const row = (text: string): Locator => list().locator(".monaco-list-row", { hasText: text }).first();
  const group = (name: string): Locator => list().locator(".quick-input-list-separator", { hasText: name });
  const rowButton = async (text: string, name: string): Promise<void> => {
    await row(text).hover();
    await row(text).getByRole("button", { name }).click();
  };
  const openHistory = async (): Promise<void> => {
    await session.page
      .getByRole("button", { name: say.manifest("command.chatHistory") })
      .first()
      .click();
    await list()
      .locator(".quick-input-title", { hasText: say("Chat history") })
      .waitFor();
  };
  const leave = async (): Promise<void> => {
    await session.page.keyboard.press("Escape");
    await list().waitFor({ state: "hidden" });
  };
  const file = (name: string) => join(session.workspace ?? "", name);

  beforeAll(async () => {
    session = await openVSCode();
    await giveKey(session, planKey);
  });
  afterAll(() => session.close());
  beforeEach(() => session.simulator.reset());

  it("are begun one after the other and listed by day", async () => {
    await finished(await ask(session, `${tides}\n${needle}`));
    await session.palette(say.command("chatNew"));
    await panel().getByText(say("Ask about your code"), { exact: true }).waitFor();
    await finished(await ask(session, sorting));
    await openHistory();
    await row(tides).waitFor();
    await row(sorting).waitFor();
    await group(say("Today")).waitFor();
    expect(await row(sorting).innerText()).toContain(say("Open now"));
    await session.screenshot("history");
  });

  it("are found by words of their messages", async () => {
    await list().locator("input").first().fill("needlework");
    await row(tides).locator(".quick-input-list-label-meta", { hasText: needle }).waitFor();
    expect(await row(sorting).count()).toBe(0);
    await session.screenshot("history-search");
    await leave();
  });

  it("are pinned, renamed and opened", async () => {
    await openHistory();
    await rowButton(tides, say("Pin"));
    await group(say("Pinned")).waitFor();
    await session.screenshot("history-pinned");
    await rowButton(tides, say("Rename"));
    await list()
      .locator(".quick-input-title", { hasText: say("Rename chat") })
      .waitFor();
    await answerInput(session, "Sun and moon");
    await row("Sun and moon").click();
    await title().getByText("Sun and moon").waitFor();
    await panel().getByText(needle).first().waitFor();
    await session.palette(say.command("chatRename"));
    await answerInput(session, "Tides");
    await title().getByText("Tides", { exact: true }).waitFor();
  });

  it("branch at an answer", async () => {
    const answer = panel().locator("article.answer").last();
    await answer.hover();
    await answer.getByRole("button", { name: say("Branch from here"), exact: true }).click();
    await title().getByText("Tides (2)", { exact: true }).waitFor();
    await panel().getByText(needle).first().waitFor();
    await session.screenshot("chat-branch");
    await openHistory();
    await row("Tides (2)").waitFor();
    expect(await list().locator(".monaco-list-row", { hasText: "Tides" }).count()).toBe(2);
    await leave();
  });

  it("are deleted at once and had back with Undo", async () => {
    await openHistory();
    await rowButton(sorting, say("Delete"));
    await row(sorting).waitFor({ state: "detached" });
    await leave();
    await session.screenshot("history-deleted");
    await toast(session, say("“{0}” was deleted.", sorting))
      .getByRole("button", { name: say("Undo") })
      .click();
    await openHistory();
    await row(sorting).click();
    await title().getByText(sorting).waitFor();
  });

  it("go on in the background, which is told when it has ended", async () => {
    session.simulator.setScenario({ name: "slow", value: 60 });
    await session.palette(say.command("chatNew"));
    const answer = await ask(session, "A long story about clocks");
    await answer.locator("h1, h2, h3 ~ p, p").first().waitFor();
    await session.palette(say.command("chatNew"));
    await panel().getByText(say("Ask about your code"), { exact: true }).waitFor();
    await openHistory();
    await until(async () => (await row("A long story").innerText()).includes(say("Being answered")), "the mark");
    await session.screenshot("history-answering");
    await leave();
    const word = toast(session, say("“{0}” was answered.", "A long story about clocks"));
    await word.waitFor();
    await session.screenshot("chat-answered-unseen");
    await word.getByRole("button", { name: say("Open chat") }).click();
    await title().getByText("A long story about clocks").waitFor();
    expect(await finished(panel().locator("article.answer").last())).toContain("clocks");
  });

  it("are exported without keys, and imported", async () => {
    const secret = "0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMnOp";
    await session.palette(say.command("chatNew"));
    await finished(await ask(session, `Is ${secret} a key?`));
    const exportAs = async (form: string, name: string) => {
      await session.palette(say.command("chatExport"));
      await row(form).click();
      await answerFileDialog(session, file(name), "OK");
      await toast(session, say("The chat was exported to {0}.", name)).waitFor();
      await dismissToasts(session);
      return readFileSync(file(name), "utf8");
    };
    const markdown = await exportAs("Markdown", "chat.md");
    expect(markdown).toContain("## You\n\nIs [key] a key?");
    const json = await exportAs("JSON", "chat.json");
    expect(markdown + json).not.toContain(secret);

    const importFrom = async (name: string) => {
      await session.palette(say.command("chatImport"));
      await answerFileDialog(session, file(name), say("Import"));
    };
    const renamed = json.replace(/"title": "[^"]*"/, '"title": "Brought in"');
    writeFileSync(file("other.json"), renamed.replace("Is [key] a key?", "<img src=x onerror=alert(1)> a key?"));
    await importFrom("other.json");
    await title().getByText("Brought in").waitFor();
    await panel().getByText("<img src=x onerror=alert(1)> a key?").waitFor();
    await session.screenshot("chat-imported");
    writeFileSync(file("other.json"), '{"name":"x"}');
    await importFrom("other.json");
    await toast(
      session,
      say("{0} is not a chat that GLM Sidekick has exported as JSON. Choose another file.", "other.json"),
    ).waitFor();
    await dismissToasts(session);
  });

  it("open in a tab that stays in step with the side bar and comes back after a reload", async () => {
    const tab = () => session.editorFrame().locator("body");
    await openTab(session);
    await tab().getByText("a key?").first().waitFor();
    await finished(await ask(session, "Say it in both places"));
    await finished(tab().locator("article.answer").last());
    await tab().getByText("Say it in both places").first().waitFor();
    await session.page.locator(".tab", { hasText: "Brought in" }).waitFor();
    await session.screenshot("chat-tab");
    await session.reloadWindow();
    await tab().getByText("Say it in both places").first().waitFor();
    await session.palette(say.command("chatRename"));
    await answerInput(session, "In a tab");
    await session.page.locator(".tab", { hasText: "In a tab" }).waitFor();
    await openChat(session);
    await title().getByText("In a tab").waitFor();
  });

  it("are only read in a second window, and go on there in a copy", async () => {
    const before = session.hostPid();
    const page = await session.context.newPage();
    await page.goto(`${session.server.url}/?ew=true`);
    await until(() => session.hostPid() !== before, "the extension host of the second window");
    // The driver speaks to the window that came last.
    const second: VSCodeSession = { ...session, page };
    await session.startCommand("glm.chat.history");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "In a tab" }).first().click();
    const chat = page
      .frameLocator('iframe.webview.ready[src*="purpose=webviewView"]')
      .frameLocator("iframe#active-frame")
      .locator("body");
    await chat.getByText("Say it in both places").first().waitFor();
    const composer = chat.locator(".composer textarea");
    await composer.fill("And in a second window?");
    await composer.press("Enter");
    const word = toast(second, say("This chat is open in another window. Go on there, or in a copy."));
    await word.waitFor();
    expect(await composer.inputValue()).toBe("And in a second window?");
    await page.screenshot({ path: join(screenshotRoot, "en", "chat-open-elsewhere.png") });
    await word.getByRole("button", { name: say("Go on in a copy") }).click();
    await chat.locator(".title").getByText("In a tab (2)").waitFor();
    await until(async () => (await composer.inputValue()) === "And in a second window?", "the question in the copy");
    await composer.press("Enter");
    await finished(chat.locator("article.answer").last());
    expect(await panel().getByText("And in a second window?").count()).toBe(0);
    await page.close();
  });
});

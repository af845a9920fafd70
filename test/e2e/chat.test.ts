import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { planKey } from "../zai-server/accounts.ts";
import { answerInput, ask, finished, giveKey, openChat, retry, toast } from "./support/actions.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { itOnce } from "./support/once.ts";
import { wordsOf } from "./support/words.ts";

const button = (place: Locator, name: string) => place.getByRole("button", { name, exact: true });

describe.each(["en", "zh-cn"] as const)("the chat (%s)", (locale) => {
  const say = wordsOf(locale);
  let session: VSCodeSession;
  const panel = () => session.chatFrame().locator("body");
  const chats = () => session.simulator.requests.filter(({ path }) => path.endsWith("/chat/completions"));
  const openFile = async (name: string) => {
    const path = `${session.workspace ?? ""}/${name}`;
    await session.host(`await vscode.window.showTextDocument(vscode.Uri.file(args))`, path);
  };
  const editorText = () => session.host<string>("return vscode.window.activeTextEditor.document.getText()");

  beforeAll(async () => {
    // The time zone of the machine that runs the extension is the one that reset times are told in.
    session = await openVSCode({ locale, env: { TZ: "Asia/Shanghai" } });
    await giveKey(session, planKey);
  });
  afterAll(() => session.close());
  beforeEach(() => session.simulator.reset());

  it("starts with questions about the open file, which goes along visibly", async () => {
    await openChat(session);
    await panel().getByText(say("Ask about your code"), { exact: true }).waitFor();
    expect(await panel().locator(".starter").count()).toBe(0);
    await session.screenshot("chat-empty");
    await openFile("src/price.ts");
    await button(panel(), say("What does {0} do?", "price.ts")).click();
    const text = await finished(panel().locator("article.answer"));
    expect(text).toContain("discounted");
    expect(await panel().locator("article.user").innerText()).toContain("price.ts");
    expect(JSON.stringify(chats().at(-1)?.body)).toContain("export function total");
    await session.screenshot("chat-file-answer");
  });

  it("streams thinking and text, and folds the thinking away when the answer starts", async () => {
    session.simulator.setScenario({ name: "slow", value: 60 });
    const answer = await ask(session, "Show me a table, a list and code");
    const toggle = answer.locator(".thinking-toggle");
    await toggle.waitFor();
    expect(await toggle.getAttribute("aria-expanded")).toBe("true");
    await button(panel(), say("Stop")).waitFor();
    await session.screenshot("chat-thinking");
    await answer.locator("table").waitFor();
    expect(await toggle.getAttribute("aria-expanded")).toBe("false");
    await session.screenshot("chat-streaming");
    await finished(answer);
    expect(await answer.locator(".code-block").count()).toBeGreaterThan(0);
    await answer.locator(".code-block.coloured [class^=hljs-]").first().waitFor();
    await toggle.click();
    expect(await answer.locator(".thinking-text").innerText()).toContain("table");
    await toggle.click();
    await session.screenshot("chat-answer");
  });

  itOnce(locale, "copies a code block and inserts it at the cursor", async () => {
    const block = panel().locator("article.answer").last().locator(".code-block").first();
    const code = (await block.locator("code").innerText()).trimEnd();
    await block.hover();
    await button(block, say("Copy code block {0}", 1)).click();
    await until(
      async () => (await session.host<string>("return await vscode.env.clipboard.readText()")).trimEnd() === code,
      "the clipboard",
    );
    await session.command("workbench.action.files.newUntitledFile");
    await until(async () => (await editorText()) === "", "an empty document");
    await block.hover();
    await button(block, say("Insert code block {0} at cursor", 1)).click();
    await until(async () => (await editorText()).trimEnd() === code, "the code in the editor");
    await session.command("workbench.action.revertAndCloseActiveEditor");
  });

  itOnce(
    locale,
    "sends with Enter, breaks the line with Shift+Enter, and leaves Enter to the input method",
    async () => {
      const composer = await openChat(session);
      const before = await panel().locator("article.user").count();
      await composer.fill("one");
      await composer.press("Shift+Enter");
      await composer.pressSequentially("two");
      expect(await composer.inputValue()).toBe("one\ntwo");
      await composer.evaluate((element) => {
        const enter = { key: "Enter", bubbles: true, cancelable: true } as const;
        element.dispatchEvent(new KeyboardEvent("keydown", { ...enter, isComposing: true }));
        element.dispatchEvent(new KeyboardEvent("keydown", { ...enter, keyCode: 229 }));
      });
      expect(await composer.inputValue()).toBe("one\ntwo");
      expect(await panel().locator("article.user").count()).toBe(before);
      await composer.press("Enter");
      await panel().locator("article.user").nth(before).waitFor();
      expect(await composer.inputValue()).toBe("");
      await finished(panel().locator("article.answer").nth(before));
    },
  );

  itOnce(locale, "stops at once, closes the connection and keeps what arrived", async () => {
    session.simulator.setScenario({ name: "slow", value: 60 });
    const answer = await ask(session, "A long story about sorting");
    await answer.locator("h1, h2, h3 ~ p, p").first().waitFor();
    await button(panel(), say("Stop")).click();
    await answer.getByText(say("Stopped. What arrived is kept.")).waitFor();
    await until(() => chats().at(-1)?.aborted === true, "the simulator to see the closed socket");
    await session.screenshot("chat-stopped");
    session.simulator.reset();
    expect(await finished(await retry(session, answer, say("Retry")))).toContain("sorting");
    expect(await panel().locator("article").getByText(say("Stopped. What arrived is kept.")).count()).toBe(0);
  });

  it("waits with a countdown while the service is busy, then answers", async () => {
    session.simulator.setScenario({ name: "1302", times: 1, value: 2 });
    const answer = await ask(session, "Are you busy?");
    await answer.getByText(say("The service is busy. Trying again in {0}.", say("{0} s", 2))).waitFor();
    await session.screenshot("chat-busy");
    expect(await finished(answer)).toContain("busy");
    expect(chats()).toHaveLength(2);
  });

  const failures: { scenario: string; words: string; action: string }[] = [
    {
      scenario: "1113",
      words: "The service says that no balance or plan covers this request. Check that your Coding Plan is active.",
      action: "Show plan",
    },
    {
      scenario: "1309",
      words: "Your Coding Plan has expired. Renew it, or switch to pay-as-you-go.",
      action: "Show plan",
    },
    { scenario: "1311", words: "Your plan does not include this model. Choose another one.", action: "Choose model" },
    {
      scenario: "1313",
      words: "The service has restricted this key under its fair-use policy. Lift the restriction in the console.",
      action: "Choose platform",
    },
    {
      scenario: "1261",
      words:
        "Your message with what is attached is longer than the model can read. Attach less, or choose a model that reads more.",
      action: "Choose model",
    },
    {
      scenario: "1301",
      words: "The service blocked this content under its safety rules. Change the wording and try again.",
      action: "Retry",
    },
    {
      scenario: "1214",
      words: "The service refused the request. Details may say which field it did not accept.",
      action: "Show log",
    },
    {
      scenario: "no-end",
      words: "The connection broke before the answer was complete. What arrived is kept.",
      action: "Retry",
    },
    {
      scenario: "length",
      words: "The model used its whole output allowance for thinking. Try again, or choose another model.",
      action: "Retry with less thinking",
    },
    {
      scenario: "sensitive",
      words: "The service stopped the answer under its safety rules. Change the wording and try again.",
      action: "Retry",
    },
  ];
  it.each(failures)("says what $scenario means and what to do", async ({ scenario, words, action }) => {
    session.simulator.setScenario({ name: scenario });
    const answer = await ask(session, `Question for ${scenario}`);
    await answer.getByText(say(words)).waitFor();
    await button(answer, say(action)).waitFor();
    await session.screenshot(`chat-error-${scenario}`);
  });

  it("shows when an allowance comes back, and the service's words only as details", async () => {
    session.simulator.setScenario({ name: "1308", date: "2026-12-24 18:30:00" });
    const answer = await ask(session, "Any left?");
    await answer.getByText(/(18|6):30.*GMT\+8|GMT\+8 18:30/).waitFor();
    await answer.locator("summary", { hasText: say("Details") }).click();
    await answer.getByText("code: 1308").waitFor();
    await session.screenshot("chat-error-1308");
  });

  it("says that a firewall answered, not the service", async () => {
    session.simulator.setScenario({ name: "waf" });
    const answer = await ask(session, "Through the wall");
    await answer
      .getByText(
        say("A firewall in front of {0}, or your proxy, blocked the request. Try another network or VPN.", "api.z.ai"),
      )
      .waitFor();
    expect(await answer.innerText()).not.toContain("<html");
    session.simulator.reset();
    await finished(await retry(session, answer, say("Retry")));
  });

  itOnce(locale, "lets the user pick a model and shows which one answers", async () => {
    await panel().locator(".model-button").click();
    await session.page.locator(".quick-input-list .monaco-list-row", { hasText: "glm-5-turbo" }).waitFor();
    await session.screenshot("chat-models");
    await answerInput(session, "glm-5-turbo");
    await panel().locator(".model-button", { hasText: "GLM-5-Turbo" }).waitFor();
    const answer = await ask(session, "Which model are you?");
    await finished(answer);
    expect(chats().at(-1)?.body).toMatchObject({ model: "glm-5-turbo" });
    expect(await answer.locator("h3").first().innerText()).toBe("GLM-5-Turbo");
  });

  itOnce(locale, "survives a reload", async () => {
    const turns = panel().locator("article.turn");
    const before = await turns.count();
    const text = await turns.last().locator("p").first().innerText();
    await session.reload();
    await openChat(session);
    await turns
      .nth(before - 1)
      .getByText(text, { exact: true })
      .waitFor();
    expect(await turns.count()).toBe(before);
  });

  itOnce(locale, "survives a killed extension host in the middle of an answer, with the draft", async () => {
    session.simulator.setScenario({ name: "slow", value: 60 });
    const answer = await ask(session, "Tell me about crashes");
    await answer.locator("h1, h2, h3 ~ p, p").first().waitFor();
    const arrived = await answer.locator("p").first().innerText();
    // What is a moment old is on disk; the newest quarter of a second of the answer may be lost.
    const length = (await answer.innerText()).length;
    const box = await openChat(session);
    await until(async () => (await answer.innerText()).length > length + 30, "more of the answer");
    // What is typed is kept at once.
    await box.fill("half a thou");
    await session.restartExtensionHost();
    session.simulator.reset();
    const composer = await openChat(session);
    await until(async () => (await composer.inputValue()) === "half a thou", "the draft");
    await composer.fill("");
    const restored = panel().locator("article.answer").last();
    await restored.getByText(say("The answer was interrupted. What arrived is kept.")).waitFor();
    expect(await restored.locator("h3").first().innerText()).toBe("GLM-5-Turbo");
    expect(await restored.innerText()).toContain(arrived.slice(0, 20));
    await session.screenshot("chat-after-crash");
    expect(await finished(await retry(session, restored, say("Retry")))).toContain("crashes");
  });

  itOnce(locale, "begins anew on request, and opens the last answer as a document", async () => {
    await session.palette(say.command("openLastAnswer"));
    await until(
      async () => (await session.host("return vscode.window.activeTextEditor?.document.languageId")) === "markdown",
      "a Markdown document",
    );
    expect(await editorText()).toContain("crashes");
    await session.command("workbench.action.revertAndCloseActiveEditor");
    await session.palette(say.command("chatNew"));
    await panel().getByText(say("Ask about your code"), { exact: true }).waitFor();
    expect(await panel().locator("article.turn").count()).toBe(0);
    await session.palette(say.command("openLastAnswer"));
    await toast(session, say("There is no answer yet. Ask a question in the chat first.")).waitFor();
  });
});

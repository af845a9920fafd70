import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { paygKey } from "../zai-server/accounts.ts";
import { answerInput, ask, clickToast, finished, giveKey, openChat, toast } from "./support/actions.ts";
import { cleanUp, fileIn, openFile, settled } from "./support/editor.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf, type Words } from "./support/words.ts";

/** Pictures of the groups in the settings editor. */
async function seeGroups(session: VSCodeSession, say: Words): Promise<void> {
  await session.palette(say.command("openSettings"));
  const editor = session.page.locator(".settings-editor");
  await editor.locator(".setting-item").first().waitFor();
  await session.screenshot("settings-groups");
  await session.command("workbench.action.openSettings", "glm.request");
  const thinking = editor.locator('[data-key="glm.request.thinking"]').first();
  await thinking.waitFor();
  expect(await thinking.innerText()).toContain(say.manifest("config.request.thinking").split("\n")[0]);
  await session.screenshot("settings-answers");
  await session.command("workbench.action.openSettings", "glm.custom");
  await editor.locator('[data-key="glm.custom.extraHeaders"]').first().waitFor();
  await session.screenshot("settings-custom");
}

/** Asks while the temperature is out of its bounds, and sees it named. Returns the words. */
async function seeWrongValue(session: VSCodeSession, say: Words): Promise<string> {
  await session.host("await vscode.workspace.getConfiguration().update('glm.request.temperature', 7, true)");
  await finished(await ask(session, "And jitter?"));
  const words = say("The value of {0} is ignored. It takes a number from {1} to {2}.", "glm.request.temperature", 0, 1);
  await settled(toast(session, words));
  await session.screenshot("settings-wrong-value");
  return words;
}

describe("settings (en)", () => {
  const locale = "en";
  const say = wordsOf(locale);
  let session: VSCodeSession;

  beforeAll(async () => {
    session = await openVSCode({
      locale,
      settings: {
        "glm.platform": "zai",
        "glm.model.edit": "glm-4.7",
        "glm.model.background": "glm-4.5-air",
        "glm.request.thinking": "on",
        "glm.request.effort": "high",
        "glm.request.maxTokens": 9000,
        "glm.request.temperature": 0.25,
        "glm.network.parallelRequests": 1,
        "glm.network.queueSize": 0,
      },
    });
    await giveKey(session, paygKey);
  });
  afterAll(() => session.close());
  beforeEach(() => cleanUp(session));

  const chats = () => session.simulator.requests.filter(({ path }) => path.endsWith("/chat/completions"));
  const set = (values: Readonly<Record<string, unknown>>) =>
    session.host(
      `for (const [id, value] of Object.entries(args)) await vscode.workspace.getConfiguration().update(id, value, true)`,
      values,
    );
  const row = (text: string) => session.page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();

  it("stand in their groups in the settings editor", () => seeGroups(session, say));

  it("of answers and models are in the request, and a title is asked for in the background", async () => {
    await finished(await ask(session, "What is a backoff?"));
    expect(chats()).toMatchObject([
      {
        body: {
          model: "glm-5.3",
          temperature: 0.25,
          max_tokens: 9000,
          thinking: { type: "enabled" },
          reasoning_effort: "high",
        },
      },
    ]);
    expect(chats()[0]?.body).not.toHaveProperty("top_p");
    session.simulator.reset();
    await session.palette(say.command("suggestTitle"));
    await until(() => chats().length === 1, "the question for a title");
    expect(chats()).toMatchObject([
      { body: { model: "glm-4.5-air", thinking: { type: "disabled" }, max_tokens: 1024 } },
    ]);
    const title = session.chatFrame().locator("h2").first();
    await until(async () => (await title.innerText()) !== "What is a backoff?", "another title");
    expect((await title.innerText()).length).toBeLessThanOrEqual(60);
    await session.screenshot("settings-title");
  });

  it("of edits are used by a fix", async () => {
    await openFile(session, fileIn(session, "src/price.ts"), { lines: [1, 20] });
    await session.startCommand("glm.fix");
    await until(() => chats().length === 1, "the request for a fix");
    expect(chats()).toMatchObject([{ body: { model: "glm-4.7", temperature: 0.25, thinking: { type: "enabled" } } }]);
  });

  it("that cannot be used are named once, and ignored", async () => {
    const words = await seeWrongValue(session, say);
    expect(chats()[0]?.body).not.toHaveProperty("temperature");
    await cleanUp(session);
    await finished(await ask(session, "Once more?"));
    expect(await toast(session, words).count()).toBe(0);
    await set({ "glm.request.temperature": 0.25 });
  });

  it("of the queue refuse at once what may not wait", async () => {
    session.simulator.setScenario({ name: "stall-mid" });
    await ask(session, "This one stays open.");
    await until(() => chats().length === 1, "the first request");
    await session.palette(say.command("suggestTitle"));
    const words = say(
      "Another GLM request is running, and by your settings none may wait for it. Try again when it is done.",
    );
    await settled(toast(session, words));
    await session.screenshot("settings-queue-full");
    expect(chats()).toHaveLength(1);
    await session
      .chatFrame()
      .getByRole("button", { name: say("Stop"), exact: true })
      .click();
    await clickToast(session, words, say("Change limits"));
    await session.page.locator('.settings-editor [data-key="glm.network.queueSize"]').first().waitFor();
  });

  it("of a task are found behind the choice of the chat model", async () => {
    await session.palette(say.command("selectModel"));
    await settled(row("GLM-5.3-Flash"));
    await session.screenshot("settings-models");
    await session.page.locator(".quick-input-widget input").first().fill(say("Model for another task…"));
    await row(say("Model for another task…")).click();
    await settled(row(say("Looking at pictures")));
    await session.screenshot("settings-tasks");
    await row(say("Looking at pictures")).click();
    await session.page.locator(".quick-input-title", { hasText: say("Looking at pictures") }).waitFor();
    await answerInput(session, "glm-4.6v-flashx");
    await until(
      () => session.host("return vscode.workspace.getConfiguration().get('glm.model.vision') === 'glm-4.6v-flashx'"),
      "the model to be set",
    );
  });

  it("of a server of one's own go to it alone, without what must not be sent", async () => {
    await openChat(session);
    await set({
      "glm.model.vision": "auto",
      "glm.custom.baseUrl": `http://127.0.0.1:${session.simulator.port}/v1`,
      "glm.custom.reasoning": "reasoning_effort",
      "glm.custom.extraBody": { seed: 7, model: "another" },
      "glm.custom.extraHeaders": { "X-Team": "blue", Authorization: "Bearer of-another" },
      "glm.platform": "custom",
    });
    await finished(await ask(session, "Who are you?"));
    const [request] = chats();
    expect(request).toMatchObject({
      path: "/v1/chat/completions",
      headers: { "x-team": "blue" },
      body: { model: "glm-5.3-flash", seed: 7, reasoning_effort: "high", max_tokens: 9000, temperature: 0.25 },
    });
    expect(request?.headers).not.toHaveProperty("authorization");
    for (const [member, id] of [
      ["model", "glm.custom.extraBody"],
      ["Authorization", "glm.custom.extraHeaders"],
    ] as const) {
      await toast(session, say("“{0}” in {1} cannot be sent to your server and is left out.", member, id)).waitFor();
    }
    await session.screenshot("settings-extras");
    expect(await session.page.locator(".notification-toast", { hasText: "of-another" }).count()).toBe(0);

    await cleanUp(session);
    await session.host(
      "void vscode.commands.executeCommand('glm.ocr', vscode.Uri.file(args))",
      fileIn(session, "docs/stack-trace.png"),
    );
    await until(
      () => session.host("return vscode.window.activeTextEditor?.document.getText().includes('TypeError') === true"),
      "the text of the picture",
    );
    expect(chats()).toMatchObject([{ path: "/v1/chat/completions", body: { model: "glm-5.3-flash" } }]);
    await session.screenshot("settings-own-server-ocr");
  });
});

describe("settings (zh-cn)", () => {
  const locale = "zh-cn";
  const say = wordsOf(locale);
  let session: VSCodeSession;

  beforeAll(async () => {
    session = await openVSCode({ locale, settings: { "glm.platform": "zai" } });
    await giveKey(session, paygKey);
  });
  afterAll(() => session.close());

  it("stand in their groups in the settings editor", () => seeGroups(session, say));

  it("that cannot be used are named", async () => {
    await cleanUp(session);
    expect(await seeWrongValue(session, say)).toContain("glm.request.temperature");
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, planKey } from "../zai-server/accounts.ts";
import { answerInput, ask, clickToast, dismissToasts, finished, openChat, toast } from "./support/actions.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

describe.each(["en", "zh-cn"] as const)("the API key (%s)", (locale) => {
  const say = wordsOf(locale);
  const plan = say("Z.AI Coding Plan");
  const wrongKey = say(
    "{0} does not accept this key. Keys from z.ai and bigmodel.cn are not interchangeable.",
    "api.z.ai",
  );
  let session: VSCodeSession;
  const sent = () => session.simulator.requests.map(({ method, path, host }) => `${method} ${host}${path}`);

  beforeAll(async () => {
    session = await openVSCode({ locale });
  });
  afterAll(() => session.close());
  beforeEach(() => session.simulator.reset());

  it("is asked for in the empty chat, and nothing is sent before", async () => {
    const frame = session.chatFrame();
    await openChat(session);
    await frame.getByText(say("It is kept in VS Code's secret storage and sent only to {0}.", "api.z.ai")).waitFor();
    await session.screenshot("key-first-run");
    expect(session.simulator.requests).toEqual([]);
    expect(session.proxy.connections.filter(({ host }) => host.includes("z.ai"))).toEqual([]);
  });

  it("is refused in the box when it cannot be one", async () => {
    await session.palette(say.command("setApiKey"));
    const input = session.page.locator(".quick-input-widget input[type=password]");
    await input.waitFor();
    await input.fill("nonsense");
    await session.page
      .locator(".quick-input-message", {
        hasText: say("A key of this service has two parts joined by one dot: id.secret"),
      })
      .waitFor();
    await session.screenshot("key-shape");
    await session.page.keyboard.press("Enter");
    await input.waitFor();
    await session.page.keyboard.press("Escape");
    await input.waitFor({ state: "hidden" });
    expect(session.simulator.requests).toEqual([]);
  });

  it("of the other service is refused with the reason and not saved", async () => {
    await session.palette(say.command("setApiKey"));
    await answerInput(session, bigmodelPaygKey);
    await toast(session, wrongKey).waitFor();
    await session.screenshot("key-other-service");
    expect(sent()).toEqual(["GET api.z.ai/api/coding/paas/v4/models"]);
    await clickToast(session, wrongKey, say("Try again"));
    await session.page.locator(".quick-input-widget input").waitFor();
    await session.page.keyboard.press("Escape");
    await session
      .chatFrame()
      .getByRole("button", { name: say("Set API key") })
      .waitFor();
  });

  it("carries on with the question that was asked without one", async () => {
    const answer = await ask(session, "What is a closure?");
    const missing = say(
      "Set an API key to start. It is kept in VS Code's secret storage and sent only to {0}.",
      "api.z.ai",
    );
    await answer.getByText(missing).waitFor();
    await session.screenshot("key-missing-in-chat");
    await answer.getByRole("button", { name: say("Set API key") }).click();
    await answerInput(session, `  Bearer ${planKey} `);
    const works = say("The key works on {0}: {1} models are listed.", plan, 11);
    await toast(session, works).waitFor();
    await session.screenshot("key-works");
    expect(await finished(answer)).toContain("closure");
    expect(await session.chatFrame().locator("article.user").count()).toBe(1);
    await dismissToasts(session);
  });

  it("goes to its own host only, with an honest name and never through a setting file", async () => {
    await finished(await ask(session, "And a thunk?"));
    const chat = session.simulator.requests.at(-1);
    expect(chat?.headers["authorization"]).toBe(`Bearer ${planKey}`);
    expect(chat?.headers["user-agent"]).toMatch(/^glm-sidekick\/\d+\.\d+\.\d+ vscode\/\d+\.\d+\.\d+/);
    const settings = await session.host<string>(
      `return JSON.stringify(vscode.workspace.getConfiguration("glm")) + JSON.stringify(vscode.workspace.getConfiguration().inspect("glm"))`,
    );
    expect(settings).not.toContain(planKey);
  });

  it("survives a reload of the window", async () => {
    await session.reload();
    expect(await finished(await ask(session, "Still there?"))).toContain("Still there?");
  });

  it("belongs to a host: another platform asks for its own", async () => {
    await session.palette(say.command("selectPlatform"));
    await answerInput(session, say("BigModel pay-as-you-go"));
    await session.command("glm.chat.new");
    await session
      .chatFrame()
      .getByText(say("It is kept in VS Code's secret storage and sent only to {0}.", "open.bigmodel.cn"))
      .waitFor();
    expect(session.simulator.requests).toEqual([]);
    await session
      .chatFrame()
      .getByRole("button", { name: say("Set API key") })
      .click();
    await answerInput(session, bigmodelPaygKey);
    await toast(
      session,
      say("The key works on {0}: {1} models are listed.", say("BigModel pay-as-you-go"), 11),
    ).waitFor();
    expect(sent()).toEqual(["GET open.bigmodel.cn/api/paas/v4/models"]);
    await dismissToasts(session);
    await finished(await ask(session, "你好，1+1=?"));
    expect(session.simulator.requests.at(-1)?.headers["authorization"]).toBe(`Bearer ${bigmodelPaygKey}`);
  });

  it("is saved but marked unchecked when the service is down", async () => {
    session.simulator.setScenario({ name: "html502" });
    await session.palette(say.command("setApiKey"));
    await answerInput(session, bigmodelPaygKey);
    const reason = say("{0} had an internal error. Try again in a moment.", "open.bigmodel.cn");
    await toast(session, say("The key is saved but was not checked. {0}", reason)).waitFor({ timeout: 60_000 });
    await session.screenshot("key-unchecked");
    session.simulator.reset();
    await dismissToasts(session);
  });

  it("can be cleared for one host and stays for the other", async () => {
    await session.palette(say.command("clearApiKey"));
    await answerInput(session, "bigmodel");
    const gone = say("The API key for {0} was removed from this machine.", "open.bigmodel.cn");
    await toast(session, gone).waitFor();
    await dismissToasts(session);
    await session.command("glm.chat.new");
    await session
      .chatFrame()
      .getByRole("button", { name: say("Set API key") })
      .waitFor();
    await session.palette(say.command("selectPlatform"));
    await answerInput(session, plan);
    await session.chatFrame().getByText(say("Ask about your code"), { exact: true }).waitFor();
  });

  it("is in no log line and no error", async () => {
    await until(() => session.simulator.requests.length === 0, "quiet");
    expect(session.server.log()).not.toContain(planKey);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, planKey } from "../zai-server/accounts.ts";
import { bothHosts } from "../../src/core/keyWords.ts";
import {
  answerInput,
  ask,
  clickToast,
  dismissToasts,
  finished,
  openChat,
  toast,
  verdictOnKey,
} from "./support/actions.ts";
import { settled } from "./support/editor.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { itOnce } from "./support/once.ts";
import { wordsOf } from "./support/words.ts";

describe.each(["en", "zh-cn"] as const)("the API key (%s)", (locale) => {
  const say = wordsOf(locale);
  const plan = say("Z.AI Coding Plan");
  const strangeKey = `${"ff".repeat(16)}.NobodyKnowsMe123`;
  /** In the order in which they are asked while no platform has been chosen. */
  const hosts = locale === "en" ? ["api.z.ai", "open.bigmodel.cn"] : ["open.bigmodel.cn", "api.z.ai"];
  const eitherHost = bothHosts(locale);
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
    await frame.getByText(say("It is kept in VS Code's secret storage and sent only to {0}.", eitherHost)).waitFor();
    await session.screenshot("key-first-run");
    expect(session.simulator.requests).toEqual([]);
    expect(session.proxy.connections.filter(({ host }) => hosts.includes(host))).toEqual([]);
  });

  it("is refused in the box when it cannot be one", async () => {
    await session.palette(say.command("setApiKey"));
    const input = session.page.locator(".quick-input-widget input[type=password]");
    await input.waitFor();
    const [first = "", second = ""] = hosts;
    const sentence =
      "To find out what it can use, the key is sent to {0} and, only if that refuses it or cannot be reached, to {1}; these checks cost no money.";
    await session.page.locator(".quick-input-message", { hasText: say(sentence, first, second) }).waitFor();
    await settled(input);
    await session.screenshot("key-box");
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

  it("that no service knows is refused with the reason and not saved", async () => {
    await session.palette(say.command("setApiKey"));
    await answerInput(session, strangeKey);
    const [first = "", second = ""] = hosts;
    const refused = say("Neither {0} nor {1} accepts this key. Copy it once more, as a whole.", first, second);
    await verdictOnKey(session, refused);
    await session.screenshot("key-refused");
    expect(sent()).toEqual(hosts.map((host) => `GET ${host}/api/coding/paas/v4/models`));
    await clickToast(session, refused, say("Try again"));
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
      eitherHost,
    );
    await answer.getByText(missing).waitFor();
    await session.screenshot("key-missing-in-chat");
    await answer.getByRole("button", { name: say("Set API key") }).click();
    await answerInput(session, `  Bearer ${planKey} `);
    const name = say("Coding Plan, international, {0}", "Pro");
    await verdictOnKey(session, say("{0}: {1} of this 5-hour window used.", name, "11%"));
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

  itOnce(locale, "survives a reload of the window", async () => {
    await session.reload();
    expect(await finished(await ask(session, "Still there?"))).toContain("Still there?");
  });

  it("belongs to a host: another platform asks for its own", async () => {
    await session.palette(say.command("selectPlatform"));
    await answerInput(session, say("BigModel pay-as-you-go"));
    await session.command("glm.chat.new");
    await session
      .chatFrame()
      .getByText(say("Keys are not synced between machines: one that you use elsewhere has to be set here, too."))
      .waitFor();
    expect(session.simulator.requests).toEqual([]);
    await session
      .chatFrame()
      .getByRole("button", { name: say("Set API key") })
      .click();
    await answerInput(session, bigmodelPaygKey);
    const funds = say("balance {0} and resource packs.", "¥188");
    await toast(session, say("Pay as you go, {0}: {1}", "BigModel", funds)).waitFor();
    expect(sent()[0]).toBe("GET open.bigmodel.cn/api/coding/paas/v4/models");
    expect(sent().filter((line) => !line.startsWith("GET open.bigmodel.cn/"))).toEqual([]);
    await dismissToasts(session);
    await finished(await ask(session, "你好，1+1=?"));
    expect(session.simulator.requests.at(-1)?.headers["authorization"]).toBe(`Bearer ${bigmodelPaygKey}`);
  });

  it("is saved but marked unchecked when the service is down", async () => {
    session.simulator.setScenario({ name: "html502" });
    await session.palette(say.command("setApiKey"));
    await answerInput(session, bigmodelPaygKey);
    const reason = say("{0} had an internal error. Try again in a moment.", "open.bigmodel.cn");
    await verdictOnKey(session, say("The key is saved but was not checked. {0}", reason));
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

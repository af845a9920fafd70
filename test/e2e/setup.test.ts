import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPlanKey, emptyKey, expiredPlanKey, litePlanKey, paygKey, planKey } from "../zai-server/accounts.ts";
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
import { itOnce } from "./support/once.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

/** Runs in the page and in the frame of the chat. */
function tellOfHand(): void {
  const kinds = { pointerdown: "clicks", paste: "pastes" };
  for (const [event, what] of Object.entries(kinds)) {
    const tell = ({ isTrusted }: Event) =>
      isTrusted && (window as unknown as { handDid(what: string): void }).handDid(what);
    window.addEventListener(event, tell, true);
  }
}

describe.each(["en", "zh-cn"] as const)("setting up a key (%s)", (locale) => {
  const say = wordsOf(locale);
  const used = (plan: string) => say("{0}: {1} of this 5-hour window used.", plan, "11%");
  const pro = used(say("Coding Plan, international, {0}", "Pro"));
  const policy = say(
    "The plan is meant for officially supported tools, and this extension is not one of them: throttling or a ban may follow. Pay-as-you-go has no such rule and is billed to your balance.",
  );
  const environment = { ZAI_API_KEY: litePlanKey, ZHIPUAI_API_KEY: bigmodelPlanKey };
  let session: VSCodeSession;
  /** What the page and all its frames have seen a hand do. */
  const hand = { clicks: 0, pastes: 0, confirmations: 0 };

  const dialog = () => session.page.locator(".monaco-dialog-box");
  const verdict = (text: string) => toast(session, text);
  const buttons = (text: string) => verdict(text).locator(".notification-list-item-buttons-container a.monaco-button");
  const platform = () =>
    session.host<string>("return vscode.workspace.getConfiguration().inspect('glm.platform').globalValue ?? 'none'");
  const set = (id: string, value: unknown) =>
    session.host("await vscode.workspace.getConfiguration().update(args.id, args.value, 1)", { id, value });
  const paid = () =>
    session.simulator.requests.filter(({ method, path }) => method === "POST" && path.startsWith("/api/paas/"));
  const firstRun = (name: string): Locator => session.chatFrame().getByRole("button", { name, exact: true });

  /** No key, no platform chosen, an empty chat. */
  async function startOver(): Promise<void> {
    await session.host(
      `for (const id of ["glm.platform", "glm.model.chat"]) await vscode.workspace.getConfiguration().update(id, undefined, 1)`,
    );
    await session.command("glm.clearApiKey");
    await session.command("glm.chat.new");
    await dismissToasts(session);
    session.simulator.reset();
  }

  async function watchHand(): Promise<void> {
    await session.page.exposeFunction("handDid", (what: keyof typeof hand) => {
      hand[what]++;
    });
  }

  async function paste(text: string): Promise<void> {
    await session.page.evaluate((value) => navigator.clipboard.writeText(value), text);
    await session.page.keyboard.press("Control+V");
  }

  /** What a new user does up to the key: the icon, the button, the key, Enter. */
  async function pasteKey(key: string): Promise<void> {
    await session.page.evaluate(tellOfHand);
    await session.page
      .locator(".activitybar .action-item", { has: session.page.locator('[aria-label="GLM"]') })
      .click();
    await session.chatFrame().locator("textarea").waitFor();
    await session.chatFrame().locator("body").evaluate(tellOfHand);
    await firstRun(say("Set API key")).click();
    await session.page.locator(".quick-input-widget input[type=password]").waitFor();
    await paste(key);
    await session.page.keyboard.press("Enter");
  }

  /** Agrees to be billed by the default button of the question. */
  async function confirmConsent(): Promise<void> {
    const yes = dialog().getByRole("button", { name: say("Use pay-as-you-go"), exact: true });
    await until(
      () => yes.evaluate((button) => button === button.ownerDocument.activeElement),
      "the question to answer",
    );
    await session.page.keyboard.press("Enter");
    hand.confirmations++;
    await dialog().waitFor({ state: "detached" });
  }

  async function typeQuestion(question: string): Promise<Locator> {
    const composer = session.chatFrame().locator("textarea");
    await until(
      () => composer.evaluate((box) => box.ownerDocument.hasFocus() && box.ownerDocument.activeElement === box),
      "the caret in the composer",
    );
    await session.page.keyboard.type(question);
    await session.page.keyboard.press("Enter");
    const answer = session.chatFrame().locator("article.answer").last();
    await answer.waitFor();
    return answer;
  }

  beforeAll(async () => {
    session = await openVSCode({ locale, env: environment });
    await watchHand();
  });
  afterAll(() => session.close());
  beforeEach(() => session.simulator.reset());

  // Each needs a VS Code in which nothing has happened yet, so that the languages share them.
  if (locale === "en") {
    it("with a plan takes one paste and two clicks up to the first answer", async () => {
      await pasteKey(planKey);
      expect(await (await verdictOnKey(session, pro)).innerText()).toContain(policy);
      await session.screenshot("setup-first-plan");
      expect(await finished(await typeQuestion("What is a closure?"))).toContain("closure");
      expect(hand).toEqual({ clicks: 2, pastes: 1, confirmations: 0 });
      expect(await platform()).toBe("zai-coding");
      expect(paid()).toEqual([]);
    });
  } else {
    it("by use takes one paste, two clicks and one confirmation of what is billed", async () => {
      await pasteKey(paygKey);
      await confirmConsent();
      expect(await finished(await typeQuestion("What is a closure?"))).toContain("closure");
      expect(hand).toEqual({ clicks: 2, pastes: 1, confirmations: 1 });
      expect([await platform(), paid().length]).toEqual(["zai", 1]);
    });
  }

  itOnce(locale, "by use bills nothing before consent", async () => {
    await startOver();
    await session.startCommand("glm.setApiKey");
    await answerInput(session, paygKey);
    const words = say("Pay as you go, {0}: {1}", "Z.AI", say("balance {0}.", "$42.50"));
    await settled(dialog().getByText(words));
    await session.screenshot("setup-payg-consent");
    expect([await platform(), paid()]).toEqual(["none", []]);
    await session.page.keyboard.press("Enter");
    await until(async () => (await platform()) === "zai", "consent");
    await finished(await ask(session, "What is a closure?"));
    expect(paid()).toHaveLength(1);
  });

  itOnce(locale, "by use without consent saves the key and bills nothing", async () => {
    await startOver();
    await session.startCommand("glm.setApiKey");
    await answerInput(session, paygKey);
    await dialog().waitFor();
    await session.page.keyboard.press("Escape");
    const saved = say("The key is saved. Nothing is billed until you choose pay-as-you-go.");
    await verdictOnKey(session, saved);
    await session.screenshot("setup-payg-declined");
    expect(await platform()).toBe("none");
  });

  it("is kept for the first service when that cannot say anything", async () => {
    await startOver();
    session.simulator.setScenario({ name: "html502" });
    await session.startCommand("glm.setApiKey");
    await answerInput(session, planKey);
    const first = locale === "en" ? "api.z.ai" : "open.bigmodel.cn";
    const reason = say("{0} had an internal error. Try again in a moment.", first);
    await verdict(say("The key is saved but was not checked. {0}", reason)).waitFor();
    expect(new Set(session.simulator.requests.map(({ host }) => host))).toEqual(new Set([first]));
    await openChat(session);
    await session.chatFrame().getByText(say("Ask about your code"), { exact: true }).waitFor();
    expect(await platform()).toBe(locale === "en" ? "none" : "bigmodel-coding");
  });

  it.each([
    ["plan-lite", litePlanKey, used(say("Coding Plan, international, {0}", "Lite")), "zai-coding"],
    ["plan-pro", planKey, pro, "zai-coding"],
    ["plan-china", bigmodelPlanKey, used(say("Coding Plan, China, {0}", "Pro")), "bigmodel-coding"],
    ["expired", expiredPlanKey, say("{0}: the Coding Plan has ended, and there is no balance.", "Z.AI"), "zai-coding"],
    ["empty", emptyKey, say("{0}: the key is valid, but there is no balance and no plan.", "Z.AI"), "zai-coding"],
  ] as const)("says what was found: %s", async (name, key, words, expected) => {
    await startOver();
    await session.startCommand("glm.setApiKey");
    await answerInput(session, key);
    await verdictOnKey(session, words);
    await session.screenshot(`setup-${name}`);
    // The test of the clicks has told it for Z.AI already where it used a plan.
    const policyDue = name === "plan-china" || (name === "plan-lite" && locale === "zh-cn");
    const plan = policyDue ? [say("Got it"), say("Use pay-as-you-go")] : [say("Show usage")];
    const nothing = [say("Use a free model"), say("Recharge"), say("Show plan")];
    expect(await buttons(words).allInnerTexts()).toEqual(name.startsWith("plan") ? plan : nothing);
    expect((await verdict(words).innerText()).includes(policy)).toBe(policyDue);
    await until(async () => (await platform()) === expected, expected);
    expect(session.simulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("without anything to pay with goes on with a free model, after consent", async () => {
    await clickToast(
      session,
      say("{0}: the key is valid, but there is no balance and no plan.", "Z.AI"),
      say("Use a free model"),
    );
    await settled(dialog().getByText(say("Chat with {0}, which is free?", "glm-4.7-flash")));
    await session.screenshot("setup-free-consent");
    expect(await platform()).toBe("zai-coding");
    await session.page.keyboard.press("Enter");
    await until(async () => (await platform()) === "zai", "the general endpoint");
    await openChat(session);
    await finished(await ask(session, "What is a thunk?"));
    expect(paid().map(({ body }) => (body as { model: string }).model)).toEqual(["glm-4.7-flash"]);
  });

  it("takes a key of the environment after a click that names it, and never before", async () => {
    await startOver();
    await openChat(session);
    const offer = firstRun(say("Use a key from the environment"));
    await offer.waitFor();
    await session.screenshot("setup-environment");
    expect(session.simulator.requests).toEqual([]);
    await offer.click();
    await session.page.locator(".quick-input-list .monaco-list-row").nth(1).waitFor();
    const list = await session.page.locator(".quick-input-list").innerText();
    for (const key of Object.values(environment)) expect(list).not.toContain(key);
    expect(session.simulator.requests).toEqual([]);
    await answerInput(session, "ZHIPUAI_API_KEY");
    await verdict(used(say("Coding Plan, China, {0}", "Pro"))).waitFor();
    expect(new Set(session.simulator.requests.map(({ host }) => host))).toEqual(new Set(["open.bigmodel.cn"]));
    expect(await platform()).toBe("bigmodel-coding");
  });

  it("for a plan that was asked on the endpoint that bills, finds the right one and carries on", async () => {
    await startOver();
    await session.startCommand("glm.setApiKey");
    await answerInput(session, planKey);
    await verdict(pro).waitFor();
    await dismissToasts(session);
    await set("glm.platform", "zai");
    const answer = await ask(session, "Is this the right endpoint?");
    await answer.getByRole("button", { name: say("Check platforms"), exact: true }).click();
    await verdictOnKey(session, pro);
    await session.screenshot("setup-check");
    await clickToast(session, pro, say("Use Coding Plan"));
    const next = session.chatFrame().locator("article.answer").last();
    expect(await finished(next)).toContain("Is this the right endpoint?");
    expect(await platform()).toBe("zai-coding");
  });
});

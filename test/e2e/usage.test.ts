import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bigmodelPaygKey, paygKey, planKey } from "../zai-server/accounts.ts";
import type { Scenario } from "../zai-server/scenarios.ts";
import { ask, finished, giveKey } from "./support/actions.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { itOnce } from "./support/once.ts";
import { wordsOf } from "./support/words.ts";

describe.each(["en", "zh-cn"] as const)("what was used (%s)", (locale) => {
  const say = wordsOf(locale);
  let session: VSCodeSession;

  const item = () => session.page.locator('.statusbar-item[id="glm-sidekick.glm-sidekick.glm.status"]');
  const quotas = () => session.simulator.requests.filter(({ path }) => path.endsWith("/quota/limit"));
  const answerOf = async (question: string) => finished(await ask(session, question));

  /** The item once it says this. */
  async function says(text: string): Promise<void> {
    await until(async () => (await item().innerText()).trim() === text, `the item to say "${text}"`);
  }

  /** The item once it says this share of the five hours and when they are over, perhaps tomorrow. Returns that time. */
  async function saysUsed(share: string): Promise<string> {
    const time = locale === "en" ? String.raw`(?:[A-Z]\w\w )?\d\d?:\d\d [AP]M` : String.raw`(?:周. )?\d\d?:\d\d`;
    const form = new RegExp(`^GLM-5\\.3 · ${share} · (${time})$`);
    let said = "";
    await until(async () => form.test((said = (await item().innerText()).trim())), `the item to say ${share}`);
    return form.exec(said)?.[1] ?? "";
  }

  const leave = () => session.page.mouse.move(600, 300);

  async function tooltip(): Promise<string> {
    // A pointer that is there already, after a click, calls up nothing.
    await leave();
    await item().hover();
    const hover = session.page.locator(".monaco-hover", { hasText: say("Chat model: {0}", "GLM-5.3") });
    await hover.waitFor();
    return hover.innerText();
  }

  const platform = (id: string) =>
    session.host("await vscode.workspace.getConfiguration().update('glm.platform', args, 1)", id);

  /** Asks with a plan of which nothing is known yet, while the service answers in this way. A minute later: not asked before. */
  async function onPlan(scenario: Scenario | undefined): Promise<void> {
    await session.host("const now = Date.now; Date.now = () => now() + 60_000;");
    await platform("zai");
    session.simulator.setScenario(scenario && { ...scenario, match: "/quota/limit" });
    await platform("zai-coding");
    await says("GLM-5.3");
    session.simulator.reset();
    session.simulator.setScenario(scenario && { ...scenario, match: "/quota/limit" });
    await answerOf("What is a quota?");
    await until(() => quotas().length === 1, "the look at the plan");
  }

  /** The page of the preview that shows the document. */
  const page = () =>
    session.page
      .frameLocator('iframe.webview.ready[src*="extensionId=vscode.markdown-language-features"]')
      .frameLocator("iframe#active-frame");

  beforeAll(async () => {
    session = await openVSCode({ locale, settings: { "glm.usage.quota": true } });
  });
  afterAll(() => session.close());

  it("is in the status bar once there is a key, and the plan is asked for after the first answer only", async () => {
    await session.command("glm.chat.focus");
    expect(await item().count()).toBe(0);
    await giveKey(session, planKey);
    await says("GLM-5.3");
    session.simulator.reset();
    await answerOf("What is a closure?");
    const reset = await saysUsed("11%");
    expect(quotas()).toHaveLength(1);
    expect(await item().getAttribute("class")).not.toMatch(/warning|error/);
    expect(await item().getAttribute("aria-label")).toBe(
      say("GLM chat model {0}, {1}, resets {2}", "GLM-5.3", say("{0} of the 5-hour window used", "11%"), reset),
    );
    const words = await tooltip();
    await session.screenshot("usage-plan");
    expect(words).toContain(`${say("Z.AI Coding Plan")} · Pro`);
    expect(words).toContain(say("{0} used", "11%"));
    expect(words).toContain(say("Week"));
    expect(words).toContain(say("Plan: no cost per token"));
    expect(words).not.toMatch(/NaN|undefined|\$/);
    await leave();
  });

  itOnce(locale, "has the workbench's colours for a window that is nearly used up", async () => {
    await onPlan({ name: "quota-used", value: 80 });
    await saysUsed("80%");
    expect(await item().getAttribute("class")).toContain("warning");
    await session.screenshot("usage-warning");
    await onPlan({ name: "quota-full" });
    await saysUsed("100%");
    expect(await item().getAttribute("class")).toContain("error");
    await session.screenshot("usage-full");
  });

  itOnce(locale, "says nothing of a service that does not tell", async () => {
    await onPlan({ name: "quota-error", value: 500 });
    await says("GLM-5.3");
    expect(await tooltip()).toContain(say("This session: {0}", "").trim());
    await leave();
    expect(await session.page.locator(".notification-toast").count()).toBe(0);
    session.simulator.setScenario(undefined);
  });

  it("opens a menu with what is in force", async () => {
    await item().click();
    const rows = session.page.locator(".quick-input-list .monaco-list-row");
    await rows.first().waitFor();
    const labels = (await rows.allInnerTexts()).join("\n");
    for (const label of ["Choose model", "Choose platform", "Show usage", "Set API key", "Open settings"]) {
      expect(labels).toContain(say(label));
    }
    expect(labels).toContain("GLM-5.3");
    expect(labels).toContain(say("Z.AI Coding Plan"));
    await session.screenshot("usage-menu");
    await session.page.keyboard.press("Escape");
    await leave();
  });

  it("is told in dollars where Z.AI bills the balance, and in a document that keeps up", async () => {
    await platform("zai");
    await giveKey(session, paygKey);
    await answerOf("What does this cost?");
    await until(async () => /\$/.test(await tooltip()), "the cost");
    await session.screenshot("usage-cost");
    await leave();
    await session.palette(say.command("showUsage"));
    await page()
      .getByRole("heading", { name: say("GLM usage") })
      .waitFor();
    await page()
      .getByText(say("Balance: {0}", locale === "en" ? "$42.50" : "US$42.50"))
      .waitFor();
    const paid = page()
      .locator("tr", { hasText: say("Z.AI pay-as-you-go") })
      .first();
    const counted = async () => Number(await paid.locator("td").nth(1).innerText());
    expect(await counted()).toBe(1);
    await session.screenshot("usage-document");
    await answerOf("And this?");
    await until(async () => (await counted()) === 2, "the document to keep up");
  });

  it("has no price on BigModel", async () => {
    await platform("bigmodel");
    await giveKey(session, bigmodelPaygKey);
    await answerOf("你好");
    const words = await tooltip();
    expect(words).toContain(say("BigModel pay-as-you-go"));
    const lines = words.split("\n").filter((line) => line.trim() !== "");
    const here = lines.findIndex((line) => line.startsWith(say("This session: {0}", "").trim()));
    const [elsewhere = ""] = say("This session on {0}: {1}", "§", "").split("§");
    expect(lines[here]).not.toMatch(/[$¥]/);
    expect(lines[here + 1]?.startsWith(elsewhere)).toBe(true);
    await leave();
  });
});

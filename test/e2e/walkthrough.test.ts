import { afterAll, beforeAll, describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { planKey } from "../zai-server/accounts.ts";
import { ask, dismissToasts, finished, giveKey, openChat } from "./support/actions.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { itOnce } from "./support/once.ts";
import { wordsOf } from "./support/words.ts";

describe.each(["en", "zh-cn"] as const)("the walkthrough (%s)", (locale) => {
  const say = wordsOf(locale);
  const steps = manifest.contributes.walkthroughs[0]?.steps ?? [];
  let session: VSCodeSession;
  // Beside the page is the list of all walkthroughs, out of sight.
  const page = () => session.page.locator(".gettingStartedSlideDetails");
  const step = (id: string) => page().locator(`.getting-started-step[data-step-id$="#${id}"]`);
  const done = (id: string) => step(id).locator(".codicon-getting-started-step-checked");
  /** The drawing beside the steps, for which VS Code wants a wide editor. */
  const picture = () => page().frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  const expand = async (id: string) => {
    const open = page().locator(`.getting-started-step.expanded[data-step-id$="#${id}"]`);
    if (!(await open.isVisible())) await step(id).locator(".step-title").click();
    await open.waitFor();
  };

  beforeAll(async () => {
    session = await openVSCode({ locale, viewport: { width: 1600, height: 900 } });
  });
  afterAll(() => session.close());

  itOnce(locale, "is not opened by itself, and nothing else is shown at the start", async () => {
    await openChat(session);
    expect(await page().count()).toBe(0);
    expect(await session.page.locator(".notification-toast").count()).toBe(0);
  });

  it("has six steps with a picture and a button each", async () => {
    await session.palette(say.command("openWalkthrough"));
    await page().getByText(say.manifest("walkthrough.title"), { exact: true }).waitFor();
    for (const { id, title } of steps) {
      await expand(id);
      expect(await step(id).locator(".step-title").innerText()).toBe(say.manifest(title.slice(1, -1)));
      expect(await step(id).locator(".button-container .monaco-button").count()).toBeGreaterThan(0);
      await picture().locator("svg").waitFor();
      await session.screenshot(`walkthrough-${id}`);
      expect(await done(id).count()).toBe(0);
    }
  });

  itOnce(locale, "ticks what was done: the key, the answer and the fix", async () => {
    await expand("glm.setKey");
    await step("glm.setKey")
      .getByRole("button", { name: say("Set API key") })
      .click();
    await session.page.locator(".quick-input-widget input[type=password]").waitFor();
    await session.page.keyboard.press("Escape");
    await giveKey(session, planKey);
    for (const id of ["glm.getKey", "glm.setKey"]) await done(id).first().waitFor({ state: "attached" });
    await expand("glm.ask");
    expect(await done("glm.ask").count()).toBe(0);
    await finished(await ask(session, "1+1=?"));
    await done("glm.ask").first().waitFor({ state: "attached" });
    await expand("glm.fix");
    await step("glm.fix")
      .getByRole("button", { name: say.manifest("walkthrough.fix.text").split(/[[\]]/)[1] ?? "" })
      .click();
    await done("glm.fix").first().waitFor({ state: "attached" });
    await dismissToasts(session);
    await session.screenshot("walkthrough-done");
  });

  itOnce(locale, "can be opened from the first run of the chat", async () => {
    await session.command("glm.chat.new");
    await session.command("workbench.action.closeAllEditors");
    await until(async () => (await page().count()) === 0, "the walkthrough to close");
    await session.palette(say.command("clearApiKey"));
    await session
      .chatFrame()
      .getByRole("button", { name: say("Get started, step by step") })
      .click();
    await page().getByText(say.manifest("walkthrough.title"), { exact: true }).waitFor();
  });
});

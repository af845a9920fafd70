import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFaults } from "../harness/axe.ts";
import { planKey } from "../zai-server/accounts.ts";
import { ask, dragSideBar, finished, giveKey, openChat } from "./support/actions.ts";
import { itOnce } from "./support/once.ts";
import { openVSCode, type Theme, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

const question = {
  en: "Why is the total of a cart always too small?",
  "zh-cn": "为什么购物车的总价总是偏小？",
} as const;

function direction(place: Locator): Promise<string> {
  return place.first().evaluate((element) => getComputedStyle(element).direction);
}

describe.each(["en", "zh-cn"] as const)("the panel in VS Code (%s)", (locale) => {
  const say = wordsOf(locale);
  let session: VSCodeSession;

  /** Faults that axe finds in the panel, by rule and place. */
  const faults = async (): Promise<string[]> => {
    const body = session.chatFrame().locator("body");
    // The page behind a webview shows through, which axe cannot see from inside the frame.
    await body.evaluate((element) => element.style.setProperty("background", "var(--vscode-sideBar-background)"));
    // The panel is a part of VS Code's page; its top heading is the view's title.
    return axeFaults(body, ["page-has-heading-one", "region", "landmark-one-main"]);
  };

  const dragTo = (width: number) => dragSideBar(session, width);

  beforeAll(async () => {
    session = await openVSCode({ locale });
    await giveKey(session, planKey);
    await session.host(
      "await vscode.window.showTextDocument(vscode.Uri.file(args))",
      `${session.workspace ?? ""}/src/price.ts`,
    );
    await openChat(session);
    await session
      .chatFrame()
      .getByRole("button", { name: say("Look for bugs in {0}.", "price.ts") })
      .click();
    await finished(session.chatFrame().locator("article.answer"));
    await dragTo(420);
    await session.screenshot("looks-readme");
    await dragTo(300);
    await finished(await ask(session, question[locale]));
  });
  afterAll(() => session.close());

  it.each(["dark", "light", "hc-dark", "hc-light"] satisfies Theme[])(
    "has no fault that axe knows in %s",
    async (theme) => {
      await session.setTheme(theme);
      await session.screenshot(`looks-${theme}`);
      expect(await faults()).toEqual([]);
    },
  );

  it("fits a side bar of 240 pixels without scrolling sideways", async () => {
    await session.setTheme("dark");
    expect(await dragTo(240)).toBeLessThanOrEqual(250);
    const overflow = await session
      .chatFrame()
      .locator("body")
      .evaluate((body) => body.ownerDocument.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await session.screenshot("looks-narrow");
  });

  it("centres its text when it is wide", async () => {
    await dragTo(880);
    const text = await session.chatFrame().locator("article.answer").last().boundingBox();
    expect(text?.width).toBeLessThan(820);
    await session.screenshot("looks-wide");
  });

  itOnce(locale, "reads from right to left what is written so, and code from left to right", async () => {
    await dragTo(300);
    session.simulator.setScenario({
      name: "say",
      text: "הפונקציה `total()` מחזירה מספר.\n\n- ראשית\n- שנית\n\n> ציטוט\n\n```ts\nconst total = 1;\n```\n",
    });
    const answer = await ask(session, "למה הסכום תמיד קטן מדי?");
    await finished(answer);
    expect(await direction(answer.locator("p"))).toBe("rtl");
    expect(await direction(answer.locator("li"))).toBe("rtl");
    expect(await direction(answer.locator("p code"))).toBe("ltr");
    expect(await direction(answer.locator(".code-block"))).toBe("ltr");
    const body = session.chatFrame().locator("body");
    expect(await direction(body.locator("article.user").last().getByText("למה הסכום תמיד קטן מדי?"))).toBe("rtl");
    await session.screenshot("looks-right-to-left");
    expect(await faults()).toEqual([]);
    session.simulator.reset();
  });

  itOnce(locale, "stands still while it writes where less motion is wanted", async () => {
    const body = session.chatFrame().locator("body.vscode-reduce-motion");
    session.simulator.setScenario({ name: "slow", value: 80, times: 1 });
    const answer = await ask(session, "Show me a table, a list and code");
    await answer.locator("[data-caret]").first().waitFor();
    expect(await body.evaluate((element) => element.ownerDocument.getAnimations().map(String))).toEqual([]);
    await finished(answer);
  });

  itOnce(
    locale,
    "shows and says everything to somebody with a screen reader, and does not scroll by itself",
    async () => {
      const setReader = (value: "auto" | "on") =>
        session.host(
          "await vscode.workspace.getConfiguration('editor').update('accessibilitySupport', args, 1)",
          value,
        );
      await setReader("on");
      const body = session.chatFrame().locator("body");
      await session.chatFrame().locator("body.vscode-using-screen-reader").waitFor();
      await openChat(session);
      await body.locator(".log").evaluate((log) => log.scrollTo(0, 0));
      const answer = await ask(session, "Show me a table, a list and code");
      const said = session.chatFrame().getByRole("status").last();
      await finished(answer);
      await said.getByText(say("Answer finished")).waitFor();
      expect(await body.locator(".log").evaluate((log) => log.scrollTop)).toBe(0);
      const buttons = answer.locator(".code-actions").first();
      expect(await buttons.evaluate((element) => getComputedStyle(element).opacity)).toBe("1");
      await session.screenshot("looks-screen-reader");
      await setReader("auto");
    },
  );
});

import { afterAll, afterEach, describe, expect, it } from "vitest";
import { englishStrings } from "../../src/protocol/strings.ts";
import { axeFaults } from "../harness/axe.ts";
import { snapshot } from "./fixtures.ts";
import { closeBrowser, openView, pageRules, screenshotPath, themes, type View } from "./support.ts";

let view: View;

/** A view whose script has not come yet, and the way to let it come. */
async function openBeforeScript(theme: (typeof themes)[number] = "dark") {
  const { promise, resolve } = Promise.withResolvers<void>();
  view = await openView({ theme, script: promise });
  const start = async () => {
    resolve();
    await view.ready();
  };
  const { page } = view;
  return { page, start, box: page.getByRole("textbox", { name: englishStrings.composerLabel }), keys: page.keyboard };
}

afterEach(async () => {
  expect(view.errors).toEqual([]);
  expect(await view.violations()).toEqual([]);
  await view.close();
});
afterAll(closeBrowser);

describe("before its script has come", () => {
  it.each(themes)("the page has the field for the question, with its words, in %s", async (theme) => {
    const { page, box, start } = await openBeforeScript(theme);
    expect(await box.isVisible()).toBe(true);
    expect(await box.getAttribute("placeholder")).toBe(englishStrings.composerPlaceholder);
    expect(await axeFaults(page.locator("html"), pageRules)).toEqual([]);
    await page.screenshot({ path: await screenshotPath(`opening-${theme}`) });
    await start();
  });

  it("the field is where it stays, so that nothing jumps", async () => {
    const { box, start } = await openBeforeScript();
    const places = [await box.boundingBox()];
    await start();
    places.push(await box.boundingBox());
    await view.post(snapshot([]));
    places.push(await box.boundingBox());
    expect(places[0]?.height).toBeGreaterThan(20);
    expect(places).toEqual([places[0], places[0], places[0]]);
  });

  it("what is typed stays, and the caret with it", async () => {
    const { page, box, keys, start } = await openBeforeScript();
    await box.click();
    await keys.type("how are ");
    await keys.press("Shift+Enter");
    await start();
    await keys.type("you");
    await view.post(snapshot([]));
    await keys.type("?");
    expect(await box.inputValue()).toBe("how are \nyou?");
    expect(await page.locator("textarea").count()).toBe(1);
    expect(await view.postedOf("send")).toEqual([]);
  });

  it("an Enter sends as soon as it is known to whom", async () => {
    const { box, keys, start } = await openBeforeScript();
    await box.click();
    await keys.type("hello");
    await keys.press("Enter");
    await start();
    expect(await view.postedOf("send")).toEqual([]);
    expect(await box.inputValue()).toBe("hello");
    await view.post(snapshot([]));
    expect(await view.postedOf("send")).toEqual([{ type: "send", text: "hello" }]);
    expect(await box.inputValue()).toBe("");
    // Once, and not again with what is typed next.
    await keys.type("next");
    await view.post(snapshot([], { title: "Another" }));
    expect(await view.postedOf("send")).toHaveLength(1);
  });

  it("what was saved comes before what is typed, or after it was sent", async () => {
    for (const sends of [false, true]) {
      const { page, box, keys, start } = await openBeforeScript();
      const draft = { conversationId: "c", draft: "saved" };
      await page.evaluate(
        ([id, text]) =>
          sessionStorage.setItem(
            "state",
            JSON.stringify({ version: 1, places: [[id, { draft: text, thinking: {} }]] }),
          ),
        [draft.conversationId, draft.draft] as const,
      );
      await box.click();
      await keys.type("typed");
      if (sends) await keys.press("Enter");
      await start();
      await view.post(snapshot([], { conversationId: draft.conversationId }));
      expect(await box.inputValue()).toBe(sends ? "saved" : "saved\n\ntyped");
      expect(await view.postedOf("send")).toEqual(sends ? [{ type: "send", text: "typed" }] : []);
      if (!sends) await view.close();
    }
  });

  it("the focus of the page is the field's", async () => {
    const { page, box, start } = await openBeforeScript();
    await page.evaluate(() => window.dispatchEvent(new FocusEvent("focus")));
    expect(await box.evaluate((element) => element === document.activeElement)).toBe(true);
    await start();
  });
});

it("an Enter between the script and the first words of the host sends too", async () => {
  view = await openView();
  const { keyboard } = view.page;
  await view.page.locator("textarea").click();
  await keyboard.type("hello");
  await keyboard.press("Enter");
  await view.post(snapshot([]));
  expect(await view.postedOf("send")).toEqual([{ type: "send", text: "hello" }]);
});

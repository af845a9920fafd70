import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planKey } from "../zai-server/accounts.ts";
import { drawPicture } from "../zai-server/drawing.ts";
import { ask, finished, giveKey, openChat } from "./support/actions.ts";
import { fileIn, openFile } from "./support/editor.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

/** What only a real clipboard and a real window show; the rest of the composer is proven with what it is used for. */
describe("the composer", () => {
  const say = wordsOf("en");
  let session: VSCodeSession;
  const panel = () => session.chatFrame().locator("body");
  const box = () => panel().locator(".composer textarea");
  const title = () => panel().locator(".title");

  beforeAll(async () => {
    session = await openVSCode();
    await giveKey(session, planKey);
  });
  afterAll(() => session.close());

  /** Puts several forms of the same thing on the clipboard, as other programs do. */
  const copy = (forms: Readonly<Record<string, string>>, png?: Uint8Array) =>
    session.page.evaluate(
      async ({ given, base64 }) => {
        const all: Record<string, Blob> = {};
        for (const [type, text] of Object.entries(given)) all[type] = new Blob([text], { type });
        const bytes = Uint8Array.from(atob(base64), (char) => char.codePointAt(0) ?? 0);
        if (bytes.length > 0) all["image/png"] = new Blob([bytes], { type: "image/png" });
        await navigator.clipboard.write([new ClipboardItem(all)]);
      },
      { given: forms, base64: Buffer.from(png ?? []).toString("base64") },
    );
  /** By a click into the box: a key goes to the frame that the browser, and not only its page, knows as the active one. */
  const paste = async () => {
    await openChat(session);
    await box().click();
    await session.page.keyboard.press("End");
    await session.page.keyboard.press("Control+v");
  };

  it("takes code from an editor, and grows no further than to a part of the panel", async () => {
    const price = fileIn(session, "src/price.ts");
    const code = readFileSync(price, "utf8");
    await openFile(session, price);
    const copied = () => session.page.evaluate(() => navigator.clipboard.readText());
    await until(async () => {
      await session.page.keyboard.press("Control+a");
      await session.page.keyboard.press("Control+c");
      return (await copied()) === code;
    }, "the code on the clipboard");
    await paste();
    await until(async () => (await box().inputValue()) === code, "the code in the box");
    const heights = await box().evaluate(
      (element) => [element.clientHeight, element.scrollHeight, innerHeight] as const,
    );
    expect(heights[0]).toBeLessThan(heights[1]);
    expect(heights[0]).toBeLessThan(heights[2] / 2);
    await session.screenshot("composer-pasted");
    await box().fill("");
  });

  it("takes the words of what a page or an office program has copied, and nothing else of it", async () => {
    await copy({ "text/plain": "a word", "text/html": "<b>a word</b><img src='https://stranger.example/x.png'>" });
    await paste();
    await until(async () => (await box().inputValue()) === "a word", "the words");
    await copy({ "text/plain": " and cells" }, drawPicture("cells", 200, 80));
    await paste();
    await until(async () => (await box().inputValue()) === "a word and cells", "the cells");
    expect(await panel().locator(".composer .thumbnail").count()).toBe(0);
  });

  it("keeps for each chat what was typed in it", async () => {
    await box().fill("");
    await finished(await ask(session, "Why is the sky blue?"));
    await box().fill("And at night");
    await session.palette(say.command("chatNew"));
    await until(async () => (await box().inputValue()) === "", "an empty box");
    await box().fill("Something else");
    await session.palette(say.command("chatHistory"));
    await session.page.locator(".quick-input-title", { hasText: say("Chat history") }).waitFor();
    await session.page.locator(".quick-input-list .monaco-list-row", { hasText: "Why is the sky blue?" }).click();
    await until(async () => (await box().inputValue()) === "And at night", "the draft of that chat");
  });

  it("stands below a title that a click renames, also in the history", async () => {
    await title().getByRole("button").click();
    await title().locator("input").fill("Blue");
    await box().click();
    await title().getByText("Blue", { exact: true }).waitFor();
    await session.palette(say.command("chatHistory"));
    await session.page.locator(".quick-input-list .monaco-list-row", { hasText: "Blue" }).waitFor();
    await session.page.keyboard.press("Escape");
  });
});

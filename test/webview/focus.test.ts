import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { ToView } from "../../src/protocol/messages.ts";
import type { TurnView } from "../../src/protocol/turns.ts";
import { answer, busy, factsOf, snapshot, user } from "./fixtures.ts";
import { closeBrowser, openView, type View } from "./support.ts";

let view: View;

/** With the focus in the page, where `hasFocus` says so. */
async function open(turns: TurnView[], hasFocus = true) {
  view = await openView();
  await view.page.evaluate((has) => (document.hasFocus = () => has), hasFocus);
  await view.post(snapshot(turns, { composer: { starters: ["What does price.ts do?"] } }));
  await view.drawn();
  return { page: view.page, keys: view.page.keyboard };
}

const focused = () =>
  view.page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.localName);

const another: ToView[] = [
  { type: "turn-removed", turnId: "a1" },
  { type: "turn-added", turn: answer("", "waiting", { id: "a2" }) },
];

afterEach(async () => {
  expect(view.errors).toEqual([]);
  await view.close();
});
afterAll(closeBrowser);

describe("the focus", () => {
  it.each<[string, string, TurnView[], ToView[]]>([
    ["Retry", "leaves its place", [user("q"), answer("", "failed")], [factsOf("waiting"), busy()]],
    ["Retry", "leaves with its turn", [user("q"), answer("", "failed")], [...another, busy()]],
    ["Continue", "leaves its place", [user("q"), answer("Half", "cut")], [factsOf("waiting"), busy()]],
    ["Ask again", "is hidden", [user("q"), answer("All of it")], [factsOf("waiting"), busy()]],
    ["Ask again", "leaves with its turn", [user("q"), answer("All of it")], [...another, busy()]],
    ["What does price.ts do?", "leaves its place", [], [{ type: "turn-added", turn: user("q") }, busy()]],
  ])("goes from %s to the box when that %s", async (name, _, turns, then) => {
    const { page, keys } = await open(turns);
    await page.getByRole("button", { name, exact: true }).focus();
    await keys.press("Enter");
    await view.post(...then);
    expect(await focused()).toBe("Message");
  });

  it("stays where it is while that stays, and with nothing when it was with nothing", async () => {
    const { page } = await open([user("q"), answer("", "failed")]);
    await page.getByRole("button", { name: "Branch from here" }).last().focus();
    await view.post(busy(), { type: "title", title: "A title" });
    expect(await focused()).toBe("Branch from here");
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    await view.post(...another);
    expect(await focused()).toBe("body");
  });

  it("is not taken from the rest of VS Code", async () => {
    const { page } = await open([user("q"), answer("", "failed")], false);
    await page.getByRole("button", { name: "Retry" }).focus();
    await view.post(factsOf("waiting"));
    expect(await focused()).toBe("body");
  });
});

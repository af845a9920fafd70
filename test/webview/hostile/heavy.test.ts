import { afterAll, expect, it } from "vitest";
import { answer, busy, delta, factsOf, snapshot, user } from "../fixtures.ts";
import { closeBrowser, openView } from "../support.ts";
import { heavyAnswers } from "./heavy.ts";

afterAll(closeBrowser);

// How long each takes is for the benchmark to say (`hostile.longestTaskMs`); this catches what never ends.
it.each(Object.entries(heavyAnswers))("%s leaves the panel answering", async (_, text) => {
  const view = await openView();
  await view.post(snapshot([user("q"), answer("```ts\nx\n```", "done")], { conversationId: "warm" }));
  await view.drawn();
  await view.post(snapshot([user("q"), answer("", "answering")]), busy());
  await view.post(delta(text), factsOf("done"));
  await view.drawn();
  expect(await view.page.locator("article.answer").innerText()).not.toBe("");
  await view.page.locator("textarea").press("a");
  expect(await view.page.locator("textarea").inputValue()).toBe("a");
  expect(view.errors).toEqual([]);
  expect(await view.violations()).toEqual([]);
  await view.close();
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeBrowser, openView, type View } from "../support.ts";
import { batches, hostileCases } from "./corpus.ts";
import { clickLinks, expectUntouched, intruders, lookThrough } from "./inspect.ts";
import { restored, streamed, surroundings } from "./messages.ts";

let view: View;

beforeAll(async () => {
  // So high that most answers of a group are drawn while they arrive; what is far away is plain text.
  view = await openView({ width: 500, height: 6_000 });
});
afterAll(closeBrowser);

it("has at least 300 different cases", () => {
  expect(new Set(hostileCases.map(({ text }) => text)).size).toBe(hostileCases.length);
  expect(hostileCases.length).toBeGreaterThanOrEqual(300);
});

it("finds what it is for", async () => {
  await view.post(restored("check", hostileCases.slice(0, 1)));
  expect(await lookThrough(view)).toEqual({ found: [], drawn: new Set(["answer html 1"]) });
  await view.page
    .locator(".markdown")
    .first()
    .evaluate((markdown) => {
      markdown.innerHTML = `<p onclick="x"></p><a href="command:x">x</a><svg></svg><b id="app">x</b>`;
    });
  const found = await intruders(view);
  expect(found.map(({ what }) => what.split(" in ")[0])).toEqual([
    "attribute onclick",
    "address command:x",
    "element svg",
    "element B",
    "a name",
    "element svg",
    "attribute onclick",
  ]);
  expect(found[0]?.turn).toBe("answer html 1");
  expect(await view.violations(), "the policy stops a handler").toHaveLength(1);
  await view.close();
  view = await openView({ width: 500, height: 6_000 });
});

const groups = batches(60).map((cases) => [cases[0]?.name ?? "", cases.at(-1)?.name ?? "", cases] as const);

describe("restored from history, as every text of every turn", () => {
  it.each(groups)("%s to %s execute nothing and load nothing", async (first, _, cases) => {
    await view.post(restored(`r ${first}`, cases));
    await view.drawn("near");
    expect(await view.page.locator("[data-turn]").count()).toBe(cases.length * 3);
    const { found, drawn } = await lookThrough(view);
    expect(found).toEqual([]);
    expect(drawn.size).toBe(cases.length);
    await clickLinks(view);
    await expectUntouched(view);
  });
});

describe("streamed, all at once and most of them by the character", () => {
  it.each(groups)("%s to %s execute nothing and load nothing", async (first, _, cases) => {
    await view.stream(streamed(`s ${first}`, cases));
    await view.drawn("near");
    expect(await view.page.locator("[data-turn]").count()).toBe(cases.length);
    const { found, drawn } = await lookThrough(view);
    expect(found).toEqual([]);
    expect(drawn.size).toBe(cases.length);
    await clickLinks(view);
    await expectUntouched(view);
  });
});

describe("around the turns", () => {
  it("executes and loads nothing in the composer, its queue, its offers and the settings", async () => {
    await view.stream(hostileCases.map((one) => surroundings(one)));
    await view.drawn("near");
    expect(await intruders(view)).toEqual([]);
    await expectUntouched(view);
  });
});

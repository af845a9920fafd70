import type { Frame } from "playwright-core";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { randomFrom } from "../fakes/seededRandom.ts";
import { planKey } from "../zai-server/accounts.ts";
import { ask, giveKey, openChat } from "./support/actions.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";

const kills = 50;
/** Printed, so that the same moments can be tried again: `GLM_KILL_SEED=…`. */
const seed = Number(process.env["GLM_KILL_SEED"] ?? Math.floor(Math.random() * 1e9));
const random = randomFrom(seed);

interface Shown {
  /** When the page first showed so much of the answer, in ms of its clock, and its words. */
  readonly at: number;
  readonly words: string;
}

declare global {
  var shown: Shown[];
}

let session: VSCodeSession;
const answers = () => session.chatFrame().locator("article.answer");

beforeAll(async () => {
  session = await openVSCode();
  await giveKey(session, planKey);
  session.simulator.setScenario({ name: "slow", value: 30 });
});
afterAll(() => session.close());

/** Notes what the last answer shows whenever that changes. */
async function watch(frame: Frame): Promise<void> {
  await frame.evaluate(() => {
    globalThis.shown = [];
    new MutationObserver(() => {
      const bodies = document.querySelectorAll("article.answer .markdown");
      const words = (bodies[bodies.length - 1]?.textContent ?? "").replace(/[^\p{L}\p{N}]+/gu, "");
      if (words !== globalThis.shown.at(-1)?.words) globalThis.shown.push({ at: Date.now(), words });
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

/** After three crashes within five minutes VS Code leaves the restart to the user. */
async function restart(before: number): Promise<void> {
  const button = session.page.getByRole("button", { name: /^Restart (?:Remote )?Extension Host$/ });
  await until(async () => {
    if (await button.first().isVisible()) await button.first().click();
    return session.hostPid() !== before;
  }, "a new extension host");
}

it(
  `loses at most a second of an answer, and no draft, when the host is killed ${kills} times`,
  { timeout: 150_000 },
  async () => {
    console.log(`kill.test: seed ${seed}`);
    for (let number = 0; number < kills; number++) {
      const where = `kill ${number} of seed ${seed}`;
      const answer = await ask(session, `Tell me about number ${number}`);
      const body = await session.chatFrame().locator("body").elementHandle();
      const frame = await body?.ownerFrame();
      if (!frame) throw new Error("the panel has no page");
      await watch(frame);
      await answer.locator(".markdown").filter({ hasText: /\w/ }).waitFor();
      const draft = `draft ${number}`;
      await (await openChat(session)).fill(draft);
      await pause(200 + random() * 800);
      const { shown, now } = await frame.evaluate(() => ({ shown: globalThis.shown, now: Date.now() }));
      const host = session.hostPid();
      process.kill(host, "SIGKILL");
      await restart(host);

      const composer = await openChat(session);
      await until(async () => (await composer.inputValue()) === draft, `the draft after ${where}`);
      await until(async () => (await answers().count()) === number + 1, `the answers after ${where}`);
      const restored = answers().last();
      await restored.getByText("The answer was interrupted. What arrived is kept.").waitFor();
      const due = shown.findLast(({ at }) => at <= now - 1000)?.words ?? "";
      await until(
        async () => (await restored.locator(".markdown").innerText()).replace(/[^\p{L}\p{N}]+/gu, "").startsWith(due),
        `what was shown a second before ${where}`,
      );
      await composer.fill("");
    }
    session.simulator.reset();
    const last = await ask(session, "Is everything in order?");
    await last.locator(".usage").waitFor();
    expect(await answers().count()).toBe(kills + 1);
  },
);

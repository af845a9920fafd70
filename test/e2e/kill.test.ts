import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { replay, type AnswerTurn } from "../../src/core/conversation.ts";
import { decodeEvents } from "../../src/core/conversationLog.ts";
import { randomFrom } from "../fakes/seededRandom.ts";
import { planKey } from "../zai-server/accounts.ts";
import { words } from "../zai-server/completion.ts";
import { ask, chatFolder, finished, giveKey, openChat, openTab } from "./support/actions.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

/** Each kill meets as many answers, every one of them at a moment of its own: 52 in all. */
const kills = 4;
const atOnce = 13;

const say = wordsOf("en");
const story = Array.from({ length: 2_000 }, (_, index) => `word ${index}`).join(" ");
/** Printed with a failure, so that the same moments can be tried again. */
const seed = Math.floor(Math.random() * 1e9);
const random = randomFrom(seed);

let session: VSCodeSession;
let folder: string;
const panel = () => session.chatFrame().locator("body");
const composer = () => panel().locator(".composer textarea");
const interrupted = () =>
  panel().locator("article.answer").getByText(say("The answer was interrupted. What arrived is kept."));
/** None is the beginning of another. */
const titleOf = (kill: number, chat: number) => `Story ${kill}-${chat + 10}`;
const draftOf = (kill: number, chat: number) => `Half a thought ${kill} of ${chat}`;
const answering = () => session.simulator.requests.filter(({ path }) => path.endsWith("/chat/completions"));

beforeAll(async () => {
  session = await openVSCode({ settings: { "glm.network.parallelRequests": atOnce } });
  await giveKey(session, planKey);
  folder = await chatFolder(session);
});
afterAll(() => session.close());

/** Asks in a new chat, and types what is not sent yet. The answer goes on when the next one is begun. */
async function begin(kill: number, chat: number): Promise<void> {
  await session.command("glm.chat.new");
  await panel().locator("article.turn").first().waitFor({ state: "detached" });
  await composer().fill(`${titleOf(kill, chat)}\n#scenario:slow:30`);
  await composer().press("Enter");
  await until(() => (answering()[chat]?.piecesSent ?? 0) > 0, `answer ${chat} to begin`);
  await composer().fill(draftOf(kill, chat));
}

/** After three crashes within five minutes VS Code leaves the restart to the user. */
async function restarted(before: number): Promise<void> {
  const button = session.page.getByRole("button", { name: /^Restart (?:Remote )?Extension Host$/ }).first();
  await until(async () => {
    if (await button.isVisible()) await button.click({ timeout: 2_000 }).catch(() => undefined);
    return session.hostPid() !== before;
  }, "a new extension host");
}

/** What is on disk of the answers, by the title of their conversation. */
function kept(): Map<string, AnswerTurn | undefined> {
  const logs = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  return new Map(
    logs.map((name) => {
      const { title, turns } = replay(name, decodeEvents(readFileSync(join(folder, name), "utf8")));
      return [title, turns.find((turn) => turn.role === "assistant")];
    }),
  );
}

async function openFromHistory(title: string): Promise<void> {
  await session.startCommand("glm.chat.history");
  const rows = session.page.locator(".quick-input-list .monaco-list-row");
  await session.page.locator(".quick-input-title", { hasText: say("Chat history") }).waitFor();
  expect(await rows.filter({ hasText: say("Being answered") }).count()).toBe(0);
  await rows.filter({ hasText: title }).first().click();
  await panel().locator(".title").getByText(title).waitFor();
}

async function killOnce(kill: number): Promise<void> {
  session.simulator.reset();
  session.simulator.setScenario({ name: "say", text: story });
  for (let chat = 0; chat < atOnce; chat++) {
    await begin(kill, chat);
    await pause(random() * 200);
  }
  const due = answering().map(({ piecesSent }) => piecesSent);
  await pause(1_000);
  const host = session.hostPid();
  expect(answering().filter(({ finishedAt }) => finishedAt !== undefined)).toEqual([]);
  process.kill(host, "SIGKILL");
  await restarted(host);

  await openChat(session);
  await until(async () => (await composer().inputValue()) === draftOf(kill, atOnce - 1), "the draft");
  await interrupted().waitFor();
  expect(
    await panel()
      .getByRole("button", { name: say("Stop"), exact: true })
      .count(),
  ).toBe(0);
  const answers = kept();
  for (let chat = 0; chat < atOnce; chat++) {
    const { text = "", thinking = "", status } = answers.get(titleOf(kill, chat)) ?? {};
    expect(status, `${titleOf(kill, chat)}, seed ${seed}`).toBe("cut");
    const pieces = words(thinking).length + words(text).length;
    expect(pieces, `${titleOf(kill, chat)}, seed ${seed}`).toBeGreaterThanOrEqual(due[chat] ?? Infinity);
    expect(story.startsWith(text)).toBe(true);
  }
  const other = Math.floor(random() * (atOnce - 1));
  await openFromHistory(titleOf(kill, other));
  await interrupted().waitFor();
  await until(async () => (await composer().inputValue()) === draftOf(kill, other), "the draft of another chat");
}

it(
  `keeps all but the last second of ${kills * atOnce} answers, and every draft, when their host is killed`,
  { timeout: 240_000 },
  async () => {
    await openChat(session);
    for (let kill = 0; kill < kills; kill++) await killOnce(kill);
    session.simulator.reset();
    await finished(await ask(session, "Is everything in order?"));
  },
);

it("goes on in a tab, whose page the killed host has left behind", async () => {
  const tab = () => session.editorFrame().locator("body");
  const box = () => tab().locator(".composer textarea");
  await openTab(session);
  await box().fill("Typed in a tab");
  await pause(1_000);
  const host = session.hostPid();
  process.kill(host, "SIGKILL");
  await restarted(host);
  // For a moment there may be two of them.
  await until(
    async () =>
      (await box()
        .inputValue()
        .catch(() => "")) === "Typed in a tab",
    "the tab's draft",
  );
  expect(await session.page.locator(".tab").count()).toBe(1);
  await box().press("Enter");
  await finished(tab().locator("article.answer").nth(1));
});

import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replay, type Conversation } from "../../src/core/conversation.ts";
import { decodeEvents } from "../../src/core/conversationLog.ts";
import { installExtensions } from "../harness/extensions.ts";
import { installHost } from "../harness/host-install.ts";
import { packageAs } from "../harness/vsix.ts";
import { planKey } from "../zai-server/accounts.ts";
import { ask, chatFolder, dismissToasts, finished, giveKey, openChat, toast } from "./support/actions.ts";
import { settled } from "./support/editor.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

const first = "What does a log promise?";
const second = "And after a crash?";
const unsaved = "Is there room for this?";
const last = "Is this still written down?";
/** Takes no byte and says that it is full, as a full disk does. */
const fullDevice = "/dev/full";

/** Only Linux has one; elsewhere a folder stands in the way, which is told in other words. */
function refuseWrites(file: string): string {
  if (existsSync(fullDevice)) {
    symlinkSync(fullDevice, file);
    return "The disk is full: chats are only kept in memory. Free some space; they are then saved by themselves.";
  }
  mkdirSync(file);
  return "Chats cannot be saved to disk and are only kept in memory until that works again. Export what you need.";
}

function read(file: string): Conversation {
  return replay("any", decodeEvents(readFileSync(file, "utf8")));
}

function questionsIn(file: string): string[] {
  return read(file).turns.flatMap((turn) => (turn.role === "user" ? [turn.text] : []));
}

/** In a browser VS Code itself writes what views remember every five seconds only, and not when its page is left. */
async function remembered(page: Page, text: string): Promise<void> {
  const isStored = () =>
    page.evaluate(async (wanted) => {
      // oxlint-disable-next-line unicorn/consistent-function-scoping -- it runs in the page, where nothing else of this file is.
      const done = <Result>(request: IDBRequest<Result>): Promise<Result> =>
        new Promise((resolve, reject) => {
          request.addEventListener("success", () => resolve(request.result));
          request.addEventListener("error", () => reject(request.error ?? new Error("cannot be read")));
        });
      for (const { name = "" } of await indexedDB.databases()) {
        if (!name.startsWith("vscode-web-state-db")) continue;
        const database = await done(indexedDB.open(name));
        const values = await done(database.transaction("ItemTable").objectStore("ItemTable").getAll());
        database.close();
        if (values.some((value) => typeof value === "string" && value.includes(wanted))) return true;
      }
      return false;
    }, text);
  await until(isStored, "VS Code to write what was typed");
}

/** The log of a chat with one question, which is also its title. `facts`: what its version says of where it was begun. */
function logWith(id: string, question: string, facts: object): string {
  const at = 1_700_000_000_000;
  const turn = { role: "user", id: "q1", at, text: question, attachments: [] };
  const events = [
    { type: "created", id, at, ...facts },
    { type: "user", title: question, turn },
  ];
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

describe("chats on the disk", () => {
  const say = wordsOf("en");
  let session: VSCodeSession;
  let folder: string;
  const panel = () => session.chatFrame().locator("body");
  const question = (text: string) => panel().locator("article.user").getByText(text, { exact: true });
  const rows = () => session.page.locator(".quick-input-list .monaco-list-row");
  const logs = () => readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  const logOf = (title: string): string => {
    const name = logs().find((each) => read(join(folder, each)).title === title);
    if (name === undefined) throw new Error(`no chat is called ${title}`);
    return join(folder, name);
  };
  const openHistory = async (): Promise<void> => {
    await session.palette(say.command("chatHistory"));
    await session.page.locator(".quick-input-title", { hasText: say("Chat history") }).waitFor();
  };

  beforeAll(async () => {
    session = await openVSCode({ changesServer: true });
    await giveKey(session, planKey);
    folder = await chatFolder(session);
    await finished(await ask(session, first));
  });
  afterAll(() => session.close());

  it("are whole but for the line that a crash has cut, and go on behind it", async () => {
    const log = logOf(first);
    await until(() => read(log).turns.length === 2, "the answer on the disk");
    appendFileSync(log, '{"type":"delta","id":"a","te');
    await session.reload();
    await openChat(session);
    await question(first).waitFor();
    await finished(panel().locator("article.answer"));
    await finished(await ask(session, second));
    await until(() => questionsIn(log).length === 2, "the second question on the disk");
    expect(questionsIn(log)).toEqual([first, second]);
    expect(readFileSync(log, "utf8").split("\n")).toContain('{"type":"delta","id":"a","te');
  });

  it("of the first version and of other workspaces are listed", async () => {
    const old = await session.host<string>("return context.storageUri.fsPath");
    const oldFolder = join(old, "..", "glm-sidekick.glm-sidekick", "conversations");
    mkdirSync(oldFolder, { recursive: true });
    writeFileSync(join(oldFolder, "first-version.jsonl"), logWith("first-version", "From version one", { version: 1 }));
    const workplace = { name: "shop", uri: "file:///code/shop" };
    writeFileSync(join(folder, "elsewhere.jsonl"), logWith("elsewhere", "Begun elsewhere", { version: 2, workplace }));
    await session.reload();
    await openHistory();
    await rows().filter({ hasText: "From version one" }).waitFor();
    expect(await rows().filter({ hasText: "Begun elsewhere" }).count()).toBe(0);
    await session.page
      .locator(".quick-input-titlebar")
      .getByRole("button", { name: say("Show the chats of all workspaces") })
      .click();
    await rows().filter({ hasText: "Begun elsewhere" }).filter({ hasText: "shop" }).waitFor();
    await session.screenshot("history-everywhere");
    await rows().filter({ hasText: "From version one" }).click();
    await question("From version one").waitFor();
  });

  it("live in memory while the disk is full, which is said, and are saved when there is room", async () => {
    const log = logOf(first);
    await openHistory();
    await rows().filter({ hasText: first }).click();
    await question(second).waitFor();
    renameSync(log, `${log}.aside`);
    const words = say(refuseWrites(log));
    await finished(await ask(session, unsaved));
    await settled(toast(session, words));
    await toast(session, words)
      .getByRole("button", { name: say("Export chat") })
      .waitFor();
    await session.screenshot("chat-disk-full");
    await question(unsaved).waitFor();
    expect(questionsIn(`${log}.aside`)).toEqual([first, second]);
    rmSync(log, { recursive: true });
    renameSync(`${log}.aside`, log);
    await until(() => read(log).turns.length === 6, "the third question and its answer on the disk");
    expect(questionsIn(log)).toEqual([first, second, unsaved]);
    await dismissToasts(session);
  });

  it("and what was typed are kept when the extension is updated", async () => {
    const draft = "Typed before the update";
    const version = "0.1.1";
    const facts = () =>
      session.host<{ path: string; version: string }>(
        `const { extensionPath, packageJSON } = vscode.extensions.getExtension("glm-sidekick.glm-sidekick")
         return { path: extensionPath, version: packageJSON.version }`,
      );
    const before = await facts();
    expect(before.version).not.toBe(version);
    await (await openChat(session)).fill(draft);
    const vsix = await packageAs(version, before.path, join(session.server.dataDir, "update"));
    await installExtensions(await installHost("latest"), [vsix], session.server.dataDir, process.env);
    await remembered(session.page, draft);
    await session.reload();
    expect((await facts()).version).toBe(version);
    const composer = await openChat(session);
    await until(async () => (await composer.inputValue()) === draft, "the draft");
    for (const text of [first, second, unsaved]) await question(text).waitFor();
    await composer.press("Enter");
    await finished(panel().locator("article.answer").nth(3));
    await openHistory();
    for (const title of [first, "From version one"]) await rows().filter({ hasText: title }).waitFor();
    await session.page.keyboard.press("Escape");
  });

  it("hold what was asked in the last moment of a window", async () => {
    await session.palette(say.command("chatNew"));
    const composer = await openChat(session);
    await composer.fill(last);
    await composer.press("Enter");
    await question(last).waitFor();
    await session.reload();
    await openChat(session);
    await question(last).waitFor();
  });
});

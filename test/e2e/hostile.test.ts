import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HostileCase, hostileCases } from "../webview/hostile/corpus.ts";
import { drawnAnswers, findIntruders, limits, scrollOn } from "../webview/hostile/inspect.ts";
import { planKey } from "../zai-server/accounts.ts";
import { giveKey, openChat, openTab, toast } from "./support/actions.ts";
import { answerFileDialog } from "./support/editor.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

/** Also where VS Code shows it: in its lists, tabs and messages, which draw links of commands. */
const hostileTitle = `[Close](command:workbench.action.closeWindow) <img src=x onerror=pwned("title")> $(trash)`;
/** About every other case of each family, in two chats; the tests of the view alone go through all of them. */
const chosen = hostileCases.filter((_, index) => index % 25 < 13);
const half = Math.ceil(chosen.length / 2);
const chats = [
  { title: `One ${hostileTitle}`, cases: chosen.slice(0, half) },
  { title: `Two ${hostileTitle}`, cases: chosen.slice(half) },
];
const idOf = (name: string) => name.replace(" ", "-");

/** A file that says it is an exported chat, with a hostile text in every place that takes one. */
function hostileExport(title: string, cases: readonly HostileCase[]): string {
  const turns = cases.flatMap(({ name, text }, at) => {
    const id = idOf(name);
    const label = text.slice(0, 2_000);
    const attachment = { id: `file-${id}`, kind: "file", label, detail: label, language: label, text };
    // The file may name actions that are known: its buttons are dropped all the same.
    const words = { text: label, details: label, actions: ["retry"] };
    return [
      { role: "user", id: `user-${id}`, at, text, prompt: text, attachments: [attachment] },
      {
        role: "assistant",
        id: `answer-${id}`,
        at,
        text,
        thinking: text,
        model: label,
        status: "failed",
        effort: label,
        problem: words,
        note: words,
        sources: [{ title: label, href: text.slice(0, 4_096), site: label }],
      },
      { role: "notice", id: `notice-${id}`, at, kind: "compacted", summary: text },
    ];
  });
  return JSON.stringify({ format: "glm-sidekick-chat", version: 1, title, turns });
}

describe("a hostile chat", () => {
  const say = wordsOf("en");
  let session: VSCodeSession;
  /** What code of a text has done, in whichever frame. */
  const executed: string[] = [];
  /** Whatever the page has asked for, or was kept from asking for, that is not on this machine. */
  const strangers: string[] = [];
  const refused: string[] = [];
  let contacts = 0;
  const body = () => session.chatFrame().locator("body");
  const rows = () => session.page.locator(".quick-input-list .monaco-list-row");
  const openHistory = async () => {
    await session.palette(say.command("chatHistory"));
    await session.page.locator(".quick-input-title", { hasText: say("Chat history") }).waitFor();
  };

  beforeAll(async () => {
    session = await openVSCode();
    const { context, page } = session;
    await context.exposeFunction("pwned", (what: string) => void executed.push(what));
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      // Files of ours are read by a worker of VS Code's, which answers for this name.
      const isOurs = hostname === "127.0.0.1" || hostname.endsWith(".vscode-resource.vscode-cdn.net");
      if (/^(https?|wss?):$/.test(protocol) && !isOurs) strangers.push(request.url());
    });
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) refused.push(message.text());
    });
    page.on("dialog", (dialog) => {
      // VS Code's own question before a reload.
      if (dialog.type() === "beforeunload") return void dialog.accept();
      executed.push(dialog.message());
      void dialog.dismiss();
    });
    await giveKey(session, planKey);
    await openChat(session);
    session.simulator.reset();
    contacts = session.proxy.connections.length;
    refused.length = 0;
  });
  afterAll(() => session.close());

  const expectNothing = () => {
    expect(executed).toEqual([]);
    expect(strangers).toEqual([]);
    expect(refused, "the policy had nothing to stop").toEqual([]);
    expect(session.simulator.requests).toEqual([]);
    expect(session.proxy.connections.slice(contacts)).toEqual([]);
  };

  /** Goes through the whole chat and expects that each answer was drawn and made nothing of its own. */
  const lookThrough = async (cases: readonly HostileCase[]): Promise<void> => {
    await body()
      .locator(`[data-turn=user-${idOf(cases[0]?.name ?? "")}]`)
      .waitFor({ state: "attached" });
    // Small, as most of the time goes into drawing what nobody looks at.
    await body().evaluate((panel) => panel.querySelector<HTMLElement>(".log")?.style.setProperty("zoom", "0.1"));
    const missing = new Set(cases.map(({ name }) => `answer-${idOf(name)}`));
    await until(async () => {
      await body().evaluate((panel) => panel.querySelector(".log")?.scrollTo(0, 0));
      for (let atEnd = false; !atEnd;) {
        // Two frames: one that tells what is near, one that draws it.
        await body().evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        expect(await body().evaluate(findIntruders, limits)).toEqual([]);
        for (const id of await body().evaluate(drawnAnswers)) missing.delete(id);
        atEnd = await body().evaluate(scrollOn);
      }
      return missing.size === 0;
    }, "all answers").catch((error: unknown) => expect([...missing], String(error)).toEqual([]));
    expectNothing();
  };

  it("has more than 300 cases", () => {
    expect(chosen.length).toBeGreaterThan(300);
  });

  it.each(chats)("that was imported executes nothing and asks nobody ($title)", async ({ title, cases }) => {
    const file = join(session.workspace ?? "", "hostile.json");
    writeFileSync(file, hostileExport(title, cases));
    await session.palette(say.command("chatImport"));
    await answerFileDialog(session, file, say("Import"));
    await lookThrough(cases);
    await session.screenshot("hostile-imported");
  });

  it("is there again after a reload", async () => {
    await session.reload();
    await openChat(session);
    expectNothing();
  });

  it.each(chats.toReversed())("that comes from the disk executes nothing and asks nobody ($title)", async (chat) => {
    await openHistory();
    await rows()
      .filter({ hasText: chat.title.slice(0, "One [Close]".length) })
      .click();
    await lookThrough(chat.cases);
  });

  it("is only text in the history, in a tab and in messages", async () => {
    await openTab(session);
    await session.page.locator(".tab", { hasText: "[Close](command:" }).waitFor();
    await openHistory();
    const row = rows().filter({ hasText: "[Close]" }).first();
    await row.hover();
    await session.screenshot("hostile-history");
    await row.getByRole("button", { name: say("Delete") }).click();
    await session.page.keyboard.press("Escape");
    const message = toast(session, "[Close]");
    await message.waitFor();
    expect(await message.locator(".notification-list-item-message a, img").count()).toBe(0);
    await session.screenshot("hostile-message");
    expectNothing();
  });

  it("would have been noticed", async () => {
    await body().evaluate((panel) => {
      const image = document.createElement("img");
      image.src = "https://stranger.example/picture.png";
      panel.append(image);
      return (globalThis as unknown as { pwned: (what: string) => Promise<void> }).pwned("itself");
    });
    expect(executed).toEqual(["itself"]);
    await until(() => refused.length === 1, "the policy to refuse the picture");
    expect(refused[0]).toContain("stranger.example");
  });
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostileCases } from "../webview/hostile/corpus.ts";
import { drawnAnswers, findIntruders, limits, scrollOn } from "../webview/hostile/inspect.ts";
import { openChat } from "./support/actions.ts";
import { answerFileDialog } from "./support/editor.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

declare global {
  // What a hostile script would call, and what it and the policy have noted; in every frame.
  var pwned: (what: string) => void;
  var noted: string[];
}

/** A file that says it is an exported chat, with a hostile text in every place that takes one. */
function hostileExport(): string {
  const turns = hostileCases.flatMap(({ name, text }, index) => {
    const label = text.slice(0, 2_000);
    const details = { kind: "file", label, detail: label, language: label, text } as const;
    const actions = [{ id: "stop", label }];
    return [
      {
        role: "user",
        id: `user ${name}`,
        at: index,
        text,
        prompt: text,
        attachments: [{ id: `x${index}`, ...details }],
      },
      {
        role: "assistant",
        id: `answer ${name}`,
        at: index,
        text,
        thinking: text,
        model: label,
        status: "failed",
        effort: label,
        problem: { text: label, details: label, actions },
        note: { text: label, actions },
        sources: [{ title: label, href: text.slice(0, 4_096), site: label }],
      },
      { role: "notice", id: `notice ${name}`, at: index, kind: "compacted", summary: text },
    ];
  });
  return JSON.stringify({ format: "glm-sidekick-chat", version: 1, title: hostileCases[0]?.text, turns });
}

describe("a hostile chat", () => {
  const say = wordsOf("en");
  let session: VSCodeSession;
  /** Whatever the page asked for that is not on this machine. */
  const strangers: string[] = [];
  const dialogs: string[] = [];
  const body = () => session.chatFrame().locator("body");

  beforeAll(async () => {
    session = await openVSCode();
    const { context, page } = session;
    await context.addInitScript(() => {
      globalThis.noted = [];
      globalThis.pwned = (what) => void globalThis.noted.push(what);
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        globalThis.noted.push(`${violatedDirective} ${blockedURI}`),
      );
    });
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (/^(https?|wss?):$/.test(protocol) && hostname !== "127.0.0.1") strangers.push(request.url());
    });
    page.on("dialog", (dialog) => {
      // VS Code's own question before a reload.
      if (dialog.type() === "beforeunload") return void dialog.accept();
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    // So that every frame has what notes.
    await session.reload();
    await openChat(session);
  });
  afterAll(() => session.close());

  /** Goes through the whole chat from its beginning, and expects that each answer was drawn and made nothing of its own. */
  const lookThroughAll = async (): Promise<void> => {
    const drawn = new Set<string>();
    await until(async () => {
      // Up first, where earlier turns are fetched, then down over all that there is.
      await body().evaluate((panel) => panel.querySelector(".log")?.scrollTo(0, 0));
      for (let atEnd = false; !atEnd;) {
        // Two frames: one that tells what is near, one that draws it.
        await body().evaluate(
          () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
        );
        expect(await body().evaluate(findIntruders, limits)).toEqual([]);
        for (const id of await body().evaluate(drawnAnswers)) drawn.add(id);
        atEnd = await body().evaluate(scrollOn);
      }
      return drawn.size === hostileCases.length;
    }, "all answers");
    expect(await body().evaluate(() => globalThis.noted)).toEqual([]);
    expect(dialogs).toEqual([]);
    expect(strangers).toEqual([]);
    expect(session.simulator.requests).toEqual([]);
    expect(session.proxy.connections).toEqual([]);
  };

  it("that was imported executes nothing and asks nobody", async () => {
    const file = join(session.workspace ?? "", "hostile.json");
    writeFileSync(file, hostileExport());
    await session.palette(say.command("chatImport"));
    await answerFileDialog(session, file, say("Import"));
    await body().locator("[data-turn]").first().waitFor();
    await lookThroughAll();
    await session.screenshot("hostile-imported");
  });

  it("that comes back from the disk executes nothing and asks nobody", async () => {
    await session.reload();
    await openChat(session);
    await body().locator("[data-turn]").first().waitFor();
    await lookThroughAll();
  });

  it("is found in the history as what it is: text", async () => {
    await session.palette(say.command("chatHistory"));
    const row = session.page.locator(".quick-input-list .monaco-list-row").first();
    await row.waitFor();
    expect(await row.innerText()).toContain("script");
    expect(await session.page.locator(".quick-input-widget script, .quick-input-widget img").count()).toBe(0);
    await session.screenshot("hostile-history");
    await session.page.keyboard.press("Escape");
    expect(dialogs).toEqual([]);
    expect(strangers).toEqual([]);
  });
});

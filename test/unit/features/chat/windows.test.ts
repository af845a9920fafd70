import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OpenMarks } from "../../../../src/features/chat/openMarks.ts";
import { Sessions } from "../../../../src/features/chat/sessions.ts";
import { createMemoryBoards } from "../../../fakes/memoryBoards.ts";
import { HeldAnswers } from "./heldAnswers.ts";
import { memoryOf, sessionDeps, storeIn } from "./openSession.ts";

let folder = "";
let boards = createMemoryBoards();
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "glm-windows-"));
  boards = createMemoryBoards();
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

/** A window without a folder: all of those share where they note which conversation is in use. */
function openWindow(memory = memoryOf()) {
  const service = new HeldAnswers();
  const board = boards.window();
  const sessions = new Sessions(sessionDeps(service.client), storeIn(folder, { memory, marks: new OpenMarks(board) }), {
    busyChanged: () => undefined,
    endedUnseen: () => undefined,
    tailKept: () => undefined,
  });
  /** As the end of its process does. */
  const kill = () => board.say("");
  return { sessions, service, memory, kill };
}

const visible = { isVisible: () => true };
const textsOf = (session: { views(): readonly { readonly id: string }[] } | undefined) =>
  session?.views().map((turn) => ("text" in turn ? turn.text : ""));
const logs = async () => (await readdir(folder)).filter((name) => name.endsWith(".jsonl"));

describe("two windows without a folder", () => {
  it("each have a chat of their own, also before its first question, and after a reload", async () => {
    const one = openWindow();
    const other = openWindow();
    const [first, second] = [await one.sessions.current(), await other.sessions.current()];
    expect(second.conversationId).not.toBe(first.conversationId);
    for (const [window, session, question] of [
      [one, first, "First"],
      [other, second, "Second"],
    ] as const) {
      void session.ask(question);
      await window.service.reached(1);
      await session.close();
    }
    expect(await logs()).toHaveLength(2);
    one.kill();
    expect(textsOf(await openWindow(one.memory).sessions.current())).toEqual(["First", "A1"]);
    other.kill();
    expect(textsOf(await openWindow(other.memory).sessions.current())).toEqual(["Second", "A1"]);
  });

  it("go on with the last chat where no other has it", async () => {
    const one = openWindow();
    const { conversationId } = await one.sessions.current();
    one.kill();
    expect((await openWindow().sessions.current()).conversationId).toBe(conversationId);
  });
});

describe("a chat that another window has open", () => {
  it("can only be read, until that has closed it or was killed", async () => {
    const owner = openWindow();
    const session = await owner.sessions.startNew();
    const leave = owner.sessions.watch(session, visible);
    const asked = session.ask("Why?");
    await owner.service.reached(1);
    await session.flush();
    const { conversationId: id } = session;
    const log = path.join(folder, `${id}.jsonl`);

    const reader = openWindow();
    const shown = await reader.sessions.open(id);
    if (!shown) throw new Error("there is such a conversation");
    expect(reader.sessions.readOnly(shown)).toBe("elsewhere");
    expect(await reader.sessions.changeable(shown)).toBeUndefined();
    const before = await readFile(log, "utf8");
    shown.rename("Mine");
    await shown.close();
    expect(await readFile(log, "utf8")).toBe(before);

    owner.service.end();
    await asked;
    // Shown there, although nothing goes on in it.
    expect(await reader.sessions.changeable(shown)).toBeUndefined();
    leave();
    await expect.poll(() => reader.sessions.changeable(shown)).toBeDefined();
    const own = await reader.sessions.open(id);
    expect(own?.views()).toMatchObject([{ text: "Why?" }, { text: "A1", facts: { status: "done" } }]);
    expect(await reader.sessions.changeable(shown)).toBe(own);

    const later = await owner.sessions.open(id);
    if (!later) throw new Error("there is such a conversation");
    expect(owner.sessions.readOnly(later)).toBe("elsewhere");
    reader.kill();
    expect(owner.sessions.readOnly((await owner.sessions.changeable(later)) ?? later)).toBeUndefined();
  });

  it("is whole on disk when that window closes, which writes nothing after it", async () => {
    const owner = openWindow();
    const session = await owner.sessions.startNew();
    void session.ask("Why?");
    await owner.service.reached(1);
    await owner.sessions.close();
    const log = path.join(folder, `${session.conversationId}.jsonl`);
    const text = await readFile(log, "utf8");
    expect(text).toContain("A1");
    await session.close();
    expect(await readFile(log, "utf8")).toBe(text);
  });

  it("is renamed and pinned in the list all the same", async () => {
    const owner = openWindow();
    const session = await owner.sessions.startNew();
    void session.ask("Why?");
    await owner.service.reached(1);
    await session.flush();
    const reader = openWindow();
    const shown = await reader.sessions.open(session.conversationId);
    expect(await reader.sessions.rename(session.conversationId, "Named")).toBe(true);
    expect(await reader.sessions.pin(session.conversationId, true)).toBe(true);
    expect(shown?.title).toBe("Named");
    expect(await reader.sessions.store.list()).toMatchObject([{ title: "Named", pinned: true }]);
    await session.close();
  });

  it("is deleted here and restored without a loss, however much the other window has added meanwhile", async () => {
    const owner = openWindow();
    const session = await owner.sessions.startNew();
    owner.sessions.watch(session, visible);
    const asked = session.ask("Why?");
    await owner.service.reached(1);
    await session.flush();

    const { sessions } = openWindow();
    const deleted = await sessions.delete(session.conversationId);
    owner.service.end();
    await asked;
    session.rename("Later");
    await session.flush();
    expect(await logs()).toEqual([]);
    expect(await sessions.store.restore(deleted)).toBe(true);
    await session.flush();
    const restored = await sessions.open(session.conversationId);
    expect(restored?.title).toBe("Later");
    expect(restored?.views()).toMatchObject([{ text: "Why?" }, { text: "A1", facts: { status: "done" } }]);
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChatPart, ChatRequest } from "../../../../src/api/chat/chatTypes.ts";
import type { Client, RequestOptions } from "../../../../src/api/client.ts";
import { ApiError } from "../../../../src/api/errors.ts";
import { officialEndpoint } from "../../../../src/api/platforms.ts";
import { Sessions } from "../../../../src/features/chat/sessions.ts";
import type { StoreOptions } from "../../../../src/features/chat/store.ts";
import { sessionDeps, storeIn } from "./openSession.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "glm-sessions-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

/** An answer that ends when it is told to. */
function setUp(options: Partial<StoreOptions> = {}) {
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  async function* chat(_request: ChatRequest, { signal }: RequestOptions): AsyncGenerator<ChatPart> {
    yield { type: "text-delta", text: "Forty-two" };
    const stopped = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new ApiError("cancelled")));
    });
    await Promise.race([finished, stopped]);
    yield { type: "finish", reason: "stop" };
  }
  const client = { endpoint: officialEndpoint("zai"), chat } as unknown as Client;
  const unseen: string[] = [];
  const busy: number[] = [];
  const kept: [id: string, title: string][] = [];
  const sessions: Sessions = new Sessions(sessionDeps(client), storeIn(folder, options), {
    busyChanged: () => busy.push(sessions.busyIds().size),
    endedUnseen: (session) => unseen.push(session.title),
    tailKept: ({ id, title }) => kept.push([id, title]),
  });
  return { sessions, finish, unseen, busy, kept };
}

const full = () => Promise.reject(new Error("full"));
const seen = (visible: boolean) => ({ isVisible: () => visible });

describe("an answer", () => {
  it("goes on when nobody shows it, and is told of once it has ended", async () => {
    const { sessions, finish, unseen, busy } = setUp();
    const session = await sessions.startNew();
    const leave = sessions.watch(session, seen(true));
    const asked = session.ask("How many?");
    leave();
    expect([...sessions.busyIds()]).toEqual([session.conversationId]);
    expect(await sessions.open(session.conversationId)).toBe(session);
    finish();
    await asked;
    expect(unseen).toEqual(["How many?"]);
    expect(busy).toEqual([1, 0]);
    const again = await sessions.open(session.conversationId);
    expect(again).not.toBe(session);
    expect(again?.views()).toMatchObject([{ text: "How many?" }, { text: "Forty-two" }]);
  });

  it("that somebody looks at needs no word", async () => {
    const { sessions, finish, unseen } = setUp();
    const session = await sessions.startNew();
    sessions.watch(session, seen(false));
    sessions.watch(session, seen(true));
    const asked = session.ask("How many?");
    finish();
    await asked;
    expect(unseen).toEqual([]);
    expect(await sessions.open(session.conversationId)).toBe(session);
  });
});

describe("conversations", () => {
  it("are renamed and pinned whether they are open or not", async () => {
    const { sessions, finish } = setUp();
    const session = await sessions.startNew();
    const leave = sessions.watch(session, seen(true));
    finish();
    await session.ask("How many?");
    const id = session.conversationId;
    expect(await sessions.pin(id, true)).toBe(true);
    expect(await sessions.rename(id, "Open")).toBe(true);
    expect(session.title).toBe("Open");
    leave();
    expect(await sessions.store.list()).toMatchObject([{ title: "Open", pinned: true }]);
    expect(await sessions.pin(id, false)).toBe(true);
    expect(await sessions.rename(id, "Closed")).toBe(true);
    expect(await sessions.store.list()).toMatchObject([{ title: "Closed", pinned: false }]);
  });

  it("are deleted in the middle of an answer, and restored with what had arrived", async () => {
    const { sessions, unseen } = setUp();
    const session = await sessions.startNew();
    const asked = session.ask("How many?");
    await expect.poll(() => session.views()[1]).toMatchObject({ text: "Forty-two" });
    const deleted = await sessions.delete(session.conversationId);
    await asked;
    expect(unseen).toEqual([]);
    expect(await sessions.store.list()).toEqual([]);
    expect(await sessions.store.restore(deleted)).toBe(true);
    expect((await sessions.open(session.conversationId))?.views()).toMatchObject([{}, { text: "Forty-two" }]);
  });

  it("are whole for whoever comes back at once", async () => {
    const { sessions, finish } = setUp();
    const session = await sessions.startNew();
    const leave = sessions.watch(session, seen(true));
    finish();
    await session.ask("How many?");
    session.rename("Counting");
    leave();
    expect((await sessions.open(session.conversationId))?.title).toBe("Counting");
  });

  it("stay in memory as long as the disk refuses them", async () => {
    const { sessions, finish } = setUp({ openFile: full, onError: () => undefined });
    const session = await sessions.startNew();
    const leave = sessions.watch(session, seen(true));
    finish();
    await session.ask("How many?");
    leave();
    await sessions.store.setCurrent(session.conversationId);
    expect((await sessions.open(session.conversationId))?.views()).toHaveLength(2);
  });

  it("branch at a turn, and are kept as they are before they change, which is told", async () => {
    const { sessions, finish, kept } = setUp();
    const session = await sessions.startNew();
    sessions.watch(session, seen(true));
    finish();
    await session.ask("How many?");
    await session.ask("Sure?");
    const branch = await sessions.branch(session, session.views()[1]?.id ?? "");
    expect(branch?.title).toBe("How many? (2)");
    expect(branch?.views()).toMatchObject([{ text: "How many?" }, { text: "Forty-two", facts: { status: "done" } }]);
    expect(branch?.views()).toHaveLength(2);
    expect(await sessions.branch(session, "no-such-turn")).toBeUndefined();
    expect((await sessions.branch(session, session.views()[0]?.id ?? ""))?.title).toBe("How many? (3)");
    await sessions.keepTail(session);
    const turns = (await sessions.store.list()).map((each) => each.turns);
    expect(turns.toSorted((one, other) => one - other)).toEqual([1, 2, 4, 4]);
    expect(kept).toEqual([[expect.any(String), "How many? (4)"]]);
    expect((await sessions.open(kept[0]?.[0] ?? ""))?.views()).toHaveLength(4);
  });
});

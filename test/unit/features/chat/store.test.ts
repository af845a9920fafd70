import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConversationEvent, Turn, Workplace } from "../../../../src/core/conversation.ts";
import { encodeEvents } from "../../../../src/core/conversationLog.ts";
import { OpenMarks } from "../../../../src/features/chat/openMarks.ts";
import { ConversationStore, type StoreOptions } from "../../../../src/features/chat/store.ts";
import { createMemoryBoards } from "../../../fakes/memoryBoards.ts";
import { memoryOf } from "./openSession.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "glm-store-"));
});
afterEach(async () => rm(root, { recursive: true, force: true }));

const workplace: Workplace = { name: "shop", uri: "file:///code/shop" };
const folder = () => path.join(root, "global");
const workspaceFolder = () => path.join(root, "workspace");
const logOf = (id: string) => path.join(folder(), `${id}.jsonl`);
const old = (id: string) => path.join(workspaceFolder(), `${id}.jsonl`);
const summaryOf = (id: string) => path.join(folder(), `${id}.summary.json`);
const day = 86_400_000;

function open(options: Partial<StoreOptions> = {}): ConversationStore {
  return new ConversationStore({
    folder: folder(),
    workspaceFolder: workspaceFolder(),
    memory: memoryOf(),
    marks: new OpenMarks(createMemoryBoards().window()),
    workplace,
    onError: (error) => expect.unreachable(String(error)),
    ...options,
  });
}

const question = (id: string, text: string, at = 1000): Turn => ({ role: "user", id, at, text, attachments: [] });
const answer = (id: string, text: string, at = 2000): Turn => ({
  role: "assistant",
  id,
  at,
  model: "glm-5.3",
  text,
  thinking: "Hm.",
  status: "done",
});
const talk = (title: string, ...turns: Turn[]) => ({ title, turns });
const none = new Map<string, Uint8Array>();

/** Writes the log of an older or newer version. */
async function writeLog(file: string, version: number, ...texts: string[]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const id = path.basename(file, ".jsonl");
  const created = `{"type":"created","version":${version},"id":"${id}","at":1000}\n`;
  const events = texts.map((text, index) => ({ type: "user", turn: question(`q${index}`, text), title: texts[0] }));
  await writeFile(file, created + encodeEvents(events as ConversationEvent[]), "utf8");
}

describe("the store", () => {
  it("opens with the conversation in use, also an empty one, for the sake of its draft", async () => {
    const { conversation } = await open().openCurrent();
    const again = await open().openCurrent();
    expect(again.conversation.id).toBe(conversation.id);
    const other = await open().create(talk("Other", question("q", "Hello")), none);
    await open().setCurrent(other.conversation.id);
    const current = await open().openCurrent();
    expect(current.conversation).toMatchObject({ title: "Other", workplace, turns: [{ text: "Hello" }] });
  });

  it("gives back what it was given", async () => {
    const turns = [question("q", "Why?"), answer("a", "Because."), question("q2", "And?")];
    const { conversation } = await open().create(talk("Reasons", ...turns), none);
    const again = await open().open(conversation.id);
    expect(again).toMatchObject({ readOnly: undefined, conversation: { title: "Reasons", workplace } });
    expect(again?.conversation.turns).toEqual(conversation.turns);
    expect(conversation.turns).toMatchObject(turns);
  });

  it("joins what streams in to few lines", async () => {
    const opened = open().startNew();
    const { id } = opened.conversation;
    opened.log.append({ type: "created", version: 2, id, at: 1, workplace });
    opened.log.append({ type: "answer", id: "a", at: 1, model: "" });
    for (const text of "a streamed answer") opened.log.append({ type: "delta", id: "a", text, thinking: "" });
    await opened.log.flush();
    expect((await readFile(logOf(id), "utf8")).trimEnd().split("\n")).toHaveLength(3);
    expect((await open().open(id))?.conversation.turns).toMatchObject([{ text: "a streamed answer", status: "cut" }]);
  });

  it("opens nothing outside of its folder", async () => {
    await writeLog(path.join(root, "secret.jsonl"), 2, "Hello");
    expect(await open().open("../secret")).toBeUndefined();
    expect(await open().readPicture("../x", "y")).toBeUndefined();
    expect(await open().readPicture("x", "../y")).toBeUndefined();
  });
});

describe("a log", () => {
  it("is whole but for its last line wherever a crash cuts that, and goes on behind it", async () => {
    const { conversation } = await open().create(talk("T", question("q", "Why?"), answer("a", "Because 因为.")), none);
    const { id } = conversation;
    await open().note(id, { type: "title", title: "名字 🎉" });
    const bytes = await readFile(logOf(id));
    const lastLine = bytes.subarray(0, -1).lastIndexOf(0x0a) + 1;
    for (let length = lastLine; length < bytes.length; length++) {
      await writeFile(logOf(id), bytes.subarray(0, length));
      const opened = await open().open(id);
      // Only the line break is missing: that line is whole.
      expect(opened?.conversation.title).toBe(length === bytes.length - 1 ? "名字 🎉" : "T");
      opened?.log.append({ type: "pinned", pinned: true });
      await opened?.log.flush();
      const again = await open().open(id);
      expect(again?.conversation).toMatchObject({ pinned: true, turns: [{ text: "Why?" }, { text: "Because 因为." }] });
    }
  });

  it("keeps lines that only a later version understands, and skips damaged ones", async () => {
    const { conversation } = await open().create(talk("T", question("q", "Why?")), none);
    const { id } = conversation;
    const strange = '{"type":"sparkles","amount":7}\n{"type":"delta","id":5}\nnot json\n';
    await appendFile(logOf(id), strange);
    await open().note(id, { type: "title", title: "Named" });
    expect((await open().open(id))?.conversation).toMatchObject({ title: "Named", turns: [{ text: "Why?" }] });
    expect(await readFile(logOf(id), "utf8")).toContain(strange);
  });

  it("of a later version is read and never written", async () => {
    await writeLog(logOf("new"), 3, "From the future");
    const before = await readFile(logOf("new"), "utf8");
    const opened = await open().open("new");
    expect(opened).toMatchObject({ readOnly: "newer", conversation: { turns: [{ text: "From the future" }] } });
    opened?.log.append({ type: "pinned", pinned: true });
    await opened?.log.flush();
    expect(await open().note("new", { type: "title", title: "Mine" })).toBe(false);
    expect(await readFile(logOf("new"), "utf8")).toBe(before);
    expect(await open().list()).toMatchObject([{ id: "new", turns: 1 }]);
  });

  it("on a full disk lives in memory, which is said once", async () => {
    const errors: unknown[] = [];
    const full = Object.assign(new Error("full"), { code: "ENOSPC" });
    const openFile = () => Promise.reject(full);
    const store = open({ onError: (error) => errors.push(error), openFile });
    const { conversation, log } = await store.create(talk("T", question("q", "Why?")), none);
    log.append({ type: "pinned", pinned: true });
    await log.flush();
    expect(conversation.turns).toMatchObject([{ text: "Why?" }]);
    expect(errors).toEqual([full]);
  });
});

describe("logs of version 1", () => {
  it("come to the common folder and say where they were begun", async () => {
    await writeLog(old("one"), 1, "First");
    await writeLog(old("two"), 1, "Second");
    await writeFile(path.join(workspaceFolder(), "current"), "two");
    const current = await open().openCurrent();
    expect(current.conversation).toMatchObject({ id: "two", title: "Second", workplace, createdAt: 1000 });
    expect(await readdir(workspaceFolder())).toEqual(["current"]);
    expect((await open().list()).map(({ id }) => id).toSorted()).toEqual(["one", "two"]);
  });

  it("are moved once more when that was broken off", async () => {
    await writeLog(old("half"), 1, "Half");
    await writeLog(old("used"), 1, "Used");
    const whole = await readFile(old("half"), "utf8");
    const used = await readFile(old("used"), "utf8");
    await open().list();
    const done = await readFile(logOf("half"), "utf8");
    // Killed in the middle of the copy, and between copy and removal with a use since.
    await writeFile(logOf("half"), done.slice(0, 40));
    await writeFile(old("half"), whole);
    await open().note("used", { type: "title", title: "Renamed" });
    await writeFile(old("used"), used);
    const store = open();
    expect((await store.open("half"))?.conversation.turns).toMatchObject([{ text: "Half" }]);
    expect((await store.open("used"))?.conversation.title).toBe("Renamed");
    expect(await readFile(logOf("half"), "utf8")).toBe(done);
    expect(await readdir(workspaceFolder())).toEqual([]);
  });

  it("stay and are used where they are when they cannot be moved", async () => {
    await writeLog(old("one"), 1, "First");
    const before = await readFile(old("one"), "utf8");
    // Where the common folder should be is a file.
    await writeFile(folder(), "");
    const errors: unknown[] = [];
    const store = open({ onError: (error) => errors.push(error) });
    const opened = await store.open("one");
    expect(errors).toHaveLength(1);
    expect(opened?.conversation.turns).toMatchObject([{ text: "First" }]);
    expect(await store.list()).toMatchObject([{ id: "one", title: "First" }]);
    expect(await readFile(old("one"), "utf8")).toBe(before);
    opened?.log.append({ type: "title", title: "Named" });
    await opened?.log.flush();
    expect((await store.open("one"))?.conversation.title).toBe("Named");
  });
});

describe("the list", () => {
  it("knows what is shown of a conversation, and leaves out empty ones", async () => {
    const store = open();
    store.startNew();
    const { conversation } = await store.create(talk("T", question("q", " Why is it so? "), answer("a", "So.")), none);
    await store.note(conversation.id, { type: "pinned", pinned: true });
    expect(await store.list()).toEqual([
      {
        id: conversation.id,
        title: "T",
        opening: "Why is it so?",
        createdAt: conversation.createdAt,
        updatedAt: 2000,
        turns: 2,
        pinned: true,
        workplace,
      },
    ]);
  });

  it("reads the small files, and makes them anew where they are missing, damaged or older than the log", async () => {
    const store = open();
    const { conversation } = await store.create(talk("T", question("q", "Why?")), none);
    const { id } = conversation;
    await store.list();
    const written = await readFile(summaryOf(id), "utf8");
    await writeFile(summaryOf(id), written.replace('"T"', '"From the small file"'));
    expect(await open().list()).toMatchObject([{ title: "From the small file" }]);
    for (const spoil of [
      () => store.note(id, { type: "title", title: "T" }),
      () => writeFile(summaryOf(id), "{"),
      () => writeFile(summaryOf(id), "{}"),
      () => rm(summaryOf(id)),
    ]) {
      await spoil();
      expect(await open().list()).toMatchObject([{ title: "T" }]);
    }
    expect(JSON.parse(await readFile(summaryOf(id), "utf8"))).toMatchObject({ size: (await stat(logOf(id))).size });
  });

  it("finds words in questions and answers, also where a stream has cut them, until it is told to stop", async () => {
    const store = open();
    const { conversation, log } = await store.create(talk("T", question("q", "Why?"), answer("a", "Beca")), none);
    log.append({ type: "delta", id: "a", text: "use of the Tide.", thinking: "moon" });
    await log.flush();
    const other = await store.create(talk("U", question("q", "What does because mean?")), none);
    const ids = [conversation.id, other.conversation.id];
    const search = async (query: string, signal = new AbortController().signal) => {
      const found: [string, string][] = [];
      await store.search(ids, query, signal, (id, excerpt) => found.push([id, excerpt]));
      return found;
    };
    expect(await search("BECAUSE ")).toEqual([
      [ids[0], "Because of the Tide."],
      [ids[1], "What does because mean?"],
    ]);
    expect(await search("moon")).toEqual([]);
    expect(await search("because", AbortSignal.abort())).toEqual([]);
  });
});

describe("a deleted conversation", () => {
  it("can be had back with its pictures until 30 days are over", async () => {
    const store = open();
    const bytes = new Uint8Array([1, 2, 3]);
    const { conversation } = await store.create(talk("T", question("q", "Why?")), new Map([["p", bytes]]));
    const { id } = conversation;
    const deleted = await store.delete(id);
    expect(await store.list()).toEqual([]);
    expect(await store.open(id)).toBeUndefined();
    expect(await store.readPicture(id, "p")).toBeUndefined();
    expect(await store.restore(deleted)).toBe(true);
    expect((await open().open(id))?.conversation.title).toBe("T");
    expect(await store.readPicture(id, "p")).toEqual(Buffer.from(bytes));
    expect(await readdir(path.join(folder(), "trash"))).toEqual([]);
  });

  it("is gone for good after 30 days", async () => {
    const trash = path.join(folder(), "trash");
    const [young, tooOld] = [29, 31].map((days) => path.join(trash, `${Date.now() - days * day}.some-id`));
    for (const name of [young, tooOld]) await mkdir(name ?? "", { recursive: true });
    await open().list();
    expect(await readdir(trash)).toEqual([path.basename(young ?? "")]);
  });

  it("can be had back although somebody had still something to say about it", async () => {
    const store = open();
    const { conversation, log } = await store.create(talk("T", question("q", "Why?")), none);
    const deleted = await store.delete(conversation.id);
    log.append({ type: "title", title: "From a model" });
    await log.flush();
    expect(await store.restore(deleted)).toBe(true);
    log.append({ type: "title", title: "Later" });
    await log.flush();
    expect((await open().open(conversation.id))?.conversation).toMatchObject({ title: "Later", turns: [{ id: "q" }] });
  });

  it("is not brought back over one of the same name", async () => {
    const store = open();
    const { conversation } = await store.create(talk("T", question("q", "Why?")), none);
    const deleted = await store.delete(conversation.id);
    await writeLog(logOf(conversation.id), 2, "Another");
    expect(await store.restore(deleted)).toBe(false);
  });

  it("comes back together with what another window has put in its place since", async () => {
    const store = open();
    const { conversation } = await store.create(talk("T", question("q", "Why?")), none);
    const { id } = conversation;
    const deleted = await store.delete(id);
    await writeFile(logOf(id), encodeEvents([{ type: "title", title: "Since" }]));
    expect(await store.restore(deleted)).toBe(true);
    expect((await open().open(id))?.conversation).toMatchObject({ title: "Since", turns: [{ text: "Why?" }] });
  });
});

describe("a picture", () => {
  it("goes along with a branch and is kept in memory where the disk refuses it", async () => {
    const store = open();
    const bytes = new Uint8Array([1, 2, 3]);
    const { conversation } = await store.create(
      talk("T", question("q", "Look"), answer("a", "Nice")),
      new Map([["p", bytes]]),
    );
    const branch = await store.create(talk("T (2)", question("q", "Look")), { from: conversation.id });
    expect(branch.conversation).toMatchObject({ title: "T (2)", turns: [{ id: "q" }] });
    expect(branch.conversation.turns).toHaveLength(1);
    expect(await open().readPicture(branch.conversation.id, "p")).toEqual(Buffer.from(bytes));

    const errors: unknown[] = [];
    await writeFile(path.join(folder(), "blocked.files"), "");
    const blocked = open({ onError: (error) => errors.push(error) });
    await blocked.writePicture("blocked", "p", bytes);
    expect(errors).toHaveLength(1);
    expect(await blocked.readPicture("blocked", "p")).toEqual(bytes);

    // There is room again: what waits goes to disk with the next picture.
    await rm(path.join(folder(), "blocked.files"));
    await blocked.writePicture("other", "q", bytes);
    expect(await open().readPicture("blocked", "p")).toEqual(Buffer.from(bytes));
  });

  it("is whole and branches where a full disk has taken a part of it", async () => {
    const store = open({ onError: () => undefined });
    const bytes = new Uint8Array([1, 2, 3]);
    const file = path.join(folder(), "full.files", "p");
    // A folder of its name refuses it, too.
    await mkdir(file, { recursive: true });
    await store.writePicture("full", "p", bytes);
    await rm(file, { recursive: true });
    await writeFile(file, bytes.subarray(0, 1));
    expect(await store.readPicture("full", "p")).toEqual(bytes);
    const branch = await store.create(talk("T", question("q", "Look")), { from: "full" });
    expect(await open().readPicture(branch.conversation.id, "p")).toEqual(Buffer.from(bytes));
  });
});

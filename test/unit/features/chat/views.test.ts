import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type * as vscode from "vscode";
import type { Attachment } from "../../../../src/core/services.ts";
import { loadChatPage } from "../../../../src/features/chat/chatPage.ts";
import type { PanelDeps } from "../../../../src/features/chat/deps.ts";
import { Sessions } from "../../../../src/features/chat/sessions.ts";
import type { ChatSession } from "../../../../src/features/chat/session.ts";
import { OpenMarks } from "../../../../src/features/chat/openMarks.ts";
import { ChatViews } from "../../../../src/features/chat/views.ts";
import { parseToView, type ToHost, type ToView } from "../../../../src/protocol/messages.ts";
import { createMemoryBoards } from "../../../fakes/memoryBoards.ts";
import { png } from "../../core/filesSamples.ts";
import { HeldAnswers } from "./heldAnswers.ts";
import { sessionDeps, storeIn } from "./openSession.ts";

/** Sentences that were shown with their buttons, and which of those the user presses. */
const notices = vi.hoisted(() => ({ shown: [] as string[][], press: undefined as string | undefined }));

async function show(...words: string[]): Promise<string | undefined> {
  notices.shown.push(words);
  return words.slice(1).find((label) => label === notices.press);
}

const never = () => ({ dispose: () => undefined });

vi.mock("vscode", () => ({
  l10n: {
    t: (words: string, ...values: string[]) => words.replace(/\{(\d)\}/g, (_, at: string) => values[Number(at)] ?? ""),
  },
  env: { language: "en" },
  Uri: {
    // Wherever it leads: the page reads its styles from there.
    joinPath: () => ({ fsPath: path.join(import.meta.dirname, "../../../../src/webview/chat/styles.css") }),
    file: () => "uri",
  },
  commands: { executeCommand: async () => undefined },
  window: {
    visibleTextEditors: [],
    onDidChangeActiveTextEditor: () => never(),
    showInformationMessage: (...words: string[]) => show(...words),
  },
  workspace: {
    isTrusted: true,
    onDidChangeTextDocument: () => never(),
    getConfiguration: () => ({
      inspect: (id: string) => ({ defaultValue: id.startsWith("glm.model") ? "auto" : null }),
    }),
  },
}));

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "glm-views-"));
  notices.shown.length = 0;
  notices.press = undefined;
});
// The side bar may still note which conversation it shows.
afterEach(async () => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

const file: Attachment = { id: "f", kind: "file", label: "a.ts", detail: "a.ts", language: "typescript", text: "1" };

/** A page of a view: what it was told, and how it speaks. */
class Page {
  readonly told: ToView[] = [];
  #receive: (message: ToHost) => void = () => undefined;
  readonly webview = {
    options: {},
    html: "",
    cspSource: "self",
    asWebviewUri: () => "uri",
    onDidReceiveMessage: (receive: (message: ToHost) => void) => (this.#receive = receive),
    postMessage: (message: ToView) => this.told.push(message),
  };

  say(message: ToHost): void {
    this.#receive(message);
  }

  /** What the composer shows by now. */
  get composer() {
    const message = this.told.findLast(({ type }) => type === "snapshot" || type === "composer");
    return message?.type === "snapshot" || message?.type === "composer" ? message.composer : undefined;
  }
}

/** The side bar and an editor tab that is restored, over real conversations. */
function setUp(board = createMemoryBoards().window()) {
  const service = new HeldAnswers();
  const memory = new Map<string, unknown>();
  const marks = new OpenMarks(board);
  const store = storeIn(folder, { marks, onError: () => undefined });
  const sessions: Sessions = new Sessions(sessionDeps(service.client), store, {
    busyChanged: () => undefined,
    endedUnseen: () => undefined,
    tailKept: () => undefined,
  });
  const deps = {
    ...sessionDeps(service.client),
    memory: {
      get: (key: string) => memory.get(key),
      set: async (key: string, value: unknown) => void memory.set(key, value),
    },
    log: { warn: (words: string) => expect.unreachable(words) },
  } as unknown as PanelDeps;
  const views = new ChatViews(deps, sessions);
  const sideBar = new Page();
  const load = ({ webview }: Page) => loadChatPage(webview as unknown as vscode.Webview, deps.extensionUri);
  const view = { webview: sideBar.webview, visible: true, onDidDispose: never };
  views.connectSideBar(view as unknown as vscode.WebviewView, load(sideBar));
  const openTab = (session: ChatSession) => {
    const tab = new Page();
    const host = { webview: tab.webview, visible: true, active: false, onDidDispose: never };
    const { conversationId } = session;
    views.restoreTab(host as unknown as vscode.WebviewPanel, load(tab), { conversationId });
    return tab;
  };
  return { views, view, sideBar, openTab, sessions, service };
}

describe("what is chosen for the next question", () => {
  it("shows in every view at once", async () => {
    const { sideBar, openTab, sessions } = setUp();
    const tab = openTab(await sessions.current());
    for (const page of [sideBar, tab]) page.say({ type: "ready" });
    await expect.poll(() => [sideBar, tab].map(({ composer }) => composer?.effort?.chosen)).toEqual(["auto", "auto"]);
    tab.say({ type: "set-effort", level: "low" });
    await expect.poll(() => [sideBar, tab].map(({ composer }) => composer?.effort?.chosen)).toEqual(["low", "low"]);
    sideBar.say({ type: "set-web", on: true });
    await expect.poll(() => [sideBar, tab].map(({ composer }) => composer?.web)).toEqual([true, true]);
  });
});

it("a question of a view that cannot be answered is told so at once", async () => {
  const { sideBar } = setUp();
  // There is nothing to watch files with here.
  sideBar.say({ type: "ask", askId: 7, ask: { type: "suggest-context", query: "a", patient: false } });
  await expect.poll(() => sideBar.told).toContainEqual({ type: "response", askId: 7, error: "" });
});

describe("what is attached to the next question", () => {
  it("stays with its conversation while another one is shown", async () => {
    const { views, sideBar } = setUp();
    sideBar.say({ type: "ready" });
    const first = await views.sideBar.session();
    await views.sideBar.attach(async (context) => context.add(file));
    sideBar.say({ type: "attach-picture", name: "shot.png", base64: Buffer.from(png()).toString("base64") });
    const attached = () => [
      ...(sideBar.composer?.attachments ?? []).map(({ label }) => label),
      ...(sideBar.composer?.pictures ?? []).map(({ label }) => label),
    ];
    await expect.poll(attached).toEqual(["a.ts", "shot.png"]);
    await views.sideBar.startNew();
    expect(attached()).toEqual([]);
    await views.sideBar.attach(async (context) => context.add({ ...file, label: "b.ts" }));
    const second = await views.sideBar.session();
    await views.sideBar.show(Promise.resolve(first));
    expect(attached()).toEqual(["a.ts", "shot.png"]);
    // The same one again changes nothing.
    await views.sideBar.show(Promise.resolve(first));
    expect(attached()).toEqual(["a.ts", "shot.png"]);
    await views.sideBar.show(Promise.resolve(second));
    expect(attached()).toEqual(["b.ts"]);
  });
});

it("a conversation that another window has open can be copied, and is changed here once it is closed there", async () => {
  const boards = createMemoryBoards();
  const owner = setUp(boards.window());
  const open = await owner.sessions.startNew();
  const leave = owner.sessions.watch(open, { isVisible: () => true });
  const first = open.ask("Why?");
  await owner.service.reached(1);
  await open.flush();

  const { views, sideBar, sessions, service } = setUp(boards.window());
  await views.sideBar.show(sessions.open(open.conversationId) as Promise<ChatSession>);
  sideBar.told.length = 0;
  sideBar.say({ type: "send", text: "And then?" });
  const words = ["This chat is open in another window. Go on there, or in a copy.", "Go on in a copy"];
  await expect.poll(() => notices.shown.splice(0)).toEqual([words]);
  expect(sideBar.told).toEqual([{ type: "draft", text: "And then?" }]);
  notices.press = "Go on in a copy";
  sideBar.say({ type: "retry", turnId: "any" });
  await expect.poll(async () => (await views.sideBar.session()).conversationId).not.toBe(open.conversationId);
  expect((await views.sideBar.session()).views()).toMatchObject([{ text: "Why?" }, { text: "A1" }]);
  expect(service.requests).toEqual([]);

  await views.sideBar.show(sessions.open(open.conversationId) as Promise<ChatSession>);
  owner.service.end();
  await first;
  leave();
  await expect.poll(() => [...boards.texts.values()].filter((text) => text.includes(open.conversationId))).toEqual([]);
  sideBar.say({ type: "send", text: "And then?" });
  await service.reached(1);
  expect(service.questions(0)).toEqual(["Why?", "And then?"]);
  expect(notices.shown.splice(0)).toHaveLength(1);
  expect(sideBar.told).toContainEqual(
    expect.objectContaining({ type: "turn-added", turn: expect.objectContaining({ text: "And then?" }) }),
  );
  service.end();
});

it("what was typed and cannot be asked comes back to a view that was hidden meanwhile", async () => {
  const { view, sideBar } = setUp();
  sideBar.say({ type: "ready" });
  await expect.poll(() => sideBar.told).not.toEqual([]);
  view.visible = false;
  sideBar.told.length = 0;
  sideBar.say({ type: "send", text: "/nosuchcommand now" });
  await expect.poll(() => notices.shown.splice(0)).toHaveLength(1);
  expect(sideBar.told).toEqual([]);
  const draft = { type: "draft", text: "/nosuchcommand now" };
  view.visible = true;
  sideBar.say({ type: "ready" });
  await expect.poll(() => sideBar.told).toContainEqual(draft);
  // Hidden again before it has come there.
  sideBar.told.length = 0;
  sideBar.say({ type: "ready" });
  await expect.poll(() => sideBar.told).toContainEqual(draft);
  sideBar.say({ type: "drafted", text: "/nosuchcommand now" });
  sideBar.told.length = 0;
  sideBar.say({ type: "ready" });
  await expect.poll(() => sideBar.told.map(({ type }) => type)).toEqual(["snapshot"]);
});

describe("a conversation that a newer version has written", () => {
  const id = "11111111-1111-4111-8111-111111111111";
  const log = `${[
    { type: "created", version: 3, id, at: 1 },
    { type: "user", turn: { role: "user", id: "q", at: 1, text: "From tomorrow", attachments: [] } },
  ]
    .map((event) => JSON.stringify(event))
    .join("\n")}\n`;

  it("is shown and can be copied, but nothing is written to it, and what was typed comes back", async () => {
    await writeFile(path.join(folder, `${id}.jsonl`), log);
    const { views, sideBar, sessions, service } = setUp();
    await views.sideBar.show(sessions.open(id) as Promise<ChatSession>);
    expect(sideBar.told.at(-1)).toMatchObject({ type: "snapshot", turns: [{ text: "From tomorrow" }] });
    const changes: ToHost[] = [
      { type: "send", text: "And today?" },
      { type: "edit", turnId: "q", text: "From today" },
      { type: "rename", title: "Mine" },
    ];
    for (const change of changes) {
      sideBar.told.length = 0;
      sideBar.say(change);
      await expect
        .poll(() => notices.shown.splice(0))
        .toMatchObject([[expect.stringContaining("it can only be read here"), "Go on in a copy", "update-extension"]]);
      expect(sideBar.told).toEqual("text" in change ? [{ type: "draft", text: change.text }] : []);
    }
    await views.sideBar.ask("Explain this", [file]);
    expect(notices.shown.splice(0)).toHaveLength(1);
    expect(service.requests).toEqual([]);
    notices.press = "Go on in a copy";
    sideBar.say({ type: "send", text: "And today?" });
    await expect.poll(async () => (await views.sideBar.session()).conversationId).not.toBe(id);
    const copy = await views.sideBar.session();
    expect(sessions.readOnly(copy)).toBeUndefined();
    await expect
      .poll(() => sideBar.told.map((message) => parseToView(structuredClone(message))))
      .toContainEqual(expect.objectContaining({ type: "snapshot", conversationId: copy.conversationId, title: "" }));
    expect(copy.views()).toMatchObject([{ text: "From tomorrow" }]);
    await expect.poll(() => sideBar.told.at(-1)).toEqual({ type: "draft", text: "And today?" });
    expect(await readFile(path.join(folder, `${id}.jsonl`), "utf8")).toBe(log);
    expect(service.requests).toEqual([]);
  });
});

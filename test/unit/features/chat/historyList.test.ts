import { beforeEach, describe, expect, it, vi } from "vitest";
import type * as vscode from "vscode";
import type { ConversationSummary } from "../../../../src/core/conversationList.ts";
import { showHistory } from "../../../../src/features/chat/history.ts";
import type { ChatPanel } from "../../../../src/features/chat/panel.ts";
import type { Sessions } from "../../../../src/features/chat/sessions.ts";
import type { ChatViews } from "../../../../src/features/chat/views.ts";

type Listener<Event> = (event: Event) => void;

/** The list as VS Code would show it. */
class FakePick {
  items: readonly (vscode.QuickPickItem & { readonly id?: string })[] = [];
  activeItems: typeof this.items = [];
  buttons: readonly vscode.QuickInputButton[] = [];
  value = "";
  busy = false;
  changed: Listener<string> = () => undefined;
  pressed: Listener<vscode.QuickInputButton> = () => undefined;
  hidden: Listener<void> = () => undefined;
  readonly onDidChangeValue = (listener: Listener<string>) => (this.changed = listener);
  readonly onDidTriggerButton = (listener: Listener<vscode.QuickInputButton>) => (this.pressed = listener);
  readonly onDidHide = (listener: Listener<void>) => (this.hidden = listener);
  readonly onDidTriggerItemButton = () => undefined;
  readonly onDidAccept = () => undefined;
  readonly show = () => undefined;
  readonly dispose = () => undefined;

  get names(): string[] {
    // What separates groups has no id.
    return this.items.filter(({ id }) => id !== undefined).map(({ label }) => label);
  }

  type(words: string): void {
    this.value = words;
    this.changed(words);
  }

  press(): void {
    const [first] = this.buttons;
    if (first) this.pressed(first);
  }
}

const editor = vi.hoisted(() => ({ pick: undefined as unknown, folders: [] as unknown[] }));
let pick: FakePick;
beforeEach(() => {
  pick = new FakePick();
  editor.pick = pick;
  editor.folders = [{ name: "here", uri: "file:///here" }];
});

vi.mock("vscode", () => ({
  l10n: { t: (words: string) => words },
  env: { language: "en" },
  QuickPickItemKind: { Separator: -1 },
  ThemeIcon: class {
    readonly id: string;

    constructor(id: string) {
      this.id = id;
    }
  },
  window: { createQuickPick: () => editor.pick },
  workspace: {
    get workspaceFolders() {
      return editor.folders.length === 0 ? undefined : editor.folders;
    },
  },
}));

function summary(id: string, title: string, folder?: string): ConversationSummary {
  const workplace = folder === undefined ? undefined : { name: folder, uri: `file:///${folder}` };
  return { id, title, opening: "", createdAt: 1, updatedAt: Date.now(), turns: 2, pinned: false, workplace };
}

const all = [summary("1", "Mine", "here"), summary("2", "Theirs", "there"), summary("3", "Nowhere")];

/** Conversations that were searched. */
const searched: (readonly string[])[] = [];

async function open(list: readonly ConversationSummary[] = all): Promise<void> {
  const sessions = {
    store: {
      list: async () => list,
      search: async (
        ids: readonly string[],
        _query: string,
        _signal: AbortSignal,
        found: (id: string, excerpt: string) => void,
      ) => {
        searched.push(ids);
        for (const id of ids) found(id, `found in ${id}`);
      },
    },
    busyIds: () => new Set<string>(),
  } as unknown as Sessions;
  const panel = { session: async () => ({ conversationId: "1" }) } as unknown as ChatPanel;
  const problems = { show: (error: unknown) => expect.unreachable(String(error)) } as never;
  await showHistory(panel, {} as ChatViews, sessions, { problems });
}

const tooltip = () => pick.buttons.map((button) => button.tooltip);

describe("the list of chats", () => {
  it("has those of this workspace, and on a button those of all, with their workspace", async () => {
    await open();
    expect(pick.names).toEqual(["Mine"]);
    expect(tooltip()).toEqual(["Show the chats of all workspaces"]);
    pick.press();
    expect(pick.names).toEqual(["Mine", "Theirs", "Nowhere"]);
    expect(
      pick.items.map(({ description = "" }) => description).filter((words) => words.includes("there")),
    ).toHaveLength(1);
    expect(tooltip()).toEqual(["Show only the chats of this workspace"]);
    pick.press();
    expect(pick.names).toEqual(["Mine"]);
    pick.hidden();
  });

  it("is searched as far as it shows, and again when it shows more", async () => {
    searched.length = 0;
    await open();
    pick.type("boat");
    await expect.poll(() => searched).toEqual([["1"]]);
    expect(pick.items.find(({ id }) => id === "1")).toMatchObject({ detail: "found in 1" });
    pick.press();
    await expect.poll(() => searched.at(-1)?.length).toBe(3);
    expect(pick.items.find(({ id }) => id === "2")).toMatchObject({ detail: "found in 2", alwaysShow: true });
    pick.hidden();
  });

  it("draws nothing that a title only says", async () => {
    editor.folders = [];
    await open([summary("1", "$(trash) [all](command:x)")]);
    expect(pick.names[0]).not.toContain("$(");
    expect(pick.names[0]).not.toContain("](");
    pick.hidden();
  });

  it("has all of them where no folder is open, and nothing to choose", async () => {
    editor.folders = [];
    await open();
    expect(pick.names).toHaveLength(3);
    expect(pick.buttons).toEqual([]);
    pick.hidden();
  });
});

import * as v from "valibot";
import * as vscode from "vscode";
import { editorViews, focusChatCommand } from "../../contributions.ts";
import { t } from "../../host/l10n.ts";
import { loadChatPage, type ChatPage } from "./chatPage.ts";
import { connectPage } from "./connectPage.ts";
import type { PanelDeps } from "./deps.ts";
import { noteTabs, orphanTabs } from "./orphanTabs.ts";
import { ChatPanel } from "./panel.ts";
import type { ChatSession } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** What the page of a tab leaves for its next life. */
const savedPage = v.object({ conversationId: v.string() });

interface Tab {
  readonly host: vscode.WebviewPanel;
  readonly panel: ChatPanel;
  /** Undefined until it is read. */
  shown: ChatSession | undefined;
  draft: string;
}

/** Where conversations are shown: the side bar, and as many editor tabs as the user likes. */
export class ChatViews implements vscode.Disposable {
  readonly #deps: PanelDeps;
  readonly #sessions: Sessions;
  readonly #tabs = new Set<Tab>();
  #view: vscode.WebviewView | undefined;
  readonly sideBar: ChatPanel;

  constructor(deps: PanelDeps, sessions: Sessions) {
    this.#deps = deps;
    this.#sessions = sessions;
    this.sideBar = new ChatPanel(deps, sessions, sessions.current(), {
      isVisible: () => this.#view?.visible ?? false,
      focus: () => vscode.commands.executeCommand(focusChatCommand),
      shows: (session) => void sessions.makeCurrent(session),
      // VS Code keeps the page of the side bar, and with it the draft, when this host is killed.
      drafted: () => undefined,
      openHistory: () => this.openHistory(this.sideBar),
      choiceMade: () => this.#choiceMade(),
    });
  }

  /** The chat that a command is about: the tab in front, or else the side bar. */
  get active(): ChatPanel {
    return [...this.#tabs].find(({ host }) => host.active)?.panel ?? this.sideBar;
  }

  connectSideBar(view: vscode.WebviewView, page: ChatPage): void {
    this.#view = view;
    connectPage({ page, isVisible: () => view.visible }, this.sideBar, this.#deps);
    view.onDidDispose(() => {
      // Moved to another place, the next one may be there already.
      if (this.#view !== view) return;
      this.#view = undefined;
      this.sideBar.connect(undefined);
    });
  }

  /** Shows a conversation in an editor tab: the one that does, or a new one. */
  async openTab(session: ChatSession): Promise<void> {
    const shown = await this.#tabOf(session.conversationId);
    if (shown) return shown.host.reveal();
    const host = createTab(tabTitle(session), { viewColumn: vscode.ViewColumn.Active });
    this.#connectTab(host, loadChatPage(host.webview, this.#deps.extensionUri), Promise.resolve(session));
  }

  /** Puts a living tab in the place of each one whose host was killed. */
  async replaceOrphans(): Promise<void> {
    for (const { tab, conversationId, title, draft } of orphanTabs(this.#deps.memory)) {
      const host = createTab(title, { viewColumn: tab.group.viewColumn, preserveFocus: true });
      const page = loadChatPage(host.webview, this.#deps.extensionUri);
      this.#connectTab(host, page, this.#known(conversationId), draft);
      await vscode.window.tabGroups.close(tab, true);
    }
    // Notes of an earlier window have had their time.
    this.#noteTabs();
  }

  /** Goes on with a tab that VS Code has kept over a reload. */
  restoreTab(host: vscode.WebviewPanel, page: ChatPage, state: unknown): void {
    const saved = v.safeParse(savedPage, state);
    const session = saved.success ? this.#known(saved.output.conversationId) : this.#sessions.startNew();
    this.#connectTab(host, page, session);
  }

  /** Brings a conversation to the front: in the tab that shows it, or in the side bar. */
  async reveal(conversationId: string): Promise<void> {
    const tab = await this.#tabOf(conversationId);
    if (tab) return tab.host.reveal();
    const session = await this.#sessions.open(conversationId);
    if (session) await this.sideBar.show(Promise.resolve(session));
    await this.sideBar.focus();
  }

  async openHistory(panel: ChatPanel): Promise<void> {
    const { showHistory } = await import("./history.ts");
    await showHistory(panel, this, this.#sessions, this.#deps);
  }

  /** Takes a conversation that is gone out of sight. */
  async leave(conversationId: string): Promise<void> {
    for (const { host, panel } of this.#tabs) {
      if ((await panel.session()).conversationId === conversationId) host.dispose();
    }
    if ((await this.sideBar.session()).conversationId !== conversationId) return;
    await this.sideBar.show(this.#sessions.startNew());
  }

  /** The platform, key or model changed. */
  refresh(): void {
    for (const panel of this.#panels) void panel.refresh();
  }

  dispose(): void {
    for (const panel of this.#panels) panel.connect(undefined);
  }

  get #panels(): readonly ChatPanel[] {
    return [...[...this.#tabs].map(({ panel }) => panel), this.sideBar];
  }

  #choiceMade(): void {
    for (const panel of this.#panels) void panel.refreshComposer();
  }

  /** The conversation that a tab showed, or an empty one where it is gone. */
  async #known(conversationId: string): Promise<ChatSession> {
    return (await this.#sessions.open(conversationId)) ?? this.#sessions.startNew();
  }

  #noteTabs(): void {
    const shown = [...this.#tabs].flatMap(({ host, shown: session, draft }) =>
      session ? [{ conversationId: session.conversationId, title: host.title, draft }] : [],
    );
    // Whoever is killed before this is written loses no more than the last key strokes.
    void noteTabs(this.#deps.memory, shown);
  }

  /** @param draft what had been typed in it. */
  #connectTab(host: vscode.WebviewPanel, page: ChatPage, session: Promise<ChatSession>, draft = ""): void {
    const media = (name: string) => vscode.Uri.joinPath(this.#deps.extensionUri, "media", name);
    host.iconPath = { light: media("chat-light.svg"), dark: media("chat-dark.svg") };
    let stopNaming: (() => void) | undefined;
    const panel: ChatPanel = new ChatPanel(this.#deps, this.#sessions, session, {
      isVisible: () => host.visible,
      focus: async () => host.reveal(),
      shows: (shown) => {
        stopNaming?.();
        const name = () => {
          host.title = tabTitle(shown);
          this.#noteTabs();
        };
        tab.shown = shown;
        name();
        stopNaming = shown.listen({
          post: (message) => {
            if (message.type === "title") name();
          },
          resync: () => undefined,
          changed: () => undefined,
        });
      },
      openHistory: () => this.openHistory(panel),
      choiceMade: () => this.#choiceMade(),
      drafted: (text) => {
        tab.draft = text;
        this.#noteTabs();
      },
    });
    if (draft !== "") panel.giveDraft(draft);
    const tab: Tab = { host, panel, shown: undefined, draft };
    this.#tabs.add(tab);
    host.onDidDispose(() => {
      this.#tabs.delete(tab);
      this.#noteTabs();
      stopNaming?.();
      panel.dispose();
    });
    connectPage({ page, isVisible: () => host.visible }, panel, this.#deps);
  }

  async #tabOf(conversationId: string): Promise<Tab | undefined> {
    for (const tab of this.#tabs) {
      if ((await tab.panel.session()).conversationId === conversationId) return tab;
    }
    return undefined;
  }
}

function createTab(
  title: string,
  place: { readonly viewColumn: vscode.ViewColumn; readonly preserveFocus?: boolean },
): vscode.WebviewPanel {
  // Those that count are set with the page.
  return vscode.window.createWebviewPanel(editorViews.chat, title, place, {
    enableScripts: true,
    localResourceRoots: [],
  });
}

function tabTitle({ title }: ChatSession): string {
  return title === "" ? t("New chat") : title;
}

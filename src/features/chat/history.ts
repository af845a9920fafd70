import * as vscode from "vscode";
import { entryOf, groupLabel } from "../../core/conversationEntry.ts";
import { inGroups, type ConversationSummary } from "../../core/conversationList.ts";
import { Disposables } from "../../host/disposables.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { plainLabel } from "../../host/plainText.ts";
import { currentWorkplace } from "../../host/workplace.ts";
import type { ChatDeps } from "./deps.ts";
import type { ChatPanel } from "./panel.ts";
import { askTitle, tellUnchangeable } from "./rename.ts";
import type { Sessions } from "./sessions.ts";
import type { ChatViews } from "./views.ts";

/** Typing goes on for a moment; reading every log for each letter would be in vain. */
const searchAfterMs = 200;
const shortestSearch = 2;

interface Row extends vscode.QuickPickItem {
  readonly id?: string;
}

/** Lists the conversations, latest first; the chosen one is shown in `panel`. */
export async function showHistory(
  panel: ChatPanel,
  views: ChatViews,
  sessions: Sessions,
  deps: Pick<ChatDeps, "problems">,
): Promise<void> {
  const list = new HistoryList(panel, views, sessions, deps);
  await list.show();
}

class HistoryList {
  readonly #panel: ChatPanel;
  readonly #views: ChatViews;
  readonly #sessions: Sessions;
  readonly #problems: ChatDeps["problems"];
  readonly #owner = new Disposables();
  readonly #pick = this.#owner.add(vscode.window.createQuickPick<Row>());
  readonly #workplace = currentWorkplace();
  /** Only of this workspace; without one there is nothing to choose. */
  #onlyHere = this.#workplace !== undefined;
  #summaries: readonly ConversationSummary[] = [];
  #shown = "";
  /** What contains the typed words, by conversation. */
  #found = new Map<string, string>();
  #search = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(panel: ChatPanel, views: ChatViews, sessions: Sessions, { problems }: Pick<ChatDeps, "problems">) {
    this.#panel = panel;
    this.#views = views;
    this.#sessions = sessions;
    this.#problems = problems;
  }

  async show(): Promise<void> {
    const pick = this.#pick;
    pick.title = t("Chat history");
    pick.placeholder = t("Search titles and messages");
    pick.matchOnDescription = true;
    pick.keepScrollPosition = true;
    pick.busy = true;
    pick.onDidChangeValue(() => this.#searchSoon());
    pick.onDidTriggerButton(() => this.#guard(this.#toggle()));
    pick.onDidTriggerItemButton(({ item, button }) => this.#guard(this.#press(item, button)));
    pick.onDidAccept(() => this.#guard(this.#open(pick.activeItems[0])));
    pick.onDidHide(() => this.#close());
    pick.show();
    this.#shown = (await this.#panel.session()).conversationId;
    await this.#reload();
    pick.busy = false;
  }

  #close(): void {
    this.#search.abort();
    clearTimeout(this.#timer);
    this.#owner.dispose();
  }

  #guard(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#problems.show(error));
  }

  async #reload(): Promise<void> {
    this.#summaries = await this.#sessions.store.list();
    this.#draw();
  }

  #draw(): void {
    const { id: active } = this.#pick.activeItems[0] ?? {};
    const items = inGroups(this.#visible(), Date.now()).flatMap(({ group, summaries }): Row[] => [
      { label: groupLabel(group, t), kind: vscode.QuickPickItemKind.Separator },
      ...summaries.map((summary) => this.#row(summary)),
    ]);
    this.#pick.buttons = this.#workplace ? [this.#onlyHere ? showAll() : showHere()] : [];
    this.#pick.items = items.length > 0 ? items : [{ label: t("No chats yet"), alwaysShow: true }];
    const row = items.find(({ id }) => id !== undefined && id === active);
    if (row) this.#pick.activeItems = [row];
  }

  #visible(): readonly ConversationSummary[] {
    const here = this.#workplace?.uri;
    return this.#onlyHere ? this.#summaries.filter(({ workplace }) => workplace?.uri === here) : this.#summaries;
  }

  #row(summary: ConversationSummary): Row {
    const { id, pinned } = summary;
    const busy = this.#sessions.busyIds().has(id);
    const shown = id === this.#shown;
    const { uri: workplace } = this.#workplace ?? {};
    const context = { now: Date.now(), language: vscode.env.language, workplace, busy, shown };
    const { label, description } = entryOf(summary, context, t);
    const found = this.#found.get(id);
    return {
      id,
      label: plainLabel(label),
      description: plainLabel(description),
      ...(busy ? { iconPath: new vscode.ThemeIcon("loading~spin") } : {}),
      // VS Code itself only looks at the label.
      ...(found === undefined ? {} : { detail: plainLabel(found), alwaysShow: true }),
      buttons: [pinned ? unpin() : pin(), rename(), remove()],
    };
  }

  async #toggle(): Promise<void> {
    this.#onlyHere = !this.#onlyHere;
    this.#draw();
    this.#searchSoon();
  }

  #searchSoon(): void {
    this.#search.abort();
    clearTimeout(this.#timer);
    this.#pick.busy = false;
    this.#found = new Map();
    this.#timer = setTimeout(() => this.#guard(this.#searchNow()), searchAfterMs);
  }

  async #searchNow(): Promise<void> {
    const query = this.#pick.value.trim();
    const { signal } = (this.#search = new AbortController());
    if (query.length >= shortestSearch) {
      this.#pick.busy = true;
      const ids = this.#visible().toSorted((one, other) => other.updatedAt - one.updatedAt);
      const found = this.#found;
      await this.#sessions.store.search(
        ids.map(({ id }) => id),
        query,
        signal,
        (id, excerpt) => found.set(id, excerpt),
      );
    }
    if (signal.aborted) return;
    this.#pick.busy = false;
    this.#draw();
  }

  async #open(row: Row | undefined): Promise<void> {
    if (row?.id === undefined) return;
    const { id } = row;
    this.#pick.hide();
    const session = await this.#sessions.open(id);
    if (!session) {
      await notify("information", t("This chat is gone: it was deleted in another window."));
      return;
    }
    await this.#panel.show(Promise.resolve(session));
    await this.#panel.focus();
  }

  async #press({ id, label }: Row, button: vscode.QuickInputButton): Promise<void> {
    const summary = this.#summaries.find((each) => each.id === id);
    if (id === undefined || !summary) return;
    switch (button.tooltip) {
      case pin().tooltip:
      case unpin().tooltip:
        if (!(await this.#sessions.pin(id, !summary.pinned))) return tellUnchangeable();
        return this.#reload();
      case rename().tooltip:
        return this.#rename(summary);
      default:
        return this.#delete(id, label);
    }
  }

  async #rename({ id, title }: ConversationSummary): Promise<void> {
    this.#pick.hide();
    const typed = await askTitle(title);
    if (typed !== undefined && !(await this.#sessions.rename(id, typed))) return tellUnchangeable();
    await this.#views.openHistory(this.#panel);
  }

  async #delete(id: string, label: string): Promise<void> {
    const inSideBar = (await this.#views.sideBar.session()).conversationId === id;
    const deleted = await this.#sessions.delete(id);
    await this.#views.leave(id);
    void notify("information", t("“{0}” was deleted.", label), [
      {
        label: t("Undo"),
        run: async () => {
          if (!(await this.#sessions.store.restore(deleted))) {
            await notify("information", t("This chat can no longer be restored."));
          } else if (inSideBar) await this.#views.reveal(id);
        },
      },
    ]);
    await this.#reload();
  }
}

const button = (icon: string, tooltip: string) => ({ iconPath: new vscode.ThemeIcon(icon), tooltip });
const pin = () => button("pin", t("Pin"));
const unpin = () => button("pinned", t("Unpin"));
const rename = () => button("edit", t("Rename"));
const remove = () => button("trash", t("Delete"));
const showAll = () => button("globe", t("Show the chats of all workspaces"));
const showHere = () => button("root-folder", t("Show only the chats of this workspace"));

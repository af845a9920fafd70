import * as vscode from "vscode";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { TerminalRecorder } from "../../host/terminal.ts";
import type { Disposables } from "../../host/disposables.ts";
import { FileIndex } from "./context/fileIndex.ts";
import type { ChatDeps } from "./deps.ts";
import { ChatPanel } from "./panel.ts";
import { Sessions } from "./sessions.ts";
import { ConversationStore } from "./store.ts";

/** Builds the chat on its first use: the stored conversations, those that are open, and the panel of the side bar. */
export async function openChat(deps: ChatDeps, owner: Disposables): Promise<ChatPanel> {
  const { connections, problems, log, folder } = deps;
  const store = new ConversationStore(folder, (error) => {
    log.error(`conversation not saved: ${error instanceof Error && "code" in error ? String(error.code) : "unknown"}`);
    void notify("warning", t("The conversation cannot be saved to disk. It is kept until this window closes."));
  });
  let catalog = await connections.catalog();
  const readCatalog = async () => {
    catalog = await connections.catalog();
  };
  connections.onDidChange(() => void readCatalog());
  const sessions = new Sessions(
    {
      connections,
      problems,
      language: vscode.env.language,
      labels: {
        // Which model a custom server offers is only known once it was asked.
        model: (id) => (id === "" ? connections.platformName() : catalog.modelInfo(id).label),
        action: (action) => problems.actionLabel(action),
        effort: (level) => level,
        notice: (kind) =>
          kind === "compacted"
            ? t("Earlier messages were summarised, so that the conversation fits the model.")
            : t("Earlier messages are no longer sent: the conversation is too long for the model."),
        step: () => t("Summarising earlier messages…"),
      },
    },
    store,
  );
  const shared = { ...deps, index: owner.add(new FileIndex()), terminals: owner.add(new TerminalRecorder()) };
  return new ChatPanel(shared, sessions, sessions.current());
}

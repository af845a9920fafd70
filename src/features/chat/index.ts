import * as vscode from "vscode";
import { commands, editorViews, schemes, views } from "../../contributions.ts";
import type { ChatEntry, KeptFiles } from "../../core/services.ts";
import { registerCommand } from "../../host/commands.ts";
import { Disposables } from "../../host/disposables.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { activeTabFile, filesFromMenu } from "../../host/pickFile.ts";
import { onTrustGranted } from "../../host/trust.ts";
import { previewDocuments } from "./code/previewMarkdown.ts";
import { loadChatPage } from "./chatPage.ts";
import { chatTabsKey, type ChatDeps } from "./deps.ts";
import type { Chat } from "./open.ts";

/** The chat view, its tabs and commands. What is behind them is read when a view shows or a command needs it. */
export function registerChat(deps: ChatDeps): vscode.Disposable & {
  readonly entry: ChatEntry;
  readonly kept: KeptFiles;
  /** Fires when the user turns to the chat that was hidden. */
  readonly onDidShow: vscode.Event<void>;
  /** To be waited for before this host ends: has everything put on disk. */
  close(this: void): Promise<void>;
} {
  const owner = new Disposables();
  const shown = owner.add(new vscode.EventEmitter<void>());
  let loading: Promise<Chat> | undefined;
  const chat = () => (loading ??= import("./open.ts").then(({ openChat }) => openChat(deps, owner)));

  owner.add(vscode.workspace.registerTextDocumentContentProvider(schemes.preview, previewDocuments));
  owner.add(
    vscode.window.registerWebviewViewProvider(views.chat, {
      async resolveWebviewView(view) {
        const page = loadChatPage(view.webview, deps.extensionUri);
        await messagesSent();
        const opened = await chat();
        opened.views.connectSideBar(view, page);
        view.onDidChangeVisibility(() => {
          if (view.visible) shown.fire();
        });
      },
    }),
  );
  owner.add(registerCommand(commands.useCommitMessage, async () => (await chat()).views.active.useCommitMessage()));
  owner.add(
    registerCommand(commands.openPromptFiles, async () => {
      const [{ openPromptFiles }, { PromptFiles }] = await Promise.all([
        import("./openPromptFiles.ts"),
        import("./slashPromptFiles.ts"),
      ]);
      await openPromptFiles(new PromptFiles(deps.promptFolder), deps.log);
    }),
  );
  owner.add(
    vscode.window.registerWebviewPanelSerializer(editorViews.chat, {
      async deserializeWebviewPanel(host, state: unknown) {
        const page = loadChatPage(host.webview, deps.extensionUri);
        await messagesSent();
        (await chat()).views.restoreTab(host, page, state);
      },
    }),
  );

  // Of a host before this one, which may have been killed.
  if (deps.memory.get(chatTabsKey) !== undefined) void chat().then((opened) => opened.views.replaceOrphans());

  owner.add(registerCommand(commands.chatNew, async () => (await chat()).views.active.startNew()));
  owner.add(registerCommand(commands.suggestTitle, async () => (await chat()).views.active.suggestTitle()));
  owner.add(registerCommand(commands.openLastAnswer, async () => (await chat()).views.active.openLastAnswer()));
  owner.add(
    registerCommand(commands.chatHistory, async () => {
      const opened = await chat();
      await opened.views.openHistory(opened.views.active);
    }),
  );
  owner.add(
    registerCommand(commands.chatOpenInEditor, async () => {
      const opened = await chat();
      await opened.views.openTab(await opened.views.active.session());
    }),
  );
  owner.add(
    registerCommand(commands.chatRename, async () => {
      const { renameActive } = await import("./rename.ts");
      await renameActive(await chat());
    }),
  );
  owner.add(
    registerCommand(commands.chatExport, async () => {
      const { exportChat } = await import("./exportChat.ts");
      await exportChat(await chat());
    }),
  );
  owner.add(
    registerCommand(commands.chatImport, async () => {
      const { importChat } = await import("./importChat.ts");
      await importChat(await chat());
    }),
  );

  owner.add(
    registerCommand(commands.addSelection, async () =>
      (await chat()).views.active.attach((context) => context.addSelection()),
    ),
  );
  owner.add(
    registerCommand(commands.addTerminalOutput, async () =>
      (await chat()).views.active.attach((context) => context.addTerminalOutput()),
    ),
  );
  owner.add(
    registerCommand(commands.addFile, async (...args) => {
      const { active } = (await chat()).views;
      const chosen = filesFromMenu(args);
      const front = activeTabFile();
      if (chosen.length > 0) return active.attach((context) => context.addUris(chosen));
      if (front) return active.attach((context) => context.addUris([front]));
      await notify("information", t("Open a file first. It goes with your question."));
    }),
  );

  const refresh = () => void loading?.then((opened) => opened.views.refresh());
  owner.add(deps.connections.onDidChange(refresh));
  owner.add(onTrustGranted(refresh));
  return {
    entry: { ask: async (question, attachments) => (await chat()).views.sideBar.ask(question, attachments) },
    kept: {
      async refuse(address) {
        const { isRefused } = await import("./context/ignored.ts");
        return isRefused(vscode.Uri.parse(address, true));
      },
      async mayBeSent(context) {
        const { mayBeSent } = await import("./context/secretQuestion.ts");
        return mayBeSent(context);
      },
    },
    onDidShow: shown.event,
    close: async () => (await loading)?.close(),
    dispose: () => owner.dispose(),
  };
}

/** Messages to VS Code leave with the next turn: whoever reads code for long before that holds them back, a page as well. */
function messagesSent(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

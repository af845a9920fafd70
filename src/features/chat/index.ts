import * as vscode from "vscode";
import { commands, views } from "../../contributions.ts";
import type { ChatEntry } from "../../core/services.ts";
import { registerCommand } from "../../host/commands.ts";
import { Disposables } from "../../host/disposables.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { activeTabFile, filesFromMenu } from "../../host/pickFile.ts";
import { onTrustGranted } from "../../host/trust.ts";
import { webviewHtml } from "../../host/webviewHtml.ts";
import type { ChatDeps } from "./deps.ts";
import type { ChatPanel } from "./panel.ts";

/** The chat view and its commands. The panel behind it is read when the view shows or a command needs it. */
export function registerChat(deps: ChatDeps): vscode.Disposable & {
  readonly entry: ChatEntry;
  /** Fires when the user turns to the chat that was hidden. */
  readonly onDidShow: vscode.Event<void>;
} {
  const owner = new Disposables();
  const shown = owner.add(new vscode.EventEmitter<void>());
  let loading: Promise<ChatPanel> | undefined;
  const panel = () => (loading ??= import("./open.ts").then(({ openChat }) => openChat(deps, owner)));

  owner.add(
    vscode.window.registerWebviewViewProvider(views.chat, {
      async resolveWebviewView(view) {
        const folder = vscode.Uri.joinPath(deps.extensionUri, "dist", "webview");
        const { parseToHost } = await import("../../protocol/messages.ts");
        const chat = await panel();
        view.webview.options = { enableScripts: true, localResourceRoots: [folder] };
        view.webview.onDidReceiveMessage((raw: unknown) => {
          const message = parseToHost(raw);
          if (!message) {
            deps.log.warn("dropped a message of an unknown form from the chat view");
            return;
          }
          chat.receive(message).catch((error: unknown) => deps.problems.show(error));
        });
        chat.connect((message) => {
          if (view.visible) void view.webview.postMessage(message);
        });
        view.onDidDispose(() => chat.connect(undefined));
        view.onDidChangeVisibility(() => {
          if (view.visible) shown.fire();
        });
        view.webview.html = webviewHtml(view.webview, folder, t("Chat"));
      },
    }),
  );
  owner.add(registerCommand(commands.chatNew, async () => (await panel()).startNew()));
  owner.add(registerCommand(commands.suggestTitle, async () => (await panel()).suggestTitle()));
  owner.add(registerCommand(commands.openLastAnswer, async () => (await panel()).openLastAnswer()));
  owner.add(
    registerCommand(commands.addSelection, async () => (await panel()).attach((context) => context.addSelection())),
  );
  owner.add(
    registerCommand(commands.addTerminalOutput, async () =>
      (await panel()).attach((context) => context.addTerminalOutput()),
    ),
  );
  owner.add(
    registerCommand(commands.addFile, async (...args) => {
      const chosen = filesFromMenu(args);
      const front = activeTabFile();
      if (chosen.length > 0) return (await panel()).attach((context) => context.addUris(chosen));
      if (front) return (await panel()).attach((context) => context.addUris([front]));
      await notify("information", t("Open a file first. It goes with your question."));
    }),
  );
  const refresh = () => void loading?.then((chat) => chat.refresh());
  owner.add(deps.connections.onDidChange(refresh));
  owner.add(onTrustGranted(refresh));
  return {
    entry: { ask: async (question, attachments) => (await panel()).ask(question, attachments) },
    onDidShow: shown.event,
    dispose: () => owner.dispose(),
  };
}

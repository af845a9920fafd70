import * as vscode from "vscode";
import type { Use } from "../../api/usage/use.ts";
import { commands, schemes } from "../../contributions.ts";
import { loadOnce } from "../../core/loadOnce.ts";
import type { Connections, Problems } from "../../core/services.ts";
import { registerCommand } from "../../host/commands.ts";
import { Disposables } from "../../host/disposables.ts";
import type { KeyStore } from "../../host/keyStore.ts";
import type { Log } from "../../host/log.ts";

export interface UsageDeps {
  readonly connections: Connections;
  readonly problems: Problems;
  readonly keys: Pick<KeyStore, "onDidChange">;
  readonly log: Log;
  /** What requests of this window used. */
  readonly onUse: vscode.Event<Use>;
  /** The user turned to the chat. */
  readonly onChatShown: vscode.Event<void>;
  /** Where the ledger is kept, as a path on the extension's own disk. */
  readonly folder: string;
}

/** The item in the status bar, its menu, and the document about usage. All of it is read after the start. */
export function registerUsage(deps: UsageDeps): vscode.Disposable {
  const owner = new Disposables();
  const documentChanged = owner.add(new vscode.EventEmitter<vscode.Uri>());
  const monitor = loadOnce(async () => (await import("./monitor.ts")).createMonitor(deps, owner));
  const usage = loadOnce(async () =>
    (await import("./usageDocument.ts")).createUsageDocument(deps, await monitor(), documentChanged, owner),
  );

  owner.add(deps.onUse(async (use) => (await monitor()).used(use)));
  owner.add(deps.onChatShown(async () => (await monitor()).chatShown()));
  owner.add(registerCommand(commands.showUsage, async () => (await usage()).show()));
  owner.add(registerCommand(commands.menu, async () => (await import("./menu.ts")).openMenu(deps, await monitor())));
  owner.add(
    vscode.workspace.registerTextDocumentContentProvider(schemes.usage, {
      onDidChange: documentChanged.event,
      provideTextDocumentContent: async () => (await usage()).markdown(),
    }),
  );
  const start = setImmediate(() => void monitor());
  owner.add({ dispose: () => clearImmediate(start) });
  return owner;
}

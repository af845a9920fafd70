import * as vscode from "vscode";
import { commands, extensionId } from "../../contributions.ts";
import { loadOnce } from "../../core/loadOnce.ts";
import type { Use } from "../../api/usage/use.ts";
import type { Connections, Problems } from "../../core/services.ts";
import { registerCommand } from "../../host/commands.ts";
import { Disposables } from "../../host/disposables.ts";
import type { KeyStore } from "../../host/keyStore.ts";
import type { Log } from "../../host/log.ts";
import { createCatalogReader } from "./catalog.ts";
import { createConnections } from "./connections.ts";
import { endpointInForce } from "./endpoint.ts";
import { createClientMaker, type MakeClient } from "./makeClient.ts";
import { createProblems } from "./problems.ts";

export interface AccountDeps {
  readonly keys: KeyStore;
  readonly log: Log;
  readonly userAgent: string;
  /** Where this window and the user's others agree on whose request is next. */
  readonly queueFolder: string;
}

export interface Account extends vscode.Disposable {
  readonly connections: Connections;
  readonly problems: Problems;
  /** Fires for each request of this window of which the service told what it used. */
  readonly onUse: vscode.Event<Use>;
}

/** Key, platform and model: what every request needs, and the words and buttons of every error. */
export function registerAccount({ keys, log, userAgent, queueFolder }: AccountDeps): Account {
  const owner = new Disposables();
  const problems = createProblems(log);
  const catalog = createCatalogReader();
  const used = owner.add(new vscode.EventEmitter<Use>());
  const overrides = loadOnce(async () => (await import("./overrides.ts")).watchOverrides(owner));
  const newClient = createClientMaker(userAgent, catalog, owner, (use) => used.fire(use));
  const makeClient: MakeClient = async (...client) => {
    // Before the first request: what the folder tried.
    await overrides();
    return newClient(...client);
  };
  const deps = { keys, makeClient, problems };
  const governors = loadOnce(async () => (await import("./governors.ts")).createGovernors(queueFolder, log, owner));
  const connections = createConnections({
    ...deps,
    catalog,
    owner,
    async governorFor(endpoint, apiKey) {
      return (await governors())(endpoint, apiKey);
    },
    askForKey: async (endpoint) => (await import("./keyCommands.ts")).askForKey(endpoint, deps),
  });

  owner.add(
    registerCommand(commands.setApiKey, async () => {
      const endpoint = endpointInForce();
      if (!endpoint) return connections.open("models");
      return (await (await import("./keyCommands.ts")).askForKey(endpoint, deps)) !== undefined;
    }),
  );
  owner.add(
    registerCommand(commands.clearApiKey, async () =>
      (await import("./keyCommands.ts")).clearKey(endpointInForce(), deps),
    ),
  );
  owner.add(registerCommand(commands.selectPlatform, async () => (await import("./pickers.ts")).selectPlatform()));
  owner.add(
    registerCommand(commands.selectModel, async () => {
      if (!endpointInForce()) return connections.open("models");
      return (await import("./pickers.ts")).selectModel(keys, deps.makeClient, await catalog());
    }),
  );

  owner.add(
    registerCommand(commands.openSettings, () =>
      vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${extensionId}`),
    ),
  );

  return { connections, problems, onUse: used.event, dispose: () => owner.dispose() };
}

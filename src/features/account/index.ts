import * as vscode from "vscode";
import type { Client } from "../../api/client.ts";
import type { Quirks } from "../../api/chat/fixups.ts";
import type { Endpoint } from "../../api/platforms.ts";
import type { Transport } from "../../api/transport.ts";
import type { UndiciTransport } from "../../api/transports/undici.ts";
import { commands, extensionId } from "../../contributions.ts";
import { loadOnce } from "../../core/loadOnce.ts";
import type { Use } from "../../api/usage/use.ts";
import type { Connections, Problems } from "../../core/services.ts";
import { registerCommand } from "../../host/commands.ts";
import { Disposables } from "../../host/disposables.ts";
import type { KeyStore } from "../../host/keyStore.ts";
import type { Log } from "../../host/log.ts";
import { createCatalogReader } from "./catalog.ts";
import { createConnections, type ConnectionDeps } from "./connections.ts";
import { endpointInForce } from "./endpoint.ts";
import type { KeyDeps } from "./keyCommands.ts";
import { createClientMaker, type MakeClient } from "./makeClient.ts";
import { createPolicyNote, type Memory } from "./policy.ts";
import { queueLimits, silenceLimits } from "./limits.ts";
import { createProblems } from "./problems.ts";

export interface AccountDeps {
  readonly keys: KeyStore;
  readonly log: Log;
  readonly userAgent: string;
  /** Where it is kept what the user was told once. */
  readonly memory: Memory;
  /** Where this window and the user's others agree on whose request is next. */
  readonly queueFolder: string;
}

export interface Account extends vscode.Disposable {
  readonly connections: Connections;
  readonly problems: Problems;
  /** Fires for each request of this window of which the service told what it used. */
  readonly onUse: vscode.Event<Use>;
  /** A client that leaves by `transport`, whatever the settings say, in the queue of its key like any other. */
  clientOver(transport: Transport, endpoint: Endpoint, apiKey: string | undefined): Promise<Client>;
  /** Lets the user choose a chat model without changing the setting; the id, undefined when they left. */
  pickModel(this: void): Promise<string | undefined>;
  /** Connections of our own with the settings of now; whoever opens them closes them. */
  openOwnNetwork(): Promise<UndiciTransport>;
}

/** Key, platform and model: what every request needs, and the words and buttons of every error. */
export function registerAccount({ keys, log, userAgent, memory, queueFolder }: AccountDeps): Account {
  const owner = new Disposables();
  const problems = createProblems(log);
  const catalog = createCatalogReader();
  const used = owner.add(new vscode.EventEmitter<Use>());
  const overrides = loadOnce(async () => (await import("./overrides.ts")).watchOverrides(owner));
  const learnt = new Map<string, Quirks>();
  const newClient = createClientMaker(userAgent, catalog, owner, {
    learnt,
    onUse: (use) => used.fire(use),
    deadlines: silenceLimits,
  });
  const makeClient: MakeClient = async (...client) => {
    // Before the first request: what the folder tried.
    await overrides();
    return newClient(...client);
  };
  const governors = loadOnce(async () =>
    (await import("./governors.ts")).createGovernors(queueFolder, log, owner, queueLimits),
  );
  const governorFor: ConnectionDeps["governorFor"] = async (endpoint, apiKey) => (await governors())(endpoint, apiKey);
  const policy = createPolicyNote(memory, async (service) => (await import("./verdict.ts")).tellPolicy(service));
  const deps: KeyDeps = {
    keys,
    makeClient,
    problems,
    policy,
    governedClient: async (endpoint, key) => makeClient(endpoint, key, { governor: await governorFor(endpoint, key) }),
  };
  const connections = createConnections({
    ...deps,
    catalog,
    learnt,
    owner,
    governorFor,
    askForKey: async (endpoint) => (await import("./keyCommands.ts")).askForKey(endpoint, deps),
  });

  const setUpServer = async () => (await import("./customServer.ts")).setUpServer(deps);
  owner.add(
    registerCommand(commands.setApiKey, async () => {
      const endpoint = endpointInForce();
      if (!endpoint) return setUpServer();
      return (await (await import("./keyCommands.ts")).askForKey(endpoint, deps)) !== undefined;
    }),
  );
  owner.add(registerCommand(commands.clearApiKey, async () => (await import("./keyCommands.ts")).clearKey(deps)));
  owner.add(
    registerCommand(
      commands.importApiKey,
      async () => (await (await import("./importKey.ts")).importKey(deps)) !== undefined,
    ),
  );
  owner.add(registerCommand(commands.checkKey, async () => (await import("./checkKeys.ts")).checkKeys(deps)));
  owner.add(
    registerCommand(commands.selectPlatform, async (platform) =>
      platform === "custom" ? setUpServer() : (await import("./pickers.ts")).selectPlatform(deps),
    ),
  );
  owner.add(
    registerCommand(commands.selectModel, async () => {
      if (!endpointInForce()) return connections.open("models");
      return (await import("./modelPicker.ts")).selectModel({ ...deps, catalog: await catalog() });
    }),
  );

  owner.add(
    registerCommand(commands.openSettings, () =>
      vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${extensionId}`),
    ),
  );

  return {
    connections,
    problems,
    onUse: used.event,
    clientOver: async (transport, endpoint, key) =>
      makeClient(endpoint, key, { governor: await governorFor(endpoint, key), transport }),
    pickModel: async () => (await import("./modelPicker.ts")).pickModelOnce({ ...deps, catalog: await catalog() }),
    openOwnNetwork: async () => (await import("./ownNetwork.ts")).openOwnNetwork(),
    dispose: () => owner.dispose(),
  };
}

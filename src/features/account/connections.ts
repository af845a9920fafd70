import * as vscode from "vscode";
import type { Catalog } from "../../api/models/catalog.ts";
import type { Quirks } from "../../api/chat/fixups.ts";
import { ApiError } from "../../api/errors.ts";
import type { Governor } from "../../api/http/governor.ts";
import {
  offeredOn,
  officialEndpoint,
  offers,
  originOf,
  payAsYouGoFor,
  type Capability,
  type Endpoint,
} from "../../api/platforms.ts";
import type { Connection, Connections, Problems } from "../../core/services.ts";
import { contextKeys } from "../../contributions.ts";
import { setContext } from "../../host/commands.ts";
import { onSettingsChanged, readSetting } from "../../host/config.ts";
import type { Disposables } from "../../host/disposables.ts";
import type { KeyStore } from "../../host/keyStore.ts";
import { t } from "../../host/l10n.ts";
import { confirm, notify } from "../../host/notify.ts";
import { endpointInForce } from "./endpoint.ts";
import type { MakeClient } from "./makeClient.ts";
import { modelFor } from "./modelFor.ts";
import { platformName } from "./platformNames.ts";
import type { PolicyNote } from "./policy.ts";
import { watchReplacedKeys } from "./replacedKeys.ts";
import { createSettingWarnings } from "./settingProblems.ts";
import { tuning } from "./tuning.ts";

export interface ConnectionDeps {
  readonly keys: KeyStore;
  readonly makeClient: MakeClient;
  readonly problems: Problems;
  readonly policy: PolicyNote;
  catalog(): Promise<Catalog>;
  /** What was learnt about the service, by base URL. */
  readonly learnt: ReadonlyMap<string, Quirks>;
  readonly owner: Disposables;
  /** The one governor of this host and key. */
  governorFor(endpoint: Endpoint, apiKey: string | undefined): Promise<Governor>;
  /** Asks for a key and checks it; the key, or undefined when the user gave up. */
  askForKey(endpoint: Endpoint): Promise<string | undefined>;
}

const addressActions = ["set-up-server", "choose-platform"] as const;

function noAddress(): string {
  return t("The custom server has no valid address. Set it up with its base URL.");
}

export function createConnections(deps: ConnectionDeps): Connections {
  const changed = deps.owner.add(new vscode.EventEmitter<void>());
  deps.owner.add(onSettingsChanged(() => changed.fire()));
  deps.owner.add(deps.keys.onDidChange(() => changed.fire()));
  deps.owner.add(changed.event(() => void hasKey()));
  const isReplaced = watchReplacedKeys(deps.keys, deps.owner);

  /** Whether a request can go to the platform in force as far as a key is concerned; also for `when` clauses. */
  async function hasKey(): Promise<boolean> {
    const endpoint = endpointInForce();
    const ready =
      endpoint !== undefined && (!endpoint.keyRequired || (await deps.keys.get(originOf(endpoint))) !== undefined);
    setContext(contextKeys.hasKey, ready);
    return ready;
  }
  /** What the user agreed, in this window, to have billed to the balance of a key. */
  const agreedToBilling = new Map<string, ReadonlySet<Capability>>();

  const warnOfSettings = createSettingWarnings();
  async function endpointFor(capability: Capability, reason: string | undefined): Promise<Endpoint | undefined> {
    const endpoint = endpointInForce();
    if (!endpoint) {
      const buttons = addressActions.map((action) => ({
        label: deps.problems.actionLabel(action),
        run: () => deps.problems.run(action),
      }));
      await notify("warning", noAddress(), buttons);
      return undefined;
    }
    if (offers(endpoint, capability)) return endpoint;
    const paid = payAsYouGoFor(endpoint, capability);
    if (!paid) {
      await deps.problems.show(new ApiError("not-offered", { offeredOn: offeredOn[capability] }));
      return undefined;
    }
    const key = await deps.keys.get(originOf(endpoint));
    // Without one nothing is billed: it is asked for first.
    if (key !== undefined && !agreedToBilling.get(key)?.has(capability)) {
      const agreed = await confirm(
        t("{0} does not include this. Use pay-as-you-go for it?", platformName(endpoint.platform, t)),
        [
          ...(reason === undefined ? [] : [reason]),
          t(
            "The request goes to the general endpoint of the same service with the same key and is billed to your balance.",
          ),
        ].join("\n\n"),
        t("Use pay-as-you-go"),
      );
      if (!agreed) return undefined;
      agreedToBilling.set(key, new Set(agreedToBilling.get(key)).add(capability));
    }
    return officialEndpoint(paid);
  }

  /** Asks for a key. False when there is none afterwards that can pay. */
  async function askedForKey(endpoint: Endpoint): Promise<boolean> {
    let key: string | undefined;
    const words = deps.problems.describe(new ApiError("no-key"))?.text ?? "";
    await notify("information", words, [
      {
        label: deps.problems.actionLabel("set-key"),
        run: async () => {
          key = await deps.askForKey(endpoint);
        },
      },
      { label: deps.problems.actionLabel("get-key"), run: () => deps.problems.run("get-key") },
    ]);
    return key !== undefined;
  }

  async function openFor(capability: Capability, mayAsk: boolean, reason?: string): Promise<Connection | undefined> {
    const endpoint = await endpointFor(capability, reason);
    if (!endpoint) return undefined;
    const key = await deps.keys.get(originOf(endpoint));
    if (key !== undefined || !endpoint.keyRequired) {
      deps.policy.beforeRequest(endpoint.platform);
      return connect(endpoint, key);
    }
    // The key may belong to another platform, which is in force now.
    return mayAsk && (await askedForKey(endpoint)) ? openFor(capability, false, reason) : undefined;
  }

  async function connect(endpoint: Endpoint, key: string | undefined): Promise<Connection> {
    const governor = await deps.governorFor(endpoint, key);
    const keyReplaced = () => isReplaced(originOf(endpoint), key);
    const client = await deps.makeClient(endpoint, key, { governor, keyReplaced });
    const catalog = await deps.catalog();
    return {
      client,
      catalog,
      tuning: tuning(),
      modelFor: (task, options) => modelFor(client, catalog, task, options),
    };
  }

  return {
    endpoint: endpointInForce,
    catalog: () => deps.catalog(),
    platformName: (platform = readSetting("glm.platform")) => platformName(platform, t),
    onDidChange: (listener) => changed.event(listener),
    servedBy: ({ baseUrl }) => deps.learnt.get(baseUrl)?.servedBy ?? new Map<string, string>(),

    isReady: hasKey,

    async missing() {
      if (!endpointInForce()) return { text: noAddress(), details: "", actions: addressActions };
      return (await hasKey()) ? undefined : deps.problems.describe(new ApiError("no-key"));
    },

    open(capability, reason) {
      warnOfSettings();
      return openFor(capability, true, reason);
    },

    async ready() {
      const endpoint = endpointInForce();
      if (!endpoint) return undefined;
      const key = await deps.keys.get(originOf(endpoint));
      return key === undefined && endpoint.keyRequired ? undefined : connect(endpoint, key);
    },
  };
}

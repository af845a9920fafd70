import * as vscode from "vscode";
import type { Catalog } from "../../api/models/catalog.ts";
import type { PlatformId } from "../../api/platforms.ts";
import type { KeyStore } from "../../host/keyStore.ts";
import { originOf } from "../../api/platforms.ts";
import { chosenModel, readSetting, writeSetting } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import { endpointInForce } from "./endpoint.ts";
import type { KeyDeps } from "./keyCommands.ts";
import type { MakeClient } from "./makeClient.ts";
import { switchPlatform } from "./switchPlatform.ts";
import { platformDetail, platformName } from "./platformNames.ts";

const platformIds: readonly PlatformId[] = ["zai-coding", "zai", "bigmodel-coding", "bigmodel", "custom"];

/** Lets the user choose where requests go. A server of one's own has to answer first. */
export async function selectPlatform(deps: KeyDeps): Promise<void> {
  const current = readSetting("glm.platform");
  const chosen = await vscode.window.showQuickPick(
    platformIds.map((id) => ({
      id,
      label: platformName(id, t),
      detail: platformDetail(id, t),
      ...(id === current ? { description: t("in use") } : {}),
    })),
    { title: t("Choose a platform"), matchOnDetail: true },
  );
  if (!chosen) return;
  if (chosen.id === "custom") await (await import("./customServer.ts")).setUpServer(deps);
  else await switchPlatform(chosen.id);
}

/** A context length as model cards print it: 1M, 200k, 128k. */
function tokens(count: number): string {
  const kilo = count % 1024 === 0 ? 1024 : 1000;
  return count < kilo * kilo ? `${Math.round(count / kilo)}k` : `${Math.round(count / kilo / kilo)}M`;
}

interface ModelItem extends vscode.QuickPickItem {
  readonly id: string | undefined;
}

/**
 * Lets the user choose the chat model. Shows what the extension knows at once and adds what the service lists when it
 * answers; an id that neither knows can be typed.
 */
export async function selectModel(keys: KeyStore, makeClient: MakeClient, catalog: Catalog): Promise<void> {
  const endpoint = endpointInForce();
  if (!endpoint) return;
  const current = chosenModel("chat") ?? "auto";
  const preset = catalog.defaultModel(endpoint, "chat");
  const onPlan = endpoint.platform.endsWith("-coding");

  const items = (fetched: readonly string[]): ModelItem[] => [
    {
      id: "auto",
      label: t("Automatic"),
      description: preset ?? t("first model that the server lists"),
    },
    ...catalog.listModels(endpoint, fetched).map((model) => ({
      id: model.id,
      label: model.label,
      description: [model.id, model.id === current ? t("in use") : ""].filter(Boolean).join(" · "),
      detail: [
        ...(model.context ? [t("{0} context", tokens(model.context))] : []),
        ...(model.input.includes("image") ? [t("reads images")] : []),
        ...(model.thinking === "always" ? [t("always thinks")] : []),
        ...(onPlan && model.known && !model.onPlan ? [t("not part of the plan")] : []),
      ].join(" · "),
    })),
    { id: undefined, label: t("Enter another model id…"), alwaysShow: true },
  ];

  const pick = vscode.window.createQuickPick<ModelItem>();
  pick.title = t("Model for chat on {0}", platformName(endpoint.platform, t));
  pick.placeholder = t("Type to filter");
  pick.matchOnDescription = true;
  pick.items = items([]);
  pick.busy = true;
  const controller = new AbortController();
  const chosen = new Promise<ModelItem | undefined>((resolve) => {
    pick.onDidAccept(() => resolve(pick.selectedItems[0]));
    pick.onDidHide(() => resolve(undefined));
  });
  pick.show();
  void keys
    .get(originOf(endpoint))
    .then((key) => makeClient(endpoint, key))
    .then((client) => client.models({ signal: controller.signal, retries: 0 }))
    .then((fetched) => {
      const active = pick.activeItems[0]?.id;
      pick.items = items(fetched);
      pick.activeItems = pick.items.filter((item) => item.id === active);
    })
    // The list is a help, not a condition: what is built in stays on offer when the service does not answer.
    .catch(() => undefined)
    .finally(() => {
      pick.busy = false;
    });
  const item = await chosen;
  controller.abort();
  pick.dispose();
  if (!item) return;
  const id = item.id ?? (await vscode.window.showInputBox({ title: t("Model id"), value: current }));
  if (id !== undefined) await writeSetting("glm.model.chat", id.trim());
}

import * as vscode from "vscode";
import { imageModelsOn } from "../../api/media/imageCatalog.ts";
import { ocrModel } from "../../api/media/ocrModel.ts";
import { seesInlineImages, type Catalog, type ModelInfo } from "../../api/models/catalog.ts";
import { isPlan, originOf, payAsYouGoFor, type Endpoint } from "../../api/platforms.ts";
import { chosenModel, writeSetting } from "../../host/config.ts";
import type { KeyStore } from "../../host/keyStore.ts";
import { t } from "../../host/l10n.ts";
import { withoutIcons } from "../../host/plainText.ts";
import { endpointInForce } from "./endpoint.ts";
import type { MakeClient } from "./makeClient.ts";
import { platformName } from "./platformNames.ts";

export interface ModelPickerDeps {
  readonly keys: KeyStore;
  readonly makeClient: MakeClient;
  readonly catalog: Catalog;
}

const tasks = ["chat", "edit", "vision", "ocr", "image", "background"] as const;
type Task = (typeof tasks)[number];

/** "auto" or the id of a model. */
interface ModelChoice {
  readonly id: string;
}

interface ModelItem extends vscode.QuickPickItem {
  readonly value: ModelChoice | "type-id" | "other-task";
}

/** Lets the user choose the chat model, or go on to the model of another task. */
export async function selectModel(deps: ModelPickerDeps): Promise<void> {
  const endpoint = endpointInForce();
  if (!endpoint) return;
  const picked = await pickModel("chat", endpoint, deps);
  if (picked !== "other-task") return save("chat", picked);
  const task = await pickTask(endpoint, deps.catalog);
  if (!task) return;
  const other = await pickModel(task, endpoint, deps);
  if (other !== "other-task") await save(task, other);
}

/** Lets the user choose a chat model for one answer alone; its id, undefined when they left. */
export async function pickModelOnce(deps: ModelPickerDeps): Promise<string | undefined> {
  const endpoint = endpointInForce();
  const picked = endpoint && (await pickModel("chat", endpoint, deps, true));
  return picked === undefined || picked === "other-task" || picked.id === "" ? undefined : picked.id;
}

async function save(task: Task, model: ModelChoice | undefined): Promise<void> {
  if (model) await writeSetting(`glm.model.${task}`, model.id);
}

async function pickTask(endpoint: Endpoint, catalog: Catalog): Promise<Task | undefined> {
  const picked = await vscode.window.showQuickPick(
    tasks.map((task) => ({
      task,
      label: taskName(task),
      description: withoutIcons(chosenModel(task) ?? t("Automatic: {0}", automatic(task, endpoint, catalog))),
    })),
    { title: t("Choose a task"), matchOnDescription: true },
  );
  return picked?.task;
}

function taskName(task: Task): string {
  switch (task) {
    case "chat":
      return t("Chat");
    case "edit":
      return t("Fixing code");
    case "vision":
      return t("Looking at pictures");
    case "ocr":
      return t("Reading text (OCR)");
    case "image":
      return t("Generating images");
    case "background":
      return t("Small jobs on the side");
  }
}

/** What "auto" comes down to. */
function automatic(task: Task, endpoint: Endpoint, catalog: Catalog): string {
  switch (task) {
    case "ocr":
      return endpoint.dialect === "openai" ? t("the model that looks at pictures") : ocrModel.id;
    case "image":
      return t("you are asked each time");
    case "edit":
      return chosenModel("chat") ?? automatic("chat", endpoint, catalog);
    case "chat":
      return catalog.defaultModel(endpoint, task) ?? t("first model that the server lists");
    case "vision":
      return catalog.defaultModel(endpoint, task) ?? t("first model that sees");
    case "background":
      return catalog.defaultModel(endpoint, task) ?? chosenModel("chat") ?? automatic("chat", endpoint, catalog);
  }
}

/**
 * The model that the user picked or typed; undefined when they left. Shows what the extension knows at once and adds what the
 * service lists when it answers. `once`: it is not about the setting, so that nothing but a model can be picked.
 */
async function pickModel(
  task: Task,
  endpoint: Endpoint,
  { keys, makeClient, catalog }: ModelPickerDeps,
  once = false,
): Promise<ModelChoice | "other-task" | undefined> {
  const current = chosenModel(task) ?? "auto";
  const others = task === "chat" && !once;
  const auto = { label: t("Automatic"), description: withoutIcons(automatic(task, endpoint, catalog)) };
  const items = (fetched: readonly string[]): ModelItem[] => [
    ...(once ? [] : [{ value: { id: "auto" }, ...auto }]),
    ...choices(task, endpoint, catalog, fetched).map(({ id, label, detail }) => ({
      value: { id },
      label: withoutIcons(label),
      description: withoutIcons([id, id === current ? t("in use") : ""].filter(Boolean).join(" · ")),
      detail,
    })),
    { value: "type-id", label: t("Enter another model id…"), alwaysShow: true },
    ...(others ? [{ value: "other-task", label: t("Model for another task…"), alwaysShow: true } as const] : []),
  ];

  const pick = vscode.window.createQuickPick<ModelItem>();
  const name = platformName(endpoint.platform, t);
  const title = task === "chat" ? t("Model for chat on {0}", name) : t("{0}: model on {1}", taskName(task), name);
  pick.title = once ? t("Model for this answer only") : title;
  pick.placeholder = t("Type to filter");
  pick.matchOnDescription = true;
  pick.items = items([]);
  pick.busy = true;
  if (others) pick.buttons = [{ iconPath: new vscode.ThemeIcon("gear"), tooltip: t("Model for another task…") }];
  const controller = new AbortController();
  const chosen = new Promise<ModelItem["value"] | undefined>((resolve) => {
    pick.onDidAccept(() => resolve(pick.selectedItems[0]?.value));
    pick.onDidTriggerButton(() => resolve("other-task"));
    pick.onDidHide(() => resolve(undefined));
  });
  pick.show();
  void keys
    .get(originOf(endpoint))
    .then((key) => makeClient(endpoint, key))
    .then((client) => client.models({ signal: controller.signal, retries: 0 }))
    .then((fetched) => {
      const active = JSON.stringify(pick.activeItems[0]?.value);
      pick.items = items(fetched);
      pick.activeItems = pick.items.filter((item) => JSON.stringify(item.value) === active);
    })
    // The list is a help, not a condition: what is built in stays on offer when the service does not answer.
    .catch(() => undefined)
    .finally(() => {
      pick.busy = false;
    });
  const picked = await chosen;
  controller.abort();
  pick.dispose();
  if (picked !== "type-id") return picked;
  const typed = await vscode.window.showInputBox({ title: t("Model id"), value: once ? "" : current });
  return typed === undefined ? undefined : { id: typed.trim() };
}

interface Choice {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
}

/** Only models that are fit for the task. */
function choices(task: Task, endpoint: Endpoint, catalog: Catalog, fetched: readonly string[]): Choice[] {
  if (task === "image") {
    const where = payAsYouGoFor(endpoint, "images") ?? endpoint.platform;
    return endpoint.dialect === "openai"
      ? []
      : imageModelsOn(where).map(({ id, label }) => ({ id, label, detail: "" }));
  }
  if (task === "ocr" && endpoint.dialect !== "openai") return [{ id: ocrModel.id, label: ocrModel.label, detail: "" }];
  const models = catalog.listModels(endpoint, fetched);
  const fit = task === "vision" || task === "ocr" ? models.filter(seesInlineImages) : models;
  return fit.map((model) => ({ id: model.id, label: model.label, detail: facts(model, endpoint) }));
}

function facts(model: ModelInfo, { platform }: Endpoint): string {
  return [
    ...(model.context ? [t("{0} context", tokens(model.context))] : []),
    ...(model.input.includes("image") ? [t("reads images")] : []),
    ...(model.thinking === "always" ? [t("always thinks")] : []),
    ...(isPlan(platform) && model.known && !model.onPlan ? [t("not part of the plan")] : []),
  ].join(" · ");
}

/** A context length as model cards print it: 1M, 200k, 128k. */
function tokens(count: number): string {
  const kilo = count % 1024 === 0 ? 1024 : 1000;
  return count < kilo * kilo ? `${Math.round(count / kilo)}k` : `${Math.round(count / kilo / kilo)}M`;
}

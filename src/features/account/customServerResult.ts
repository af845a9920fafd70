import * as vscode from "vscode";
import type { Endpoint } from "../../api/platforms.ts";
import { commands, type Settings } from "../../contributions.ts";
import type { ServerReport } from "../../core/customServer.ts";
import { serverDocument } from "../../core/customServerDocument.ts";
import { hintsFor, serverWords, thinkingWords } from "../../core/customServerWords.ts";
import { joined } from "../../core/problemWords.ts";
import { chosenModel, readSetting, writeSetting } from "../../host/config.ts";
import { openMarkdown } from "../../host/editors.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { switchPlatform } from "./switchPlatform.ts";

export const extraSettings = ["glm.custom.extraBody", "glm.custom.extraHeaders"] as const;

/** Sends requests to the server from now on, with what it was tested with, and says what it is. */
export async function putInForce(report: ServerReport, endpoint: Endpoint): Promise<void> {
  const { dialect } = endpoint;
  const { baseUrl, reasoning, model, models = [] } = report;
  const before = { reasoning: readSetting("glm.custom.reasoning"), baseUrl: readSetting("glm.custom.baseUrl") };
  const settings = {
    "glm.custom.baseUrl": baseUrl,
    "glm.custom.dialect": dialect,
    "glm.custom.reasoning": reasoning,
  } as const satisfies Partial<Settings>;
  // First of all: not one request may carry to this server what was set for another.
  for (const id of extraSettings) {
    const tested = id === "glm.custom.extraBody" ? endpoint.extraBody : endpoint.extraHeaders;
    if (tested === undefined && Object.keys(readSetting(id) ?? {}).length > 0) await writeSetting(id, {});
  }
  await write("glm.custom.baseUrl", baseUrl);
  await write("glm.custom.dialect", dialect);
  await write("glm.custom.reasoning", reasoning);
  await switchPlatform("custom");
  // "auto" takes the first of the list.
  const chat = models[0]?.id === model.id ? undefined : model.id;
  if (chosenModel("chat") !== chat) await writeSetting("glm.model.chat", chat ?? "auto");
  for (const task of ["edit", "vision", "ocr", "image", "background"] as const) {
    const chosen = chosenModel(task);
    // A server without a list may have any model.
    const gone = chosen !== undefined && models.length > 0 && models.every(({ id }) => id !== chosen);
    if (gone) await writeSetting(`glm.model.${task}`, "auto");
  }
  const notes = [
    ...(before.reasoning === reasoning ? [] : [t("{0} is now {1}.", "glm.custom.reasoning", reasoning)]),
    ...(before.baseUrl !== baseUrl ? extrasNotes() : []),
  ];
  void announce(report, Object.entries({ ...settings, "glm.model.chat": readSetting("glm.model.chat") }), notes);
}

async function write<K extends keyof Settings>(id: K, value: Settings[K]): Promise<void> {
  if (readSetting(id) !== value) await writeSetting(id, value);
}

/** What was set for another server goes to this one, too. */
function extrasNotes(): string[] {
  return extraSettings
    .filter((id) => Object.keys(readSetting(id) ?? {}).length > 0)
    .map((id) => t("{0} stays as it is and is sent to this server, too.", id));
}

async function announce(
  report: ServerReport,
  settings: readonly (readonly [string, string])[],
  notes: readonly string[],
): Promise<void> {
  const urgent = hintsFor(report, t).filter((hint) => hint.urgent);
  const words = joined(
    vscode.env,
    serverWords(report, t),
    // What has to be changed must not drown in what is merely good to know.
    ...(urgent.length > 0 ? urgent.map(({ text }) => text) : [thinkingWords(report.thinking, t)]),
    ...notes,
  );
  const chooseModel = {
    label: t("Choose model"),
    run: () => vscode.commands.executeCommand(commands.selectModel),
  };
  await notify(urgent.length > 0 ? "warning" : "information", words, [
    { label: t("Details"), run: () => openMarkdown(serverDocument(report, settings, notes, t)) },
    ...((report.models?.length ?? 0) > 1 ? [chooseModel] : []),
  ]);
}

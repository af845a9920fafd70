import * as vscode from "vscode";
import type { ReasoningStyle } from "../../api/endpointExtras.ts";
import type { ListedModel } from "../../api/models/models.ts";
import { originOf, type Endpoint } from "../../api/platforms.ts";
import { productOf, reasoningOf, type ServerReport } from "../../core/customServer.ts";
import { readSetting } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import { withoutIcons } from "../../host/plainText.ts";
import { tryStyles, wantsKey, type ClientOf } from "./customServerProbe.ts";
import {
  askModelId,
  choose,
  failureWords,
  left,
  whileShown,
  type Again,
  type Candidate,
  type Left,
} from "./customServerSteps.ts";
import { askForServerKey, type KeyDeps } from "./keyCommands.ts";

/** Asks the server a short question; on failure the user may try another model or address. */
export async function tryOut(candidate: Candidate, deps: KeyDeps): Promise<ServerReport | Again | Left> {
  const { endpoint, found } = candidate;
  const models = found?.models;
  const product = productOf(models ?? [], found?.facts ?? {});
  const chatClient = async (at: Endpoint) => deps.governedClient(at, await deps.keys.get(originOf(at)));
  const styles = stylesToTry(endpoint, reasoningOf(product));
  let { model } = candidate;
  for (;;) {
    const { id } = model;
    let failure: unknown;
    const answer = await whileShown(t("Asking {0} for a word", id), (task) => {
      task.report(t("a model that has to be loaded first needs a while"));
      return tryStyles(endpoint, id, styles, chatClient, task.signal);
    }).catch((error: unknown) => {
      failure = error;
    });
    if (answer === left) return left;
    if (answer) {
      const context = model.context ?? (await contextOf(candidate, id, chatClient));
      const version = found?.facts.ollamaVersion ?? found?.facts.vllmVersion;
      const weights = found?.facts.sglangWeights ?? model.weights;
      return { baseUrl: endpoint.baseUrl, product, version, models, model: { ...model, weights }, context, ...answer };
    }
    if (wantsKey(failure)) {
      if ((await askForServerKey(endpoint, deps, false)) === undefined) return left;
      continue;
    }
    const words = t("{0} did not answer a test question. {1}", id, failureWords(failure, endpoint, deps));
    const chosen = await choose(words, [
      ["model", t("Try another model")],
      ["address", t("Correct address")],
    ]);
    if (chosen === "address") return { address: endpoint.baseUrl, reason: undefined };
    const other = chosen === "model" ? await pickModel(models) : undefined;
    if (!other) return left;
    model = other;
  }
}

/** What is set for this server comes first, then what its product takes; one that refuses both gets nothing of it. */
function stylesToTry({ baseUrl }: Endpoint, usual: ReasoningStyle): readonly ReasoningStyle[] {
  const set = readSetting("glm.custom.baseUrl") === baseUrl ? readSetting("glm.custom.reasoning") : "none";
  return [...new Set([...(set === "none" ? [] : [set]), usual, "none" as const])];
}

/** Tokens that the server gives the model. Ollama only tells once it is loaded. */
async function contextOf({ endpoint, found }: Candidate, id: string, clientOf: ClientOf): Promise<number | undefined> {
  const { lmStudioModels, llamaCppContext, ollamaVersion } = found?.facts ?? {};
  if (ollamaVersion === undefined) {
    return llamaCppContext ?? lmStudioModels?.find((model) => model.id === id)?.context;
  }
  const { ollamaRunning = [] } = await (await clientOf(endpoint)).serverFacts(["ollamaRunning"]);
  return ollamaRunning.find((model) => model.id === id)?.context;
}

async function pickModel(models: readonly ListedModel[] | undefined): Promise<ListedModel | undefined> {
  if (!models || models.length < 2) {
    const id = await askModelId();
    return id === undefined ? undefined : { id };
  }
  const items = models.map((model) => ({ label: withoutIcons(model.id), model }));
  return (await vscode.window.showQuickPick(items, { title: t("Model to try"), ignoreFocusOut: true }))?.model;
}

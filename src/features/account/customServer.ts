import * as vscode from "vscode";
import type { EndpointExtras } from "../../api/endpointExtras.ts";
import { customEndpoint, originOf, type Dialect, type Endpoint } from "../../api/platforms.ts";
import { firstModel } from "../../core/customServer.ts";
import { chosenModel, readSetting } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import { chooseAnswer } from "../../host/notify.ts";
import { correctAddress, pickAddress } from "./customServerAddress.ts";
import { lookAt } from "./customServerProbe.ts";
import { extraSettings, putInForce } from "./customServerResult.ts";
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
import { tryOut } from "./customServerTest.ts";
import { readExtras } from "./extras.ts";
import { askForServerKey, type KeyDeps } from "./keyCommands.ts";

/**
 * Leads from an address to a server that has answered a question, and only then puts it in force. True when it is; false
 * when the user gave up, and everything is as it was.
 */
export async function setUpServer(deps: KeyDeps): Promise<boolean> {
  let address = await pickAddress(readSetting("glm.custom.baseUrl"));
  /** Origins of this setup, each with what it gets beside the ordinary request. */
  const decided = new Map<string, EndpointExtras>();
  while (address !== undefined) {
    const dialect = await askDialect(address);
    if (dialect === undefined) return false;
    const plain = customEndpoint(address, dialect);
    if (!plain) return false;
    const extras = decided.get(originOf(plain)) ?? (await extrasFor(plain));
    if (!extras) return false;
    decided.set(originOf(plain), extras);
    const endpoint = customEndpoint(address, dialect, extras);
    if (!endpoint) return false;
    const next = await tryServer(endpoint, deps);
    if (next === left) return false;
    if (next === true) return true;
    address = await correctAddress(next.address, next.reason);
  }
  return false;
}

async function tryServer(endpoint: Endpoint, deps: KeyDeps): Promise<Again | Left | true> {
  const candidate = await look(endpoint, deps);
  if (candidate === left || "address" in candidate) return candidate;
  const report = await tryOut(candidate, deps);
  if (report === left || "address" in report) return report;
  await putInForce(report, endpoint);
  return true;
}

/**
 * What a server gets beside the ordinary request, from its first test on. Extra headers may be secrets that are meant for one
 * server only: another one gets what is set only after the user said so. Undefined when the user gave up.
 */
async function extrasFor(endpoint: Endpoint): Promise<EndpointExtras | undefined> {
  const { extras } = readExtras();
  const set = extraSettings.filter((id) => Object.keys(readSetting(id) ?? {}).length > 0);
  const current = customEndpoint(readSetting("glm.custom.baseUrl"), endpoint.dialect);
  if (set.length === 0 || (current && originOf(current) === originOf(endpoint))) return extras;
  const { host } = new URL(endpoint.baseUrl);
  const [keep, empty] = [t("Send them"), t("Empty them")];
  const answer = await chooseAnswer(
    t("Send your extra headers and members to {0}, too?", host),
    t(
      "{0} may have been meant for another server. Emptied settings stay empty once this server is set up.",
      set.join(", "),
    ),
    [keep, empty],
  );
  if (answer === undefined) return undefined;
  return answer === keep ? extras : { reasoning: extras.reasoning };
}

/** Only asked where the path is Z.AI's or the user has chosen its API before: everything else speaks plain OpenAI. */
async function askDialect(baseUrl: string): Promise<Dialect | undefined> {
  const chosen = readSetting("glm.custom.baseUrl") === baseUrl && readSetting("glm.custom.dialect") === "zai";
  if (!chosen && !baseUrl.endsWith("/paas/v4")) return "openai";
  const items = [
    { label: t("Z.AI's API"), detail: t("With its extensions, OCR and images."), dialect: "zai" },
    { label: t("Plain OpenAI"), detail: t("Chat only, nothing that other servers would refuse."), dialect: "openai" },
  ] as const;
  const title = t("What does {0} understand?", new URL(baseUrl).host);
  return (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.dialect;
}

/** Finds out what is at the address; asks for a key where it wants one, and for a model id where it has no list. */
async function look(endpoint: Endpoint, deps: KeyDeps): Promise<Candidate | Again | Left> {
  const { host } = new URL(endpoint.baseUrl);
  const address = endpoint.baseUrl;
  for (;;) {
    const found = await whileShown(t("Asking {0} for its models", host), ({ signal }) =>
      lookAt(endpoint, async (at) => deps.makeClient(at, await deps.keys.get(originOf(at))), signal),
    );
    if (found === left) return left;
    switch (found.kind) {
      case "models": {
        const chosen = found.models.find(({ id }) => id === chosenModel("chat"));
        const model = chosen ?? firstModel(found.models);
        return model ? { endpoint, found, model } : { address, reason: t("{0} has no model yet.", host) };
      }
      case "wants-key":
        if ((await askForServerKey(endpoint, deps, false)) === undefined) return left;
        continue;
      case "no-list":
        return withoutList(endpoint);
      case "deeper": {
        const reason = t("There is no API at {0}, but at this address. Press Enter to use it.", address);
        return { address: found.baseUrl, reason };
      }
      case "web-page": {
        const words = t("{0} answered with a web page. Enter the address of its API, which often ends in /v1.", host);
        return { address, reason: words };
      }
      case "failed":
        return { address, reason: failureWords(found.error, endpoint, deps) };
    }
  }
}

async function withoutList(endpoint: Endpoint): Promise<Candidate | Again | Left> {
  const address = endpoint.baseUrl;
  const { host } = new URL(address);
  const chosen = await choose(t("{0} answers, but has no model list at this address.", host), [
    ["model", t("Enter model id")],
    ["address", t("Correct address")],
  ]);
  if (chosen === "address") return { address, reason: undefined };
  const id = chosen === "model" ? await askModelId() : undefined;
  return id === undefined ? left : { endpoint, found: undefined, model: { id } };
}

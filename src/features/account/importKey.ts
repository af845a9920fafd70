import * as vscode from "vscode";
import { keyProblem, normaliseKey } from "../../api/keys.ts";
import { officialEndpoint } from "../../api/platforms.ts";
import { otherService, services, type Service } from "../../core/keyFinding.ts";
import { oneOf } from "../../core/keyWords.ts";
import { keysInEnvironment, keyVariables, type KeyVariable } from "../../host/environment.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { anotherKey, useKey, type SetupDeps } from "./setUpKey.ts";

/**
 * Sets up the key of an environment variable that the user picks by name, from a list that says where it will be sent; no
 * value is ever shown. Resolves like setting up a key that was pasted.
 */
export async function importKey(deps: SetupDeps): Promise<string | undefined> {
  const found = keysInEnvironment();
  const names = [...found.keys()];
  if (names.length === 0) {
    const list = oneOf(keyVariables, vscode.env.language);
    await notify("information", t("VS Code was started without {0} in its environment.", list), [
      { label: deps.problems.actionLabel("set-key"), run: () => deps.problems.run("set-key") },
    ]);
    return undefined;
  }
  const name = await pickVariable(names);
  if (name === undefined) return undefined;
  const key = normaliseKey(found.get(name) ?? "");
  if (keyProblem(key, officialEndpoint("zai")) === "shape") {
    await notify("error", t("{0} does not hold a key of this service, which has two parts: id.secret", name));
    return undefined;
  }
  const result = await useKey(key, orderOf(name), deps);
  return result === anotherKey ? importKey(deps) : result;
}

async function pickVariable(names: readonly KeyVariable[]): Promise<KeyVariable | undefined> {
  const items = names.map((label) => ({ label, detail: hostsWords(label) }));
  const picked = await vscode.window.showQuickPick(items, { title: t("Use the API key of which variable?") });
  return picked?.label;
}

function hostsWords(name: KeyVariable): string {
  const [first = "", second = ""] = orderOf(name).map((service) => services[service].host);
  return t(
    "Sent to {0} and, only if that refuses it or cannot be reached, to {1}; these checks cost no money.",
    first,
    second,
  );
}

/** A name says which of the two services its key is for. */
function orderOf(name: KeyVariable): readonly Service[] {
  const first = name === "ZAI_API_KEY" ? "zai" : "bigmodel";
  return [first, otherService(first)];
}

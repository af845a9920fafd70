import * as vscode from "vscode";
import { ApiError } from "../../api/errors.ts";
import { originOf, type Endpoint } from "../../api/platforms.ts";
import { isRetry } from "../../core/problems.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { withStepProgress } from "../../host/progress.ts";
import type { MakeClient } from "./makeClient.ts";
import { platformName } from "./platformNames.ts";
import { mayReplace, setUpOfficialKey, type SetupDeps } from "./setUpKey.ts";

export interface KeyDeps extends SetupDeps {
  readonly makeClient: MakeClient;
}

/** What one cheap call said about a key, or about a server that may need none. */
type Verdict = { readonly ok: true; readonly words: string } | { readonly ok: false; readonly error: unknown };

async function promptForKey(endpoint: Endpoint): Promise<string | undefined> {
  const { keyProblem, normaliseKey } = await import("../../api/keys.ts");
  const host = new URL(endpoint.baseUrl).host;
  const typed = await vscode.window.showInputBox({
    title: t("API key for {0}", platformName(endpoint.platform, t)),
    prompt: t("Kept in VS Code's secret storage and sent only to {0}.", host),
    placeHolder: endpoint.platform === "custom" ? t("Leave empty if the server needs none") : "id.secret",
    password: true,
    ignoreFocusOut: true,
    validateInput(value) {
      const problem = keyProblem(normaliseKey(value), endpoint);
      if (value.trim() === "" || problem === undefined) return undefined;
      return problem === "shape"
        ? t("A key of this service has two parts joined by one dot: id.secret")
        : {
            message: t("This does not look like a usual key of this service. Press Enter to try it anyway."),
            severity: vscode.InputBoxValidationSeverity.Warning,
          };
    },
  });
  return typed === undefined ? undefined : normaliseKey(typed);
}

async function check(endpoint: Endpoint, key: string | undefined, makeClient: MakeClient): Promise<Verdict> {
  const client = await makeClient(endpoint, key);
  const name = platformName(endpoint.platform, t);
  const title = key ? t("Checking the key with {0}", name) : t("Asking {0} without a key", name);
  return withStepProgress(title, async ({ signal }): Promise<Verdict> => {
    try {
      const ids = await client.models({ signal, retries: 0 });
      const words = key
        ? t("The key works on {0}: {1} models are listed.", name, ids.length)
        : t("{0} answers without a key: {1} models are listed.", name, ids.length);
      return { ok: true, words };
    } catch (error) {
      if (error instanceof ApiError && (error.code === "wrong-path" || error.code === "not-offered")) {
        const words = key
          ? t("The key is saved. {0} has no model list, so it was not checked.", name)
          : t("No key will be sent. {0} has no model list, so that was not checked.", name);
        return { ok: true, words };
      }
      return { ok: false, error };
    }
  });
}

/**
 * Asks for the key of an endpoint. Resolves with it once it is usable, undefined when the user gave up. The key of an
 * official platform may turn out to belong to another one, which is then in force.
 */
export function askForKey(endpoint: Endpoint, deps: KeyDeps): Promise<string | undefined> {
  return endpoint.platform === "custom" ? askForServerKey(endpoint, deps, true) : setUpOfficialKey(deps);
}

/**
 * Asks for a key, checks it with one request that costs nothing, and saves it for its host. A refused key is not saved;
 * one that could not be checked is, which is asked before it takes the place of another one. Left empty for a server that
 * needs none, a saved one is removed. Resolves with the key (empty: none) once it is usable, undefined when the user gave
 * up; a cancelled check changes nothing.
 */
export async function askForServerKey(
  endpoint: Endpoint,
  deps: KeyDeps,
  tellSuccess: boolean,
): Promise<string | undefined> {
  for (;;) {
    const key = await promptForKey(endpoint);
    if (key === undefined || (key === "" && endpoint.keyRequired)) return undefined;
    const verdict = await check(endpoint, key || undefined, deps.makeClient);
    const code = !verdict.ok && verdict.error instanceof ApiError ? verdict.error.code : undefined;
    if (code === "cancelled") return undefined;
    if (verdict.ok || code !== "key-rejected") {
      const reason = verdict.ok ? "" : (deps.problems.describe(verdict.error, endpoint)?.text ?? "");
      if (!verdict.ok && !(await mayReplace(originOf(endpoint), key, reason, deps.keys))) return undefined;
      if (key) await deps.keys.set(originOf(endpoint), key);
      else await deps.keys.clear(originOf(endpoint));
      if (!verdict.ok) reportUnchecked(verdict.error, key !== "", deps);
      else if (tellSuccess) void notify("information", verdict.words);
      return key;
    }
    if (!(await wantsAnotherTry(verdict.error, endpoint, deps))) return undefined;
  }
}

function reportUnchecked(error: unknown, withKey: boolean, deps: KeyDeps): void {
  const problem = deps.problems.describe(error);
  const reason = problem?.text ?? t("The check was cancelled.");
  const buttons = (problem?.actions ?? []).flatMap((action) =>
    isRetry(action) || action === "set-key"
      ? []
      : [{ label: deps.problems.actionLabel(action), run: () => deps.problems.run(action) }],
  );
  const words = withKey
    ? t("The key is saved but was not checked. {0}", reason)
    : t("No key will be sent, which was not checked. {0}", reason);
  void notify("warning", words, buttons);
}

async function wantsAnotherTry(error: unknown, endpoint: Endpoint, deps: KeyDeps): Promise<boolean> {
  let again = false;
  await notify("error", deps.problems.describe(error, endpoint)?.text ?? "", [
    {
      label: t("Try again"),
      run: () => {
        again = true;
      },
    },
    { label: deps.problems.actionLabel("choose-platform"), run: () => deps.problems.run("choose-platform") },
  ]);
  return again;
}

/** Removes a saved key; asks which one when several hosts have one. */
export async function clearKey({ keys }: KeyDeps): Promise<void> {
  const saved = await keys.origins();
  if (saved.length === 0) {
    void notify("information", t("No API key is saved on this machine."));
    return;
  }
  const origin =
    saved.length === 1
      ? saved[0]
      : await vscode.window.showQuickPick(saved, { title: t("Remove the API key of which host?") });
  if (origin === undefined) return;
  const { host } = new URL(origin);
  try {
    await keys.clear(origin);
    void notify("information", t("The API key for {0} was removed from this machine.", host));
  } catch {
    void notify(
      "error",
      t(
        "VS Code's secret storage did not let go of the API key for {0}. Unlock the keyring of your system and try again.",
        host,
      ),
    );
  }
}

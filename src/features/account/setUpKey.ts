import * as vscode from "vscode";
import type { Client } from "../../api/client.ts";
import { officialEndpoint, originOf, type Endpoint } from "../../api/platforms.ts";
import {
  hasNothing,
  nextPlatform,
  serviceOf,
  services,
  otherService,
  type AcceptedKey,
  type KeyFinding,
  type Service,
} from "../../core/keyFinding.ts";
import { keyWords } from "../../core/keyWords.ts";
import type { Problems } from "../../core/services.ts";
import type { KeyStore } from "../../host/keyStore.ts";
import { t } from "../../host/l10n.ts";
import { confirm, notify } from "../../host/notify.ts";
import { withProgress } from "../../host/progress.ts";
import { askForOfficialKey } from "./keyBox.ts";
import type { PolicyNote } from "./policy.ts";
import { probeKey } from "./probe.ts";
import { agreeToPayAsYouGo, platformInForce, switchPlatform } from "./switchPlatform.ts";
import { tellVerdict, wordsWhy } from "./verdict.ts";

export interface SetupDeps {
  readonly keys: KeyStore;
  readonly problems: Problems;
  readonly policy: PolicyNote;
  /** A client with this key, which waits for its turn like all others of it. */
  governedClient(endpoint: Endpoint, key: string | undefined): Promise<Client>;
}

/** The service that a key is tried with first: that of the platform that the user chose, else by language. */
export function serviceOrder(): readonly Service[] {
  const { platform, chosen } = platformInForce();
  const byLanguage = vscode.env.language.startsWith("zh") ? "bigmodel" : "zai";
  const first = (chosen ? serviceOf(platform) : undefined) ?? byLanguage;
  return [first, otherService(first)];
}

/**
 * Asks for a key of an official platform, finds out where it belongs and sees to it that requests go there. Resolves with
 * the key when it is saved and there is something to pay with (or nobody knows), undefined otherwise; the user has then been
 * told why.
 */
export async function setUpOfficialKey(deps: SetupDeps): Promise<string | undefined> {
  for (;;) {
    const order = serviceOrder();
    const given = await askForOfficialKey(order);
    if (given === undefined) return undefined;
    if (given === "from-environment") return (await import("./importKey.ts")).importKey(deps);
    const result = await useKey(given.key, order, deps);
    if (result !== anotherKey) return result;
  }
}

/** Resolved with when a key was refused and the user wants to give another one. */
export const anotherKey = Symbol("another key");

/**
 * Finds out where a key belongs, saves it there, and resolves as above. A check that is cancelled saves nothing; a key about
 * which nobody said anything takes the place of another one only after the user said so.
 */
export async function useKey(
  key: string,
  order: readonly Service[],
  deps: SetupDeps,
): Promise<string | typeof anotherKey | undefined> {
  const finding = await findOut(key, order, deps, platformInForce().chosen);
  switch (finding.outcome) {
    case "refused":
      return (await wantsAnotherTry(finding.by, deps)) ? anotherKey : undefined;
    case "unchecked": {
      const origin = originOfService(finding.service);
      if (finding.error.code === "cancelled") return undefined;
      if (!(await mayReplace(origin, key, wordsWhy(finding, deps).reason, deps.keys))) return undefined;
      await deps.keys.set(origin, key);
      // Without a key for the platform in force nothing would work; a plan's endpoint never bills.
      if (serviceOf(platformInForce().platform) !== finding.service) {
        await switchPlatform(services[finding.service].plan);
      }
      tellUnchecked(finding, deps);
      return key;
    }
    case "accepted":
      return (await saveAccepted(finding, key, deps)) ? key : undefined;
  }
}

/** Saves a key for the service that accepts it and goes where it can pay. False when it pays for nothing. */
export async function saveAccepted(finding: AcceptedKey, key: string, deps: SetupDeps): Promise<boolean> {
  await deps.keys.set(originOfService(finding.service), key);
  return settlePlatform(finding, deps);
}

/** Asks before a key that was not checked (empty: none) takes the place of another one. `reason` = why it was not. */
export async function mayReplace(origin: string, key: string, reason: string, keys: KeyStore): Promise<boolean> {
  const saved = await keys.get(origin);
  if (saved === undefined || saved === key) return true;
  const { host } = new URL(origin);
  if (key === "") return confirm(t("Remove the saved key for {0} unchecked?", host), reason, t("Remove"));
  return confirm(t("Replace the saved key for {0} unchecked?", host), reason, t("Replace"));
}

/** Probes a key behind a progress with Cancel. */
export function findOut(
  key: string,
  order: readonly Service[],
  deps: SetupDeps,
  alwaysFunds: boolean,
): Thenable<KeyFinding> {
  return withProgress(t("Checking the key"), (task) =>
    probeKey({
      order,
      signal: task.signal,
      alwaysFunds,
      clientFor: (platform) => deps.governedClient(officialEndpoint(platform), key),
      onService: (service) => task.report(t("Asking {0}", services[service].host)),
    }),
  );
}

export const originOfService = (service: Service): string => originOf(officialEndpoint(services[service].plan));

/** Goes to the platform that the key can pay for, with the user's consent where that bills. False when nothing pays. */
async function settlePlatform(found: AcceptedKey, deps: SetupDeps): Promise<boolean> {
  const next = nextPlatform(found, platformInForce());
  if ("ask" in next) {
    const agreed = await agreeToPayAsYouGo(found.service, keyWords(found, vscode.env.language, t));
    if (!agreed)
      void tellVerdict(found, deps, t("The key is saved. Nothing is billed until you choose pay-as-you-go."));
    return agreed;
  }
  if ("use" in next) await switchPlatform(next.use);
  void tellVerdict(found, deps);
  return !hasNothing(found);
}

/** Says who refused a key. True when the user wants to give another one. */
export async function wantsAnotherTry(by: readonly Service[], deps: SetupDeps): Promise<boolean> {
  const [first = "", second] = by.map((service) => services[service].host);
  const words =
    second === undefined
      ? t("{0} does not accept this key. Keys from z.ai and bigmodel.cn are not interchangeable.", first)
      : t("Neither {0} nor {1} accepts this key. Copy it once more, as a whole.", first, second);
  let again = false;
  await notify("error", words, [
    {
      label: t("Try again"),
      run: () => {
        again = true;
      },
    },
    { label: deps.problems.actionLabel("get-key"), run: () => deps.problems.run("get-key") },
  ]);
  return again;
}

function tellUnchecked(finding: Extract<KeyFinding, { outcome: "unchecked" }>, deps: SetupDeps): void {
  const { reason, buttons } = wordsWhy(finding, deps);
  void notify("warning", t("The key is saved but was not checked. {0}", reason), [
    { label: deps.problems.actionLabel("check-key"), run: () => deps.problems.run("check-key") },
    ...buttons,
  ]);
}

import { otherService, services, type KeyFinding, type Service } from "../../core/keyFinding.ts";
import { t } from "../../host/l10n.ts";
import { notify, type Button } from "../../host/notify.ts";
import { findOut, originOfService, saveAccepted, wantsAnotherTry, type SetupDeps } from "./setUpKey.ts";
import { platformInForce } from "./switchPlatform.ts";
import { tellVerdict, wordsWhy } from "./verdict.ts";

/** Looks at the saved keys of both services and says what each can pay with. A key is only sent to its own host. */
export async function checkKeys(deps: SetupDeps): Promise<void> {
  const saved: [Service, string][] = [];
  for (const service of ["zai", "bigmodel"] as const) {
    const key = await deps.keys.get(originOfService(service));
    if (key !== undefined) saved.push([service, key]);
  }
  if (saved.length === 0) {
    await notify("information", t("No API key is saved on this machine."), [setKey(deps)]);
    return;
  }
  await Promise.all(saved.map(([service, key]) => checkKey(service, key, deps)));
}

/** Resolves when its message is gone. */
async function checkKey(service: Service, key: string, deps: SetupDeps): Promise<void> {
  const finding = await findOut(key, [service], deps, true);
  const { host } = services[service];
  switch (finding.outcome) {
    case "accepted":
      return tellVerdict(finding, deps);
    case "unchecked":
      return tellUnchecked(finding, deps);
    case "refused": {
      const other = otherService(service);
      const tryOther: Button = {
        label: t("Try it on {0}", services[other].host),
        run: () => moveKey(service, other, key, deps),
      };
      const words = t("{0} does not accept the saved key. It may be one of the other service, or deleted.", host);
      return notify("error", words, [setKey(deps), tryOther]);
    }
  }
}

function tellUnchecked(finding: Extract<KeyFinding, { outcome: "unchecked" }>, deps: SetupDeps): Promise<void> {
  const { reason, buttons } = wordsWhy(finding, deps);
  return notify("warning", t("The saved key could not be checked. {0}", reason), buttons);
}

/**
 * A key that turns out to belong to the other service is not kept for the one that refuses it. Until that is certain nothing
 * changes: the other service may have a key that works.
 */
async function moveKey(from: Service, to: Service, key: string, deps: SetupDeps): Promise<void> {
  const finding = await findOut(key, [to], deps, platformInForce().chosen);
  switch (finding.outcome) {
    case "accepted":
      await saveAccepted(finding, key, deps);
      await deps.keys.clear(originOfService(from));
      return;
    case "refused":
      if (await wantsAnotherTry(finding.by, deps)) await deps.problems.run("set-key");
      return;
    case "unchecked":
      await tellUnchecked(finding, deps);
  }
}

const setKey = ({ problems }: SetupDeps): Button => ({
  label: problems.actionLabel("set-key"),
  run: () => problems.run("set-key"),
});

import type { PlatformId } from "../../api/platforms.ts";
import { services, type InForce, type Service } from "../../core/keyFinding.ts";
import { chosenModel, isSet, readSetting, writeSetting } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import { confirm } from "../../host/notify.ts";

const tasks = ["chat", "edit", "vision", "background"] as const;

/** Sends requests to another platform from now on. Chosen models return to "auto": few are offered on both. */
export async function switchPlatform(platform: PlatformId): Promise<void> {
  if (platform !== readSetting("glm.platform")) {
    for (const task of tasks) if (chosenModel(task) !== undefined) await writeSetting(`glm.model.${task}`, "auto");
  }
  await writeSetting("glm.platform", platform);
}

export function platformInForce(): InForce {
  return { platform: readSetting("glm.platform"), chosen: isSet("glm.platform") };
}

/** Asks whether requests may be billed to the balance, and sees to it that they are. False when the user declined. */
export async function agreeToPayAsYouGo(service: Service, words: string): Promise<boolean> {
  const { host, payAsYouGo } = services[service];
  const agreed = await confirm(
    words,
    t("From now on requests go to the general endpoint of {0} and are billed by use to your balance there.", host),
    t("Use pay-as-you-go"),
  );
  if (agreed) await switchPlatform(payAsYouGo);
  return agreed;
}

import type { PlatformId } from "../../api/platforms.ts";
import { services, type InForce, type Service } from "../../core/keyFinding.ts";
import { chosenModel, isSet, readSetting, writeSetting } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import { confirm } from "../../host/notify.ts";

const tasks = ["chat", "edit", "vision", "ocr", "image", "background"] as const;

/**
 * Sends requests to another platform from now on. Chosen models return to "auto": few are offered on both. `chat` is chosen
 * before the platform is, so that the platform's own default, which may be billed, is never in force in between.
 */
export async function switchPlatform(platform: PlatformId, chat?: string): Promise<void> {
  if (platform !== readSetting("glm.platform")) {
    for (const task of tasks) if (chosenModel(task) !== undefined) await writeSetting(`glm.model.${task}`, "auto");
  }
  if (chat !== undefined) await writeSetting("glm.model.chat", chat);
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

import type { PlatformId } from "../../api/platforms.ts";
import type { Translate } from "../../core/services.ts";

export function platformName(platform: PlatformId, t: Translate): string {
  switch (platform) {
    case "zai":
      return t("Z.AI pay-as-you-go");
    case "zai-coding":
      return t("Z.AI Coding Plan");
    case "bigmodel":
      return t("BigModel pay-as-you-go");
    case "bigmodel-coding":
      return t("BigModel Coding Plan");
    case "custom":
      return t("Custom server");
  }
}

/** What a platform costs, in a line under its name. */
export function platformDetail(platform: PlatformId, t: Translate): string {
  switch (platform) {
    case "zai":
      return t("api.z.ai, billed by use from your balance. Has everything that this extension can do.");
    case "zai-coding":
      return t("api.z.ai, drawn from your plan. Chat only; meant for officially supported tools.");
    case "bigmodel":
      return t("open.bigmodel.cn, billed by use from your balance. Has everything that this extension can do.");
    case "bigmodel-coding":
      return t("open.bigmodel.cn, drawn from your plan. Chat only; meant for officially supported tools.");
    case "custom":
      return t("Your own OpenAI-compatible server. Its address is in the settings.");
  }
}

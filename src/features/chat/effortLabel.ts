import { t } from "../../host/l10n.ts";
import { asSet } from "./effort.ts";

/** A level of thinking in the user's words. One that is unknown comes from a newer version and is shown as it is. */
export function effortLabel(level: string): string {
  switch (level) {
    case asSet:
      return t("as set");
    case "off":
      return t("off");
    case "on":
      return t("on");
    case "low":
      return t("low");
    case "medium":
      return t("medium");
    case "high":
      return t("high");
    case "max":
      return t("maximum");
    default:
      return level;
  }
}

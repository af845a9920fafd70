import * as vscode from "vscode";
import type { Settings } from "../../contributions.ts";
import { brokenSettings } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { settingRules } from "../../settingRules.ts";
import { readExtras } from "./extras.ts";

/** Returns what tells the user of settings that cannot be used as they are, each once until it is written anew. */
export function createSettingWarnings(): () => void {
  let told: ReadonlySet<string> = new Set();
  return () => {
    const sentences = new Map<string, keyof Settings>();
    for (const id of brokenSettings()) sentences.set(ignored(id), id);
    for (const { setting, member } of readExtras().refused) {
      sentences.set(t("“{0}” in {1} cannot be sent to your server and is left out.", member, setting), setting);
    }
    for (const [sentence, id] of sentences) if (!told.has(sentence)) void warn(sentence, id);
    told = new Set(sentences.keys());
  };
}

function warn(sentence: string, id: keyof Settings): Promise<void> {
  const open = () => vscode.commands.executeCommand("workbench.action.openSettings", id);
  return notify("warning", sentence, [{ label: t("Open settings"), run: open }]);
}

/** The value is not quoted: it may be anything, also a secret in the wrong place. */
function ignored(id: keyof Settings): string {
  const rule = settingRules[id];
  switch (rule.kind) {
    case "choice":
      return t("The value of {0} is ignored. It takes one of these: {1}.", id, rule.of.join(", "));
    case "number":
      return rule.high === undefined
        ? t("The value of {0} is ignored. It takes a whole number from {1} on.", id, rule.low)
        : rule.whole
          ? t("The value of {0} is ignored. It takes a whole number from {1} to {2}.", id, rule.low, rule.high)
          : t("The value of {0} is ignored. It takes a number from {1} to {2}.", id, rule.low, rule.high);
    case "text":
      return t("The value of {0} is ignored. It takes text in quotes.", id);
    case "flag":
      return t("The value of {0} is ignored. It takes true or false.", id);
    case "list":
      return t("The value of {0} is ignored. It takes a list in square brackets.", id);
    case "record":
      return t("The value of {0} is ignored. It takes names and values in braces.", id);
  }
}

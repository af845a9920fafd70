import * as vscode from "vscode";
import type { Catalog } from "../../api/models/catalog.ts";
import { readSetting } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";

const setting = "glm.model.overrides";

/** Returns the catalogue with the user's own entries. It is made anew when they change; what is wrong with them is told once. */
export function createCatalogReader(): () => Promise<Catalog> {
  let made: { readonly entries: string; readonly catalog: Catalog } | undefined;
  return async () => {
    const { createCatalog } = await import("../../api/models/catalog.ts");
    const written = readSetting("glm.model.overrides");
    const entries = JSON.stringify(written);
    if (made?.entries !== entries) {
      made = { entries, catalog: createCatalog(written) };
      void warn(made.catalog);
    }
    return made.catalog;
  };
}

async function warn({ problems }: Catalog): Promise<void> {
  const [first] = problems;
  if (!first) return;
  const text =
    first.field === ""
      ? t("Entry {0} of {1} cannot be used and was left out.", first.index + 1, setting)
      : t("Entry {0} of {1} cannot be used and was left out: look at “{2}”.", first.index + 1, setting, first.field);
  await notify("warning", text, [
    { label: t("Open settings"), run: () => vscode.commands.executeCommand("workbench.action.openSettings", setting) },
  ]);
}

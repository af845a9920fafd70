import * as vscode from "vscode";
import { settingIds } from "../../contributions.ts";
import { settingsIn } from "../../core/settingsFile.ts";
import type { Disposables } from "../../host/disposables.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { plainText } from "../../host/plainText.ts";
import {
  onSettingsFilesChanged,
  readSettingsFile,
  settingsFiles,
  type SettingsFile,
} from "../../host/settingsFiles.ts";

/** What a message has room for. */
const mostNames = 6;

/**
 * Says which of our settings the folder or workspace file tries to set, now and whenever such a file changes or a folder
 * is added; each attempt once. It has no effect (see `readSetting`), but who opens a folder deserves to know that it tried
 * to choose where requests go. Resolves when what is there now has been looked at.
 */
export async function watchOverrides(owner: Disposables): Promise<void> {
  const told = new Set<string>();
  const look = async () => {
    for (const file of settingsFiles()) {
      const names = settingsIn(await readSettingsFile(file), file.kind, settingIds);
      const fresh = names.filter((name) => !told.has(`${name} ${file.uri.toString()}`));
      for (const name of fresh) told.add(`${name} ${file.uri.toString()}`);
      if (fresh.length > 0) void warn(file, fresh);
    }
  };
  owner.add(onSettingsFilesChanged(() => void look()));
  await look();
}

async function warn({ uri, label }: SettingsFile, names: readonly string[]): Promise<void> {
  const left = names.length - mostNames;
  const shown = left > 0 ? [...names.slice(0, mostNames), t("{0} more", left)] : names;
  const list = new Intl.ListFormat(vscode.env.language).format(shown);
  await notify(
    "warning",
    t("{0} tries to set {1}. This has no effect: GLM follows only your user settings.", plainText(label, 80), list),
    [{ label: t("Show file"), run: () => vscode.window.showTextDocument(uri) }],
  );
}

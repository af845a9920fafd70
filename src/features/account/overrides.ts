import * as vscode from "vscode";
import { settingIds } from "../../contributions.ts";
import { settingsIn } from "../../core/settingsFile.ts";
import type { Disposables } from "../../host/disposables.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import {
  onSettingsFilesChanged,
  readSettingsFile,
  settingsFiles,
  type SettingsFile,
} from "../../host/settingsFiles.ts";

interface Attempt {
  readonly file: SettingsFile;
  readonly names: readonly string[];
}

/**
 * Says which of our settings the folder or workspace file tries to set, now and whenever such a file changes or a folder
 * is added; each attempt once. It has no effect (see `readSetting`), but who opens a folder deserves to know that it tried
 * to choose where requests go. Resolves when what is there now has been looked at.
 */
export async function watchOverrides(owner: Disposables): Promise<void> {
  const told = new Set<string>();
  const isNew = (attempt: string) => told.size < told.add(attempt).size;
  const look = async () => {
    const attempts = await Promise.all(
      settingsFiles().map(async (file): Promise<Attempt> => {
        const names = settingsIn(await readSettingsFile(file), file.kind, settingIds);
        return { file, names: names.filter((name) => isNew(`${name} ${file.uri.toString()}`)) };
      }),
    );
    const fresh = attempts.filter(({ names }) => names.length > 0);
    if (fresh.length > 0) void warn(fresh);
  };
  owner.add(onSettingsFilesChanged(() => void look()));
  await look();
}

/** One message for all, as VS Code shows few at a time. The files come last, so that only their list can be cut. */
async function warn(attempts: readonly Attempt[]): Promise<void> {
  const list = attempts.map(({ file, names }) => `${file.label} (${names.join(", ")})`).join(" · ");
  const show = async () => {
    for (const { file } of attempts) await vscode.window.showTextDocument(file.uri, { preview: false });
  };
  await notify(
    "warning",
    t("GLM follows only your user settings. What this workspace tries to set has no effect: {0}", list),
    [{ label: attempts.length === 1 ? t("Show file") : t("Show files"), run: show }],
  );
}

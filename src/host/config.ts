import * as vscode from "vscode";
import { settingIds, type Settings } from "../contributions.ts";

type SettingId = keyof Settings;

/**
 * A setting's value from the USER settings only. A repository may carry settings that send a key to another server, so
 * workspace and folder values are never read (VS Code ignores them for this scope too; this does not rely on that).
 */
export function readSetting<K extends SettingId>(id: K): Settings[K] {
  const found = vscode.workspace.getConfiguration().inspect<Settings[K]>(id);
  const value = found?.globalValue ?? found?.defaultValue;
  if (value === undefined) throw new Error(`setting ${id} has no default in package.json`);
  return value;
}

export async function writeSetting<K extends SettingId>(id: K, value: Settings[K]): Promise<void> {
  await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
}

export function onSettingsChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (settingIds.some((id) => event.affectsConfiguration(id))) listener();
  });
}

/** Settings of ours that the open workspace tries to set, in any form. They have no effect; the user is told. */
export function settingsFromWorkspace(): SettingId[] {
  const configuration = vscode.workspace.getConfiguration();
  return settingIds.filter((id) => {
    const found = configuration.inspect(id);
    return found?.workspaceValue !== undefined || found?.workspaceFolderValue !== undefined;
  });
}

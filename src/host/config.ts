import * as vscode from "vscode";
import { settingIds, type Settings } from "../contributions.ts";
import { fitsRule, settingRules } from "../settingRules.ts";

type SettingId = keyof Settings;

/**
 * A setting's value from the USER settings only. A repository may carry settings that send a key to another server, so
 * workspace and folder values are never read (VS Code ignores them for this scope too; this does not rely on that). A value
 * that breaks the rule of the setting counts as none: see `brokenSettings`.
 */
export function readSetting<K extends SettingId>(id: K): Settings[K] {
  const found = vscode.workspace.getConfiguration().inspect<Settings[K]>(id);
  const written = found?.globalValue;
  const value = written !== undefined && fitsRule(written, settingRules[id]) ? written : found?.defaultValue;
  if (value === undefined) throw new Error(`setting ${id} has no default in package.json`);
  return value;
}

/** Settings whose value in the user settings breaks their rule, so that the default is in force. */
export function brokenSettings(): (keyof Settings)[] {
  const configuration = vscode.workspace.getConfiguration();
  return settingIds.filter((id) => {
    const written = configuration.inspect<unknown>(id)?.globalValue;
    return written !== undefined && !fitsRule(written, settingRules[id]);
  });
}

/** True when the user has set it, be it to its default. */
export function isSet(id: SettingId): boolean {
  return vscode.workspace.getConfiguration().inspect(id)?.globalValue !== undefined;
}

/** Id of the model that the user chose for a task; undefined for "auto". */
export function chosenModel(task: "chat" | "edit" | "vision" | "ocr" | "image" | "background"): string | undefined {
  const written = readSetting(`glm.model.${task}`).trim();
  return written === "" || written.toLowerCase() === "auto" ? undefined : written;
}

export async function writeSetting<K extends SettingId>(id: K, value: Settings[K]): Promise<void> {
  await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
}

export function onSettingsChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (settingIds.some((id) => event.affectsConfiguration(id))) listener();
  });
}

/**
 * VS Code's own settings of the network. None of them can be set by a folder, so that the value in force may be read: it
 * includes those of a remote machine and of a company's policy.
 */
export function readHttpSettings() {
  const http = vscode.workspace.getConfiguration("http");
  return {
    proxy: http.get<string | null>("proxy") ?? "",
    noProxy: http.get<string[] | null>("noProxy") ?? [],
    proxySupport: http.get<string | null>("proxySupport") ?? "override",
    proxyAuthorization: http.get<string | null>("proxyAuthorization") ?? "",
    proxyStrictSSL: http.get<boolean | null>("proxyStrictSSL") ?? true,
    proxyKerberosServicePrincipal: http.get<string | null>("proxyKerberosServicePrincipal") ?? "",
    systemCertificates: http.get<boolean | null>("systemCertificates") ?? true,
  };
}

/** Hears of changes of anything that decides how requests leave VS Code. */
export function onNetworkChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("http") || event.affectsConfiguration("glm.network")) listener();
  });
}

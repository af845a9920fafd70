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

/**
 * Settings of ours that the open folder or workspace file tries to set. VS Code hides them from `inspect`, as it should,
 * so the files themselves are read: the user deserves to know that a repository tried.
 */
export async function settingsFromWorkspace(): Promise<string[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const files = folders.map(({ uri }) => vscode.Uri.joinPath(uri, ".vscode", "settings.json"));
  if (vscode.workspace.workspaceFile) files.push(vscode.workspace.workspaceFile);
  const texts = await Promise.all(files.map(readText));
  // Both forms that VS Code accepts: dotted ids, and objects nested under the prefix.
  const names = [...settingIds, "glm", "glm.custom", "glm.model", "glm.network"];
  return names.filter((name) => texts.some((text) => text.includes(`"${name}"`)));
}

async function readText(file: vscode.Uri): Promise<string> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return "";
  }
}

import * as vscode from "vscode";
import { ignoreFileNames, IgnoreRules, type IgnoredBy } from "../../../core/contextIgnore.ts";
import { t } from "../../../host/l10n.ts";
import { notify } from "../../../host/notify.ts";
import { fileName } from "../../../host/pickFile.ts";
import { readBytes } from "../../../host/workspaceFiles.ts";
import { pathsBehind } from "../../../host/writable.ts";

const byNames = Object.entries(ignoreFileNames).map(([by, name]) => ({
  by: by === "glm" ? ("glm" as const) : ("git" as const),
  name,
}));

/** Adds the rules that lie in a directory. @param path Of the directory from the folder's root; empty for the root itself. */
export async function readRules(
  rules: IgnoreRules,
  directory: vscode.Uri,
  path: string,
  has: (name: string) => boolean = () => true,
): Promise<void> {
  await Promise.all(
    byNames.map(async ({ by, name }) => {
      if (!has(name)) return;
      const bytes = await readBytes(vscode.Uri.joinPath(directory, name));
      if (bytes) rules.add(by, path, new TextDecoder().decode(bytes));
    }),
  );
}

/**
 * Whose rules keep a file or folder of the workspace out, by its own name or by that of what it links to; undefined when none
 * do, or it lies elsewhere.
 */
export async function ignoredBy(uri: vscode.Uri, kind: "file" | "folder" = "file"): Promise<IgnoredBy | undefined> {
  const [, real] = uri.scheme === "file" ? await pathsBehind(uri) : [];
  const own = await ruleOf(uri, kind);
  return own ?? (real === undefined || real === uri.fsPath ? undefined : ruleOf(vscode.Uri.file(real), kind));
}

/** Whether `.glmignore` keeps a file from every model; the user has then been told. */
export async function isRefused(uri: vscode.Uri): Promise<boolean> {
  if ((await ignoredBy(uri)) !== "glm") return false;
  // Not waited for: a message stays until somebody closes it.
  void notify("warning", t("{0} is named by .glmignore, so it is never attached.", fileName(uri)));
  return true;
}

async function ruleOf(uri: vscode.Uri, kind: "file" | "folder"): Promise<IgnoredBy | undefined> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (!folder) return undefined;
  const path = uri.path.slice(folder.uri.path.length).replace(/^\//, "");
  if (path === "") return undefined;
  const rules = new IgnoreRules();
  const parts = path.split("/");
  await Promise.all(
    parts.map((_, depth) => {
      const directory = parts.slice(0, depth);
      return readRules(rules, vscode.Uri.joinPath(folder.uri, ...directory), directory.join("/"));
    }),
  );
  return rules.ignoredBy(kind === "folder" ? `${path}/` : path);
}

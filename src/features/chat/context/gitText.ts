import * as vscode from "vscode";
import { partsOf } from "../../../core/contextDiff.ts";
import type { GitRepository } from "../../../host/git.ts";
import { shownPath } from "../../../host/workspaceFiles.ts";
import { ignoredBy, IgnoreFiles, spellingsOf } from "./ignored.ts";

/**
 * A patch without the files that .glmignore names: it is about what leaves the machine, whichever way. The model is told
 * that something is missing, so that it does not take the rest for all.
 */
export async function allowedPatch({ root }: GitRepository, patch: string): Promise<string> {
  const files = new IgnoreFiles();
  // Within a repository git follows no links, so that only the way to it can have another spelling.
  const roots = await spellingsOf(root);
  const parts = await Promise.all(
    partsOf(patch).map(async ({ paths, text }) => {
      const uris = roots.flatMap((spelling) => paths.map((path) => vscode.Uri.joinPath(spelling, path)));
      const by = await Promise.all(uris.map((uri) => files.ignoredBy(uri)));
      return by.includes("glm") ? "" : text;
    }),
  );
  const kept = parts.filter((text) => text !== "");
  const left = parts.length - kept.length;
  return [...kept, ...(left > 0 ? [`# ${left} files are left out by .glmignore\n`] : [])].join("");
}

/** Paths of new files, which are in no patch, as lines of a comment. */
export async function createdFiles(created: readonly vscode.Uri[]): Promise<string> {
  const files = new IgnoreFiles();
  const by = await Promise.all(created.map((uri) => ignoredBy(uri, "file", files)));
  const lines = created.filter((_, index) => by[index] !== "glm").map((uri) => `# ${shownPath(uri)}\n`);
  return lines.length === 0 ? "" : ["# New files that git does not track yet:\n", ...lines].join("");
}

import * as v from "valibot";
import * as vscode from "vscode";
import { picturesOf, readExport, type ImportedChat, type ImportProblem } from "../../core/conversationImport.ts";
import { factsOf } from "../../core/filesKind.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { fileName } from "../../host/pickFile.ts";
import { turn } from "../../protocol/turns.ts";
import type { Chat } from "./open.ts";

const mostBytes = 64 * 1024 * 1024;

const kinds = { "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif" } as const;

/** Makes a conversation of an exported one and shows it. */
export async function importChat({ views, sessions }: Chat): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: t("Import chat"),
      openLabel: t("Import"),
      filters: { JSON: ["json"] },
    })) ?? [];
  if (!file) return;
  const { size } = await vscode.workspace.fs.stat(file);
  if (size > mostBytes) {
    await notify("error", t("{0} is too large to be imported: at most 64 MB are possible.", fileName(file)));
    return;
  }
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const imported = readExport(text, (view) => v.is(turn, view));
  if (typeof imported === "string") {
    await notify("error", wordsFor(imported, fileName(file)));
    return;
  }
  const panel = views.active;
  await panel.show(sessions.create(imported.content, realPictures(imported)));
  await panel.focus();
}

function wordsFor(problem: ImportProblem, name: string): string {
  switch (problem) {
    case "other":
      return t("{0} is not a chat that GLM Sidekick has exported as JSON. Choose another file.", name);
    case "later":
      return t("{0} was exported by a newer version of GLM Sidekick. Update the extension to import it.", name);
    case "damaged":
      return t("{0} is damaged or was changed, so that it cannot be imported. Export the chat again.", name);
  }
}

/** The pictures that are what their turns say. Others are shown as missing. */
function realPictures({ content, pictures }: ImportedChat): ReadonlyMap<string, Uint8Array> {
  const real = new Map<string, Uint8Array>();
  for (const { id, mime } of content.turns.flatMap(picturesOf)) {
    const bytes = Buffer.from(pictures.get(id) ?? "", "base64");
    if (factsOf(bytes).kind === kinds[mime]) real.set(id, bytes);
  }
  return real;
}

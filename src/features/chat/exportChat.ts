import * as vscode from "vscode";
import { redact } from "../../api/http/redact.ts";
import type { Conversation, StoredPicture } from "../../core/conversation.ts";
import { exportJson, exportMarkdown } from "../../core/conversationExport.ts";
import { picturesOf } from "../../core/conversationImport.ts";
import { freeName, nameFor } from "../../core/filesName.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { fileName } from "../../host/pickFile.ts";
import { askWhereToSave, writeNewFile } from "../../host/saveFile.ts";
import { readBytes } from "../../host/workspaceFiles.ts";
import type { Chat } from "./open.ts";
import type { ConversationStore } from "./store.ts";

const clean = (words: string) => redact(words);

type Form = "markdown" | "thinking" | "json";

/** Saves the conversation in front where the user says. Keys that it may contain are left out. */
export async function exportChat({ views, sessions, modelLabel }: Chat): Promise<void> {
  const session = await views.active.session();
  if (session.isEmpty) {
    await notify("information", t("There is nothing to export yet. Ask a question in the chat first."));
    return;
  }
  const form = await chooseForm();
  if (form === undefined) return;
  const extension = form === "json" ? "json" : "md";
  const target = await askWhereToSave({
    title: t("Export chat"),
    filterName: form === "json" ? "JSON" : "Markdown",
    extension,
    fileName: `${fileNameOf(session.title)}.${extension}`,
    folder: vscode.workspace.workspaceFolders?.[0]?.uri,
  });
  if (!target) return;
  const conversation = sessions.conversation(session);
  if (form === "json") await writeJson(target, conversation, sessions.store);
  else await writeMarkdown(target, conversation, sessions.store, form === "thinking", modelLabel);
  await notify("information", t("The chat was exported to {0}.", fileName(target)), [
    { label: t("Open file"), run: () => vscode.window.showTextDocument(target) },
  ]);
}

async function chooseForm(): Promise<Form | undefined> {
  const forms: readonly (vscode.QuickPickItem & { readonly form: Form })[] = [
    { form: "markdown", label: "Markdown", detail: t("To read and share. Pictures are saved beside it.") },
    { form: "thinking", label: t("Markdown with thinking"), detail: t("The same with what the model thought.") },
    { form: "json", label: "JSON", detail: t("Complete, with pictures. Can be imported again.") },
  ];
  const chosen = await vscode.window.showQuickPick(forms, {
    title: t("Export chat"),
    placeHolder: t("Choose a format"),
  });
  return chosen?.form;
}

function fileNameOf(title: string): string {
  return /[\p{L}\p{N}]/u.test(title) ? nameFor(title) : "chat";
}

async function writeJson(target: vscode.Uri, conversation: Conversation, store: ConversationStore): Promise<void> {
  const pictures = new Map<string, string>();
  for (const { id } of conversation.turns.flatMap(picturesOf)) {
    const bytes = await store.readPicture(conversation.id, id);
    if (bytes) pictures.set(id, Buffer.from(bytes).toString("base64"));
  }
  const text = exportJson(conversation, pictures, clean);
  await vscode.workspace.fs.writeFile(target, Buffer.from(text));
}

const extensions = { "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif" } as const;

async function writeMarkdown(
  target: vscode.Uri,
  conversation: Conversation,
  store: ConversationStore,
  withThinking: boolean,
  model: (id: string) => string,
): Promise<void> {
  const folder = `${fileName(target).replace(/\.md$/i, "")}.files`;
  const written = new Map<string, string>();
  for (const picture of conversation.turns.flatMap(picturesOf)) {
    if (written.has(picture.id)) continue;
    const bytes = await store.readPicture(conversation.id, picture.id);
    if (!bytes) continue;
    const uri = vscode.Uri.joinPath(target, "..", folder);
    const name = await writePicture(uri, String(written.size + 1), extensions[picture.mime], bytes);
    written.set(picture.id, `${encodeURI(folder)}/${name}`);
  }
  const pictureFile = ({ id }: StoredPicture) => written.get(id);
  const text = exportMarkdown(conversation, { withThinking, model, pictureFile, clean }, t);
  await vscode.workspace.fs.writeFile(target, Buffer.from(text));
}

/** Nothing in the folder is replaced: it may hold more than an earlier export. Gives the name of the file that has the bytes. */
async function writePicture(folder: vscode.Uri, name: string, extension: string, bytes: Uint8Array): Promise<string> {
  const exported = `${name}.${extension}`;
  const there = await readBytes(vscode.Uri.joinPath(folder, exported));
  if (there && Buffer.compare(there, bytes) === 0) return exported;
  return fileName(await writeNewFile(folder, (taken) => freeName(name, extension, taken), bytes));
}

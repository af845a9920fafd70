import * as vscode from "vscode";
import { toBase64 } from "../../api/http/base64.ts";
import { factsOf } from "../../core/filesKind.ts";
import { freeName, isProtectedPath, nameFor } from "../../core/filesName.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { askWhereToSave } from "../../host/saveFile.ts";
import { tellRestricted, waitsForTrust } from "../../host/trust.ts";
import type { AnswerTo } from "../../protocol/asks.ts";
import type { ToHost } from "../../protocol/messages.ts";
import type { ChatDeps } from "./deps.ts";
import type { ChatSession } from "./session.ts";
import { ShownPictures } from "./shownPictures.ts";
import type { DraftPictures } from "./draftPictures.ts";
import type { ConversationStore } from "./store.ts";

type Message = Extract<ToHost, { type: "open-picture" | "save-picture" }>;

/** What a picture can be found in: only those of the view's own conversation and composer are shown. */
export interface PicturePlaces {
  readonly session: Pick<ChatSession, "conversationId" | "pictureOf">;
  readonly draft: Pick<DraftPictures, "bytesOf">;
  readonly store: Pick<ConversationStore, "readPicture">;
}

/** Bytes that a view is given of one picture. */
const largest = 24_000_000;

const mimes = { png: "image/png", jpg: "image/jpeg", webp: "image/webp", gif: "image/gif" } as const;

async function bytesOf(id: string, { session, draft, store }: PicturePlaces): Promise<Uint8Array | undefined> {
  const own = draft.bytesOf(id);
  if (own) return own;
  return session.pictureOf(id) && (await store.readPicture(session.conversationId, id));
}

/** What the bytes are by themselves: the file may have been tampered with since. */
function kindOf(bytes: Uint8Array): keyof typeof mimes | undefined {
  const { kind, damaged } = factsOf(bytes);
  if (damaged) return undefined;
  return kind === "png" || kind === "jpg" || kind === "webp" || kind === "gif" ? kind : undefined;
}

/** The bytes of a picture for a view, or a sentence that says why there are none. */
export async function pictureAnswer(
  id: string,
  places: PicturePlaces,
): Promise<{ readonly result: AnswerTo<"picture"> } | { readonly error: string }> {
  const bytes = await bytesOf(id, places);
  const kind = bytes && kindOf(bytes);
  if (!bytes || !kind || bytes.length > largest) return { error: t("The picture is no longer there.") };
  return { result: { mime: mimes[kind], base64: toBase64(bytes) } };
}

/** Opens a picture of the conversation in VS Code's own preview, or saves it where the user says. */
export async function showPicture(message: Message, places: PicturePlaces, deps: ChatDeps): Promise<void> {
  const { pictureId } = message;
  const bytes = await bytesOf(pictureId, places);
  const kind = bytes && kindOf(bytes);
  if (!bytes || !kind) return notify("warning", t("The picture is no longer there."));
  const name = nameFor(places.session.pictureOf(pictureId)?.name.replace(/\.(?:png|jpe?g|webp|gif)$/i, "") ?? "");
  if (message.type === "save-picture") return save({ bytes, name, extension: kind }, deps);
  const copy = await new ShownPictures(deps.folder).copy(pictureId, `${name}.${kind}`, bytes);
  await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(copy));
}

interface Picture {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly extension: string;
}

async function save(picture: Picture, deps: ChatDeps): Promise<void> {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await askWhereToSave({
    title: t("Save image"),
    filterName: t("Image"),
    extension: picture.extension,
    fileName: root ? await freeIn(root, picture) : `${picture.name}.${picture.extension}`,
    folder: root,
  });
  if (!target) return;
  const again = { label: t("Save As…"), run: () => save(picture, deps) };
  if (isProtectedPath(target.path)) {
    const words = t("Images are not saved in .git, .vscode or over a workspace file. Choose another folder.");
    return notify("warning", words, [again]);
  }
  if (await waitsForTrust(target)) {
    return tellRestricted(
      t("This folder is in Restricted Mode, so the image was not saved. Trust the folder, then save it again."),
    );
  }
  try {
    await vscode.workspace.fs.writeFile(target, picture.bytes);
  } catch (error) {
    deps.log.warn(`an image could not be saved: ${error instanceof Error ? error.message : typeof error}`);
    const words = t("The image could not be saved there; the folder may be read-only or full. Choose another place.");
    return notify("warning", words, [again]);
  }
  await notify("information", t("Image saved as {0}", vscode.workspace.asRelativePath(target)), [
    { label: t("Open"), run: () => vscode.commands.executeCommand("vscode.open", target) },
  ]);
}

/** A name that is not taken yet, so that the dialog proposes to replace nothing. */
async function freeIn(folder: vscode.Uri, { name, extension }: Picture): Promise<string> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    return freeName(
      name,
      extension,
      entries.map(([entry]) => entry),
    );
  } catch {
    return `${name}.${extension}`;
  }
}

import * as vscode from "vscode";
import type { GeneratedImage } from "../../api/media/images.ts";
import { factsOf } from "../../core/filesKind.ts";
import { freeName, isProtectedPath, nameFor } from "../../core/filesName.ts";
import { t } from "../../host/l10n.ts";
import type { Log } from "../../host/log.ts";
import { notify } from "../../host/notify.ts";
import { withProgress } from "../../host/progress.ts";
import { askWhereToSave, folderState, mayWrite, writeNewFile } from "../../host/saveFile.ts";
import { isRestricted, manageTrust, manageTrustLabel, trusted, waitsForTrust } from "../../host/trust.ts";
import type { Place } from "./link.ts";

const folderName = "images";

/** A button under a message, and where it gets the picture saved. */
interface Choice {
  readonly label: string;
  readonly save: () => Promise<vscode.Uri | undefined>;
}

interface Picture {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly extension: string;
}

/**
 * Saves into `images/` of the workspace folder, or where the user says when that cannot be. The picture was paid for:
 * its bytes are kept until they are saved or the user lets them go. Undefined in the latter case.
 */
export async function saveImage(
  image: GeneratedImage,
  prompt: string,
  place: Place | undefined,
  log: Log,
): Promise<vscode.Uri | undefined> {
  const { kind } = factsOf(image.bytes);
  const extension = kind === "png" || kind === "jpg" || kind === "webp" ? kind : image.type;
  const picture: Picture = { bytes: image.bytes, name: nameFor(prompt), extension };
  return saveInProject(picture, place, log);
}

async function saveInProject(picture: Picture, place: Place | undefined, log: Log): Promise<vscode.Uri | undefined> {
  if (isRestricted()) return offerTrust(picture, log, () => saveInProject(picture, place, log));
  const root = await chooseRoot(place);
  if (!root || !mayWrite(root)) return saveAs(picture, root, log);
  try {
    const folder = vscode.Uri.joinPath(root, folderName);
    const state = await folderState(folder);
    if (state === "missing" || state === "folder") {
      return await writeNewFile(folder, (taken) => freeName(picture.name, picture.extension, taken), picture.bytes);
    }
    return await offerSaveAs(
      state === "link"
        ? t(
            "The folder {0} is a link to another place, so the image is not saved yet. Choose where it should go.",
            folderName,
          )
        : t("A file named {0} is in the way, so the image is not saved yet. Choose where it should go.", folderName),
      picture,
      root,
      log,
    );
  } catch (error) {
    logFailure(error, log);
    return offerSaveAs(failed(), picture, undefined, log);
  }
}

/** Folder of the document in use; asks when several could be meant. Undefined without a folder, or when dismissed. */
async function chooseRoot(place: Place | undefined): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length <= 1) return folders[0]?.uri;
  const own = place && vscode.workspace.getWorkspaceFolder(place.document.uri);
  if (own) return own.uri;
  const picked = await vscode.window.showWorkspaceFolderPick({ placeHolder: t("Save the image in which folder?") });
  return picked?.uri;
}

async function saveAs(picture: Picture, folder: vscode.Uri | undefined, log: Log): Promise<vscode.Uri | undefined> {
  const target = await askWhereToSave({
    title: t("Save image"),
    filterName: t("Image"),
    extension: picture.extension,
    fileName: `${picture.name}.${picture.extension}`,
    folder,
  });
  if (!target) return offerSaveAs(t("The image is not saved yet."), picture, folder, log);
  if (isProtectedPath(target.path)) {
    return offerSaveAs(
      t("Images are not saved in .git, .vscode or over a workspace file. Choose another folder."),
      picture,
      folder,
      log,
    );
  }
  return write(target, picture, log);
}

async function write(target: vscode.Uri, picture: Picture, log: Log): Promise<vscode.Uri | undefined> {
  if (await waitsForTrust(target)) return offerTrust(picture, log, () => write(target, picture, log));
  try {
    await vscode.workspace.fs.writeFile(target, picture.bytes);
    return target;
  } catch (error) {
    logFailure(error, log);
    return offerSaveAs(failed(), picture, undefined, log);
  }
}

async function offerSaveAs(
  sentence: string,
  picture: Picture,
  folder: vscode.Uri | undefined,
  log: Log,
  more: readonly Choice[] = [],
): Promise<vscode.Uri | undefined> {
  const choices: readonly Choice[] = [
    ...more,
    { label: t("Save As…"), save: () => saveAs(picture, folder, log) },
    { label: t("Discard image"), save: () => Promise.resolve(undefined) },
  ];
  let saved: vscode.Uri | undefined;
  const run = async ({ save }: Choice) => {
    saved = await save();
  };
  await notify(
    "warning",
    sentence,
    choices.map((choice) => ({ label: choice.label, run: () => run(choice) })),
  );
  return saved;
}

/** Nothing is written to a folder that is not trusted: the picture is kept until it is, or goes elsewhere. */
async function offerTrust(
  picture: Picture,
  log: Log,
  save: () => Promise<vscode.Uri | undefined>,
): Promise<vscode.Uri | undefined> {
  const trustFirst = async () => {
    const waiting = withProgress(t("The image is kept until you trust this folder"), ({ signal }) => trusted(signal));
    await manageTrust();
    return (await waiting) ? save() : offerTrust(picture, log, save);
  };
  return offerSaveAs(
    t(
      "This folder is in Restricted Mode, so the image is not saved yet. Trust the folder, or save the image elsewhere.",
    ),
    picture,
    undefined,
    log,
    [{ label: manageTrustLabel(), save: trustFirst }],
  );
}

function failed(): string {
  return t("The image could not be saved there; the folder may be read-only or full. Choose another place.");
}

function logFailure(error: unknown, log: Log): void {
  log.warn(`an image could not be saved: ${error instanceof Error ? error.message : typeof error}`);
}

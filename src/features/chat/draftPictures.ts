import * as vscode from "vscode";
import { fromBase64 } from "../../api/http/base64.ts";
import { pictureView, type StoredPicture } from "../../core/conversation.ts";
import {
  checkPicture,
  mostPictures,
  pictureExtensions,
  pictureProblemText,
  type PictureProblem,
} from "../../core/pictureInput.ts";
import { visionImageLimit } from "../../core/visionReading.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { fileName, pickFiles } from "../../host/pickFile.ts";
import { plainText } from "../../host/plainText.ts";
import type { ToHost } from "../../protocol/messages.ts";
import type { ComposerView } from "../../protocol/panelParts.ts";
import { contentId } from "./contentId.ts";
import type { ChatDeps } from "./deps.ts";

export type PictureMessage = Extract<ToHost, { type: "attach-picture" | "remove-picture" }>;

export interface DraftPicture {
  readonly picture: StoredPicture;
  readonly bytes: Uint8Array;
}

/** Where pictures go with their question. */
interface PictureFiles {
  writePicture(conversationId: string, pictureId: string, bytes: Uint8Array): Promise<void>;
}

/** Pictures that will go with the next question of one view. Until then they are in memory only. */
export class DraftPictures {
  readonly #deps: Pick<ChatDeps, "log">;
  readonly #changed: () => void;
  #items: readonly DraftPicture[] = [];

  constructor(deps: Pick<ChatDeps, "log">, changed: () => void) {
    this.#deps = deps;
    this.#changed = changed;
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** For those of another conversation. */
  exchange(items: readonly DraftPicture[]): readonly DraftPicture[] {
    const before = this.#items;
    this.#items = items;
    this.#changed();
    return before;
  }

  view(): Pick<ComposerView, "pictures"> {
    return this.isEmpty ? {} : { pictures: this.#items.map(({ picture }) => pictureView(picture)) };
  }

  bytesOf(id: string): Uint8Array | undefined {
    return this.#items.find(({ picture }) => picture.id === id)?.bytes;
  }

  async handle(message: PictureMessage): Promise<void> {
    if (message.type === "attach-picture") {
      this.add(message.name, fromBase64(message.base64) ?? new Uint8Array());
      return;
    }
    this.#items = this.#items.filter(({ picture }) => picture.id !== message.id);
    this.#changed();
  }

  /** Lets the user choose pictures from disk. */
  async pick(): Promise<void> {
    const extensions = pictureExtensions;
    const title = t("Choose pictures for your message");
    const files = await pickFiles({ title, openLabel: t("Attach"), filterName: t("Images"), extensions });
    for (const file of files) await this.addFile(file);
  }

  /** Takes the picture of a file in, or says what is wrong with it. */
  async addFile(uri: vscode.Uri): Promise<void> {
    const name = fileName(uri);
    try {
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size >= visionImageLimit) this.#refuse({ reason: "too-big", size }, name);
      else this.add(name, await vscode.workspace.fs.readFile(uri));
    } catch (error) {
      this.#deps.log.warn(`a picture could not be read: ${error instanceof Error ? error.message : typeof error}`);
      this.#refuse({ reason: "unreadable" }, name);
    }
  }

  /** Takes a picture in, or says what is wrong with it. False in the latter case. */
  add(name: string, bytes: Uint8Array): boolean {
    const shown = plainText(name, 100) || t("Picture");
    const checked = checkPicture(bytes);
    if ("problem" in checked) return this.#refuse(checked.problem, shown);
    const id = contentId(bytes);
    // Pasted twice, it is still one.
    if (this.bytesOf(id)) return true;
    if (this.#items.length >= mostPictures) return this.#refuse({ reason: "too-many" }, shown);
    this.#items = [...this.#items, { picture: { id, name: shown, ...checked }, bytes }];
    this.#changed();
    return true;
  }

  /** Hands the pictures over: they belong to a question now, and are kept with its conversation. */
  async take(conversationId: string, files: PictureFiles): Promise<readonly StoredPicture[] | undefined> {
    if (this.isEmpty) return undefined;
    const items = this.exchange([]);
    for (const { picture, bytes } of items) await files.writePicture(conversationId, picture.id, bytes);
    return items.map(({ picture }) => picture);
  }

  /** Not waited for: a message stays until somebody closes it. */
  #refuse(problem: PictureProblem, name: string): false {
    void notify("warning", pictureProblemText(problem, name, t));
    return false;
  }
}

import * as vscode from "vscode";
import { attachmentView } from "../../core/conversationView.ts";
import type { Attachment } from "../../core/services.ts";
import { lastEditor } from "../../host/editors.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { fileName } from "../../host/pickFile.ts";
import { pickOne } from "../../host/quickPick.ts";
import { localUri, shownPath } from "../../host/workspaceFiles.ts";
import type { AnswerTo, AskOf } from "../../protocol/asks.ts";
import type { ToHost } from "../../protocol/messages.ts";
import type { ComposerView } from "../../protocol/panelParts.ts";
import { attachUri } from "./context/attachUri.ts";
import { attachmentOf, type DraftItem } from "./context/draftItem.ts";
import { keyOfFile } from "./context/files.ts";
import { agreedTo, completed } from "./context/secretQuestion.ts";
import { selectionSource } from "./context/selection.ts";
import type { Source, SourceDeps } from "./context/source.ts";
import type { PanelDeps } from "./deps.ts";
import { createSources } from "./context/sources.ts";
import { Suggestions } from "./context/suggest.ts";
import { terminalSource } from "./context/terminals.ts";

export type ContextMessage = Extract<
  ToHost,
  { type: "pick-context" | "attach" | "attach-offer" | "attach-uris" | "remove-attachment" }
>;

/** Whoever keeps the pictures of the same message. */
interface PictureTaker {
  addFile(uri: vscode.Uri): Promise<void>;
  pick(): Promise<void>;
}

/** After the last key in a file that is attached, in ms, before its tokens are counted again. */
const recountMs = 500;

/**
 * What will go with the next question of one view, and where more of it comes from. Files and parts of them are read again
 * when the question is sent: people go on editing while they write, and mean what they see. The chips follow meanwhile.
 */
export class DraftContext implements vscode.Disposable {
  readonly #deps: SourceDeps;
  readonly #changed: () => void;
  readonly #sources: readonly Source[];
  readonly #suggestions: Suggestions;
  #items: readonly DraftItem[] = [];
  #listeners: readonly vscode.Disposable[] = [];
  #recount: NodeJS.Timeout | undefined;

  constructor(deps: PanelDeps, pictures: PictureTaker, changed: () => void) {
    this.#deps = { ...deps, attachPicture: (uri) => pictures.addFile(uri), pickPictures: () => pictures.pick() };
    this.#changed = changed;
    this.#sources = createSources(this.#deps);
    this.#suggestions = new Suggestions(this.#deps, this.#sources);
  }

  /** Follows the editors, or stops to: nobody sees the chips of a view that is gone. */
  follow(on: boolean): void {
    this.dispose();
    if (!on) return;
    this.#listeners = [
      vscode.window.onDidChangeActiveTextEditor(() => this.#changed()),
      vscode.workspace.onDidChangeTextDocument((event) => this.#edited(event)),
    ];
    this.#catchUp();
  }

  dispose(): void {
    clearTimeout(this.#recount);
    for (const listener of this.#listeners) listener.dispose();
    this.#listeners = [];
  }

  /** Puts back what belonged to a question that waits, for example. */
  add(...attachments: readonly Attachment[]): void {
    this.#put(attachments.map((attachment) => ({ key: () => attachment.id, attachment: completed(attachment) })));
  }

  addItems(items: readonly DraftItem[]): void {
    this.#put(items);
  }

  /** Attaches a file or folder that a command was called on. */
  async addUris(uris: readonly vscode.Uri[]): Promise<void> {
    for (const uri of uris) this.#put(await attachUri(uri, this.#deps));
  }

  async addSelection(): Promise<void> {
    this.#put(await selectionSource().read());
  }

  async addTerminalOutput(): Promise<void> {
    this.#put(await terminalSource(this.#deps.terminals).read());
  }

  /**
   * Hands the attachments over, as they are now: they belong to a question from here on. Undefined when the user was asked
   * about a likely secret and did not agree; then nothing has changed, and the question must not be sent.
   */
  async take(): Promise<readonly Attachment[] | undefined> {
    // At once: nobody else may send them too, and what is attached meanwhile is for the next question.
    const items = this.exchange([]);
    let attachments: readonly Attachment[] | undefined;
    try {
      const fresh = await reread(items);
      attachments = await agreedTo(fresh.map(({ attachment }) => attachment));
      return attachments;
    } finally {
      if (!attachments) this.exchange([...items, ...this.#items]);
    }
  }

  /** The same for what goes with a question without having been a chip. */
  prepared(attachments: readonly Attachment[]): Promise<readonly Attachment[] | undefined> {
    return agreedTo(attachments.map(completed));
  }

  /** For those of another conversation. */
  exchange(items: readonly DraftItem[]): readonly DraftItem[] {
    const before = this.#items;
    this.#items = items;
    this.#changed();
    this.#catchUp();
    return before;
  }

  /** Whether there is a file in front that could go along. */
  get offers(): boolean {
    return offered() !== undefined;
  }

  /** That file, as it is now; empty when there is none, or it must not be attached. */
  async openFile(): Promise<readonly Attachment[]> {
    const document = offered();
    const items = document ? await attachUri(document.uri, this.#deps) : [];
    return items.map(({ attachment }) => attachment);
  }

  view(): Pick<ComposerView, "attachments" | "offer"> {
    const document = offered();
    const isNew = document && !this.#items.some(({ key }) => key() === keyOfFile(document.uri));
    return {
      attachments: this.#items.map(({ attachment }) => attachmentView(attachment)),
      ...(isNew ? { offer: { label: fileName(document.uri), detail: shownPath(document.uri) } } : {}),
    };
  }

  async handle(message: ContextMessage): Promise<void> {
    switch (message.type) {
      case "pick-context":
        return this.#pick();
      case "attach":
        return this.#put((await this.#suggestions.offered(message.suggestion)?.read()) ?? []);
      case "attach-offer": {
        const document = offered();
        return document && this.addUris([document.uri]);
      }
      case "attach-uris":
        return this.#drop(message.uris);
      case "remove-attachment":
        this.#items = this.#items.filter(({ attachment }) => attachment.id !== message.id);
        return this.#changed();
    }
  }

  suggest(ask: AskOf<"suggest-context">, signal: AbortSignal): Promise<AnswerTo<"suggest-context">> {
    return this.#suggestions.suggest(ask, signal);
  }

  async #pick(): Promise<void> {
    const entries = this.#sources
      .filter((source) => source.isThere())
      .map((source) => {
        const { icon, label, detail } = source;
        return { icon, label, ...(detail === undefined ? {} : { description: detail }), value: source };
      });
    const source = await pickOne(entries, t("Choose what to attach to your message"));
    if (source) this.#put(await source.read());
  }

  async #drop(addresses: readonly string[]): Promise<void> {
    const uris = addresses.map(localUri).filter((uri) => uri !== undefined);
    const known = uris.filter(({ scheme }) => isReadable(scheme));
    if (known.length < addresses.length)
      void notify("warning", t("Some of what was dropped is not a file, and was not attached."));
    await this.addUris(known);
  }

  /** The same thing again takes the place of the older one. */
  #put(items: readonly DraftItem[]): void {
    if (items.length === 0) return;
    const keys = new Set(items.map(({ key }) => key()));
    this.#items = [...this.#items.filter(({ key }) => !keys.has(key())), ...items];
    this.#changed();
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const address = document.uri.toString();
    const touched = this.#items.filter(({ uri }) => uri?.toString() === address);
    if (touched.length === 0) return;
    for (const item of touched) item.edited?.(contentChanges);
    clearTimeout(this.#recount);
    this.#recount = setTimeout(() => void this.#refresh(touched), recountMs);
  }

  /** Files may have changed while nobody followed them. */
  #catchUp(): void {
    const items = this.#items.filter((item) => item.reread !== undefined);
    if (items.length > 0) void this.#refresh(items);
  }

  async #refresh(items: readonly DraftItem[]): Promise<void> {
    const fresh = new Map((await reread(items)).map((item) => [item.attachment.id, item]));
    this.#items = this.#items.map((item) => fresh.get(item.attachment.id) ?? item);
    this.#changed();
  }
}

/** These items as they are now. What is gone stays as it was when it was attached. */
function reread(items: readonly DraftItem[]): Promise<readonly DraftItem[]> {
  return Promise.all(
    items.map(async (item) => {
      const content = await item.reread?.();
      return content ? { ...item, attachment: attachmentOf(content, item.uri?.path, item.attachment.id) } : item;
    }),
  );
}

/** The file in front, as far as there is something in it. */
function offered(): vscode.TextDocument | undefined {
  const document = lastEditor()?.document;
  return document && isReadable(document.uri.scheme) && document.getText().trim() !== "" ? document : undefined;
}

/** Files, unsaved documents, and whatever the open folders are made of. */
function isReadable(scheme: string): boolean {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return scheme === "file" || scheme === "untitled" || folders.some(({ uri }) => uri.scheme === scheme);
}

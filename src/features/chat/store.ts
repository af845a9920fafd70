import { randomUUID } from "node:crypto";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  emptyConversation,
  replay,
  type Conversation,
  type ConversationEvent,
  type Workplace,
} from "../../core/conversation.ts";
import { eventsOf, type ConversationContent } from "../../core/conversationCopy.ts";
import type { ConversationSummary } from "../../core/conversationList.ts";
import { decodeEvents, encodeEvents, isFromLaterVersion } from "../../core/conversationLog.ts";
import { createAppendLog, readText, writeText, type LogFile } from "../../host/appendLog.ts";
import { ConversationFiles, isId } from "./conversationFiles.ts";
import { currentKey, type Memory } from "./deps.ts";
import type { OpenMarks } from "./openMarks.ts";
import { listConversations, searchConversations } from "./storeList.ts";
import { moveOldLogs } from "./storeMigration.ts";
import { emptyTrash, moveToTrash, restoreFromTrash, type Deleted } from "./storeTrash.ts";

/** Where the events of one conversation go. */
export interface ConversationLog {
  append(event: ConversationEvent): void;
  /** Whether everything appended so far is on disk. */
  readonly isWritten: boolean;
  /** Resolves when everything appended so far is on disk, or the disk has refused it. */
  flush(): Promise<void>;
}

/** A later version has written it, or another window has it open. */
export type ReadOnly = "newer" | "elsewhere";

export interface OpenConversation {
  readonly conversation: Conversation;
  readonly log: ConversationLog;
  /** Why it is shown, but nothing is added to it. */
  readonly readOnly?: ReadOnly | undefined;
}

export interface StoreOptions {
  /** Of the conversations of all workspaces. */
  readonly folder: string;
  /** Of this workspace: notes which conversation is in use. Version 1 kept the logs in it as well. */
  readonly workspaceFolder: string;
  /** Of this window, which may have no folder of its own: notes which conversation is in use as well. */
  readonly memory: Memory;
  /** Which conversations this window and others have open. */
  readonly marks: OpenMarks;
  /** Noted in new conversations. Undefined without an open folder. */
  readonly workplace: Workplace | undefined;
  /** Hears when something could not be written; the store goes on in memory. */
  onError(this: void, error: unknown): void;
  /** For tests. */
  openFile?(this: void, file: string): Promise<LogFile>;
}

/** The conversations of all workspaces: an append-only log each, with its pictures beside it. */
export class ConversationStore {
  readonly #options: StoreOptions;
  readonly #files: ConversationFiles;
  /** Pictures that are not on disk yet, by file. */
  readonly #unwritten = new Map<string, Uint8Array>();
  /** What a view or a request still has to say of these would make a new log, over which the old one cannot be restored. */
  readonly #deleted = new Set<string>();
  #moved: Promise<void> | undefined;
  #closed = false;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#files = new ConversationFiles(options.folder);
  }

  /**
   * The conversation that was in use last, or an empty one. Windows without a folder share their note of it with all others
   * that have none: what one of those has open stays there.
   */
  async openCurrent(): Promise<OpenConversation> {
    const { folder, workspaceFolder, memory, marks } = this.#options;
    const noted = (await readText(this.#currentFile))?.trim() ?? "";
    const isShared = path.resolve(workspaceFolder) === path.resolve(folder);
    const own = isShared ? memory.get(currentKey) : noted;
    const id = typeof own === "string" ? own : noted;
    if (isId(id)) {
      await this.#ready();
      const isFree = await marks.claim(id);
      const found = isFree || id === own ? await this.#read(id, isFree) : undefined;
      if (found) return found;
      // An unused one has no log yet, but maybe a draft, which the view keeps under its id.
      if (isFree) return this.#empty(id);
    }
    const opened = this.startNew();
    await this.setCurrent(opened.conversation.id);
    return opened;
  }

  /** Undefined when there is no such conversation. Other windows can only read it from now on, until `leave`. */
  async open(id: string): Promise<OpenConversation | undefined> {
    if (!isId(id)) return undefined;
    await this.#ready();
    return this.#read(id, await this.#options.marks.claim(id));
  }

  /** The same for a new one. */
  hold(id: string): void {
    this.#options.marks.hold(id);
  }

  /** Other windows may write to it from now on. */
  leave(id: string): void {
    this.#options.marks.release(id);
  }

  /** An empty conversation; its file appears with its first event. */
  startNew(): OpenConversation {
    return this.#empty(randomUUID());
  }

  /** The conversation that this workspace opens with next time. */
  async setCurrent(id: string): Promise<void> {
    void this.#options.memory.set(currentKey, id);
    try {
      await writeText(this.#currentFile, id);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Nothing is added to any conversation from now on. */
  close(): void {
    this.#closed = true;
  }

  /**
   * A new conversation with these turns. `pictures` are those of another conversation, or bytes by id.
   * It exists in memory also when the disk refuses it.
   */
  async create(
    content: ConversationContent,
    pictures: { readonly from: string } | ReadonlyMap<string, Uint8Array>,
  ): Promise<OpenConversation> {
    const id = randomUUID();
    const { workplace } = this.#options;
    const events = eventsOf(content, { id, at: Date.now(), workplace });
    if ("from" in pictures) await this.#copyPictures(pictures.from, id);
    else for (const [pictureId, bytes] of pictures) await this.writePicture(id, pictureId, bytes);
    const log = this.#logOf(id, false);
    for (const event of events) log.append(event);
    await log.flush();
    return { conversation: replay(id, events), log };
  }

  /** All conversations with at least one turn, in no order. */
  async list(): Promise<ConversationSummary[]> {
    await this.#ready();
    return listConversations(this.#files);
  }

  /** See `searchConversations`. */
  search(ids: readonly string[], query: string, signal: AbortSignal, onFound: (id: string, excerpt: string) => void) {
    return searchConversations(this.#files, ids, query, signal, onFound);
  }

  /** Notes something about a conversation that this window does not write to otherwise. False for one of a later version. */
  async note(id: string, event: ConversationEvent): Promise<boolean> {
    await this.#ready();
    const opened = await this.#read(id, true);
    if (opened === undefined || opened.readOnly) return false;
    opened.log.append(event);
    await opened.log.flush();
    return true;
  }

  /** @throws the file system's error; the conversation is then still there. */
  async delete(id: string): Promise<Deleted> {
    this.#deleted.add(id);
    try {
      return await moveToTrash(this.#files, id, Date.now());
    } catch (error) {
      this.#deleted.delete(id);
      throw error;
    }
  }

  /** False when it cannot be had back. */
  async restore(deleted: Deleted): Promise<boolean> {
    const restored = await restoreFromTrash(this.#files, deleted);
    if (restored) this.#deleted.delete(deleted.id);
    return restored;
  }

  /**
   * Keeps the bytes of a picture beside the log. Where the disk refuses them, which is told, they are in memory until it takes
   * them with a later picture.
   */
  async writePicture(conversationId: string, pictureId: string, bytes: Uint8Array): Promise<void> {
    this.#unwritten.set(this.#pictureFile(conversationId, pictureId), bytes);
    try {
      for (const [file, waiting] of this.#unwritten) {
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, waiting);
        this.#unwritten.delete(file);
      }
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Undefined when there is no such picture. */
  async readPicture(conversationId: string, pictureId: string): Promise<Uint8Array | undefined> {
    if (!isId(conversationId) || !isId(pictureId)) return undefined;
    const file = this.#pictureFile(conversationId, pictureId);
    // Before the file: a full disk has taken a part of it.
    const waiting = this.#unwritten.get(file);
    if (waiting) return waiting;
    try {
      return await readFile(file);
    } catch {
      return undefined;
    }
  }

  async #copyPictures(from: string, to: string): Promise<void> {
    try {
      await cp(this.#files.pictures(from), this.#files.pictures(to), { recursive: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) this.#options.onError(error);
    }
    const folder = this.#files.pictures(from);
    for (const [file, bytes] of this.#unwritten) {
      if (path.dirname(file) === folder) await this.writePicture(to, path.basename(file), bytes);
    }
  }

  #pictureFile(conversationId: string, pictureId: string): string {
    return path.join(this.#files.pictures(conversationId), pictureId);
  }

  /** @param isFree no other window has it open. */
  async #read(id: string, isFree: boolean): Promise<OpenConversation | undefined> {
    const text = isId(id) ? await readText(this.#files.log(id)) : undefined;
    if (text === undefined) return undefined;
    const conversation = replay(id, decodeEvents(text));
    const readOnly = isFromLaterVersion(text) ? "newer" : isFree ? undefined : "elsewhere";
    return { conversation, readOnly, log: readOnly === undefined ? this.#logOf(id, true) : nowhere };
  }

  #empty(id: string): OpenConversation {
    const conversation = { ...emptyConversation(id, Date.now()), workplace: this.#options.workplace };
    return { conversation, log: this.#logOf(id, false) };
  }

  /** @param exists whether the log is on disk; one that is no more was deleted in another window, which may restore it. */
  #logOf(id: string, exists: boolean): ConversationLog {
    const { onError, openFile } = this.#options;
    const log = createAppendLog(this.#files.log(id), {
      exists,
      encode: encodeEvents,
      onError,
      ...(openFile === undefined ? {} : { openFile }),
    });
    return {
      append: (event) => {
        if (!this.#closed && !this.#deleted.has(id)) log.append(event);
      },
      get isWritten() {
        return log.isWritten;
      },
      flush: () => log.flush(),
    };
  }

  /** On first use: logs of version 1 come here, and old trash goes. */
  #ready(): Promise<void> {
    return (this.#moved ??= this.#tidy());
  }

  async #tidy(): Promise<void> {
    const { workspaceFolder, workplace, onError } = this.#options;
    await moveOldLogs(workspaceFolder, this.#files, workplace, onError);
    await emptyTrash(this.#files, Date.now()).catch(onError);
  }

  get #currentFile(): string {
    return path.join(this.#options.workspaceFolder, "current");
  }
}

const nowhere: ConversationLog = { append: () => undefined, isWritten: true, flush: async () => undefined };

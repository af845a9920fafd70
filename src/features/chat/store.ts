import { randomUUID } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { emptyConversation, replay, type Conversation, type ConversationEvent } from "../../core/conversation.ts";
import { decodeEvents, encodeEvent } from "../../core/conversationLog.ts";
import { createAppendLog, readText, writeText, type AppendLog } from "../../host/appendLog.ts";

/** Where the events of one conversation go. */
export interface ConversationLog {
  append(event: ConversationEvent): void;
  /** Resolves when everything appended so far is on disk, or the disk has refused it. */
  flush(): Promise<void>;
}

export interface OpenConversation {
  readonly conversation: Conversation;
  readonly log: ConversationLog;
}

/** Conversations of one workspace: a log file each, and a small file that names the one in use. */
export class ConversationStore {
  readonly #folder: string;
  readonly #onError: (error: unknown) => void;
  /** Pictures that the disk has refused, by file. */
  readonly #unwritten = new Map<string, Uint8Array>();

  constructor(folder: string, onError: (error: unknown) => void) {
    this.#folder = folder;
    this.#onError = onError;
  }

  /** The conversation that was in use last, or a new one. */
  async openCurrent(): Promise<OpenConversation> {
    const id = (await readText(this.#currentFile))?.trim() ?? "";
    return (await this.open(id)) ?? this.startNew();
  }

  /** Undefined when there is no such conversation. */
  async open(id: string): Promise<OpenConversation | undefined> {
    const text = isId(id) ? await readText(this.#fileOf(id)) : undefined;
    if (text === undefined) return undefined;
    const log = createAppendLog(this.#fileOf(id), this.#onError);
    // A half-written last line must not swallow the next event.
    if (text !== "" && !text.endsWith("\n")) log.append("\n");
    return { conversation: replay(id, decodeEvents(text)), log: eventLog(log) };
  }

  /** An empty conversation; its file appears with its first event. */
  async startNew(): Promise<OpenConversation> {
    const id = randomUUID();
    try {
      await writeText(this.#currentFile, id);
    } catch (error) {
      this.#onError(error);
    }
    const log = createAppendLog(this.#fileOf(id), this.#onError);
    return { conversation: emptyConversation(id, Date.now()), log: eventLog(log) };
  }

  /** Keeps the bytes of a picture beside the log; in memory only where the disk refuses them, which is then told. */
  async writePicture(conversationId: string, pictureId: string, bytes: Uint8Array): Promise<void> {
    const file = this.#pictureFile(conversationId, pictureId);
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
    } catch (error) {
      this.#unwritten.set(file, bytes);
      this.#onError(error);
    }
  }

  /** Undefined when there is no such picture. */
  async readPicture(conversationId: string, pictureId: string): Promise<Uint8Array | undefined> {
    if (!isId(conversationId) || !isId(pictureId)) return undefined;
    const file = this.#pictureFile(conversationId, pictureId);
    try {
      return await readFile(file);
    } catch {
      return this.#unwritten.get(file);
    }
  }

  #pictureFile(conversationId: string, pictureId: string): string {
    return path.join(this.#folder, `${conversationId}.files`, pictureId);
  }

  get #currentFile(): string {
    return path.join(this.#folder, "current");
  }

  #fileOf(id: string): string {
    return path.join(this.#folder, `${id}.jsonl`);
  }
}

/** Ids become names of files, so that nothing else may pass for one. */
function isId(text: string): boolean {
  return /^[\w-]{1,64}$/.test(text);
}

function eventLog(log: AppendLog): ConversationLog {
  return { append: (event) => log.append(encodeEvent(event)), flush: () => log.flush() };
}

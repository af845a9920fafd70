import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Conversation, ConversationEvent } from "../../core/conversation.ts";
import { replay } from "../../core/conversation.ts";
import { decodeEvents, encodeEvent } from "../../core/conversationLog.ts";
import { createAppendLog, readText, writeText, type AppendLog } from "../../host/appendLog.ts";

/** Conversations of one workspace: a log file each, and a small file that names the one in use. */
export class ConversationStore {
  readonly #folder: string;
  readonly #onError: (error: unknown) => void;
  #log: AppendLog | undefined;

  constructor(folder: string, onError: (error: unknown) => void) {
    this.#folder = folder;
    this.#onError = onError;
  }

  /** The conversation that was in use last, or a new one. */
  async openCurrent(): Promise<Conversation> {
    const id = (await readText(this.#currentFile))?.trim() ?? "";
    const text = /^[\w-]{1,64}$/.test(id) ? await readText(this.#fileOf(id)) : undefined;
    if (text === undefined) return this.startNew();
    this.#log = createAppendLog(this.#fileOf(id), this.#onError);
    // A half-written last line must not swallow the next event.
    if (text !== "" && !text.endsWith("\n")) this.#log.append("\n");
    return replay(id, decodeEvents(text));
  }

  /** An empty conversation; its file appears with its first event. */
  async startNew(): Promise<Conversation> {
    const id = randomUUID();
    await this.#log?.flush();
    this.#log = createAppendLog(this.#fileOf(id), this.#onError);
    try {
      await writeText(this.#currentFile, id);
    } catch (error) {
      this.#onError(error);
    }
    return replay(id, []);
  }

  append(event: ConversationEvent): void {
    this.#log?.append(encodeEvent(event));
  }

  async flush(): Promise<void> {
    await this.#log?.flush();
  }

  get #currentFile(): string {
    return path.join(this.#folder, "current");
  }

  #fileOf(id: string): string {
    return path.join(this.#folder, `${id}.jsonl`);
  }
}

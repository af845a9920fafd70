import { readdir } from "node:fs/promises";
import path from "node:path";

const logEnding = ".jsonl";

/** Where the parts of conversations lie in a folder. */
export class ConversationFiles {
  readonly folder: string;
  /** Logs of an older version that could not be moved here, and the folder where they still are. */
  readonly #unmoved = new Map<string, string>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Where the log and the pictures of a conversation stay although this is another folder. */
  leaveIn(folder: string, id: string): void {
    this.#unmoved.set(id, folder);
  }

  log(id: string): string {
    return path.join(this.#unmoved.get(id) ?? this.folder, `${id}${logEnding}`);
  }

  /** What lists show of it, derived from the log. */
  summary(id: string): string {
    return path.join(this.folder, `${id}.summary.json`);
  }

  pictures(id: string): string {
    return path.join(this.folder, `${id}.files`);
  }

  get trash(): string {
    return path.join(this.folder, "trash");
  }

  /** Conversations that there are, in no order. */
  async ids(): Promise<string[]> {
    return [...new Set([...(await idsIn(this.folder)), ...this.#unmoved.keys()])];
  }
}

export async function idsIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => name.endsWith(logEnding))
      .map((name) => name.slice(0, -logEnding.length))
      .filter(isId);
  } catch {
    // Nothing was kept yet.
    return [];
  }
}

/** Ids become names of files, so that nothing else may pass for one. */
export function isId(text: string): boolean {
  return /^[\w-]{1,64}$/.test(text);
}

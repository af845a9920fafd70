import { randomBytes } from "node:crypto";

/** An uploaded file, or one that the platform made for a key. */
export interface StoredFile {
  readonly id: string;
  readonly purpose: string;
  readonly filename: string;
  readonly bytes: Buffer;
  /** The key that owns it; nobody else sees it. */
  readonly owner: string;
  /** Unix seconds. */
  readonly createdAt: number;
}

/** The files of all keys, in order of arrival. */
export class FileStore {
  readonly #files = new Map<string, StoredFile>();

  add(file: Omit<StoredFile, "id" | "createdAt">): StoredFile {
    const id = `${file.purpose}-${randomBytes(12).toString("hex")}`;
    const stored = { ...file, id, createdAt: Math.floor(Date.now() / 1000) };
    this.#files.set(id, stored);
    return stored;
  }

  list(owner: string, purpose: string): StoredFile[] {
    return [...this.#files.values()].filter((file) => file.owner === owner && file.purpose === purpose);
  }

  get(owner: string, id: string): StoredFile | undefined {
    const file = this.#files.get(id);
    return file?.owner === owner ? file : undefined;
  }

  /** False when this key has no such file. */
  delete(owner: string, id: string): boolean {
    return this.get(owner, id) !== undefined && this.#files.delete(id);
  }

  clear(): void {
    this.#files.clear();
  }
}

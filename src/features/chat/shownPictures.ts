import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";

/** As long as tabs of an earlier session may still show a copy. */
const keptMs = 7 * 86_400_000;

/**
 * Copies of pictures for VS Code's own preview: kept pictures have no extension, by which it is chosen, and their name is no
 * title for a tab.
 */
export class ShownPictures {
  readonly #folder: string;

  /** @param folder Of the conversations, next to which the copies lie. */
  constructor(folder: string) {
    this.#folder = path.join(folder, "..", "shown-pictures");
  }

  /** Where a copy lies by now. @param name With its extension. */
  async copy(pictureId: string, name: string, bytes: Uint8Array): Promise<string> {
    const own = path.join(this.#folder, pictureId.slice(0, 16));
    await mkdir(own, { recursive: true });
    const file = path.join(own, name);
    await writeFile(file, bytes);
    return file;
  }

  /** Removes the copies that were made more than a week ago. @param now ms since the epoch. */
  async removeOld(now: number): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const own = path.join(this.#folder, name);
      if (now - (await madeAt(own)) > keptMs) await rm(own, { recursive: true, force: true });
    }
  }
}

/** When the newest of the files in a folder was written. */
async function madeAt(folder: string): Promise<number> {
  const files = await readdir(folder);
  const times = await Promise.all(files.map(async (file) => (await stat(path.join(folder, file))).mtimeMs));
  return Math.max(0, ...times);
}

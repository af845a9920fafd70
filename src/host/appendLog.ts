import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type * as vscode from "vscode";

/** How long text may wait in memory: a killed host loses at most this much. */
const flushAfterMs = 250;

export interface AppendLog extends vscode.Disposable {
  append(text: string): void;
  /** Resolves when everything appended so far is on disk, or the disk has refused it. */
  flush(): Promise<void>;
}

/**
 * Appends to `file`, creating its folder on the first write. Writes are collected and done one after another. `onError`
 * hears of the first failure only; the text is then kept in memory and tried again with the next write.
 */
export function createAppendLog(file: string, onError: (error: unknown) => void): AppendLog {
  let waiting = "";
  let timer: NodeJS.Timeout | undefined;
  let chain = Promise.resolve();
  let failed = false;

  async function write(): Promise<void> {
    const text = waiting;
    if (text === "") return;
    waiting = "";
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await appendFile(file, text, "utf8");
      failed = false;
    } catch (error) {
      waiting = text + waiting;
      if (!failed) onError(error);
      failed = true;
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    chain = chain.then(write);
    return chain;
  }

  return {
    append(text) {
      waiting += text;
      timer ??= setTimeout(() => void flush(), flushAfterMs);
    },
    flush,
    dispose: () => void flush(),
  };
}

/** Text of a file, or undefined when there is none. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch {
    return undefined;
  }
}

export async function writeText(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text, "utf8");
}

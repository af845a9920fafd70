import { readdir, unlink } from "node:fs/promises";
import path from "node:path";
import type * as vscode from "vscode";
import type { Use } from "../../api/usage/use.ts";
import { lineOf, usesOf } from "../../core/usageLines.ts";
import { createAppendLog, readText, type AppendLog } from "../../host/appendLog.ts";

const dayMs = 86_400_000;
/** Days that are kept. */
export const keptDays = 90;

export interface Ledger extends vscode.Disposable {
  add(use: Use): void;
  /** Everything since `from` (ms since the epoch) that any window of this computer noted. Empty where the disk refuses. */
  since(from: number): Promise<Use[]>;
}

export interface LedgerOptions {
  /** On the extension's own disk; made on first use. */
  readonly folder: string;
  readonly now: () => number;
  /** Hears of the first failure only: nobody's question waits for this. */
  readonly onError: (error: unknown) => void;
}

/**
 * What was used, in a file per day of UTC that all windows append to. A file is only a place: which day of the user's a use
 * belongs to is decided by its time, so that travelling spoils nothing.
 */
export function createLedger({ folder, now, onError }: LedgerOptions): Ledger {
  let current: { readonly name: string; readonly log: AppendLog<string> } | undefined;
  let failed = false;
  const complain = (error: unknown) => {
    if (!failed) onError(error);
    failed = true;
  };

  function logOf(name: string): AppendLog<string> {
    if (current?.name === name) return current.log;
    current?.log.dispose();
    const log = createAppendLog(path.join(folder, name), {
      encode: (lines: readonly string[]) => lines.join(""),
      onError: complain,
    });
    current = { name, log };
    void removeOld();
    return log;
  }

  async function names(): Promise<string[]> {
    try {
      return (await readdir(folder)).filter((name) => fileName.test(name)).sort();
    } catch {
      // Nothing was noted yet.
      return [];
    }
  }

  async function removeOld(): Promise<void> {
    const oldest = fileOf(now() - keptDays * dayMs);
    for (const name of await names()) {
      // Another window may have been first.
      if (name < oldest) await unlink(path.join(folder, name)).catch(() => {});
    }
  }

  return {
    add: (use) => logOf(fileOf(use.at)).append(lineOf(use)),
    async since(from) {
      await current?.log.flush();
      const first = fileOf(from);
      const wanted = (await names()).filter((name) => name >= first);
      const texts = await Promise.all(wanted.map((name) => readText(path.join(folder, name))));
      return texts.flatMap((text) => usesOf(text ?? "")).filter(({ at }) => at >= from);
    },
    dispose: () => current?.log.dispose(),
  };
}

const fileName = /^\d{4}-\d\d-\d\d\.jsonl$/;

function fileOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 10)}.jsonl`;
}

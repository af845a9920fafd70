import { closeSync, mkdirSync, openSync, statSync, unlinkSync } from "node:fs";
import path from "node:path";

/** Tries that must meet the same lock before it counts as left behind. */
const patience = 500;
const longestSpin = 25;

export interface FileLock {
  /**
   * False when another process holds the lock: to be tried again in some ms. Makes the folder when it is missing.
   * @throws the file system's error when no lock can be made there; where that took long to find out, at once from then on.
   */
  take(): boolean;
  release(): void;
}

/**
 * A lock between processes, meant to be held for less than a millisecond: taken and released within one synchronous stretch,
 * so that no other extension's work can come in between. One that a killed process left behind is removed by whoever has met
 * it often enough; tries are counted instead of time, because clocks jump when a laptop wakes up. A process that is stopped
 * in the very moment in which it holds the lock can thus wake up beside another holder.
 */
export function createFileLock(file: string): FileLock {
  let met = { lock: "", tries: 0 };
  let unusable: Error | undefined;

  function countTry(): void {
    const lock = identity(file);
    met = { lock, tries: lock === met.lock ? met.tries + 1 : 1 };
    if (met.tries < patience) return;
    met = { lock: "", tries: 0 };
    try {
      unlinkSync(file);
    } catch (error) {
      // Another window was faster in removing it.
      if (lock !== "" && codeOf(error) === "ENOENT") return;
      // It is not a lock that keeps us from making one.
      unusable = error instanceof Error ? error : new Error(String(error));
      throw unusable;
    }
  }

  return {
    take() {
      if (unusable) throw unusable;
      // A holder is done in less time than a timer takes.
      for (let spins = 0; spins < longestSpin; spins++) if (create(file)) return true;
      countTry();
      return false;
    },
    release: () => unlinkSync(file),
  };
}

/** False when it is there already. */
function create(file: string): boolean {
  try {
    closeSync(openSync(file, "wx"));
    return true;
  } catch (error) {
    const code = codeOf(error);
    // While a file is being deleted, Windows says that it must not be touched.
    if (/^(EEXIST|EPERM|EBUSY)$/.test(code)) return false;
    if (code !== "ENOENT") throw error;
    mkdirSync(path.dirname(file), { recursive: true });
    return false;
  }
}

function identity(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.ino} ${stats.mtimeMs}` : "";
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

import {
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  watch,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { createFileLock } from "./fileLock.ts";
import { fileNameOf, isRunning, markOf, ownMark, type WindowMark } from "./windowMark.ts";

/** Where all windows of a user tell each other something, one text each. */
export interface SharedBoard {
  /**
   * Shows `update` the texts of the other living windows and replaces the own one by what it returns; empty removes it.
   * Nobody else does so in between. False when another window is at it just now: to be tried again in some ms.
   */
  exchange(update: (others: readonly string[]) => string): boolean;
  /** Replaces the own text at any time; where that fails, the next exchange does it. */
  say(text: string): void;
  /** Calls `listener` after changes by other windows, and with every tick. Returns what stops that. */
  watch(listener: () => void): () => void;
  /** Takes the own text away. From then on this window has only itself to care about. */
  dispose(): void;
}

export interface SharedBoardOptions {
  /** On the extension's own disk; made on first use. Where it cannot be used, a window has only itself to care about. */
  readonly folder: string;
  /** Hears of the first failure only. */
  readonly onError: (error: unknown) => void;
  /**
   * Between two signs of life and two looks, in ms. `false`: neither, for what is said all the time that a window is open; then
   * only windows of this machine count, for as long as their process is there.
   */
  readonly tickMs?: number | false;
}

const defaultTickMs = 1_000;
/** After so many ticks without a sign of life a window of another machine or container counts as gone. */
const patience = 10;
/** One of this machine whose process is there may be stopped in a debugger, or its number may have gone to another one. */
const patienceWithProcess = 60;
/** What a window left behind that nobody can ask any more, for example from before the machine was started again. */
const leftForMs = 30 * 86_400_000;
const longestText = 64 * 1024;

/**
 * A folder with a text file for each window that has something to say, written and read under a lock. As long as its text
 * is there, a window touches the file with every tick: no sign of life and no process, and the others remove it. Silence is
 * counted in ticks of one's own and no clocks are compared, so that a laptop's sleep or a wrong clock buries nobody. Who was
 * taken for dead by mistake comes back with the next tick: nobody waits for ever, at worst the others went on without it.
 */
export function createSharedBoard({ folder, onError, tickMs = defaultTickMs }: SharedBoardOptions): SharedBoard {
  const own = ownMark();
  const ownFile = path.join(folder, fileNameOf(own));
  const lock = createFileLock(path.join(folder, "lock"));
  const listeners = new Set<() => void>();
  /** Time stamp of each other window's file, and the tick at which it was new. */
  const signs = new Map<string, { readonly stamp: number; readonly tick: number }>();
  let ownText = "";
  let tick = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopWatcher: (() => void) | undefined;
  let failed = false;
  let disposed = false;

  function attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!failed) onError(error);
      failed = true;
      return undefined;
    }
  }

  function textsOfOthers(): string[] {
    const texts: string[] = [];
    const names = readdirSync(folder);
    for (const name of names) {
      const file = path.join(folder, name);
      // One that was killed while it wrote leaves an unfinished text, too.
      const mark = markOf(name.replace(/\.new$/, ""));
      if (!mark || file.startsWith(ownFile)) continue;
      try {
        const { mtimeMs, size } = statSync(file);
        if (isGone(mark, name, mtimeMs)) unlinkSync(file);
        else if (tickMs === false && mark.place !== own.place) continue;
        else if (markOf(name) && size <= longestText) texts.push(readFileSync(file, "utf8"));
      } catch {
        // It has just been taken away, or it is no file of ours.
      }
    }
    const present = new Set(names);
    for (const name of signs.keys()) if (!present.has(name)) signs.delete(name);
    return texts;
  }

  function isGone({ place, pid }: WindowMark, name: string, stamp: number): boolean {
    const here = place === own.place;
    if (here && !isRunning(pid)) return true;
    if (tickMs === false) return !here && Date.now() - stamp > leftForMs;
    return silence(name, stamp) >= (here ? patienceWithProcess : patience);
  }

  /** Ticks since the file was last touched, as far as this window knows. */
  function silence(name: string, stamp: number): number {
    const last = signs.get(name);
    if (last?.stamp === stamp) return tick - last.tick;
    signs.set(name, { stamp, tick });
    return 0;
  }

  function write(text: string): void {
    if (text === "") rmSync(ownFile, { force: true });
    else {
      // Whole at any moment, for those who read it just now.
      writeFileSync(`${ownFile}.new`, text);
      renameSync(`${ownFile}.new`, ownFile);
    }
    ownText = text;
  }

  function say(text: string): void {
    if (disposed) return;
    if (text !== ownText) attempt(() => write(text));
    runWhileNeeded();
  }

  function showLife(): void {
    try {
      utimesSync(ownFile, new Date(), new Date());
    } catch {
      attempt(() => write(ownText));
    }
  }

  function onTick(): void {
    tick++;
    if (ownText !== "") showLife();
    for (const listener of listeners) listener();
  }

  /** No timer runs while this window neither says nor waits for anything. */
  function runWhileNeeded(): void {
    const needed = ownText !== "" || listeners.size > 0;
    if (needed && tickMs !== false) timer ??= setInterval(onTick, tickMs);
    else {
      clearInterval(timer);
      timer = undefined;
    }
    if (listeners.size > 0)
      stopWatcher ??= watchTexts(folder, ownFile, () => listeners.forEach((listener) => listener()));
    else {
      stopWatcher?.();
      stopWatcher = undefined;
    }
  }

  return {
    exchange(update) {
      const taken = disposed ? undefined : attempt(() => lock.take());
      if (taken === false) return false;
      if (!taken) {
        update([]);
        return true;
      }
      try {
        say(update(attempt(textsOfOthers) ?? []));
      } finally {
        attempt(() => lock.release());
      }
      return true;
    },
    say,
    watch(listener) {
      if (disposed) return () => {};
      listeners.add(listener);
      runWhileNeeded();
      return () => {
        listeners.delete(listener);
        if (!disposed) runWhileNeeded();
      };
    },
    dispose() {
      listeners.clear();
      say("");
      disposed = true;
    },
  };
}

/** Not every file system reports changes, and none is promised to report all: ticks find what this misses. */
function watchTexts(folder: string, ownFile: string, onChange: () => void): () => void {
  let scheduled: NodeJS.Immediate | undefined;
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      // Locks come and go with every look; an answer to them would be a look of our own.
      if (name === null || !markOf(name) || path.join(folder, name) === ownFile) return;
      scheduled ??= setImmediate(() => {
        scheduled = undefined;
        onChange();
      });
    });
    watcher.on("error", () => watcher.close());
    return () => {
      clearImmediate(scheduled);
      watcher.close();
    };
  } catch {
    return () => {};
  }
}

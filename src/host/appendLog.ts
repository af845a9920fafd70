import { constants } from "node:fs";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type * as vscode from "vscode";

/** How long entries may wait in memory: a killed host loses at most this much. */
const flushAfterMs = 250;
/** After a refusal, e.g. of a full disk. */
const retryAfterMs = 5000;
const lineBreak = 0x0a;

export interface AppendLog<Entry> extends vscode.Disposable {
  append(entry: Entry): void;
  /** Whether everything appended so far is on disk. */
  readonly isWritten: boolean;
  /** Resolves when everything appended so far is on disk, or the disk has refused it. */
  flush(): Promise<void>;
}

/** What is needed of an open file; a test has one that fails. */
export interface LogFile {
  stat(): Promise<{ readonly size: number }>;
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<unknown>;
  write(bytes: Uint8Array): Promise<{ readonly bytesWritten: number }>;
  close(): Promise<void>;
}

export interface AppendLogOptions<Entry> {
  /**
   * Whether the file is there already: one that goes away is then not made anew, as it is whole where it went. Undefined for
   * a file that is made whenever it is missing.
   */
  readonly exists?: boolean | undefined;
  /** Lines for entries that are written together; each line ends with a line break. */
  encode(this: void, entries: readonly Entry[]): string;
  /** Hears of the first failure only, until a write has worked again, and never of a file that went away. */
  onError(this: void, error: unknown): void;
  openFile?(this: void, file: string, mayCreate: boolean): Promise<LogFile>;
}

/**
 * Appends lines to `file`, creating it and its folder on the first write. Entries are collected and written one batch after
 * another. What the disk refuses is kept in memory and tried again, also when the file was moved away, as it may come back.
 * Each batch begins on a line of its own, so that half a line, left by a killed host or a full disk, harms nothing but
 * itself, and two windows may append to the same file.
 */
export function createAppendLog<Entry>(
  file: string,
  { exists, encode, onError, openFile = openToAppend }: AppendLogOptions<Entry>,
): AppendLog<Entry> {
  let entries: Entry[] = [];
  /** Lines that the disk has refused. */
  let refused: Uint8Array = new Uint8Array();
  /** An entry of which nobody can make a line: it only lives in memory. */
  let unspeakable = false;
  let mayCreate = exists !== true;
  let timer: NodeJS.Timeout | undefined;
  let chain = Promise.resolve();
  let failed = false;
  let writing = false;

  function schedule(ms: number): void {
    timer ??= setTimeout(() => void flush(), ms);
  }

  const isWaiting = () => entries.length > 0 || refused.length > 0;

  function tell(error: unknown): void {
    if (!failed) onError(error);
    failed = true;
  }

  function linesOf(batch: readonly Entry[]): string {
    try {
      return encode(batch);
    } catch (error) {
      if (batch.length > 1) return batch.map((entry) => linesOf([entry])).join("");
      unspeakable = true;
      tell(error);
      return "";
    }
  }

  async function write(): Promise<void> {
    if (!isWaiting()) return;
    writing = true;
    const fresh = Buffer.from(linesOf(entries));
    entries = [];
    let lines = Buffer.concat([refused, fresh]);
    let written = 0;
    try {
      if (mayCreate) await mkdir(path.dirname(file), { recursive: true });
      const target = await openFile(file, mayCreate);
      mayCreate = exists === undefined;
      try {
        if (!(await endsLine(target))) lines = Buffer.concat([Buffer.from([lineBreak]), lines]);
        while (written < lines.length) written += (await target.write(lines.subarray(written))).bytesWritten;
      } finally {
        await target.close();
      }
      refused = new Uint8Array();
      failed = false;
    } catch (error) {
      refused = lines.subarray(unwrittenFrom(lines, written));
      const isGone = !mayCreate && error instanceof Error && "code" in error && error.code === "ENOENT";
      if (!isGone) tell(error);
      schedule(retryAfterMs);
    }
    writing = false;
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    chain = chain.then(write);
    return chain;
  }

  return {
    append(entry) {
      entries.push(entry);
      schedule(failed ? retryAfterMs : flushAfterMs);
    },
    get isWritten() {
      return !isWaiting() && !writing && !unspeakable;
    },
    flush,
    dispose: () => void flush(),
  };
}

/**
 * Where the first line begins that is not on disk. One of which only a part was written is written again as a whole; one that
 * only lacks its line break is there.
 */
function unwrittenFrom(lines: Buffer, written: number): number {
  const start = lines.subarray(0, written).lastIndexOf(lineBreak) + 1;
  const end = lines.indexOf(lineBreak, start);
  return written === end && end > start ? end + 1 : start;
}

function openToAppend(file: string, mayCreate: boolean): Promise<LogFile> {
  const { O_APPEND, O_CREAT, O_RDWR } = constants;
  return open(file, O_RDWR | O_APPEND | (mayCreate ? O_CREAT : 0));
}

async function endsLine(target: LogFile): Promise<boolean> {
  const { size } = await target.stat();
  if (size === 0) return true;
  const last = new Uint8Array(1);
  await target.read(last, 0, 1, size - 1);
  return last[0] === lineBreak;
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

import { appendFile, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { hasHead } from "../../core/conversationLog.ts";
import { readText } from "../../host/appendLog.ts";
import type { ConversationFiles } from "./conversationFiles.ts";

const keptMs = 30 * 86_400_000;

/** A deleted conversation can be had back until the trash is emptied. */
export interface Deleted {
  readonly id: string;
  readonly folder: string;
}

/** Moves everything of a conversation to a folder of its own in the trash. @param now ms since the epoch. */
export async function moveToTrash(files: ConversationFiles, id: string, now: number): Promise<Deleted> {
  const folder = path.join(files.trash, `${now}.${id}`);
  await mkdir(folder, { recursive: true });
  // The log last: it is what makes a conversation, and a failure before leaves one that is whole enough.
  await moveIfThere(files.pictures(id), path.join(folder, "files"));
  await rm(files.summary(id), { force: true });
  await moveIfThere(files.log(id), path.join(folder, "log.jsonl"));
  return { id, folder };
}

/**
 * False when there is such a conversation again, or it is gone for good. What another window has said of it since then, which
 * earlier versions wrote to a log of its own, comes behind what was deleted.
 */
export async function restoreFromTrash(files: ConversationFiles, { id, folder }: Deleted): Promise<boolean> {
  const log = path.join(folder, "log.jsonl");
  const since = await readText(files.log(id));
  if (since !== undefined && (hasHead(since) || !(await isThere(log)))) return false;
  if (since !== undefined) await appendFile(log, `\n${since}`);
  if (!(await moveIfThere(log, files.log(id)))) return false;
  await moveIfThere(path.join(folder, "files"), files.pictures(id));
  await rm(folder, { recursive: true, force: true });
  return true;
}

/** Removes for good what was deleted more than 30 days ago. */
export async function emptyTrash(files: ConversationFiles, now: number): Promise<void> {
  const names = await readdir(files.trash).catch(() => []);
  for (const name of names) {
    const deletedAt = Number(/^(\d+)\./.exec(name)?.[1] ?? now);
    if (now - deletedAt > keptMs) await rm(path.join(files.trash, name), { recursive: true, force: true });
  }
}

async function moveIfThere(from: string, to: string): Promise<boolean> {
  if (!(await isThere(from))) return false;
  await rename(from, to);
  return true;
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

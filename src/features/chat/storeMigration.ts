import { mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Workplace } from "../../core/conversation.ts";
import { withWorkplace } from "../../core/conversationLog.ts";
import { readText } from "../../host/appendLog.ts";
import { idsIn, type ConversationFiles } from "./conversationFiles.ts";

/**
 * Moves the logs of one workspace, which version 1 kept in a folder of the workspace, to those of all workspaces, and notes
 * in them which workspace it was. Each is copied and read back before the old one goes. One that cannot be moved stays where
 * it is and is used there; the next window tries again.
 */
export async function moveOldLogs(
  from: string,
  files: ConversationFiles,
  workplace: Workplace | undefined,
  onError: (error: unknown) => void,
): Promise<void> {
  if (path.resolve(from) === path.resolve(files.folder)) return;
  for (const id of await idsIn(from)) {
    try {
      await move(path.join(from, `${id}.jsonl`), files.log(id), workplace);
    } catch (error) {
      files.leaveIn(from, id);
      onError(error);
    }
  }
}

async function move(from: string, to: string, workplace: Workplace | undefined): Promise<void> {
  const wanted = withWorkplace(await readFile(from, "utf8"), workplace);
  const there = await readText(to);
  // A copy that was made before and is in use since: only the old one was not removed. Half of one is made anew.
  if (there === undefined || (!there.startsWith(wanted) && wanted.startsWith(there))) {
    await mkdir(path.dirname(to), { recursive: true });
    await writeFile(to, wanted, "utf8");
  }
  if (!(await readFile(to, "utf8")).startsWith(wanted)) throw new Error("another conversation has this name");
  await unlink(from);
}

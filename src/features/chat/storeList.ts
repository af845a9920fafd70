import { readFile, stat, writeFile } from "node:fs/promises";
import { replay } from "../../core/conversation.ts";
import { decodeEvents } from "../../core/conversationLog.ts";
import { decodeSummary, encodeSummary, summarise, type ConversationSummary } from "../../core/conversationList.ts";
import { findIn } from "../../core/conversationSearch.ts";
import { readText } from "../../host/appendLog.ts";
import type { ConversationFiles } from "./conversationFiles.ts";

/** Files that are read at the same time. */
const atOnce = 16;

/** All conversations that hold something, in no order; what is known of each is read from its small file where that is good. */
export async function listConversations(files: ConversationFiles): Promise<ConversationSummary[]> {
  const ids = await files.ids();
  const found: ConversationSummary[] = [];
  const worker = async () => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
      const summary = await summaryOf(files, id);
      if (summary !== undefined && summary.turns > 0) found.push(summary);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return found;
}

async function summaryOf(files: ConversationFiles, id: string): Promise<ConversationSummary | undefined> {
  try {
    const { size } = await stat(files.log(id));
    const known = decodeSummary((await readText(files.summary(id))) ?? "", size);
    if (known?.id === id) return known;
    const bytes = await readFile(files.log(id));
    const summary = summarise(replay(id, decodeEvents(bytes.toString("utf8"))));
    await keep(files, summary, bytes.length);
    return summary;
  } catch {
    // Deleted in another window just now.
    return undefined;
  }
}

async function keep(files: ConversationFiles, summary: ConversationSummary, size: number): Promise<void> {
  try {
    await writeFile(files.summary(summary.id), encodeSummary(summary, size), "utf8");
  } catch {
    // Only a matter of speed.
  }
}

/** Looks for words in the conversations, in this order, and tells of each that has them, until `signal` says to stop. */
export async function searchConversations(
  files: ConversationFiles,
  ids: readonly string[],
  query: string,
  signal: AbortSignal,
  onFound: (id: string, excerpt: string) => void,
): Promise<void> {
  for (const id of ids) {
    if (signal.aborted) return;
    const text = await readText(files.log(id));
    if (text === undefined || signal.aborted) continue;
    const excerpt = findIn(replay(id, decodeEvents(text)), query);
    if (excerpt !== undefined) onFound(id, excerpt);
  }
}

import type { Turn } from "./conversation.ts";
import type { Attachment } from "./services.ts";

/** Path of the file that an attachment is from, as the workspace shows it; empty for what is not of one file. */
export function attachedPath({ kind, detail }: Pick<Attachment, "kind" | "detail">): string {
  if (kind !== "file" && kind !== "selection" && kind !== "symbol") return "";
  return (detail.split(" · ", 1)[0] ?? "").replace(/:\d+(?:–\d+)?$/, "");
}

/**
 * Address of the repository whose changes an answer is about: those that went along with the latest question before it that
 * had some. Undefined when there were none, or from several.
 */
export function repositoryOf(turns: readonly Turn[], answerId: string): string | undefined {
  const before = turns.slice(
    0,
    turns.findIndex(({ id }) => id === answerId),
  );
  const asked = before.map((turn) =>
    turn.role === "user" ? turn.attachments.flatMap(({ repository }) => repository ?? []) : [],
  );
  const [repository, ...others] = new Set(asked.findLast((each) => each.length > 0));
  return others.length === 0 ? repository : undefined;
}

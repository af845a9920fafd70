import type { Priority } from "./governor.ts";

/** What windows tell each other about one request. */
export interface Note {
  readonly priority: Priority;
  /** When it was queued, ms since the epoch. */
  readonly at: number;
  running: boolean;
}

export interface Notes {
  readonly notes: readonly Note[];
  /** Ends of the slow-downs that windows heard of, ms since the epoch. */
  readonly slowUntil: readonly number[];
  /** How many requests windows with requests let run at a time. */
  readonly limits: readonly number[];
}

/**
 * One line for each request, e.g. `waiting interactive 1795300000000`, behind them `limit 2`, and `slow 1795300060000` when
 * there is a slow-down.
 */
export function writeNotes(notes: Iterable<Note>, limit: number, slowUntil: number): string {
  const lines = Array.from(
    notes,
    ({ running, priority, at }) => `${running ? "running" : "waiting"} ${priority} ${at}`,
  );
  if (lines.length > 0) lines.push(`limit ${limit}`);
  if (slowUntil > 0) lines.push(`slow ${slowUntil}`);
  return lines.join("\n");
}

/** Lines of another form are passed over: they come from another version, or from a file that is none of ours. */
export function readNotes(texts: readonly string[]): Notes {
  const notes: Note[] = [];
  const slowUntil: number[] = [];
  const limits: number[] = [];
  for (const line of texts.flatMap((text) => text.split("\n"))) {
    const [, fact, value] = /^(slow|limit) ([1-9]\d{0,14})$/.exec(line) ?? [];
    if (fact === "slow") slowUntil.push(Number(value));
    else if (fact === "limit") limits.push(Number(value));
    const [, word, priority, at] = /^(waiting|running) (interactive|background) (\d{1,15})$/.exec(line) ?? [];
    if (priority === "interactive" || priority === "background") {
      notes.push({ priority, at: Number(at), running: word === "running" });
    }
  }
  return { notes, slowUntil, limits };
}

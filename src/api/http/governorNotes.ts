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
}

/** One line for each request, e.g. `waiting interactive 1795300000000`, and `slow 1795300060000` when there is a slow-down. */
export function writeNotes(notes: Iterable<Note>, slowUntil: number): string {
  const lines = Array.from(
    notes,
    ({ running, priority, at }) => `${running ? "running" : "waiting"} ${priority} ${at}`,
  );
  return [...lines, ...(slowUntil > 0 ? [`slow ${slowUntil}`] : [])].join("\n");
}

/** Lines of another form are passed over: they come from another version, or from a file that is none of ours. */
export function readNotes(texts: readonly string[]): Notes {
  const notes: Note[] = [];
  const slowUntil: number[] = [];
  for (const line of texts.flatMap((text) => text.split("\n"))) {
    const [, word, priority, time] =
      /^(waiting|running|slow)(?: (interactive|background))? (\d{1,15})$/.exec(line) ?? [];
    if (word === "slow") slowUntil.push(Number(time));
    else if (priority === "interactive" || priority === "background") {
      notes.push({ priority, at: Number(time), running: word === "running" });
    }
  }
  return { notes, slowUntil };
}

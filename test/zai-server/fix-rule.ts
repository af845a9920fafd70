import type { Family, FoundFunction } from "./analyse.ts";
import type { Bilingual } from "./errors.ts";

/** Code as a rule sees it. `masked` has the same length as `code`. */
export interface Source {
  readonly code: string;
  readonly masked: string;
  readonly family: Family;
  readonly functions: readonly FoundFunction[];
  /** What the editor reported, as it stood in the prompt. */
  readonly diagnostics: string;
  /** Other code of the prompt, around the piece to repair. */
  readonly around: string;
  readonly newline: string;
}

/** One replacement; offsets are into `Source.code`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly why: Bilingual;
}

/** Finds one kind of bug. */
export type Rule = (source: Source) => Edit[];

/** An edit for every match of `pattern` in the masked code, unless `make` declines. */
export function replaceMatches(
  source: Source,
  pattern: RegExp,
  make: (match: RegExpMatchArray) => Omit<Edit, "why"> | undefined,
  why: Bilingual,
): Edit[] {
  const edits: Edit[] = [];
  for (const match of source.masked.matchAll(pattern)) {
    const edit = make(match);
    if (edit !== undefined) edits.push({ ...edit, why });
  }
  return edits;
}

/** Replaces a capture group: `lead` is what stands in front of it inside the match. */
export function swap(match: RegExpMatchArray, lead: string, old: string, text: string): Omit<Edit, "why"> {
  const start = (match.index ?? 0) + lead.length;
  return { start, end: start + old.length, text };
}

import { diffArrays } from "diff";

/** Turning one list of lines into another by the smallest changes, and those into text edits of an editor. */

export interface Hunk {
  /** 0-based line in the old text. */
  readonly start: number;
  /** Old lines that go. */
  readonly removed: number;
  readonly added: readonly string[];
}

export interface TextEdit {
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
  readonly text: string;
}

/** Beyond this many changed lines a finer diff costs more than it helps, and one hunk is used. */
const maxEditLength = 1000;

/** Hunks in order that turn `before` into `after`; at least one untouched line lies between two of them. */
export function lineHunks(before: readonly string[], after: readonly string[]): Hunk[] {
  const head = commonPrefix(before, after);
  const tail = commonSuffix(before, after, head);
  const oldMiddle = before.slice(head, before.length - tail);
  const newMiddle = after.slice(head, after.length - tail);
  if (oldMiddle.length === 0 && newMiddle.length === 0) return [];

  const changes = diffArrays(oldMiddle, newMiddle, { maxEditLength });
  if (!changes) return [{ start: head, removed: oldMiddle.length, added: newMiddle }];

  const hunks: Hunk[] = [];
  let line = head;
  let removed = 0;
  let added: string[] = [];
  const close = () => {
    if (removed > 0 || added.length > 0) hunks.push({ start: line - removed, removed, added });
    removed = 0;
    added = [];
  };
  for (const change of changes) {
    if (change.added) added.push(...change.value);
    else if (change.removed) {
      removed += change.value.length;
      line += change.value.length;
    } else {
      close();
      line += change.value.length;
    }
  }
  close();
  return hunks;
}

export function applyHunks(before: readonly string[], hunks: readonly Hunk[]): string[] {
  const result: string[] = [];
  let line = 0;
  for (const hunk of hunks) {
    result.push(...before.slice(line, hunk.start), ...hunk.added);
    line = hunk.start + hunk.removed;
  }
  return [...result, ...before.slice(line)];
}

/** Edits for a document that consists of `lines` joined by `eol`. They never overlap. */
export function textEdits(lines: readonly string[], hunks: readonly Hunk[], eol: string): TextEdit[] {
  return hunks.map((hunk) => textEdit(lines, hunk, eol));
}

type Point = readonly [line: number, character: number];

function edit(from: Point, to: Point, text: string): TextEdit {
  return { startLine: from[0], startCharacter: from[1], endLine: to[0], endCharacter: to[1], text };
}

function textEdit(lines: readonly string[], { start, removed, added }: Hunk, eol: string): TextEdit {
  const end = start + removed;
  const lengthOf = (line: number) => lines[line]?.length ?? 0;

  if (removed > 0 && added.length > 0) return edit([start, 0], [end - 1, lengthOf(end - 1)], added.join(eol));
  if (removed > 0) {
    if (end < lines.length) return edit([start, 0], [end, 0], "");
    // The last lines go, and the line break before them with them.
    const from: Point = start > 0 ? [start - 1, lengthOf(start - 1)] : [0, 0];
    return edit(from, [end - 1, lengthOf(end - 1)], "");
  }
  if (start < lines.length) return edit([start, 0], [start, 0], added.map((line) => line + eol).join(""));
  const last = lines.length - 1;
  return edit([last, lengthOf(last)], [last, lengthOf(last)], added.map((line) => eol + line).join(""));
}

/** Number of equal lines at the start. */
export function commonPrefix(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a[count] === b[count]) count++;
  return count;
}

/** Number of equal lines at the end, not counting the first `head` lines of either. */
export function commonSuffix(a: readonly string[], b: readonly string[], head: number): number {
  const most = Math.min(a.length, b.length) - head;
  let count = 0;
  while (count < most && a[a.length - 1 - count] === b[b.length - 1 - count]) count++;
  return count;
}

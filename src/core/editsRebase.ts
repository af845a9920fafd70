import type { LineRange } from "./codeContext.ts";
import { commonPrefix, commonSuffix } from "./edits.ts";

/**
 * Where the lines that a fix is about are now.
 *
 * `before` is the whole document when the fix was asked for, `now` the whole document at this moment. The answer is a
 * range whose lines are exactly those asked about, or undefined when they changed, are gone, or cannot be told apart
 * from a copy: then nothing may be written.
 */
export function rebaseRange(
  before: readonly string[],
  target: LineRange,
  now: readonly string[],
): LineRange | undefined {
  const wanted = before.slice(target.start, target.end);
  const head = commonPrefix(before, now);
  if (head === before.length && head === now.length) return target;

  const tail = commonSuffix(before, now, head);
  const shift = now.length - before.length;
  const copiesBefore = occurrences(before, wanted);
  const copiesNow = occurrences(now, wanted);
  // A new copy next to the old lines would make every choice a guess.
  if (copiesNow.length <= copiesBefore.length) {
    if (target.end <= head) return target;
    if (target.start >= before.length - tail) return { start: target.start + shift, end: target.end + shift };
  }
  // Edits on both sides: only an unmistakable place counts.
  const [only] = copiesNow;
  if (only !== undefined && copiesNow.length === 1 && copiesBefore.length === 1) {
    return { start: only, end: only + wanted.length };
  }
  return undefined;
}

/**
 * Lines to ask about again after a conflict: the old range and whatever changed around it, as they are now. Never
 * empty for a non-empty document.
 */
export function rangeToAskAgain(before: readonly string[], target: LineRange, now: readonly string[]): LineRange {
  const head = commonPrefix(before, now);
  const tail = commonSuffix(before, now, head);
  const touches = target.start < before.length - tail && target.end > head;
  const shift = now.length - before.length;
  const moved = !touches && target.start >= before.length - tail ? shift : 0;
  const start = touches ? Math.min(target.start, head) : target.start + moved;
  const end = touches ? Math.max(target.end, before.length - tail) + shift : target.end + moved;
  const first = Math.min(Math.max(start, 0), now.length - 1);
  return { start: first, end: Math.min(Math.max(end, first + 1), now.length) };
}

/** First lines of every place where `wanted` stands in `lines`; overlapping ones count. */
function occurrences(lines: readonly string[], wanted: readonly string[]): number[] {
  const found: number[] = [];
  for (let at = 0; at + wanted.length <= lines.length && found.length < countLimit; at++) {
    if (wanted.every((line, offset) => lines[at + offset] === line)) found.push(at);
  }
  return found;
}

/** Copies are compared by number, so all of them count; this only bounds the work on a pathological document. */
const countLimit = 10_000;

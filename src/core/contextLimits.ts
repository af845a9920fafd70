/**
 * What one attachment may hold at most, in UTF-16 units: about 50,000 tokens of code, a quarter of what most models read. More of
 * one file drowns the question; it can still be attached in parts.
 */
export const longestAttachment = 200_000;

/** Files above this are not read at all, in bytes. */
export const largestFile = 20_000_000;

export interface Shortened {
  readonly text: string;
  /** Lines that are left, and how many there were. Absent when nothing was cut. */
  readonly lines?: { readonly kept: number; readonly of: number };
}

/** Whole lines from the beginning as far as they fit; a first line that is too long itself is cut. */
export function shortened(text: string, longest = longestAttachment): Shortened {
  if (text.length <= longest) return { text };
  const of = text.split("\n").length;
  const end = text.lastIndexOf("\n", longest);
  const kept = end > 0 ? text.slice(0, end) : cutAt(text, longest);
  return { text: kept, lines: { kept: kept.split("\n").length, of } };
}

/** The same from the end, for logs and output, whose end says how it came out. */
export function shortenedFront(text: string, longest = longestAttachment): Shortened {
  if (text.length <= longest) return { text };
  const of = text.split("\n").length;
  const start = text.indexOf("\n", text.length - longest - 1);
  const kept = start >= 0 && start < text.length - 1 ? text.slice(start + 1) : text.slice(-longest);
  return { text: kept, lines: { kept: kept.split("\n").length, of } };
}

/** Does not leave half of a character that takes two units. */
function cutAt(text: string, end: number): string {
  return text.slice(0, /[\ud800-\udbff]/.test(text[end - 1] ?? "") ? end - 1 : end);
}

/** How much of a file is looked at to tell text from bytes. */
const lookedAt = 8_000;

/** As git tells them apart: a zero byte near the beginning. UTF-16 has many, but begins with a mark. */
export function isBinary(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return false;
  return bytes.subarray(0, lookedAt).includes(0);
}

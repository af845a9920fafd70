/** A piece of a document by offsets in UTF-16 units, `end` exclusive. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** One change of a document, as the editor tells it. */
export interface TextChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/**
 * Where a span is after changes that are told at once. Offsets of all changes are those before any of them, so that they are
 * taken from the last to the first. A change inside of the span makes it longer or shorter; one across an end takes that in.
 */
export function afterChanges(span: TextSpan, changes: readonly TextChange[]): TextSpan {
  return [...changes].sort((one, other) => other.rangeOffset - one.rangeOffset).reduce(afterChange, span);
}

function afterChange({ start, end }: TextSpan, { rangeOffset, rangeLength, text }: TextChange): TextSpan {
  const changeEnd = rangeOffset + rangeLength;
  const growth = text.length - rangeLength;
  if (changeEnd <= start) return { start: start + growth, end: end + growth };
  if (rangeOffset >= end) return { start, end };
  return { start: Math.min(start, rangeOffset), end: Math.max(end, changeEnd) + growth };
}

/**
 * Finds a span again in a text that changed unseen, e.g. on disk: where it was, else where its text is nearest. Undefined
 * when its text is gone.
 */
export function refound(text: string, span: TextSpan, was: string): TextSpan | undefined {
  if (text.startsWith(was, span.start)) return { start: span.start, end: span.start + was.length };
  const before = text.lastIndexOf(was, span.start);
  const after = text.indexOf(was, span.start);
  const near = before >= 0 && (after < 0 || span.start - before < after - span.start) ? before : after;
  return near < 0 || was === "" ? undefined : { start: near, end: near + was.length };
}

/**
 * Which lines of a document a question or a fix is about. Lines are 0-based and ranges half-open, as in
 * `Array.prototype.slice`.
 */

export interface LineRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface SymbolNode {
  readonly name: string;
  /** `other` is everything that is neither callable nor a type: variables, keys, modules. */
  readonly kind: "function" | "type" | "other";
  readonly lines: LineRange;
  readonly children: readonly SymbolNode[];
}

/** Text lines for any mix of line endings; `"a\n"` has two lines, as in an editor. */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

export function isBlank(line: string): boolean {
  return line.trim() === "";
}

/** Whole lines of a selection. One that ends at the start of a line does not include that line. */
export function wholeLines(startLine: number, endLine: number, endCharacter: number): LineRange {
  return { start: startLine, end: endCharacter === 0 && endLine > startLine ? endLine : endLine + 1 };
}

function covers(outer: LineRange, inner: LineRange): boolean {
  return outer.start <= inner.start && outer.end >= inner.end;
}

/**
 * Innermost function or type around `lines` that has at most `maxLines`; else the innermost other symbol of several
 * lines (an arrow function in a constant, an object). Undefined when nothing fits.
 */
export function enclosingSymbol(
  symbols: readonly SymbolNode[],
  lines: LineRange,
  maxLines: number,
): SymbolNode | undefined {
  const around: SymbolNode[] = [];
  let level = symbols;
  for (;;) {
    const next = level.find((symbol) => covers(symbol.lines, lines));
    if (!next) break;
    around.unshift(next);
    level = next.children;
  }
  const fits = around.filter(({ lines: { start, end } }) => end - start <= maxLines);
  return (
    fits.find((symbol) => symbol.kind !== "other") ?? fits.find((symbol) => symbol.lines.end - symbol.lines.start > 1)
  );
}

/**
 * The block of text around a line where no language service knows better: from one unindented line after a blank line
 * to the next such line, at most `maxLines`, without blank lines at its ends. Undefined when every line is blank.
 */
export function surroundingBlock(lines: readonly string[], cursor: number, maxLines = 60): LineRange | undefined {
  const anchor = nearestText(lines, cursor);
  if (anchor === undefined) return undefined;
  const opensBlock = (at: number) => /^\S/.test(lines[at] ?? "") && (at === 0 || isBlank(lines[at - 1] ?? ""));

  let start = anchor;
  while (start > 0 && !opensBlock(start)) start--;
  let end = anchor + 1;
  while (end < lines.length && !opensBlock(end)) end++;
  if (end - start > maxLines) {
    start = Math.max(start, anchor - Math.floor(maxLines / 2));
    end = Math.min(end, start + maxLines);
  }
  while (isBlank(lines[start] ?? "x")) start++;
  while (isBlank(lines[end - 1] ?? "x")) end--;
  return { start, end };
}

function nearestText(lines: readonly string[], cursor: number): number | undefined {
  for (let distance = 0; distance <= lines.length; distance++) {
    for (const at of [cursor - distance, cursor + distance]) {
      const line = lines[at];
      if (line !== undefined && !isBlank(line)) return at;
    }
  }
  return undefined;
}

/** Lines to show for a problem: the symbol around it when it is of bearable size, else a few lines on both sides. */
export function linesForProblem(
  lines: readonly string[],
  problem: LineRange,
  symbols: readonly SymbolNode[],
  maxSymbol = 120,
  margin = 15,
): LineRange {
  const start = Math.min(Math.max(problem.start, 0), lines.length - 1);
  // Some linters mark a whole file; its first line is then where the message belongs.
  const end = problem.end - start > maxSymbol ? start + 1 : Math.min(Math.max(problem.end, start + 1), lines.length);
  const symbol = enclosingSymbol(symbols, { start, end }, maxSymbol);
  if (symbol) return { start: symbol.lines.start, end: Math.min(symbol.lines.end, lines.length) };
  return { start: Math.max(0, start - margin), end: Math.min(lines.length, end + margin) };
}

export interface Surroundings {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Lines on both sides of `target`, nearest first to go in, at most `maxLines` and `maxChars` per side. */
export function surroundings(
  lines: readonly string[],
  target: LineRange,
  maxLines = 60,
  maxChars = 6000,
): Surroundings {
  const take = (nearestFirst: readonly string[]) => {
    let room = maxChars;
    const kept: string[] = [];
    for (const line of nearestFirst.slice(0, maxLines)) {
      room -= line.length + 1;
      if (room < 0) break;
      kept.push(line);
    }
    return kept;
  };
  return {
    before: take(lines.slice(0, target.start).toReversed()).toReversed(),
    after: take(lines.slice(target.end, target.end + maxLines)),
  };
}

/** `40–71`, or `40` for one line: 1-based, as editors show it. */
export function lineLabel(lines: LineRange): string {
  return lines.end - lines.start <= 1 ? `${lines.start + 1}` : `${lines.start + 1}–${lines.end}`;
}

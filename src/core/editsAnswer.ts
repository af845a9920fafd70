import { isBlank, splitLines } from "./codeContext.ts";

/** Reading the replacement code out of a model's answer, and making it fit the place it is for. */

export type ExtractedCode =
  /** No code block has begun. */
  | { readonly state: "none" }
  /** A block has begun and has not ended: fine while streaming, broken at the end. */
  | { readonly state: "open"; readonly lines: readonly string[] }
  | { readonly state: "complete"; readonly lines: readonly string[] };

interface Fence {
  readonly indent: number;
  readonly mark: string;
  readonly info: string;
}

/**
 * The code block that an answer offers. While `finished` is false a last line without line break is not looked at. Of
 * several complete blocks the last one wins that is at least half as long as the longest: models quote the old code
 * first, and sometimes end with a short example.
 */
export function extractCode(answer: string, finished: boolean): ExtractedCode {
  const all = splitLines(answer);
  const lines = finished ? all : all.slice(0, -1);
  const complete: string[][] = [];
  let open: { fence: Fence; nested: number; lines: string[] } | undefined;

  for (const line of lines) {
    const fence = parseFence(line);
    if (!open) {
      if (fence) open = { fence, nested: 0, lines: [] };
      continue;
    }
    // Deeper fences are examples inside comments, and a shorter one cannot close a longer one.
    const counts = fence && fence.mark[0] === open.fence.mark[0] && fence.indent <= open.fence.indent + 3;
    if (counts && fence.mark.length >= open.fence.mark.length) {
      if (fence.info !== "") open.nested++;
      else if (open.nested > 0) open.nested--;
      else {
        complete.push(open.lines);
        open = undefined;
        continue;
      }
    }
    open.lines.push(dedent(line, open.fence.indent));
  }

  if (open) return { state: "open", lines: open.lines };
  const longest = Math.max(...complete.map(sizeOf));
  const chosen = complete.findLast((block) => sizeOf(block) * 2 >= longest);
  return chosen ? { state: "complete", lines: chosen } : { state: "none" };
}

function parseFence(line: string): Fence | undefined {
  const found = /^(\s*)(`{3,}|~{3,})([^`]*)$/.exec(line);
  if (!found) return undefined;
  const [, indent = "", mark = "", info = ""] = found;
  return { indent: indent.length, mark, info: info.trim() };
}

/** Takes away the indentation that a fence inside a list gives to its content. */
function dedent(line: string, indent: number): string {
  const own = /^\s*/.exec(line)?.[0].length ?? 0;
  return line.slice(Math.min(own, indent));
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/**
 * Makes the code of an answer fit the lines it replaces: context lines that the model repeated are dropped, lost
 * indentation comes back, and blank lines at both ends stay as they were (so the document's last line break does too).
 */
export function fitReplacement(
  code: readonly string[],
  target: readonly string[],
  before: readonly string[],
  after: readonly string[],
): string[] {
  const bare = trimBlank(withoutEcho(code, target, before, after));
  if (bare.length === 0) return [];
  const first = target.findIndex((line) => !isBlank(line));
  if (first < 0) return bare;
  const last = target.findLastIndex((line) => !isBlank(line));
  return [...target.slice(0, first), ...restoreIndent(bare, target), ...target.slice(last + 1)];
}

function trimBlank(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => !isBlank(line));
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex((line) => !isBlank(line)) + 1);
}

/** Enough text to be no coincidence, unlike closing brackets and blank lines. */
function telling(lines: readonly string[]): boolean {
  return lines.filter((line) => /\w/.test(line)).length >= 2;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.every((line, at) => line.trimEnd() === b[at]?.trimEnd());
}

/** Models that answer with more than the marked range repeat its neighbours; written back they would stand twice. */
function withoutEcho(
  code: readonly string[],
  target: readonly string[],
  before: readonly string[],
  after: readonly string[],
): readonly string[] {
  let result = code;
  for (let count = Math.min(before.length, code.length); count > 1; count--) {
    const echo = before.slice(-count);
    if (!same(echo, result.slice(0, count)) || !telling(echo)) continue;
    if (!same(echo, target.slice(0, count))) result = result.slice(count);
    break;
  }
  for (let count = Math.min(after.length, result.length); count > 1; count--) {
    const echo = after.slice(0, count);
    if (!same(echo, result.slice(-count)) || !telling(echo)) continue;
    if (!same(echo, target.slice(-count))) result = result.slice(0, -count);
    break;
  }
  return result;
}

/** Gives back the common indentation, or that of the first line alone, when the answer matches the old code better so. */
function restoreIndent(code: readonly string[], target: readonly string[]): readonly string[] {
  const indent = commonIndent(target);
  const firstIndent = indentOf(target.find((line) => !isBlank(line)) ?? "");
  const known = new Set(target.filter((line) => !isBlank(line)));
  const score = (lines: readonly string[]) => lines.filter((line) => known.has(line)).length;

  const shifted = code.map((line) => (isBlank(line) ? line : indent + line));
  const firstOnly = code.map((line, at) => (at === 0 ? firstIndent + line : line));
  const startsBare = indentOf(code[0] ?? "") === "";
  if (indent !== "" && commonIndent(code) === "" && startsBare && score(shifted) >= score(code)) {
    return score(firstOnly) > score(shifted) ? firstOnly : shifted;
  }
  return startsBare && score(firstOnly) > score(code) ? firstOnly : code;
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

function commonIndent(lines: readonly string[]): string {
  let common: string | undefined;
  for (const line of lines) {
    if (isBlank(line)) continue;
    const indent = indentOf(line);
    if (common === undefined) common = indent;
    while (!indent.startsWith(common)) common = common.slice(0, -1);
  }
  return common ?? "";
}

/** What to show while an answer streams: the lines so far over the old ones, so that the rest does not look deleted. */
export function overlay(partial: readonly string[], target: readonly string[]): string[] {
  return [...partial, ...target.slice(partial.length)];
}

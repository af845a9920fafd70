import { isBlank, type LineRange } from "./codeContext.ts";

/**
 * Where the code of an answer belongs in a document. Wrong is worse than unknown: a snippet never stands for a whole file, and
 * what could go to two places goes to none.
 */
export type CodePlace =
  /** The code is the whole document in another version. */
  | { readonly kind: "whole" }
  /** The code is another version of these lines. */
  | { readonly kind: "lines"; readonly lines: LineRange }
  /** `elided`: it leaves parts out, so that written as it stands it would delete them. */
  | { readonly kind: "unknown"; readonly reason: "elided" | "not-found" | "ambiguous" };

/** A comparison beyond this many pairs of lines takes too long. */
const mostPairs = 8_000_000;

export function placeOfCode(code: readonly string[], document: readonly string[]): CodePlace {
  if (document.every(isBlank)) return { kind: "whole" };
  if (code.some(isElision)) return { kind: "unknown", reason: "elided" };
  if (isWhole(code, document)) return { kind: "whole" };
  const declared = placeByName(code, document);
  if (declared) return declared;
  return placeByLines(code, document);
}

/** "// ... existing code ..." and its like. */
function isElision(line: string): boolean {
  const text = line.trim();
  if (/^(?:\.{3}|…)$/.test(text)) return true;
  return (
    /^(?:\/\/|#|--|\/\*|<!--|;|%|\{\/\*).*(?:\.{3}|…)/.test(text) &&
    /(?:\.{3}|…)\s*(?:\*\/\}?|-->)?$|^\W*(?:\.{3}|…)/.test(text)
  );
}

/** Enough letters to be no coincidence, unlike brackets and blank lines. */
function isTelling(line: string): boolean {
  return (line.match(/\w/g)?.length ?? 0) >= 3;
}

function keyOf(line: string): string {
  return line.trim();
}

/** Begins and ends as the document does, or holds nearly all of it. */
function isWhole(code: readonly string[], document: readonly string[]): boolean {
  const wanted = document.filter(isTelling).map(keyOf);
  const given = new Set(code.filter(isTelling).map(keyOf));
  if (wanted.length === 0) return false;
  const kept = wanted.filter((line) => given.has(line)).length / wanted.length;
  const sameStart = given.has(wanted[0] ?? "") && keyOf(code.find(isTelling) ?? "") === wanted[0];
  return kept >= 0.9 || (sameStart && kept >= 0.5 && given.has(wanted.at(-1) ?? ""));
}

const declaration =
  /^\s*(?:(?:export|default|public|private|protected|internal|static|async|abstract|final|override|pub(?:\([^)]*\))?|unsafe|inline|virtual|sealed|partial|readonly|declare)\s+)*(?:function\s*\*?|class|interface|type|enum|struct|def|func|fun|fn|trait|impl|module|namespace|record|object|sub|const|let|var|val)\s+(?:\([^)]*\)\s*)?([A-Za-z_$][\w$]*)/;
const method = /^\s*(?:[\w<>[\],.?]+\s+)*([A-Za-z_$#][\w$]*)\s*\([^;]*\)[^;=]*\{\s*$/;
const controlWords = new Set(
  "if for while switch catch return else do try with function match unless until".split(" "),
);

/** Of a longer line nobody would say that it declares something, and reading one of a minified file takes minutes. */
const longestDeclaration = 1_000;

/** Name that a line declares, if it does. */
function declaredName(line: string): string | undefined {
  if (line.length > longestDeclaration) return undefined;
  const found = declaration.exec(line)?.[1] ?? method.exec(line)?.[1];
  return found === undefined || controlWords.has(found) ? undefined : found;
}

/** Comments, decorators and attributes, which belong to the declaration below them. */
function isPreface(line: string): boolean {
  return /^\s*(?:\/\/|\/\*|\*|#|@|--|\[)/.test(line);
}

/** A function or type of one name in both: the lines of the old one. */
function placeByName(code: readonly string[], document: readonly string[]): CodePlace | undefined {
  const first = code.findIndex((line) => !isBlank(line) && !isPreface(line));
  const name = declaredName(code[first] ?? "");
  if (name === undefined) return undefined;
  const own = blockFrom(code, first);
  // More than that one thing: then every part has to find its place.
  if (code.slice(own.end).some((line) => !isBlank(line))) return undefined;
  const indent = indentOf(code[first] ?? "");
  const all = document.flatMap((line, at) => (declaredName(line) === name ? [at] : []));
  const sameIndent = all.filter((at) => indentOf(document[at] ?? "") === indent);
  const candidates = sameIndent.length > 0 ? sameIndent : all;
  const [start] = candidates;
  if (start === undefined) return undefined;
  if (candidates.length > 1) return { kind: "unknown", reason: "ambiguous" };
  const block = blockFrom(document, start);
  let top = start;
  if (code.slice(0, first).some((line) => !isBlank(line))) {
    while (top > 0 && isPreface(document[top - 1] ?? "")) top--;
  }
  return { kind: "lines", lines: { start: top, end: block.end } };
}

/** From a line to the end of what is indented below it, with the line that closes it. */
export function blockFrom(lines: readonly string[], start: number): LineRange {
  const depth = indentOf(lines[start] ?? "").length;
  let end = start + 1;
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (isBlank(line)) continue;
    const own = indentOf(line).length;
    // A closing line, or the end of a head that is spread over several lines.
    const closes = own === depth && /^\s*(?:[)\]}]|end\b|fi\b|done\b|esac\b|\{)/.test(line);
    if (own < depth || (own === depth && !closes)) break;
    end = at + 1;
    if (closes && !/[({[:]\s*$|=>\s*$/.test(line)) break;
  }
  return { start, end };
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

interface Alignment {
  readonly score: number;
  readonly lines: LineRange;
  /** Telling lines that both have. */
  readonly shared: number;
}

/** The stretch of the document that has the most lines of the code in the same order. */
function placeByLines(code: readonly string[], document: readonly string[]): CodePlace {
  if (code.length * document.length > mostPairs) return { kind: "unknown", reason: "not-found" };
  const best = align(code, document);
  const telling = code.filter(isTelling).length;
  if (best === undefined || best.shared < 1) return { kind: "unknown", reason: "not-found" };
  if (best.shared < 2 || best.shared < telling * 0.3) return { kind: "unknown", reason: "not-found" };
  const rest = document.map((line, at) => (at >= best.lines.start && at < best.lines.end ? "" : line));
  const second = align(code, rest);
  if (second !== undefined && second.score > best.score * 0.8) return { kind: "unknown", reason: "ambiguous" };
  return { kind: "lines", lines: withSimilarEnds(best.lines, code, document) };
}

/** Local alignment (Smith and Waterman) of lines: a shared line counts, one that only one side has costs a little. */
function align(code: readonly string[], document: readonly string[]): Alignment | undefined {
  const codeKeys = code.map(keyOf);
  const weights = code.map((line) => (isTelling(line) ? 4 : isBlank(line) ? 0 : 1));
  let above = new Float64Array(code.length + 1);
  let startsAbove = new Int32Array(code.length + 1).fill(-1);
  let sharedAbove = new Int32Array(code.length + 1);
  let best: Alignment | undefined;
  for (const [row, raw] of document.entries()) {
    const key = keyOf(raw);
    const scores = new Float64Array(code.length + 1);
    const starts = new Int32Array(code.length + 1).fill(-1);
    const shared = new Int32Array(code.length + 1);
    for (let column = 1; column <= code.length; column++) {
      const weight = weights[column - 1] ?? 0;
      const up = (above[column] ?? 0) - 0.5;
      const left = (scores[column - 1] ?? 0) - 0.5;
      const matches = weight > 0 && codeKeys[column - 1] === key;
      const diagonal = matches ? (above[column - 1] ?? 0) + weight : 0;
      const score = Math.max(0, up, left, diagonal);
      if (score === 0) continue;
      scores[column] = score;
      if (score === diagonal) {
        const before = startsAbove[column - 1] ?? -1;
        starts[column] = before < 0 ? row : before;
        shared[column] = (before < 0 ? 0 : (sharedAbove[column - 1] ?? 0)) + (weight === 4 ? 1 : 0);
        if (score > (best?.score ?? 0)) {
          best = { score, lines: { start: starts[column] ?? row, end: row + 1 }, shared: shared[column] ?? 0 };
        }
      } else {
        starts[column] = score === up ? (startsAbove[column] ?? -1) : (starts[column - 1] ?? -1);
        shared[column] = score === up ? (sharedAbove[column] ?? 0) : (shared[column - 1] ?? 0);
      }
    }
    [above, startsAbove, sharedAbove] = [scores, starts, shared];
  }
  return best;
}

/** A changed first or last line, e.g. a new parameter in a function's head, replaces the old one and does not join it. */
function withSimilarEnds({ start, end }: LineRange, code: readonly string[], document: readonly string[]): LineRange {
  const known = new Set(document.slice(start, end).map(keyOf));
  const head = code.slice(
    0,
    Math.max(
      0,
      code.findIndex((line) => isTelling(line) && known.has(keyOf(line))),
    ),
  );
  const tail = code.slice(code.findLastIndex((line) => isTelling(line) && known.has(keyOf(line))) + 1);
  const extended = { start, end };
  const above = document[start - 1];
  if (above !== undefined && head.some((line) => isSimilar(line, above))) extended.start--;
  const below = document[end];
  if (below !== undefined && tail.some((line) => isSimilar(line, below))) extended.end++;
  return extended;
}

function isSimilar(one: string, other: string): boolean {
  const a = new Set(one.match(/\w+/g));
  const b = new Set(other.match(/\w+/g));
  const both = [...a].filter((word) => b.has(word)).length;
  return both >= 2 && (2 * both) / (a.size + b.size) >= 0.6;
}

/** From when on a stretch that is repeated without a break counts as a loop of the model. Characters, not tokens. */
interface LoopRule {
  /** Shortest stretch that the rule is about. */
  readonly period: number;
  /** Least part of it that is letters and spaces: what people write has more than tables, code, numbers and drawings. */
  readonly prose: number;
  /** Different letters in it. */
  readonly letters: number;
  readonly copies: number;
  /** All copies together. */
  readonly length: number;
}

/**
 * Chosen so that no answer that makes sense is cut, at the price of some thousand wasted tokens: nobody asks for one
 * paragraph twenty times or for one sentence a thousand times, while rows of a table, zeros, dashes and padding may well
 * come by the thousand.
 */
const loopRules: readonly LoopRule[] = [
  { period: 200, prose: 0.85, letters: 8, copies: 20, length: 20_000 },
  { period: 8, prose: 0.85, letters: 4, copies: 100, length: 12_000 },
  { period: 1, prose: 0, letters: 0, copies: 8, length: 60_000 },
];

/** Text is looked at in pieces of this size. */
const pieceLength = 4096;
/** A loop with a longer stretch is not seen. */
const longestPeriod = 4096;
const keptLength = 2 * longestPeriod;
/** Equal characters that make a closer look worth it. Ordinary text repeats so many only by quoting itself. */
const needleLength = 64;
/** Characters compared in one closer look, so that the cost of the whole stays linear. */
const lookBudget = 4 * keptLength;

export interface RepetitionWatch {
  /** True as soon as the text so far ends in a loop. */
  add(text: string): boolean;
}

/** Notices a model that says the same stretch over and over. Keeps 12,000 characters and takes 3 ms for a million. */
export function createRepetitionWatch(rules = loopRules): RepetitionWatch {
  let pending = "";
  let kept = "";
  /** `kept` ends with `length` characters of which each equals the one `period` before it; 0 = it does not. */
  let loop = { period: 0, length: 0 };

  const look = (piece: string): boolean => {
    const all = kept + piece;
    const { period } = loop;
    const goesOn = period > 0 && piece === all.slice(-(piece.length + period), -period);
    loop = goesOn ? { period, length: loop.length + piece.length } : findLoop(all);
    kept = all.slice(-keptLength);
    return loop.period > 0 && isLoop(loop.length, kept.slice(-loop.period), rules);
  };

  return {
    add(text) {
      pending += text;
      if (pending.length < pieceLength) return false;
      const whole = pending.length - (pending.length % pieceLength);
      let found = false;
      for (let at = 0; at < whole && !found; at += pieceLength) found = look(pending.slice(at, at + pieceLength));
      pending = pending.slice(whole);
      return found;
    },
  };
}

/** The shortest stretch with whose copies the text ends, at least three of them. */
function findLoop(text: string): { period: number; length: number } {
  const needleAt = text.length - needleLength;
  const needle = text.slice(needleAt);
  let budget = lookBudget;
  for (let at = text.lastIndexOf(needle, needleAt - 1); at !== -1; at = text.lastIndexOf(needle, at - 1)) {
    const period = needleAt - at;
    if (period > longestPeriod || budget <= 0) break;
    let start = text.length;
    while (start > period && text.charCodeAt(start - 1) === text.charCodeAt(start - 1 - period)) start--;
    const length = text.length - start + period;
    budget -= length;
    if (length >= Math.min(3 * period, text.length)) return { period, length };
    if (at === 0) break;
  }
  return { period: 0, length: 0 };
}

function isLoop(length: number, stretch: string, rules: readonly LoopRule[]): boolean {
  const period = stretch.length;
  const candidates = rules.filter(
    (rule) => period >= rule.period && length >= rule.length && length >= period * rule.copies,
  );
  if (candidates.length === 0) return false;
  const letters = stretch.match(/\p{L}/gu) ?? [];
  const spaces = stretch.match(/\s/g) ?? [];
  const prose = (letters.length + spaces.length) / period;
  const different = new Set(letters).size;
  return candidates.some((rule) => prose >= rule.prose && different >= rule.letters);
}

/** Finds files and symbols by a few letters of their names, as VS Code's own quick open does. */

/** Anything that can be found: what is matched is `name` first, then the whole `path`. */
export interface Findable {
  readonly name: string;
  readonly path: string;
}

const none = Number.NEGATIVE_INFINITY;

/**
 * How well `query` (lower case) fits, higher is better; `-Infinity` when its letters do not occur in this order. A hit in
 * the name beats any in the folders, a beginning beats a middle, letters in a row beat scattered ones, short beats long.
 */
function score(query: string, { name, path }: Findable): number {
  const inName = scoreIn(query, name);
  if (inName > none) return 1000 + inName - name.length / 10;
  const inPath = scoreIn(query, path);
  return inPath - path.length / 100;
}

function scoreIn(query: string, text: string): number {
  const lower = text.toLowerCase();
  if (lower === query) return 900;
  const whole = lower.indexOf(query);
  if (whole === 0) return 800;
  if (whole > 0) return (isStart(text, whole) ? 600 : 400) - whole / 100;
  // Most files of a large project end here.
  let from = -1;
  for (const letter of query) if ((from = lower.indexOf(letter, from + 1)) < 0) return none;
  let total = 0;
  from = 0;
  let previous = -2;
  for (const letter of query) {
    let at = lower.indexOf(letter, from);
    if (at < 0) return none;
    // A letter that begins a word is what people type: "cB" means codeBlocks rather than the first b that comes.
    const start = nextStart(text, lower, letter, at);
    if (at !== previous + 1 && start !== undefined) at = start;
    total += at === previous + 1 ? 6 : isStart(text, at) ? 5 : 1;
    previous = at;
    from = at + letter.length;
  }
  return total;
}

/** True where a word begins: at the front, behind a separator, or at a capital behind a small letter. */
function isStart(text: string, at: number): boolean {
  if (at === 0) return true;
  const before = text.charCodeAt(at - 1);
  if (before < 128 && !isLetterOrDigit(before)) return true;
  const own = text.charCodeAt(at);
  return own >= 65 && own <= 90 && before >= 97 && before <= 122;
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}

function nextStart(text: string, lower: string, letter: string, from: number): number | undefined {
  for (let at = from; at >= 0; at = lower.indexOf(letter, at + 1)) if (isStart(text, at)) return at;
  return undefined;
}

/** The best `limit` of `items`; all in their order when there is no query. Blanks separate parts that must all fit. */
export function bestMatches<Item extends Findable>(items: Iterable<Item>, query: string, limit: number): Item[] {
  const parts = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found: { readonly item: Item; readonly points: number }[] = [];
  for (const item of items) {
    let points = 0;
    for (const part of parts) points += score(part.replaceAll("\\", "/"), item);
    if (points > none) found.push({ item, points });
    if (parts.length === 0 && found.length >= limit) break;
  }
  // Equal ones stay in the order in which they came: those first that the user has open.
  return found
    .sort((one, other) => other.points - one.points)
    .slice(0, limit)
    .map(({ item }) => item);
}

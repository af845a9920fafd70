const fillers = new Set(
  "a an and are as at be by can do does for from how i in is it my of on or that the this to was what when where which who why with you your".split(
    " ",
  ),
);

/** The words a text is found by: lower case, without fillers and the plural's s; Chinese as pairs of characters. */
export function terms(text: string): string[] {
  const found: string[] = [];
  for (const [run] of text.toLowerCase().matchAll(/[a-z0-9_+#]+|[\u3400-\u9fff]+/g)) {
    if (/^[a-z0-9_+#]/.test(run)) {
      if (!fillers.has(run)) found.push(run.length > 3 ? run.replace(/s$/, "") : run);
    } else if (run.length === 1) found.push(run);
    else for (let at = 0; at + 1 < run.length; at++) found.push(run.slice(at, at + 2));
  }
  return found;
}

/** How much of a query's words a text holds, 0 to 1. */
export function keywordScore(query: string, text: string): number {
  const wanted = new Set(terms(query));
  if (wanted.size === 0) return 0;
  const held = new Set(terms(text));
  return [...wanted].filter((term) => held.has(term)).length / wanted.size;
}

/** How alike two texts are, 0 to 1: the cosine of their counts of three-letter runs. Stands in for an embedding. */
export function likeness(a: string, b: string): number {
  const left = trigrams(a);
  const right = trigrams(b);
  let shared = 0;
  for (const [gram, count] of left) shared += count * (right.get(gram) ?? 0);
  const lengths = Math.sqrt(squares(left) * squares(right));
  return lengths === 0 ? 0 : shared / lengths;
}

function trigrams(text: string): Map<string, number> {
  const flat = ` ${text
    .toLowerCase()
    .replace(/[^a-z0-9\u3400-\u9fff]+/g, " ")
    .trim()} `;
  const counts = new Map<string, number>();
  for (let at = 0; at + 2 < flat.length; at++) {
    const gram = flat.slice(at, at + 3);
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function squares(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count * count;
  return sum;
}

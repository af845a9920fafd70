const wide = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/g;

/** A rough count by the published rule of thumb: four Latin characters or one and a half Chinese ones are a token. */
export function countTokens(text: string): number {
  const chinese = text.match(wide)?.length ?? 0;
  return Math.ceil(chinese / 1.5 + (text.length - chinese) / 4);
}

/** Remembers earlier prompts by key, so that cached tokens are counted and not made up. */
export class PrefixCache {
  readonly #seen = new Map<string, string[]>();

  /** Tokens of the longest beginning that `prompt` shares with an earlier prompt of the same key; then remembers it. */
  hit(key: string, prompt: string): number {
    const earlier = this.#seen.get(key) ?? [];
    let longest = 0;
    for (const other of earlier) longest = Math.max(longest, sharedLength(other, prompt));
    earlier.push(prompt);
    // A long test run must not hold every prompt it ever sent.
    if (earlier.length > 32) earlier.shift();
    this.#seen.set(key, earlier);
    // Caches work in blocks; without this the opening bracket that all prompts share would count as a hit.
    const tokens = Math.min(countTokens(prompt.slice(0, longest)), countTokens(prompt));
    return tokens - (tokens % 16);
  }

  clear(): void {
    this.#seen.clear();
  }
}

function sharedLength(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let at = 0;
  while (at < limit && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

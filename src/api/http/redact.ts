/**
 * Takes credentials and payloads out of text that is about to be logged or shown (API notes 1.3). Covers API keys in
 * their observed shape, bearer tokens, JWTs and data URIs; `secrets` of at least four characters are replaced wherever they
 * occur, so that a custom server's key of unknown shape is covered too.
 */
export function redact(text: string, ...secrets: readonly (string | undefined)[]): string {
  const known = secrets
    .filter((secret) => secret !== undefined)
    .filter((secret) => secret.length >= 4)
    // One may be a part of another.
    .toSorted((one, other) => other.length - one.length)
    .reduce((rest, secret) => rest.replaceAll(secret, "[key]"), text);
  return known
    .replace(/data:[\w.+-]+\/[\w.+-]+(?:;[\w=.+-]+)*,[A-Za-z0-9+/=_%-]*/g, "[data]")
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, "[token]")
    .replace(/\b[0-9a-f]{32}\.[A-Za-z0-9]{8,64}\b/gi, "[key]")
    .replace(/\b(Bearer)\s+[^\s"',;]+/gi, "$1 [key]")
    .replace(/\bsk-[\w-]{8,}/g, "[key]");
}

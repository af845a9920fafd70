import type { Endpoint } from "./platforms.ts";

const idDotSecret = /^[^\s.]+\.[^\s.]+$/;
const observedShape = /^[0-9a-f]{32}\.[A-Za-z0-9]{16}$/;

/** A key as a user pasted it: surrounding white space, quotes and a leading `Bearer ` are dropped. */
export function normaliseKey(typed: string): string {
  return typed
    .trim()
    .replace(/^(["'])(.*)\1$/, "$2")
    .replace(/^Bearer\s+/i, "")
    .trim();
}

/**
 * What is wrong with a normalised key before anything is sent (API notes 1.3). `shape`: it cannot be a key of this
 * platform (`id.secret`), or cannot travel in a header at all. `unusual`: unlike every key seen so far; warn, but accept.
 */
export function keyProblem(key: string, endpoint: Endpoint): "shape" | "unusual" | undefined {
  if (!isHeaderSafe(key)) return "shape";
  if (endpoint.platform === "custom") return key === "" && endpoint.keyRequired ? "shape" : undefined;
  if (!idDotSecret.test(key)) return "shape";
  return observedShape.test(key) ? undefined : "unusual";
}

/** True when every character may stand in an Authorization header: visible ASCII, no spaces. */
export function isHeaderSafe(key: string): boolean {
  return /^[\x21-\x7e]*$/.test(key);
}

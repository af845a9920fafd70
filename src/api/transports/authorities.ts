import tls from "node:tls";

/**
 * Authorities to trust: Node's own with those of NODE_EXTRA_CA_CERTS, and the operating system's. Read once, as that may
 * take a while. Undefined where this Node cannot name them (before 22.15): then its own list counts, without the system's.
 */
export function systemAuthorities(): readonly string[] | undefined {
  if (typeof tls.getCACertificates !== "function") return undefined;
  return [...new Set([...tls.getCACertificates("default"), ...tls.getCACertificates("system")])];
}

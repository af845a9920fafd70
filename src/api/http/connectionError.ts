import { ApiError, type ApiErrorCode } from "../errors.ts";

const certificateCodes = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REVOKED",
  "CERT_UNTRUSTED",
  "CERT_SIGNATURE_FAILURE",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
  "HOSTNAME_MISMATCH",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/**
 * Turns what a transport threw into an ApiError. `otherwise` is the code for everything that is neither a certificate
 * nor one of the HTTP stack's own time limits: `unreachable` before an answer, `stream-broken` in the middle of one.
 * The original exception is not kept: its message can quote a header, and with it the key.
 */
export function connectionError(thrown: unknown, otherwise: ApiErrorCode = "unreachable", host?: string): ApiError {
  const systemCode = findCode(thrown, 0);
  const details = { systemCode, host };
  if (systemCode === undefined) return new ApiError(otherwise, details);
  if (certificateCodes.has(systemCode) || systemCode.startsWith("ERR_CERT_"))
    return new ApiError("certificate", details);
  // undici inside VS Code has walls of its own at 300 s that cannot be moved.
  if (systemCode === "UND_ERR_HEADERS_TIMEOUT") return new ApiError("timeout", { ...details, deadline: "first-byte" });
  if (systemCode === "UND_ERR_BODY_TIMEOUT") return new ApiError("timeout", { ...details, deadline: "idle" });
  return new ApiError(otherwise, details);
}

/** The first system code in a chain of causes; an AggregateError (several addresses tried) counts by its first entry. */
function findCode(thrown: unknown, depth: number): string | undefined {
  if (typeof thrown !== "object" || thrown === null || depth > 5) return undefined;
  if ("code" in thrown && typeof thrown.code === "string" && /^[A-Z][A-Z0-9_]+$/.test(thrown.code)) return thrown.code;
  // Chromium's network stack puts its code into the message: net::ERR_CERT_AUTHORITY_INVALID.
  if ("message" in thrown && typeof thrown.message === "string") {
    const chromium = /\bnet::(ERR_[A-Z_]+)/.exec(thrown.message);
    if (chromium) return chromium[1];
  }
  if ("errors" in thrown && Array.isArray(thrown.errors)) {
    const inner = findCode(thrown.errors[0], depth + 1);
    if (inner !== undefined) return inner;
  }
  return "cause" in thrown ? findCode(thrown.cause, depth + 1) : undefined;
}

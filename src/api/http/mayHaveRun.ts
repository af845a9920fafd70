import type { ApiError } from "../errors.ts";

/** The connection never stood, so that nothing was sent: system codes of Node, undici and Chromium. */
const beforeConnection: ReadonlySet<string> = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ECONNREFUSED",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_NAME_NOT_RESOLVED",
  "ERR_INTERNET_DISCONNECTED",
  "ERR_ADDRESS_UNREACHABLE",
  "ERR_CONNECTION_REFUSED",
  "ERR_PROXY_CONNECTION_FAILED",
  "ERR_TUNNEL_CONNECTION_FAILED",
  "ERR_NO_SUPPORTED_PROXIES",
  "ERR_PROXY_AUTH_REQUESTED",
]);

/**
 * True when the service may have done what was asked although the call failed: it was sent, and nothing came back that says
 * it was refused. To ask again then could make, and bill, a second one.
 */
export function mayHaveRun({ code, details }: ApiError): boolean {
  if (details.afterOutput) return false;
  switch (code) {
    case "server":
    case "stream-broken":
    case "timeout":
    case "invalid-response":
      return true;
    case "unreachable":
      return !beforeConnection.has(details.systemCode ?? "");
    case "busy":
      // A request with the same id is under way: ours, by every appearance (API notes 14.2).
      return details.serviceCode === "1231";
    default:
      return false;
  }
}

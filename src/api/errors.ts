import type { PlatformId } from "./platforms.ts";

/**
 * What can go wrong with a request, as a closed set. The interface turns a code into words, a button and a retry rule
 * in one table; nothing matches on message text.
 */
export type ApiErrorCode =
  | "no-key"
  | "key-rejected"
  | "account-blocked"
  | "no-balance"
  | "plan-expired"
  | "plan-lacks-model"
  | "quota-exhausted"
  | "fair-use"
  | "busy"
  | "queue-full"
  | "model-unknown"
  | "bad-request"
  | "too-long"
  | "content-blocked"
  | "not-offered"
  | "wrong-path"
  | "firewall"
  | "redirected"
  | "server"
  | "unreachable"
  | "certificate"
  | "timeout"
  | "stream-broken"
  | "invalid-response"
  | "result-failed"
  | "result-gone"
  | "cancelled";

/** Which of our deadlines fired. */
export type Deadline = "first-byte" | "idle" | "total";

export interface ApiErrorDetails {
  /** HTTP status, absent when no response arrived. */
  readonly status?: number | undefined;
  /** Business code of the service, e.g. "1113" (API notes 14.2). */
  readonly serviceCode?: string | undefined;
  /** The service's own sentence, redacted and cut to 500 characters. Text from outside: show it only as plain text. */
  readonly serviceMessage?: string | undefined;
  readonly requestId?: string | undefined;
  /** Host that was asked, without path or query. */
  readonly host?: string | undefined;
  /** When an exhausted allowance comes back, ms since the epoch. */
  readonly resetAt?: number | undefined;
  /** Seconds the service asked us to wait. */
  readonly retryAfterSeconds?: number | undefined;
  /** What the service said about trying again, in so many words (`x-should-retry`). */
  readonly shouldRetry?: boolean | undefined;
  readonly deadline?: Deadline | undefined;
  /** How long we had waited when a deadline fired, in ms. */
  readonly waitedMs?: number | undefined;
  /** System error code of a failed connection, e.g. "ENOTFOUND". */
  readonly systemCode?: string | undefined;
  /** Field of a request that breaks a rule of the API, found before anything was sent, e.g. "duration". */
  readonly field?: string | undefined;
  /** That rule in the notation of the API notes, e.g. "5, 10" or "1-1000 characters". */
  readonly rule?: string | undefined;
  /** With `not-offered`: the platforms that have it. */
  readonly offeredOn?: readonly PlatformId[] | undefined;
  /** With `model-unknown`: id of a model that took its place. */
  readonly successor?: string | undefined;
  /** With `queue-full`: how many requests may wait. */
  readonly queueSize?: number | undefined;
  /** True when answer text had already been handed out: such a failure is never retried silently. */
  readonly afterOutput?: boolean | undefined;
  /** With `key-rejected`: the owner of the client has another key by now, or none, so that this was the old one. */
  readonly keyReplaced?: boolean | undefined;
  /** True when the service may have done it all the same, so that a second try could do (and bill) it twice. */
  readonly mayHaveRun?: boolean | undefined;
  /** Id of a background task that goes on at the service: `tasks.state` and the like can look at it later. */
  readonly taskId?: string | undefined;
  readonly cause?: unknown;
}

/** The only error that `src/api` throws. Never carries a prompt, file content or key. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ApiErrorCode;
  readonly details: ApiErrorDetails;

  constructor(code: ApiErrorCode, details: ApiErrorDetails = {}) {
    super(
      `${code}${details.serviceCode ? ` (${details.serviceCode})` : ""}${details.status ? ` HTTP ${details.status}` : ""}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = code;
    this.details = details;
  }
}

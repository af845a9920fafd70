import type { RequestOptions, WaitEvent } from "./client.ts";
import type { ClientContext } from "./context.ts";
import { ApiError } from "./errors.ts";

const defaultRetries = 3;
const firstDelayMs = 1_000;
const longestDelayMs = 20_000;
/** A service that asks for more than this is not waited for silently: the user decides. */
const longestAskedDelayMs = 60_000;

export interface Retry {
  /**
   * Waits before the next attempt, or throws: the error itself when another attempt makes no sense, `cancelled` when the
   * signal fires during the wait.
   */
  waitOrThrow(thrown: unknown): Promise<void>;
}

/**
 * Counts the attempts of one call. By business code first (API notes 14.2): busy codes, server failures and lost
 * connections come back here as `busy`, `server`, `unreachable` and `stream-broken`; balance, plan, quota and fair use never.
 * Nothing is repeated once output was handed out.
 */
export function createRetry(context: ClientContext, options: RequestOptions): Retry {
  let attempt = 0;
  return {
    async waitOrThrow(thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      const reason = waitReason(thrown);
      const askedMs = (thrown.details.retryAfterSeconds ?? 0) * 1000;
      if (!reason || attempt >= (options.retries ?? defaultRetries) || askedMs > longestAskedDelayMs) throw thrown;
      if (options.signal?.aborted) throw new ApiError("cancelled");
      attempt++;
      const delayMs = Math.max(askedMs, backOff(attempt, context.random()));
      options.onWait?.({ reason, attempt, resumesAt: context.clock.now() + delayMs });
      try {
        await context.clock.sleep(delayMs, options.signal);
      } catch {
        throw new ApiError("cancelled");
      }
      // A listener of `onWait` may have cancelled with a clock that does not look at the signal.
      if (options.signal?.aborted) throw new ApiError("cancelled");
    },
  };
}

/** Why a wait is worth it, or undefined when the error is final. */
function waitReason(error: ApiError): WaitEvent["reason"] | undefined {
  if (error.details.afterOutput) return undefined;
  switch (error.code) {
    case "busy":
      return "busy";
    case "server":
      // 1702 and 1703: no search engine, no search result. Asking again changes nothing.
      return /^170[23]$/.test(error.details.serviceCode ?? "") ? undefined : "server";
    case "stream-broken":
      return "server";
    case "unreachable":
      // Nobody listens at a port that refuses: the user can change that, a wait cannot.
      return error.details.systemCode === "ECONNREFUSED" ? undefined : "unreachable";
    default:
      return undefined;
  }
}

/** About 1, 4 and 16 s; a quarter of jitter either way keeps several windows from coming back together. */
function backOff(attempt: number, random: number): number {
  const delay = firstDelayMs * 4 ** (attempt - 1) * (0.75 + random / 2);
  return Math.round(Math.min(delay, longestDelayMs));
}

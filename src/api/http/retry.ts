import type { RequestOptions, WaitEvent } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { ApiError, type ApiErrorCode } from "../errors.ts";
import { mayHaveRun } from "./mayHaveRun.ts";
import { isAccountLimit, retryRuleOf, type RetryRule } from "./serviceCodes.ts";

const defaultRetries = 3;
/** What takes longer is not waited for silently: the user decides. */
const longestAskedDelayMs = 60_000;

interface Pace {
  readonly firstMs: number;
  readonly factor: number;
  readonly longestMs: number;
}

/** About 1, 4 and 16 s, or 7, 21 and 60 s. */
const usual: Pace = { firstMs: 1_000, factor: 4, longestMs: 20_000 };
const patient: Pace = { firstMs: 7_000, factor: 3, longestMs: 60_000 };

/** A port that refuses, a proxy that is none for us or wants a password: the user can change that, a wait cannot. */
const hopeless: readonly unknown[] = ["ECONNREFUSED", "ERR_NO_SUPPORTED_PROXIES", "ERR_PROXY_AUTH_REQUESTED"];

const hopelessCodes: readonly ApiErrorCode[] = ["no-key", "result-failed", "result-gone"];

export interface Retry {
  /**
   * Waits before the next attempt, or throws: the error itself when another attempt makes no sense, `cancelled` when the
   * signal fires during the wait.
   */
  waitOrThrow(thrown: unknown): Promise<void>;
}

/**
 * Counts the attempts of one call. Business codes follow the table of serviceCodes.ts (API notes 14.2); without one, busy
 * and failing servers and lost connections come back here as `busy`, `server`, `unreachable` and `stream-broken`. A server that kept
 * silent is asked once more (API notes 3.5). Nothing is repeated once output was handed out. What is not `repeatable` is only sent again when it certainly was not done; otherwise
 * the error says `mayHaveRun`.
 */
export function createRetry(context: ClientContext, options: RequestOptions, repeatable = true): Retry {
  let attempt = 0;
  const usedUp = new Set<string>();
  return {
    async waitOrThrow(thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      if (!repeatable && mayHaveRun(thrown)) throw new ApiError(thrown.code, { ...thrown.details, mayHaveRun: true });
      const { serviceCode } = thrown.details;
      const rule = ruleOf(thrown);
      const wait = delayOf(thrown, rule, attempt + 1, context);
      if (isAccountLimit(serviceCode)) context.governor?.slowDown(context.clock.now() + (wait ?? patient.longestMs));
      if (wait === undefined || attempt >= (options.retries ?? defaultRetries)) throw thrown;
      if (rule === "once") {
        const reason = serviceCode ?? thrown.code;
        if (usedUp.has(reason)) throw thrown;
        usedUp.add(reason);
      }
      if (options.signal?.aborted) throw new ApiError("cancelled");
      attempt++;
      options.onWait?.({ reason: reasonOf(thrown), attempt, resumesAt: context.clock.now() + wait });
      try {
        await context.clock.sleep(wait, options.signal);
      } catch {
        throw new ApiError("cancelled");
      }
      // A listener of `onWait` may have cancelled with a clock that does not look at the signal.
      if (options.signal?.aborted) throw new ApiError("cancelled");
    },
  };
}

function ruleOf({ code, details }: ApiError): RetryRule {
  if (details.afterOutput || details.shouldRetry === false || hopelessCodes.includes(code)) return "no";
  const known = details.serviceCode === undefined ? undefined : retryRuleOf(details.serviceCode);
  if (known) return known;
  switch (code) {
    case "busy":
    case "server":
    case "stream-broken":
      return "back-off";
    case "timeout":
      return details.deadline === "first-byte" ? "once" : "no";
    case "unreachable":
      return hopeless.includes(details.systemCode) ? "no" : "back-off";
    default:
      return details.shouldRetry ? "back-off" : "no";
  }
}

/** How long to wait before the attempt, in ms; undefined when it is not to be made. */
function delayOf({ details }: ApiError, rule: RetryRule, attempt: number, context: ClientContext): number | undefined {
  const { retryAfterSeconds, resetAt } = details;
  const askedMs = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000;
  if (rule === "no" || rule === "fix-up") return undefined;
  if (rule === "until-reset") {
    const untilMs = askedMs ?? (resetAt === undefined ? Infinity : resetAt - context.clock.now());
    // A reset that is long past is a date that we misread. A second more, because two clocks never agree.
    return Math.abs(untilMs) > longestAskedDelayMs ? undefined : Math.max(0, untilMs) + usual.firstMs;
  }
  if (askedMs !== undefined && askedMs > longestAskedDelayMs) return undefined;
  // A service that names a time knows better than we when there is room again.
  const pace = rule === "longer" && askedMs === undefined ? patient : usual;
  return Math.max(askedMs ?? 0, backOff(pace, attempt, context.random()));
}

/** A quarter of jitter either way keeps several windows from coming back together. */
function backOff({ firstMs, factor, longestMs }: Pace, attempt: number, random: number): number {
  return Math.round(Math.min(firstMs * factor ** (attempt - 1) * (0.75 + random / 2), longestMs));
}

function reasonOf({ code }: ApiError): WaitEvent["reason"] {
  if (code === "unreachable") return "unreachable";
  return code === "server" || code === "stream-broken" || code === "timeout" ? "server" : "busy";
}

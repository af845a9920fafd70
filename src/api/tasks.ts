import * as v from "valibot";
import type { RequestOptions } from "./client.ts";
import type { ClientContext } from "./context.ts";
import { serviceError, toApiError } from "./errorBody.ts";
import { ApiError } from "./errors.ts";
import { createGuard } from "./guard.ts";
import { askJson, hostOf, type Ask } from "./request.ts";

const idPattern = /^[\w.-]{1,200}$/;
const startedSchema = v.object({ id: v.pipe(v.string(), v.regex(idPattern)) });
const statusSchema = v.object({ task_status: v.string() });

/** Each pause is this much longer than the one before, up to `longestMs`. */
const growth = 1.3;

export interface PollPlan {
  /** Pause before the first look. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** For all looks and pauses together. */
  readonly totalMs: number;
  /** JSON that started the task: a refusal that quotes it loses its message. */
  readonly sentBody?: string | undefined;
}

/** Starts a background task and returns its id (API notes 5.2). */
export async function startTask(context: ClientContext, ask: Ask, options: RequestOptions): Promise<string> {
  const started = v.safeParse(startedSchema, await askJson(context, ask, context.deadlines.total, options));
  if (!started.success) throw new ApiError("invalid-response", { host: hostOf(context.endpoint.baseUrl) });
  return started.output.id;
}

/**
 * Asks for a background task until it has succeeded and returns that answer, unchecked (API notes 5.3). Throws
 * `content-blocked` or `result-failed` when the task failed or is gone, `timeout` after `totalMs`, `cancelled`. A status
 * that we do not know counts as one more way to say "not yet".
 */
export async function pollTask(
  context: ClientContext,
  id: string,
  plan: PollPlan,
  options: RequestOptions = {},
): Promise<unknown> {
  const host = hostOf(context.endpoint.baseUrl);
  if (!idPattern.test(id)) throw new ApiError("invalid-response", { host });
  const guard = createGuard(context.clock, options.signal);
  guard.limit("total", plan.totalMs);
  const bounded = { ...options, signal: guard.signal };
  const ask: Ask = { method: "GET", path: `/async-result/${id}` };
  try {
    for (let pauseMs = plan.firstMs; ; pauseMs = Math.min(pauseMs * growth, plan.longestMs)) {
      await context.clock.sleep(pauseMs, guard.signal);
      const answer = await askJson(context, ask, context.deadlines.total, bounded);
      const status = v.safeParse(statusSchema, answer);
      if (!status.success) throw new ApiError("invalid-response", { host });
      const word = status.output.task_status;
      if (/^SUCC/i.test(word)) return answer;
      if (/^(?:FAIL|ERROR|CANCEL|EXPIRE)/i.test(word)) throw failedTask(context, answer, plan.sentBody);
    }
  } catch (thrown) {
    const failure = guard.failure();
    if (failure) throw failure;
    // An id that is gone is no reason to start the task a second time.
    if (thrown instanceof ApiError && isMissingPath(thrown)) throw new ApiError("result-failed", thrown.details);
    throw thrown;
  } finally {
    guard.release();
  }
}

/** True when the service has no such path: one form of an endpoint is missing, not the thing behind it. */
export function isMissingPath({ code, details }: ApiError): boolean {
  return code === "wrong-path" || details.serviceCode === "1222" || (code === "model-unknown" && !details.serviceCode);
}

function failedTask(context: ClientContext, answer: unknown, sentBody: string | undefined): ApiError {
  const said = serviceError(answer) ?? { structured: false };
  const { code, details } = toApiError(said, {
    apiKey: context.apiKey,
    host: hostOf(context.endpoint.baseUrl),
    sentBody,
  });
  return new ApiError(code === "content-blocked" ? code : "result-failed", details);
}

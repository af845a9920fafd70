import * as v from "valibot";
import { checkPathId, isPathId } from "./checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { headerSecrets } from "../endpointExtras.ts";
import { serviceError, toApiError } from "./errorBody.ts";
import { ApiError, type ApiErrorCode } from "../errors.ts";
import { createGuard } from "./guard.ts";
import { unreadable } from "./loose.ts";
import { askJson, hostOf, requireReady, type Ask } from "./request.ts";

const startedSchema = v.object({ id: v.pipe(v.string(), v.check(isPathId)) });
const statusSchema = v.object({ task_status: v.string() });
const filterSchema = v.object({ content_filter: v.array(v.object({ level: v.number() })) });

/** Characters that any connection sends in no time. */
const smallBody = 100_000;

/** What may go wrong with one look while the task goes on. */
const passing: readonly ApiErrorCode[] = ["unreachable", "server", "busy", "stream-broken", "timeout"];

/** Each pause is this much longer than the one before, up to `longestMs`. */
const growth = 1.3;

/** A background task that did not fail. A status that we do not know counts as one more way to say "not yet". */
export type TaskState =
  | { readonly status: "processing" }
  /** `answer` is the whole body, unchecked: `image_result`, `video_result` or a chat completion. */
  | { readonly status: "success"; readonly answer: unknown };

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
  const { total, upload } = context.deadlines;
  // Pictures may stand in the body, up to 50 MB of them.
  const totalMs = typeof ask.body === "string" && ask.body.length > smallBody ? upload : total;
  const started = v.safeParse(startedSchema, await askJson(context, ask, totalMs, options));
  if (!started.success) throw unreadable(context);
  return started.output.id;
}

/**
 * One look at a background task of any kind (API notes 5.3). Throws `content-blocked` or `result-failed` when the task
 * failed, `result-gone` when the service does not know it.
 */
export async function taskState(
  context: ClientContext,
  id: string,
  options: RequestOptions = {},
  sentBody?: string,
): Promise<TaskState> {
  requireReady(context, "tasks");
  checkPathId("id", id);
  const ask: Ask = { method: "GET", path: `/async-result/${id}` };
  let answer: unknown;
  try {
    answer = await askJson(context, ask, context.deadlines.total, options);
  } catch (thrown) {
    // An id that is gone is no reason to start the task a second time.
    if (thrown instanceof ApiError && isMissingPath(thrown)) throw new ApiError("result-gone", thrown.details);
    throw thrown;
  }
  const parsed = v.safeParse(statusSchema, answer);
  if (!parsed.success) throw unreadable(context);
  const word = parsed.output.task_status;
  if (/^SUCC/i.test(word)) return { status: "success", answer };
  if (/^(?:FAIL|ERROR|CANCEL|EXPIRE)/i.test(word)) throw failedTask(context, answer, sentBody);
  return { status: "processing" };
}

/**
 * Looks at a background task until it has succeeded and returns that answer, unchecked. Throws what `taskState` throws,
 * `timeout` after `totalMs`, `cancelled`; each with the `taskId`.
 */
export async function pollTask(
  context: ClientContext,
  id: string,
  plan: PollPlan,
  options: RequestOptions = {},
): Promise<unknown> {
  const look = async (bounded: RequestOptions) => {
    const state = await taskState(context, id, bounded, plan.sentBody);
    return state.status === "success" ? state : undefined;
  };
  return ofTask(id, async () => (await pollUntil(context, look, plan, options)).answer);
}

/** `work` on a task that was started and goes on whatever happens here: an error tells its id, so that nothing is lost. */
export async function ofTask<T>(taskId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw thrown instanceof ApiError ? new ApiError(thrown.code, { ...thrown.details, taskId }) : thrown;
  }
}

/**
 * Calls `look` with growing pauses until it returns something; a network that is away meanwhile is no reason to give up.
 * Throws what it throws else, `timeout` after `totalMs`, `cancelled`.
 */
export async function pollUntil<T>(
  context: ClientContext,
  look: (bounded: RequestOptions) => Promise<T | undefined>,
  { firstMs, longestMs, totalMs }: PollPlan,
  options: RequestOptions,
): Promise<T> {
  const guard = createGuard(context.clock, options.signal);
  guard.limit("total", totalMs);
  const bounded = { ...options, signal: guard.signal };
  const startedAt = context.clock.now();
  try {
    for (let pauseMs = firstMs; ; pauseMs = Math.min(pauseMs * growth, longestMs)) {
      await context.clock.sleep(pauseMs, guard.signal);
      const found = await look(bounded).catch((thrown: unknown) => {
        if (guard.failure() || !(thrown instanceof ApiError && passing.includes(thrown.code))) throw thrown;
        return undefined;
      });
      if (found !== undefined) return found;
      options.onProgress?.(context.clock.now() - startedAt);
    }
  } catch (thrown) {
    throw guard.failure() ?? thrown;
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
    secrets: headerSecrets(context.endpoint),
    host: hostOf(context.endpoint.baseUrl),
    sentBody,
  });
  const blocked = code === "content-blocked" || (said.code === undefined && isFiltered(answer));
  return new ApiError(blocked ? "content-blocked" : "result-failed", details);
}

/** What the content filter found, from 0 (worst) to 3, which good answers have as well (API notes 3.3). */
function isFiltered(answer: unknown): boolean {
  const parsed = v.safeParse(filterSchema, answer);
  return parsed.success && parsed.output.content_filter.some(({ level }) => level < 3);
}

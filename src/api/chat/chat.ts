import { wireModelId } from "../models/catalog.ts";
import { otherForm, replyOptions, withSuccessor, type Attempt } from "./chatAttempt.ts";
import { buildChatBody } from "./chatRequest.ts";
import { readChatStream } from "./chatStream.ts";
import type { ChatPart, ChatRequest } from "./chatTypes.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { createGuard } from "../http/guard.ts";
import { errorContextOf, requireReady, send, type Ask } from "../http/request.ts";
import { createRetry } from "../http/retry.ts";
import { limitJob, takeSlot } from "../http/slot.ts";
import { reportUse } from "../usage/use.ts";

/**
 * Streams one answer (API notes 2 and 3). Ends in one of three ways: a `finish` part and a plain return; ApiError
 * `cancelled`; any other ApiError, with `afterOutput` when parts had been handed out. Only before that it retries by itself,
 * at most once of these with another form of the request. Leaving the iteration early closes the connection.
 */
export async function* chat(
  context: ClientContext,
  request: ChatRequest,
  options: RequestOptions = {},
): AsyncGenerator<ChatPart, void, undefined> {
  requireReady(context, "chat");
  const whole = createGuard(context.clock, options.signal);
  const bounded = limitJob(whole, context.deadlines.chat, options);
  const retry = createRetry(context, bounded);
  try {
    let fixed = false;
    let attempt: Attempt = { request, body: buildChatBody(request, context) };
    for (;;) {
      const progress = { handedOut: false };
      try {
        yield* answer(context, attempt, bounded, progress);
        return;
      } catch (thrown) {
        const error = whole.failure() ?? thrown;
        if (!(error instanceof ApiError)) throw error;
        if (progress.handedOut) throw new ApiError(error.code, { ...error.details, afterOutput: true });
        const other = fixed ? undefined : otherForm(context, attempt, error);
        if (other) {
          fixed = true;
          attempt = other;
          continue;
        }
        await retry.waitOrThrow(withSuccessor(context, request, error)).catch((reason: unknown) => {
          throw whole.failure() ?? reason;
        });
        // Under the old id the service still sees the request that it refused or lost.
        if (error.details.serviceCode === "1231") {
          const renamed = { ...request, requestId: undefined };
          attempt = { request: renamed, body: buildChatBody(renamed, context) };
        }
      }
    }
  } finally {
    whole.release();
  }
}

/** One attempt. What is learnt from a good answer is kept for the next requests to this host. */
async function* answer(
  context: ClientContext,
  attempt: Attempt,
  options: RequestOptions,
  progress: { handedOut: boolean },
): AsyncGenerator<ChatPart, void, undefined> {
  const { request, body, fixup } = attempt;
  const streaming = request.stream !== false;
  const ask: Ask = { method: "POST", path: "/chat/completions", body: body.json, streaming };
  const slot = await takeSlot(context, ask, options);
  const guard = createGuard(context.clock, options.signal);
  // Also when the consumer of a stopped answer is slow to ask for the next part.
  guard.onFailure(() => slot.release());
  if (streaming) guard.limit("first-byte", context.deadlines.firstByte);
  else guard.limit("total", context.deadlines.whole);
  let ended = false;
  try {
    const response = await send(context, ask, guard);
    const batches = readChatStream(response, guard, {
      ...replyOptions(context, attempt),
      deadlines: context.deadlines,
      errorContext: errorContextOf(context, ask, response),
      onDamage: options.onDamage,
      onUse: (use) => reportUse(context, "chat", use),
    });
    for await (const parts of batches) {
      if (!progress.handedOut) {
        progress.handedOut = true;
        fixup?.(context.quirks);
        learnModel(context, request, parts);
      }
      yield* parts;
    }
    ended = true;
  } finally {
    slot.release();
    // After a regular end the rest of the body is read in the background, and the connection stays open.
    if (!ended) guard.close();
  }
}

function learnModel({ quirks }: ClientContext, request: ChatRequest, parts: readonly ChatPart[]): void {
  const start = parts.find((part) => part.type === "start");
  if (!start) return;
  const asked = wireModelId(request.model);
  const answering = wireModelId(start.model);
  if (answering === asked) quirks.servedBy.delete(asked);
  else quirks.servedBy.set(asked, answering);
}

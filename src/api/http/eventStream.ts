import { readRest } from "./body.ts";
import type { RequestOptions } from "../client.ts";
import { connectionError } from "./connectionError.ts";
import type { ClientContext } from "../context.ts";
import { serviceError, toApiError } from "./errorBody.ts";
import { ApiError } from "../errors.ts";
import { createGuard, type Guard } from "./guard.ts";
import { errorContextOf, isRepeatable, parseAnswer, send, type Ask } from "./request.ts";
import { createRetry } from "./retry.ts";
import { takeSlot } from "./slot.ts";
import { createSseReader } from "./sse.ts";

const wholeAnswerLimit = 64 * 1024 * 1024;

/**
 * The parsed events of a stream that is not a chat (audio, agents), with the chat's deadlines. Ends after `[DONE]`, after the
 * event that `isLast` knows, or after a whole JSON answer that came instead of a stream. Throws ApiError: `stream-broken` when
 * the body ends earlier, what the service reports in an event, with `afterOutput` once an event was handed out; before that
 * it retries. Leaving the iteration early closes the connection.
 */
export async function* askEvents(
  context: ClientContext,
  ask: Ask,
  isLast: (event: unknown) => boolean,
  options: RequestOptions,
): AsyncGenerator<unknown, void, undefined> {
  const retry = createRetry(context, options, isRepeatable(ask));
  for (;;) {
    try {
      return yield* readOnce(context, ask, isLast, options);
    } catch (thrown) {
      await retry.waitOrThrow(thrown);
    }
  }
}

/** One attempt, of which nothing is left when it has ended. */
async function* readOnce(
  context: ClientContext,
  ask: Ask,
  isLast: (event: unknown) => boolean,
  options: RequestOptions,
): AsyncGenerator<unknown, void, undefined> {
  const slot = await takeSlot(context, ask, options);
  const guard = createGuard(context.clock, options.signal);
  guard.onFailure(() => slot.release());
  guard.limit("first-byte", context.deadlines.firstByte);
  let handedOut = false;
  try {
    const response = await send(context, { ...ask, streaming: true }, guard);
    for await (const event of readEvents(context, ask, response, guard, isLast)) {
      handedOut = true;
      // Whoever reads may take their time: what arrives meanwhile waits, and is no silence of the service.
      guard.pause();
      yield event;
      guard.resume();
    }
  } catch (thrown) {
    if (!handedOut || !(thrown instanceof ApiError)) throw thrown;
    throw new ApiError(thrown.code, { ...thrown.details, afterOutput: true });
  } finally {
    slot.release();
    guard.close();
  }
}

async function* readEvents(
  context: ClientContext,
  ask: Ask,
  response: Response,
  guard: Guard,
  isLast: (event: unknown) => boolean,
): AsyncGenerator<unknown, void, undefined> {
  const errorContext = errorContextOf(context, ask, response);
  const { host } = errorContext;
  const reader = response.body?.getReader();
  if (!reader) throw new ApiError("invalid-response", { status: response.status, host });
  guard.onFailure(() => void reader.cancel().catch(() => {}));
  const pending: string[] = [];
  let ended = false;
  const sse = createSseReader((data) => {
    if (ended || data.trim() === "") return;
    if (data === "[DONE]") ended = true;
    else pending.push(data);
  });
  let first = true;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const failure = guard.failure();
      if (failure) throw failure;
      if (done) sse.end();
      else if (first && startsLikeWholeAnswer(value)) {
        guard.limit("total", context.deadlines.total);
        const bytes = await readRest(reader, [value], wholeAnswerLimit, guard, host);
        yield parseAnswer(new TextDecoder().decode(bytes), errorContext);
        return;
      } else {
        if (first) guard.limit("idle", context.deadlines.idle);
        guard.touch();
        sse.feed(value);
      }
      first = false;
      for (const data of pending.splice(0)) {
        const event = parsed(data, host);
        const said = serviceError(event);
        if (said) throw toApiError(said, errorContext);
        yield event;
        if (isLast(event)) return;
      }
      if (ended) return;
      if (done) throw new ApiError("stream-broken", { host });
    }
  } catch (thrown) {
    throw guard.failure() ?? (thrown instanceof ApiError ? thrown : connectionError(thrown, "stream-broken", host));
  }
}

/** An event that is no JSON is a hole in the answer: what came before it counts, what comes after does not. */
function parsed(data: string, host: string | undefined): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new ApiError("stream-broken", { host });
  }
}

/** `{` or `<`, the beginnings of JSON and of a page; no line of an event stream begins so. */
function startsLikeWholeAnswer(bytes: Uint8Array): boolean {
  const start = bytes.find((byte) => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
  return start === 0x7b || start === 0x3c;
}

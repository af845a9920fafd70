import { readChatStream } from "./chatStream.ts";
import { buildChatBody } from "./chatRequest.ts";
import type { ChatPart, ChatRequest } from "./chatTypes.ts";
import { wireModelId } from "./catalog.ts";
import type { RequestOptions } from "./client.ts";
import type { ClientContext } from "./context.ts";
import { ApiError } from "./errors.ts";
import { proposeFixup, type Fixup } from "./fixups.ts";
import { createGuard } from "./guard.ts";
import { errorContextOf, requireReady, send, type Ask } from "./request.ts";
import { createRetry } from "./retry.ts";
import { takeSlot } from "./slot.ts";

/**
 * Streams one answer (API notes 2 and 3). Ends in one of three ways: a `finish` part and a plain return; ApiError
 * `cancelled`; any other ApiError, with `afterOutput` when parts had been handed out. Only before that it retries by itself.
 * Leaving the iteration early closes the connection.
 */
export async function* chat(
  context: ClientContext,
  request: ChatRequest,
  options: RequestOptions = {},
): AsyncGenerator<ChatPart, void, undefined> {
  requireReady(context, "chat");
  const retry = createRetry(context, options);
  let fixup: Fixup | undefined;
  for (;;) {
    const body = buildChatBody(request, context.endpoint, context.quirks);
    const ask: Ask = { method: "POST", path: "/chat/completions", body, streaming: true };
    const slot = await takeSlot(context, ask, options);
    const guard = createGuard(context.clock, options.signal);
    // Also when the consumer of a stopped answer is slow to ask for the next part.
    guard.onFailure(() => slot.release());
    guard.limit("first-byte", context.deadlines.firstByte);
    let handedOut = false;
    let ended = false;
    try {
      const response = await send(context, ask, guard);
      const batches = readChatStream(response, guard, {
        requestedModel: request.model,
        inlineThinking: mayThinkInline(context, request),
        deadlines: context.deadlines,
        errorContext: errorContextOf(context, ask, response),
        onDamage: options.onDamage,
      });
      for await (const parts of batches) {
        handedOut = true;
        yield* parts;
      }
      ended = true;
      return;
    } catch (thrown) {
      slot.release();
      if (!(thrown instanceof ApiError)) throw thrown;
      if (handedOut) throw new ApiError(thrown.code, { ...thrown.details, afterOutput: true });
      if (fixup && thrown.details.serviceCode === "1210") fixup.undo();
      const proposal = fixup ? undefined : proposeFixup(thrown, request, context.quirks);
      if (proposal) fixup = proposal;
      else await retry.waitOrThrow(thrown);
    } finally {
      slot.release();
      // After a regular end the rest of the body is read in the background, and the connection stays open.
      if (!ended) guard.close();
    }
  }
}

/** Custom servers of any model, and the old vision models of Z.AI, may put thinking into the text. */
function mayThinkInline({ endpoint }: ClientContext, request: ChatRequest): boolean {
  return endpoint.dialect === "openai" || /^glm-4\.[15]v/.test(wireModelId(request.model));
}

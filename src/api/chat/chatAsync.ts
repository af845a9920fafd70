import { otherForm, replyOptions, withSuccessor, type Attempt } from "./chatAttempt.ts";
import { ReplyReader } from "./chatChunk.ts";
import { concludeReply } from "./chatEnding.ts";
import { buildChatBody } from "./chatRequest.ts";
import { reportUse } from "../usage/use.ts";
import type { ChatRequest } from "./chatTypes.ts";
import type { RequestOptions } from "../client.ts";
import { complete, type Completion } from "./complete.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { hostOf, requireReady } from "../http/request.ts";
import { pollTask, startTask } from "../http/tasks.ts";

const slowestPoll = 4;

/**
 * Has a question answered as a background task (API notes 2.8; BigModel only), for answers that nobody watches. Throws what
 * a chat throws, `result-failed` when the task failed, `timeout` after `deadlines.chat`.
 */
export async function completeInBackground(
  context: ClientContext,
  request: ChatRequest,
  options: RequestOptions = {},
): Promise<Completion> {
  requireReady(context, "background-chat");
  const { deadlines, pollIntervalMs } = context;
  const first: Attempt = { request, body: buildChatBody(request, context, true) };
  const { id, attempt } = await start(context, first, options);
  const plan = {
    firstMs: pollIntervalMs,
    longestMs: slowestPoll * pollIntervalMs,
    totalMs: deadlines.chat,
    sentBody: attempt.body.json,
  };
  const reply = new ReplyReader(replyOptions(context, attempt));
  reply.read(await pollTask(context, id, plan, options));
  if (reply.use) reportUse(context, "background-chat", reply.use);
  const { parts, failure } = concludeReply(reply, { host: hostOf(context.endpoint.baseUrl) });
  if (failure) throw failure;
  return complete(parts);
}

/** Starts the task, once in another form where one may help. */
async function start(
  context: ClientContext,
  attempt: Attempt,
  options: RequestOptions,
): Promise<{ id: string; attempt: Attempt }> {
  const ask = { method: "POST", path: "/async/chat/completions", body: attempt.body.json } as const;
  try {
    const id = await startTask(context, ask, options);
    attempt.fixup?.(context.quirks);
    return { id, attempt };
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    const other = attempt.fixup ? undefined : otherForm(context, attempt, thrown, true);
    if (!other) throw withSuccessor(context, attempt.request, thrown);
    return start(context, other, options);
  }
}

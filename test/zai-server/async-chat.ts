import type { Account } from "./accounts.ts";
import { complete, headingOf, readChatRequest } from "./chat.ts";
import { newId, wholeBody } from "./completion.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, readObject } from "./fields.ts";
import { startJob } from "./jobs.ts";

/** Asynchronous chat exists on BigModel only. */
export function asyncChatRoute(call: string, exchange: Exchange, account: Account): Promise<void> | undefined {
  if (call !== "POST /async/chat/completions" || exchange.platform !== "bigmodel") return undefined;
  return handleAsyncChat(exchange, account);
}

async function handleAsyncChat(exchange: Exchange, account: Account): Promise<void> {
  if ("stream" in readObject(exchange.body)) throw invalid("stream", "an asynchronous call is never streamed");
  const request = await readChatRequest(exchange, account);
  const completion = await complete(exchange, account, request);
  const { faults } = exchange;
  const heading = headingOf(exchange, request, "");
  await startJob(exchange, {
    owner: account.key,
    model: heading.model,
    requestId: request.requestId ?? newId(),
    readyAt: Date.now() + (faults.value("async-chat-slow", 8000) ?? 50),
    failure: faults.has("async-chat-fail") ? {} : undefined,
    result: (_cdn, id) => wholeBody(completion, { ...heading, id, requestId: request.requestId ?? id }, faults),
  });
}

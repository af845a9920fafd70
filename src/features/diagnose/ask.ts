import type { Client } from "../../api/client.ts";
import { ApiError } from "../../api/errors.ts";
import { connectionError } from "../../api/http/connectionError.ts";
import type { Bounds } from "../../api/transports/probe.ts";
import type { Asked, ChatFacts } from "../../core/diagnoseFindings.ts";
import type { Connections } from "../../core/services.ts";
import type { Recorder } from "./recorder.ts";

/** Pieces of an answer after which enough is known of how it travels, for a server that knows no limit. */
const enoughPieces = 10;

/** Runs one question within its limit, without repetition. Never throws. */
export async function ask<T>(
  recorder: Recorder,
  { limitMs, signal }: Bounds,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Asked<T>> {
  const started = performance.now();
  const passed = () => Math.round(performance.now() - started);
  const limit = AbortSignal.timeout(limitMs);
  try {
    const found = await work(AbortSignal.any([signal, limit]));
    return { ms: passed(), exchange: recorder.last(), found };
  } catch (thrown) {
    const timedOut = limit.aborted && !signal.aborted;
    const error = timedOut
      ? new ApiError("timeout", { deadline: "total", waitedMs: limitMs })
      : thrown instanceof ApiError
        ? thrown
        : connectionError(thrown);
    return { ms: passed(), exchange: recorder.last(), error };
  }
}

export async function countModels(client: Client, signal: AbortSignal): Promise<number> {
  return (await client.models({ signal, retries: 0 })).length;
}

/**
 * Id of the model to ask: that of the chat, but for one that cannot be kept from thinking, thousands of tokens at times, the
 * cheapest that can. The connection is opened as for any chat, so that a plan's first use brings its note.
 * @throws ApiError where nobody knows a model.
 */
export async function modelToAsk(connections: Connections, signal: AbortSignal): Promise<string> {
  const connection = await connections.open("chat");
  if (!connection) throw new ApiError("no-key");
  const { catalog, client } = connection;
  const chat = await connection.modelFor("chat", { signal, retries: 0 });
  return catalog.modelInfo(chat).thinking === "always" ? (catalog.cheapestProbe(client.endpoint) ?? chat) : chat;
}

/** Asks for one token, without thinking where the model allows it, and leaves as soon as enough has arrived. */
export async function chatBriefly(client: Client, model: string, signal: AbortSignal): Promise<ChatFacts> {
  const messages = [{ role: "user", content: "Hi" }] as const;
  const answer = client.chat({ model, messages, effort: "off", maxTokens: 1 }, { signal, retries: 0 });
  let answeredBy: string | undefined;
  let pieces = 0;
  for await (const part of answer) {
    if (part.type === "start") answeredBy = part.model;
    pieces += 1;
    if (pieces >= enoughPieces) break;
  }
  return { answeredBy };
}

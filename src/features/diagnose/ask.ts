import type { Client } from "../../api/client.ts";
import { ApiError } from "../../api/errors.ts";
import { connectionError } from "../../api/http/connectionError.ts";
import type { Bounds } from "../../api/transports/probe.ts";
import type { Asked, ChatFacts } from "../../core/diagnoseFindings.ts";
import type { Recorder } from "./recorder.ts";

/** Pieces of an answer after which enough is known of how it travels. */
const enoughPieces = 40;

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
 * Asks for a handful of tokens, with as little thinking as the model allows, and leaves as soon as enough has arrived: a
 * model that insists on thinking could otherwise go on.
 */
export async function chatBriefly(client: Client, model: string, signal: AbortSignal): Promise<ChatFacts> {
  const messages = [{ role: "user", content: "Count from 1 to 9." }] as const;
  const answer = client.chat({ model, messages, effort: "off", maxTokens: 16 }, { signal, retries: 0 });
  let answeredBy: string | undefined;
  let pieces = 0;
  for await (const part of answer) {
    if (part.type === "start") answeredBy = part.model;
    pieces += 1;
    if (pieces >= enoughPieces) break;
  }
  return { model, answeredBy };
}

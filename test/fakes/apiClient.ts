import type { ChatPart, ChatRequest } from "../../src/api/chat/chatTypes.ts";
import { createClient, type Client, type ClientOptions, type RequestOptions } from "../../src/api/client.ts";
import { ApiError } from "../../src/api/errors.ts";
import type { Endpoint } from "../../src/api/platforms.ts";
import { hostTransport, systemClock, type Clock } from "../../src/api/transport.ts";

export const key = `${"0f".repeat(16)}.AbCdEfGh12345678`;

/** Real time, except that sleeping takes none; `slept` says how long it would have been. */
export function sleeplessClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    ...systemClock,
    slept,
    async sleep(milliseconds, signal) {
      slept.push(milliseconds);
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw signal.reason;
    },
  };
}

export function clientFor(endpoint: Endpoint, more: Partial<ClientOptions> = {}): Client {
  return createClient({
    endpoint,
    apiKey: key,
    transport: hostTransport,
    clock: sleeplessClock(),
    userAgent: "glm-sidekick/test",
    random: () => 0.5,
    ...more,
  });
}

export const question: ChatRequest = {
  model: "glm-5.3",
  messages: [{ role: "user", content: "Why is the sky blue?" }],
};

export interface Ending {
  readonly parts: readonly ChatPart[];
  readonly text: string;
  readonly reasoning: string;
  /** Undefined when the stream ended with `finish`. */
  readonly error: ApiError | undefined;
}

/** Reads a stream to its end, whichever it is. Anything but an ApiError is a failure of the test. */
export async function readAll(client: Client, request = question, options: RequestOptions = {}): Promise<Ending> {
  const parts: ChatPart[] = [];
  let error: ApiError | undefined;
  try {
    for await (const part of client.chat(request, options)) parts.push(part);
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    error = thrown;
  }
  if (error === undefined && parts.at(-1)?.type !== "finish") throw new Error("a stream ended without finish or error");
  return { parts, text: joined(parts, "text-delta"), reasoning: joined(parts, "reasoning-delta"), error };
}

function joined(parts: readonly ChatPart[], kind: "text-delta" | "reasoning-delta"): string {
  return parts.map((part) => (part.type === kind ? part.text : "")).join("");
}

/** Parts with adjacent text and thinking merged: what must not depend on how the network cut the stream. */
export function merged(parts: readonly ChatPart[]): ChatPart[] {
  const result: ChatPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.type === "text-delta" && last?.type === "text-delta") {
      result[result.length - 1] = { type: "text-delta", text: last.text + part.text };
    } else if (part.type === "reasoning-delta" && last?.type === "reasoning-delta") {
      result[result.length - 1] = { type: "reasoning-delta", text: last.text + part.text };
    } else result.push(part);
  }
  return result;
}

/** The ApiError that a promise must reject with. */
export async function failure(work: Promise<unknown>): Promise<ApiError> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof ApiError) return thrown;
    throw thrown;
  }
  throw new Error("expected an ApiError");
}

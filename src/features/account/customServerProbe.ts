import type { Client } from "../../api/client.ts";
import type { Effort } from "../../api/chat/chatTypes.ts";
import { ApiError, type ApiErrorCode } from "../../api/errors.ts";
import type { ReasoningStyle } from "../../api/endpointExtras.ts";
import type { ListedModel } from "../../api/models/models.ts";
import type { ServerFacts } from "../../api/models/serverFacts.ts";
import type { Endpoint } from "../../api/platforms.ts";
import { factsToAsk, type ThinkingForm } from "../../core/customServer.ts";

/** Makes a client with the key of the endpoint's own origin, if there is one. */
export type ClientOf = (endpoint: Endpoint) => Promise<Client>;

/** What is at an address. */
export type Found =
  | { readonly kind: "models"; readonly models: readonly ListedModel[]; readonly facts: ServerFacts }
  /** It answers, but has no list. A chat may work all the same. */
  | { readonly kind: "no-list" }
  /** Nothing of use here, but there is an API one level deeper. */
  | { readonly kind: "deeper"; readonly baseUrl: string }
  | { readonly kind: "wants-key"; readonly error: ApiError }
  | { readonly kind: "web-page" }
  | { readonly kind: "failed"; readonly error: ApiError };

const noList: ReadonlySet<ApiErrorCode> = new Set(["wrong-path", "model-unknown", "not-offered"]);
const keyWanted: ReadonlySet<ApiErrorCode> = new Set(["key-rejected", "no-key"]);
/** An answer, but none of such an API: its base may be one level deeper. */
const elsewhere: ReadonlySet<ApiErrorCode> = new Set([
  ...noList,
  "firewall",
  "invalid-response",
  "server",
  "bad-request",
]);

export function wantsKey(error: unknown): boolean {
  return error instanceof ApiError && keyWanted.has(error.code);
}

/** Asks an address for its models, and what is there for facts about itself. Throws `cancelled`. */
export async function lookAt(endpoint: Endpoint, clientOf: ClientOf, signal: AbortSignal): Promise<Found> {
  const client = await clientOf(endpoint);
  try {
    const models = await client.modelList({ signal, retries: 0 });
    return { kind: "models", models, facts: await client.serverFacts(factsToAsk(models), { signal }) };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === "cancelled") throw error;
    if (wantsKey(error)) return { kind: "wants-key", error };
    if (elsewhere.has(error.code) && (await hasApiBelow(endpoint, clientOf, signal))) {
      return { kind: "deeper", baseUrl: deeper(endpoint) };
    }
    // For a web page: a firewall of a server that one runs oneself is rare, its start page is not.
    if (error.code === "firewall") return { kind: "web-page" };
    return noList.has(error.code) ? { kind: "no-list" } : { kind: "failed", error };
  }
}

const deeper = ({ baseUrl }: Endpoint) => `${baseUrl}/v1`;

async function hasApiBelow(endpoint: Endpoint, clientOf: ClientOf, signal: AbortSignal): Promise<boolean> {
  if (/\/v\d+$/.test(endpoint.baseUrl)) return false;
  try {
    await (await clientOf({ ...endpoint, baseUrl: deeper(endpoint) })).models({ signal, retries: 0 });
    return true;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === "cancelled") throw error;
    return wantsKey(error);
  }
}

/** Enough to see thinking begin, in whatever form. */
const fewTokens = 16;

/** A short question as the chat would ask it. Throws ApiError when there is no regular answer. */
export async function tryChat(
  client: Client,
  model: string,
  effort: Effort | undefined,
  signal: AbortSignal,
): Promise<ThinkingForm> {
  let thought = false;
  let inText = false;
  const messages = [{ role: "user", content: "ping" }] as const;
  for await (const part of client.chat({ model, messages, maxTokens: fewTokens, effort }, { signal, retries: 0 })) {
    if (part.type === "reasoning-delta") thought = true;
    if (part.type === "finish") inText = part.thoughtInText === true;
  }
  return inText ? "text" : thought ? "field" : "none";
}

/** Of a server that cannot read the request: one with fewer extras may pass. */
const refusals: ReadonlySet<ApiErrorCode> = new Set(["bad-request", "server"]);

/**
 * Tries the styles in their order until the server accepts one. Throws the error of the last one that made a difference.
 */
export async function tryStyles(
  endpoint: Endpoint,
  model: string,
  styles: readonly ReasoningStyle[],
  chatClientOf: ClientOf,
  signal: AbortSignal,
): Promise<{ readonly reasoning: ReasoningStyle; readonly thinking: ThinkingForm }> {
  for (const [index, reasoning] of styles.entries()) {
    const client = await chatClientOf({ ...endpoint, reasoning });
    try {
      // Without an effort nothing would be sent of the style.
      return { reasoning, thinking: await tryChat(client, model, reasoning === "none" ? undefined : "low", signal) };
    } catch (error) {
      const last = index === styles.length - 1;
      if (last || !(error instanceof ApiError) || !refusals.has(error.code)) throw error;
    }
  }
  throw new Error("no style to try");
}

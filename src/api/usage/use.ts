import type { Usage } from "../chat/chatTypes.ts";
import type { ClientContext } from "../context.ts";
import type { PlatformId } from "../platforms.ts";

export type UseKind = "chat" | "background-chat" | "ocr" | "image" | "agent";

/** What one request used, as far as the service told. */
export interface Use {
  /** When that became known, in ms since the epoch. */
  readonly at: number;
  readonly platform: PlatformId;
  /** Where the request went, e.g. `api.z.ai`. */
  readonly host: string;
  readonly kind: UseKind;
  /** The model, or the agent, that answered. Text from outside. */
  readonly model: string;
  /** Tokens of the question, those from the cache included. */
  readonly input: number;
  /** Tokens of `input` that came from the cache. */
  readonly cached: number;
  /** Tokens of the answer, thinking included. */
  readonly output: number;
  /** How many were drawn. */
  readonly pictures: number;
}

/** A count that is not known counts as none. */
type TokenCounts = { readonly [count in keyof Usage]?: Usage[count] | undefined };

export interface UseFacts {
  readonly model: string;
  readonly usage?: TokenCounts | undefined;
  readonly pictures?: number | undefined;
}

/** Tells the owner of the client, if they want to know, what a request used. */
export function reportUse(
  { onUse, clock, endpoint }: ClientContext,
  kind: UseKind,
  { model, usage, pictures = 0 }: UseFacts,
): void {
  onUse?.({
    at: clock.now(),
    platform: endpoint.platform,
    host: new URL(endpoint.baseUrl).host,
    kind,
    model,
    input: usage?.promptTokens ?? 0,
    cached: usage?.cachedTokens ?? 0,
    output: usage?.completionTokens ?? 0,
    pictures,
  });
}

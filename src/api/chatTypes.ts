/** Shapes of a chat request and of what comes back, in the client's own terms. */

export type ChatContent = string | readonly ContentPart[];

export type ContentPart =
  | { readonly type: "text"; readonly text: string }
  /** `url` is https or a data URI (jpg or png, under 5 MB; API notes 2.3). */
  | { readonly type: "image"; readonly url: string };

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text exactly as it arrived; may be malformed. */
  readonly arguments: string;
}

export type ChatMessage =
  | { readonly role: "system"; readonly content: string }
  | { readonly role: "user"; readonly content: ChatContent }
  | {
      readonly role: "assistant";
      readonly content: string;
      /** Byte-exact thinking of that turn; must go back together with tool calls (API notes 2.4). */
      readonly reasoning?: string | undefined;
      readonly toolCalls?: readonly ToolCall[] | undefined;
    }
  | { readonly role: "tool"; readonly toolCallId: string; readonly content: string };

export interface FunctionTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export type Effort = "off" | "low" | "medium" | "high" | "max";

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** How much to think. Mapped to what the model accepts; absent = the model's default. */
  readonly effort?: Effort | undefined;
  readonly tools?: readonly FunctionTool[] | undefined;
  /** Server-side web search (general endpoints only). */
  readonly webSearch?: boolean | undefined;
  /**
   * Tokens, thinking included. Absent = the service's default. Raised to 8192 when the model thinks, since a smaller value
   * is used up before the first word, and cut to what the model can write.
   */
  readonly maxTokens?: number | undefined;
  /** 0 to 1. */
  readonly temperature?: number | undefined;
}

export interface Usage {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly reasoningTokens?: number | undefined;
}

export interface WebSearchResult {
  readonly title: string;
  readonly link: string;
  readonly content: string;
}

export type FinishReason = "stop" | "tool-calls" | "length" | "sensitive" | "context-exceeded" | "repetition" | "other";

/**
 * One piece of an answer. Text and thinking that arrive in the same network read are merged, so a consumer sees at most
 * a few parts per read. A stream that does not end with `finish` throws an ApiError instead.
 */
export type ChatPart =
  | { readonly type: "start"; readonly id: string; /** The model that really answers. */ readonly model: string }
  | { readonly type: "reasoning-delta"; readonly text: string }
  | { readonly type: "text-delta"; readonly text: string }
  /** All text so far was thinking: only custom servers whose prompt template opens the think tag itself do this. */
  | { readonly type: "text-was-reasoning" }
  | { readonly type: "tool-call"; readonly call: ToolCall }
  | { readonly type: "web-search"; readonly results: readonly WebSearchResult[] }
  | { readonly type: "usage"; readonly usage: Usage }
  | { readonly type: "finish"; readonly reason: FinishReason };

/** Shapes of a chat request and of what comes back, in the client's own terms. */

export type ChatContent = string | readonly ContentPart[];

export type ContentPart =
  | { readonly type: "text"; readonly text: string }
  /** `url` is https, a data URI or its bare base64 (jpg or png, under 5 MB; API notes 2.3). */
  | { readonly type: "image"; readonly url: string }
  /** By https address only: mp4, mkv or mov up to 200 MB; pdf, txt, Word, Excel, PowerPoint or jsonl. */
  | { readonly type: "video" | "file"; readonly url: string };

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text exactly as it arrived. */
  readonly arguments: string;
  /** `arguments` is neither empty nor a JSON object: tell the model so in the tool's result. */
  readonly malformed?: true | undefined;
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
      /** The model that answered, as the `start` part named it: another one's thinking is not kept. */
      readonly model?: string | undefined;
    }
  /**
   * The result of a call. Only GLM-5.3-Flash is known to take images here. A user's message behind results makes the service
   * drop the thinking of the turn: what must be said with them goes into the last one (API notes 2.2).
   */
  | { readonly role: "tool"; readonly toolCallId: string; readonly content: ChatContent };

export interface FunctionTool {
  /** At most 64 letters, digits, `_` and `-`. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Server-side search while answering (API notes 2.5). Everything absent = the service's default. */
export interface ChatWebSearch {
  /** Absent = the usual one of the platform, and another where the service refuses that. */
  readonly engine?: string | undefined;
  /** Search for this instead of what the question suggests. */
  readonly query?: string | undefined;
  /** 1 to 50 results. */
  readonly count?: number | undefined;
  /** The only domain to search. */
  readonly domain?: string | undefined;
  readonly recency?: "oneDay" | "oneWeek" | "oneMonth" | "oneYear" | "noLimit" | undefined;
  /** About 500 or 2500 characters of each result. */
  readonly contentSize?: "medium" | "high" | undefined;
  /** Answer only from what was found. */
  readonly required?: boolean | undefined;
  /** Whether the results come before or behind the answer. */
  readonly sequence?: "before" | "after" | undefined;
  /** How to use what was found; `{{current_date}}` is filled in. */
  readonly prompt?: string | undefined;
}

/** Knowledge base to answer from; only BigModel's can be filled through the API (API notes 2.5). */
export interface Retrieval {
  readonly knowledgeId: string;
  /** With `{{question}}` and `{{knowledge}}`. */
  readonly promptTemplate?: string | undefined;
}

/** `on`: think, as much as the model does by itself. */
export type Effort = "off" | "on" | "low" | "medium" | "high" | "max";

/** The rules of the fields are checked before anything is sent (chatChecks.ts) and throw `bad-request` with the field. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** How much to think. Mapped to what the model accepts; absent = the model's default. */
  readonly effort?: Effort | undefined;
  /**
   * Whether thinking of earlier turns counts (API notes 2.4); absent = the default: yes on the Coding Plan, otherwise no.
   * Only happens while every earlier answer comes back with its thinking, from the model that is asked.
   */
  readonly preserveThinking?: boolean | undefined;
  /** Earlier messages were left out, shortened or edited, so that thinking about them must not count. */
  readonly historyAltered?: boolean | undefined;
  /** At most 128. */
  readonly tools?: readonly FunctionTool[] | undefined;
  /** Server-side web search (general endpoints only). */
  readonly webSearch?: boolean | ChatWebSearch | undefined;
  /** Server-side look-up (general endpoints only). */
  readonly retrieval?: Retrieval | undefined;
  /**
   * Tokens, thinking included. Absent = the service's default. Raised to 8192 when the model thinks, since a smaller value
   * is used up before the first word, and cut to what the model can write.
   */
  readonly maxTokens?: number | undefined;
  /** 0 to 1, rounded to two decimals. Change this or `topP`, not both. */
  readonly temperature?: number | undefined;
  /** 0.01 to 1, rounded to two decimals. */
  readonly topP?: number | undefined;
  /** False = always the likeliest word; temperature and topP then have no effect. */
  readonly doSample?: boolean | undefined;
  /** The answer ends before this text. The service takes one. */
  readonly stop?: string | undefined;
  /** `json_object`: the answer is one JSON object (text models only). Say in the messages which. */
  readonly responseFormat?: "text" | "json_object" | undefined;
  /** Unique, 6 to 64 characters; not used for a repetition that the service refuses because of it. */
  readonly requestId?: string | undefined;
  /** Who is asking, 6 to 128 characters, nothing personal. */
  readonly userId?: string | undefined;
  /** False = the answer comes as a whole, in the same parts. Only for callers that cannot use a stream: no sign of life. */
  readonly stream?: boolean | undefined;
}

export interface Usage {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly reasoningTokens?: number | undefined;
}

/** One page that the service found. All of it is text from outside. */
export interface WebSearchResult {
  readonly title: string;
  readonly link: string;
  readonly content: string;
  /** Name of the site. */
  readonly media?: string | undefined;
  /** How the answer refers to it, e.g. "ref_1". */
  readonly refer?: string | undefined;
  /** As the service writes it, e.g. "2026-10-01". */
  readonly publishedAt?: string | undefined;
}

/** `repetition`: the model said the same over and over until we stopped it (repetition.ts). */
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
  /** The model cannot see, and answers a question from which this many images were taken out. Comes right after `start`. */
  | { readonly type: "images-dropped"; readonly count: number }
  /**
   * A function call in the model's own notation that the server failed to recognise (API notes 15.2) and that we could not
   * read either. No part of the answer; `text` is what the server sent.
   */
  | { readonly type: "unread-call"; readonly text: string }
  | { readonly type: "usage"; readonly usage: Usage }
  | {
      readonly type: "finish";
      readonly reason: FinishReason;
      /** There was thinking, but neither text nor a function call. */
      readonly thoughtOnly?: true | undefined;
      /** Thinking came as tags in the text instead of in a field of its own. */
      readonly thoughtInText?: true | undefined;
    };

import * as v from "valibot";
import type { FinishReason, Usage, WebSearchResult } from "./chatTypes.ts";
import { looseNumber, looseText } from "../http/loose.ts";

const usageSchema = v.object({
  prompt_tokens: looseNumber,
  completion_tokens: looseNumber,
  prompt_tokens_details: v.fallback(v.object({ cached_tokens: looseNumber }), { cached_tokens: undefined }),
  completion_tokens_details: v.fallback(v.object({ reasoning_tokens: looseNumber }), { reasoning_tokens: undefined }),
});

/** Token counts of an answer (API notes 3.1), or undefined when there are none: a count that is not known is not zero. */
export function readUsage(value: unknown): Usage | undefined {
  const parsed = v.safeParse(usageSchema, value);
  if (!parsed.success) return undefined;
  const usage = parsed.output;
  if (usage.prompt_tokens === undefined && usage.completion_tokens === undefined) return undefined;
  return {
    promptTokens: usage.prompt_tokens ?? 0,
    cachedTokens: usage.prompt_tokens_details.cached_tokens ?? 0,
    completionTokens: usage.completion_tokens ?? 0,
    reasoningTokens: usage.completion_tokens_details.reasoning_tokens,
  };
}

const webSearchSchema = v.object({
  title: v.fallback(v.string(), ""),
  link: v.fallback(v.string(), ""),
  content: v.fallback(v.string(), ""),
  media: looseText,
  refer: looseText,
  publish_date: looseText,
});

/** What the server-side search found; entries that are no objects are left out. Text from outside. */
export function readWebSearch(value: unknown): readonly WebSearchResult[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry) => {
    const parsed = v.safeParse(webSearchSchema, entry);
    if (!parsed.success) return [];
    const { publish_date: publishedAt, ...result } = parsed.output;
    return [{ ...result, publishedAt }];
  });
}

/** The service's finish reasons (API notes 3.2) and those of OpenAI-like servers. A Map: the word comes from outside. */
const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ["stop", "stop"],
  ["tool_calls", "tool-calls"],
  ["function_call", "tool-calls"],
  ["length", "length"],
  ["sensitive", "sensitive"],
  ["content_filter", "sensitive"],
  ["model_context_window_exceeded", "context-exceeded"],
]);

/** `calls`: function calls were received, which some servers end with plain `stop`. */
export function finishReasonOf(word: string, calls: boolean): FinishReason {
  const reason = finishReasons.get(word) ?? "other";
  return reason === "stop" && calls ? "tool-calls" : reason;
}

/** True for the words with which a server says that it failed to finish. */
export function isServerFailure(word: string): boolean {
  return word === "network_error" || word === "error" || word === "abort";
}

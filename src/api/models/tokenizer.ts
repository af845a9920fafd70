import * as v from "valibot";
import { wireModelId } from "./catalog.ts";
import type { ChatMessage, FunctionTool } from "../chat/chatTypes.ts";
import { functionTools, wireMessages } from "../chat/chatWire.ts";
import { check, checkIds } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { looseNumber, unreadable } from "../http/loose.ts";
import { ofHost, type PerHost } from "../platforms.ts";
import { askJson, requireReady } from "../http/request.ts";

const textEstimator = "glm-4.6";
const visionEstimator = "glm-4.6v";

/** Models whose tokens are counted exactly (API notes 9.3; read 2026-11-21). Only the vision model takes images. */
export const tokenizerModels: PerHost<readonly string[]> = {
  zai: ["glm-4.6", "glm-4.6v", "glm-4.5"],
  bigmodel: ["glm-4.6", "glm-4.6v", "glm-4.5", "glm-4.5-air", "glm-4-0520", "glm-4-long", "glm-4-air", "glm-4-flash"],
};

export interface TokenCountRequest {
  /** Any model of the service. One that cannot be counted exactly is estimated with another one's tokenizer. */
  readonly model: string;
  /** As in a chat; at least one that is not empty. */
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly FunctionTool[] | undefined;
  /** 6 to 64 characters, unique. */
  readonly requestId?: string | undefined;
  /** 6 to 128 characters, nothing personal. */
  readonly userId?: string | undefined;
}

/** All counts in tokens. */
export interface TokenCount {
  readonly promptTokens: number;
  readonly imageTokens: number;
  readonly videoTokens: number;
  readonly totalTokens: number;
  /** Whose tokenizer counted. */
  readonly countedAs: string;
  /** True when that is not the model that was asked about. */
  readonly estimated: boolean;
}

const answerSchema = v.object({
  usage: v.object({
    prompt_tokens: looseNumber,
    image_tokens: looseNumber,
    video_tokens: looseNumber,
    total_tokens: looseNumber,
  }),
});

/**
 * Counts the tokens of a chat request without running it (API notes 9.3). Models that the service cannot count, GLM-5.x
 * among them, are counted as GLM-4.6 or, with images, as GLM-4.6V, and the result says so. `estimateTokens` needs no network.
 */
export async function countTokens(
  context: ClientContext,
  request: TokenCountRequest,
  options: RequestOptions = {},
): Promise<TokenCount> {
  requireReady(context, "tokenizer");
  checkIds(request);
  const messages = wireMessages(request.messages, { rawImages: context.quirks.rawImages, reasoning: "all" });
  check(messages.length > 0, "messages", "at least 1");
  const countedAs = tokenizerFor(context, request);
  const ask = {
    method: "POST",
    path: "/tokenizer",
    // No model is at work, and a question must not wait behind answers because its tokens are counted.
    governed: false,
    repeatable: true,
    body: JSON.stringify({
      model: countedAs,
      messages,
      tools: functionTools(request.tools),
      request_id: request.requestId,
      user_id: request.userId,
    }),
  } as const;
  const answer = v.safeParse(answerSchema, await askJson(context, ask, context.deadlines.total, options));
  const usage = answer.success ? answer.output.usage : undefined;
  const promptTokens = usage?.prompt_tokens ?? usage?.total_tokens;
  if (usage === undefined || promptTokens === undefined) {
    throw unreadable(context);
  }
  const { image_tokens: imageTokens = 0, video_tokens: videoTokens = 0 } = usage;
  return {
    promptTokens,
    imageTokens,
    videoTokens,
    totalTokens: usage.total_tokens ?? promptTokens + imageTokens + videoTokens,
    countedAs,
    estimated: countedAs !== wireModelId(request.model),
  };
}

function tokenizerFor({ endpoint }: ClientContext, { model, messages }: TokenCountRequest): string {
  const hasImages = messages.some(
    ({ content }) => typeof content !== "string" && content.some((part) => part.type !== "text"),
  );
  if (hasImages) return visionEstimator;
  const wireModel = wireModelId(model);
  return ofHost(endpoint, tokenizerModels).includes(wireModel) ? wireModel : textEstimator;
}

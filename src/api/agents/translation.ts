import { textsOf, type AgentReply, type AgentUsage } from "./agentReply.ts";
import { askAgent, streamAgent, type AgentRequest } from "./agents.ts";
import type { FinishReason } from "../chat/chatTypes.ts";
import { check, checkOneOf } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { hostOf, requireReady } from "../http/request.ts";

/** Languages on both sides. `wyw` is classical Chinese, `yue` Cantonese; Pinyin and IPA are ways to write a sound. */
const languages = [
  "zh-CN",
  "zh-TW",
  "wyw",
  "yue",
  "en",
  "ja",
  "ko",
  "fr",
  "de",
  "es",
  "ru",
  "pt",
  "it",
  "ar",
  "hi",
  "bg",
  "cs",
  "da",
  "el",
  "et",
  "fi",
  "hu",
  "id",
  "lt",
  "lv",
  "nl",
  "no",
  "pl",
  "ro",
  "sk",
  "sl",
  "sv",
  "th",
  "tr",
  "uk",
  "vi",
  "my",
  "ms",
  "Pinyin",
  "IPA",
] as const;

/** What can be translated from and to (API notes 10.2; read 2026-11-21). */
export const sourceLanguages = ["auto", ...languages] as const;
export const targetLanguages = [...languages, "en-GB", "en-US"] as const;

/** Ways to translate, the default first. The later ones ask models several times, take longer and cost more. */
export const translationStrategies = ["general", "paraphrase", "two_step", "three_step", "reflection", "cot"] as const;

export interface TranslationRequest {
  /** Not empty. */
  readonly text: string;
  /** "auto" by default. */
  readonly from?: (typeof sourceLanguages)[number] | undefined;
  /** "zh-CN" by default. */
  readonly to?: (typeof targetLanguages)[number] | undefined;
  /** "general" by default. */
  readonly strategy?: (typeof translationStrategies)[number] | undefined;
  /** Id of a glossary: a file uploaded with purpose "agent". */
  readonly glossary?: string | undefined;
  /** Wishes for style and wording. Strategy "general" only. */
  readonly suggestion?: string | undefined;
  /** Whether the reasons come in the language of the text or of its translation ("to" by default). Strategy "cot" only. */
  readonly reasonLanguage?: "from" | "to" | undefined;
}

export interface Translation {
  /** Text from outside, with the reasons where the strategy gives some. */
  readonly text: string;
  /** "length" = the end is missing. */
  readonly finishReason: FinishReason;
  readonly usage: AgentUsage | undefined;
}

/** A piece of a streamed translation. A stream that does not end with `finish` throws an ApiError instead. */
export type TranslationPart =
  | { readonly type: "text-delta"; readonly text: string }
  | { readonly type: "usage"; readonly usage: AgentUsage }
  | { readonly type: "finish"; readonly reason: FinishReason };

/**
 * Translates a text as a whole (API notes 10.2). Throws `bad-request` for a request that breaks a rule, `content-blocked` when
 * the service holds the answer back.
 */
export async function translate(
  context: ClientContext,
  request: TranslationRequest,
  options: RequestOptions = {},
): Promise<Translation> {
  requireReady(context, "agents");
  const reply = await askAgent(context, translationRequest(request), options);
  const text = textsOf(reply).join("\n");
  if (text === "") throw noText(context, reply);
  return { text, finishReason: reply.finishReason ?? "stop", usage: reply.usage };
}

/** As `translate`, piece by piece. */
export async function* streamTranslation(
  context: ClientContext,
  request: TranslationRequest,
  options: RequestOptions = {},
): AsyncGenerator<TranslationPart, void, undefined> {
  requireReady(context, "agents");
  let reason: FinishReason | undefined;
  for await (const reply of streamAgent(context, translationRequest(request), options)) {
    const text = textsOf(reply).join("");
    if (text !== "") yield { type: "text-delta", text };
    if (reply.usage) yield { type: "usage", usage: reply.usage };
    reason = reply.finishReason ?? reason;
  }
  yield { type: "finish", reason: reason ?? "stop" };
}

function translationRequest(request: TranslationRequest): AgentRequest {
  const { text, from, to, strategy = "general", glossary, suggestion, reasonLanguage } = request;
  checkOneOf("source_lang", from, sourceLanguages);
  checkOneOf("target_lang", to, targetLanguages);
  checkOneOf("strategy", strategy, translationStrategies);
  checkOneOf("reason_lang", reasonLanguage, ["from", "to"]);
  check(suggestion === undefined || strategy === "general", "suggestion", "strategy general");
  check(reasonLanguage === undefined || strategy === "cot", "reason_lang", "strategy cot");
  check(glossary === undefined || glossary.trim() !== "", "glossary", "not empty");
  const general = suggestion === undefined ? undefined : { suggestion };
  const cot = reasonLanguage === undefined ? undefined : { reason_lang: reasonLanguage };
  return {
    agentId: "general_translation",
    messages: [{ role: "user", content: [{ type: "text", text }] }],
    variables: {
      source_lang: from ?? "auto",
      target_lang: to ?? "zh-CN",
      strategy,
      glossary,
      strategy_config: general || cot ? { general, cot } : undefined,
    },
  };
}

function noText({ endpoint }: ClientContext, { finishReason }: AgentReply): ApiError {
  return new ApiError(finishReason === "sensitive" ? "content-blocked" : "invalid-response", {
    host: hostOf(endpoint.baseUrl),
  });
}

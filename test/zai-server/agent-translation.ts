import { replyShape, sendReply, textContent } from "./agent-reply.ts";
import { readObjectField, textOfParts, type AgentRequest } from "./agent-request.ts";
import { newId, words } from "./completion.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, readChoice } from "./fields.ts";
import { asString, type JsonObject } from "./json.ts";
import { countTokens } from "./tokens.ts";
import { explain, readTerms, translate, type TranslationOrder } from "./translation.ts";

const shared =
  "zh-CN zh-TW wyw yue en ja ko fr de es ru pt it ar hi bg cs da el et fi hu id lt lv nl no pl ro sk sl sv th tr uk vi my ms Pinyin IPA".split(
    " ",
  );
const sources = ["auto", ...shared];
const targets = [...shared, "en-GB", "en-US"];

/** How often the model is called. */
const strategies = { general: 1, paraphrase: 1, two_step: 2, three_step: 3, reflection: 3, cot: 1 } as const;

/** general_translation. @throws ApiError 1214 for languages, strategies, glossaries and parts that it does not take. */
export async function answerTranslation(exchange: Exchange, request: AgentRequest): Promise<void> {
  const { agentId, parts, stream, variables } = request;
  if (parts.some(({ type }) => type !== "text")) throw invalid("messages.content.type", "text");
  const source = textOfParts(parts);
  const strategy =
    readChoice(variables, "strategy", Object.keys(strategies) as (keyof typeof strategies)[]) ?? "general";
  const config = readObjectField(variables, "strategy_config");
  const suggestion = readSuggestion(readObjectField(config, "general"));
  const side = readChoice(readObjectField(config, "cot"), "reason_lang", ["from", "to"] as const) ?? "to";
  const glossary = readGlossary(exchange, request);
  const order: TranslationOrder = {
    from: readChoice(variables, "source_lang", sources) ?? "auto",
    to: readChoice(variables, "target_lang", targets) ?? "zh-CN",
    terms: readTerms(strategy === "general" ? `${glossary}\n${suggestion}` : glossary),
  };
  const translated = translate(source, order);
  const text = strategy === "cot" ? `${translated}\n\n${explain(source, order, side)}` : translated;
  const shape = replyShape(exchange, "array");
  const message = (piece: string): object => ({ role: "assistant", content: textContent(piece, shape) });
  const calls = strategies[strategy];
  const [prompt, completion] = [countTokens(source) * calls, countTokens(text) * calls];
  await sendReply(exchange, {
    stream: stream ?? false,
    shape,
    heading: { id: newId(), agent_id: agentId },
    pieces: words(text).map(message),
    whole: [message(text)],
    usage: {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
      total_calls: calls,
    },
  });
}

function readSuggestion(general: JsonObject): string {
  const value = general["suggestion"] ?? "";
  if (typeof value !== "string") throw invalid("strategy_config.general.suggestion", "text");
  return value;
}

/** The text of the uploaded glossary; empty without one. */
function readGlossary({ state }: Exchange, { account, variables }: AgentRequest): string {
  const id = variables["glossary"] ?? undefined;
  if (id === undefined) return "";
  const file = state.files.get(account.key, asString(id) ?? "");
  if (file === undefined || file.purpose !== "agent") throw invalid("glossary", "the id of a file for agents");
  return file.bytes.toString("utf8");
}

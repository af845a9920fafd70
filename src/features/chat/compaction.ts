import { randomUUID } from "node:crypto";
import { ApiError, type ApiErrorCode } from "../../api/errors.ts";
import { materialLength, planCompaction, summaryMessages, type CompactionPlan } from "../../core/compaction.ts";
import type { TokenBudget } from "../../core/tokenBudget.ts";
import type { Answering, Service } from "./answering.ts";

/** Characters of a conversation that are summarised at most: more makes the wait long and the summary no better. */
const mostMaterial = 400_000;
/** Tokens. */
const longestSummary = 4_096;

/**
 * Failures of a summary that another model may be spared: of the moment, of the model, or of what it was to read. All others would
 * end the question, too.
 */
const failures: Readonly<Partial<Record<ApiErrorCode, "moment" | "model" | "material">>> = {
  busy: "moment",
  server: "moment",
  timeout: "moment",
  "stream-broken": "moment",
  "invalid-response": "moment",
  "model-unknown": "model",
  "plan-lacks-model": "model",
  "not-offered": "model",
  "wrong-path": "model",
  "too-long": "material",
  "content-blocked": "material",
  "bad-request": "material",
};

/**
 * Puts a summary in the place of older turns, or leaves them out where none can be made; the conversation says so. False when
 * nothing lies before the last question. `keep`: tokens of the latest turns that stay as they are.
 */
export async function makeRoom(
  { conversation, run, desk }: Answering,
  service: Service,
  model: string,
  budget: TokenBudget,
  keep: number,
): Promise<boolean> {
  const plan = planCompaction(conversation.turns, (turns) => budget.ofTurns(turns, false), keep);
  if (!plan) return false;
  run.step(desk.labels.step("summarising"));
  const summary = await summarise(plan, service, model);
  desk.record({ type: "compacted", id: randomUUID(), at: Date.now(), summary, before: plan.before });
  run.step(undefined);
  desk.resync();
  return true;
}

/** Empty when no model can make one. @throws when one could at another time: what was said must not be given up for that. */
async function summarise(plan: CompactionPlan, { connection, options }: Service, chat: string): Promise<string> {
  const { client, catalog } = connection;
  const background = await connection.modelFor("background", options);
  const fits = (model: string) => materialLength(plan) <= catalog.modelInfo(model).context;
  // The cheap one first, unless only the other one can read all of it.
  const models = fits(background) || !fits(chat) ? [background, chat] : [chat, background];
  let passing: ApiError | undefined;
  for (const model of new Set(models)) {
    // As many characters as the model reads tokens fit in every script, with room for the summary.
    const messages = summaryMessages(plan, Math.min(catalog.modelInfo(model).context, mostMaterial) / 2);
    try {
      const { text } = await client.complete({ model, messages, effort: "off", maxTokens: longestSummary }, options);
      if (text.trim() !== "") return text.trim();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const failure = failures[error.code];
      // What the chat model lacks, the question lacks as well.
      if (failure === undefined || (failure === "model" && model === chat)) throw error;
      if (failure === "moment") passing = error;
    }
  }
  if (passing) throw passing;
  return "";
}

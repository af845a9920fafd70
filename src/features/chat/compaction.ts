import { randomUUID } from "node:crypto";
import { ApiError, type ApiErrorCode } from "../../api/errors.ts";
import { materialLength, planCompaction, summaryMessages, type CompactionPlan } from "../../core/compaction.ts";
import type { TokenBudget } from "../../core/tokenBudget.ts";
import type { Answering, Service } from "./answering.ts";

/** Characters of a conversation that are summarised at most: more makes the wait long and the summary no better. */
const mostMaterial = 400_000;
/** Tokens. */
const longestSummary = 4_096;

/** These would end the question, too: what was said must not be given up for them. */
const sharedTroubles: ReadonlySet<ApiErrorCode> = new Set([
  "cancelled",
  "no-key",
  "key-rejected",
  "account-blocked",
  "no-balance",
  "plan-expired",
  "quota-exhausted",
  "fair-use",
  "queue-full",
  "firewall",
  "unreachable",
  "certificate",
]);

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

/** Empty when no model could make one. */
async function summarise(plan: CompactionPlan, { connection, options }: Service, chat: string): Promise<string> {
  const { client, catalog } = connection;
  const background = await connection.modelFor("background", options);
  const fits = (model: string) => materialLength(plan) <= catalog.modelInfo(model).context;
  // The cheap one first, unless only the other one can read all of it.
  const models = fits(background) || !fits(chat) ? [background, chat] : [chat, background];
  for (const model of new Set(models)) {
    // As many characters as the model reads tokens fit in every script, with room for the summary.
    const messages = summaryMessages(plan, Math.min(catalog.modelInfo(model).context, mostMaterial) / 2);
    try {
      const { text } = await client.complete({ model, messages, effort: "off", maxTokens: longestSummary }, options);
      if (text.trim() !== "") return text.trim();
    } catch (error) {
      if (!(error instanceof ApiError) || sharedTroubles.has(error.code)) throw error;
    }
  }
  return "";
}

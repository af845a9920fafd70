import * as v from "valibot";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { looseNumber, unreadable } from "../http/loose.ts";
import { askJson, requireReady, type Ask } from "../http/request.ts";

const envelopeSchema = v.object({ code: looseNumber, success: v.optional(v.unknown()) });

type Form = NonNullable<Ask["authorization"]>;

/**
 * The whole answer of one of the console's endpoints (API notes 13). Nobody has promised them: they may vanish or change, so
 * that nothing else may depend on them, and an answer should be kept for a minute. One attempt by default, with a short
 * deadline. BigModel wants the key without "Bearer" and Z.AI takes either, so that the other form is tried once when the
 * first one is refused. Throws ApiError.
 */
export async function askUsage(context: ClientContext, path: string, options: RequestOptions): Promise<object> {
  requireReady(context, "usage");
  const first = context.quirks.bearerUsage ? "bearer" : "raw";
  try {
    return await askInForm(context, path, first, options);
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.code !== "key-rejected" || !context.apiKey) throw thrown;
    return askInForm(context, path, first === "raw" ? "bearer" : "raw", options);
  }
}

async function askInForm(
  context: ClientContext,
  path: string,
  authorization: Form,
  options: RequestOptions,
): Promise<object> {
  const ask: Ask = { method: "GET", path, below: "root", authorization };
  let answer: unknown;
  try {
    answer = await askJson(context, ask, context.deadlines.usage, { ...options, retries: options.retries ?? 0 });
  } catch (thrown) {
    // A 404 here speaks of the endpoint: there are no models.
    if (thrown instanceof ApiError && thrown.code === "model-unknown") throw new ApiError("wrong-path", thrown.details);
    throw thrown;
  }
  const envelope = v.safeParse(envelopeSchema, answer);
  const fine = envelope.success && (envelope.output.success === true || envelope.output.code === 200);
  if (!fine || typeof answer !== "object" || answer === null) throw unreadable(context);
  context.quirks.bearerUsage = authorization === "bearer";
  return answer;
}

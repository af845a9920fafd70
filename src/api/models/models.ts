import * as v from "valibot";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { askJson, requireReady } from "../http/request.ts";

const listSchema = v.object({ data: v.array(v.unknown()) });
const entrySchema = v.object({ id: v.pipe(v.string(), v.nonEmpty()) });

/**
 * Ids of `GET /models` in the service's order, without repetition (API notes 4.5). Best effort: the listing may be
 * incomplete, and says nothing about what a plan includes. The cheapest check of a key: a wrong one gets `key-rejected`.
 */
export async function fetchModels(context: ClientContext, options: RequestOptions = {}): Promise<readonly string[]> {
  requireReady(context, "models");
  const answer = await askJson(context, { method: "GET", path: "/models" }, context.deadlines.total, options);
  const list = v.safeParse(listSchema, answer);
  if (!list.success) throw new ApiError("invalid-response");
  const ids = list.output.data.flatMap((entry) => {
    const parsed = v.safeParse(entrySchema, entry);
    return parsed.success ? [parsed.output.id] : [];
  });
  return [...new Set(ids)];
}

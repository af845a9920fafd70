import * as v from "valibot";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { listOf, looseNumber, looseText, readAs } from "../http/loose.ts";
import { askJson, requireReady } from "../http/request.ts";

/** One entry of a model list. All but the id is what only some servers tell. */
export interface ListedModel {
  readonly id: string;
  /** Servers that one runs oneself write their own name here, e.g. "vllm". */
  readonly owner?: string | undefined;
  /** Tokens that the server gives the model, which may be fewer than it could have. */
  readonly context?: number | undefined;
  /** Name or path of the weights behind an id that the owner of the server made up. */
  readonly weights?: string | undefined;
}

const entry = v.pipe(
  v.object({ id: v.pipe(v.string(), v.nonEmpty()), owned_by: looseText, max_model_len: looseNumber, root: looseText }),
  v.transform((model): ListedModel => ({
    id: model.id,
    owner: model.owned_by,
    context: model.max_model_len,
    weights: model.root,
  })),
);
// Ollama sends null for no models.
const listSchema = v.object({ data: v.nullable(listOf(entry)) });

/**
 * The entries of `GET /models` in the service's order, without repetition (API notes 4.5, 15.2). Throws `invalid-response`
 * for what is no list.
 */
export async function fetchModelList(
  context: ClientContext,
  options: RequestOptions = {},
): Promise<readonly ListedModel[]> {
  requireReady(context, "models");
  const answer = await askJson(context, { method: "GET", path: "/models" }, context.deadlines.total, options);
  const models = readAs(context, listSchema, answer).data ?? [];
  return [...new Map(models.map((model) => [model.id, model])).values()];
}

/**
 * Ids of `GET /models`. Best effort: the listing may be incomplete, and says nothing about what a plan includes. The
 * cheapest check of a key: a wrong one gets `key-rejected`.
 */
export async function fetchModels(context: ClientContext, options: RequestOptions = {}): Promise<readonly string[]> {
  return (await fetchModelList(context, options)).map(({ id }) => id);
}

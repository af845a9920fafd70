import * as v from "valibot";
import { check, checkInteger, checkOneOf, checkPathId, checkRange, checkText } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { askKnowledge } from "./knowledgeRequest.ts";
import { listOf, looseNumber, looseText, readAs } from "../http/loose.ts";
import { requireReady } from "../http/request.ts";

const recallMethods = ["embedding", "keyword", "mixed"] as const;
const rerankModels = ["rerank", "rerank-pro"] as const;

export interface KnowledgeQuery {
  /** 1 to 1000 characters. */
  readonly query: string;
  /** At least one. */
  readonly knowledgeIds: readonly string[];
  /** Search these documents only. */
  readonly documentIds?: readonly string[] | undefined;
  /** Passages to return: 1 to 20, 8 by default. */
  readonly topK?: number | undefined;
  /** Passages to choose them from: 1 to 100, 10 by default. */
  readonly topN?: number | undefined;
  /** By meaning, by words, or both, which is the default. */
  readonly recallMethod?: (typeof recallMethods)[number] | undefined;
  /** Per cent found by meaning when both are used: 0 to 100, 80 by default. */
  readonly recallRatio?: number | undefined;
  /** A model that sorts what was found; none by default. */
  readonly rerank?: (typeof rerankModels)[number] | undefined;
  /** Passages below this score are left out: 0 to 1. */
  readonly leastScore?: number | undefined;
  readonly requestId?: string | undefined;
}

const metadataSchema = v.object({
  _id: looseText,
  knowledge_id: looseText,
  doc_id: looseText,
  doc_name: looseText,
  doc_url: looseText,
  contextual_text: looseText,
});

const passageSchema = v.pipe(
  v.object({
    text: v.fallback(v.string(), ""),
    score: looseNumber,
    metadata: v.fallback(v.partial(metadataSchema), {}),
  }),
  v.transform(({ text, score, metadata }) => ({
    text,
    score,
    id: metadata["_id"],
    knowledgeId: metadata.knowledge_id,
    documentId: metadata.doc_id,
    documentName: metadata.doc_name,
    documentUrl: metadata.doc_url,
    /** What surrounds the passage, where the knowledge base is `contextual`. */
    surroundings: metadata.contextual_text,
  })),
);
export type Passage = v.InferOutput<typeof passageSchema>;

/** Passages that answer a query, best first (API notes 10.3); none is no error. Throws ApiError. */
export async function searchKnowledge(
  context: ClientContext,
  query: KnowledgeQuery,
  options: RequestOptions = {},
): Promise<readonly Passage[]> {
  requireReady(context, "knowledge");
  const ask = { method: "POST", path: "/knowledge/retrieve", body: queryBody(query), repeatable: true } as const;
  const data = await askKnowledge(context, ask, options);
  return readAs(context, listOf(passageSchema), data ?? []);
}

function queryBody(query: KnowledgeQuery): string {
  checkText("query", query.query, 1, 1000);
  check(query.knowledgeIds.length > 0, "knowledge_ids", "at least one");
  for (const id of query.knowledgeIds) checkPathId("knowledge_ids", id);
  for (const id of query.documentIds ?? []) checkPathId("document_ids", id);
  checkInteger("top_k", query.topK, 1, 20);
  checkInteger("top_n", query.topN, 1, 100);
  checkOneOf("recall_method", query.recallMethod, recallMethods);
  checkInteger("recall_ratio", query.recallRatio, 0, 100);
  checkOneOf("rerank_model", query.rerank, rerankModels);
  checkRange("fractional_threshold", query.leastScore, 0, 1);
  return JSON.stringify({
    request_id: query.requestId,
    query: query.query,
    knowledge_ids: query.knowledgeIds,
    document_ids: query.documentIds,
    top_k: query.topK,
    top_n: query.topN,
    recall_method: query.recallMethod,
    recall_ratio: query.recallRatio,
    rerank_status: query.rerank === undefined ? undefined : 1,
    rerank_model: query.rerank,
    fractional_threshold: query.leastScore,
  });
}

import type { Account } from "./accounts.ts";
import { createHash } from "node:crypto";
import type { Exchange } from "./exchange.ts";
import { invalid, missing, readChoice, readIds, readInteger, readObject, readText } from "./fields.ts";
import type { JsonObject } from "./json.ts";
import { requireKnowledge } from "./knowledge-fields.ts";
import { isEmbedded, type Knowledge, type KnowledgeDocument } from "./knowledge-store.ts";
import { keywordScore, likeness } from "./text-match.ts";

interface Found {
  readonly base: Knowledge;
  readonly document: KnowledgeDocument;
  readonly text: string;
  readonly score: number;
}

/** POST /knowledge/retrieve: the slices that fit a question best, best first. */
export function retrieve(exchange: Exchange, account: Account): { readonly data: object[] } {
  const body = readObject(exchange.body);
  const query = readText(body, "query");
  if (Array.from(query).length > 1000) throw invalid("query", "<= 1000");
  const bases = readList(body, "knowledge_ids").map((id) => requireKnowledge(exchange, account, id));
  if (bases.length === 0) throw missing("knowledge_ids");
  const documents = readList(body, "document_ids");
  const kept = readInteger(body, "top_k", 1, 20) ?? 8;
  const recalled = readInteger(body, "top_n", 1, 100) ?? 10;
  const method = readChoice(body, "recall_method", ["embedding", "keyword", "mixed"] as const) ?? "mixed";
  const ratio = (readInteger(body, "recall_ratio", 0, 100) ?? 80) / 100;
  const rerank = readChoice(body, "rerank_status", [0, 1]) === 1;
  readChoice(body, "rerank_model", ["rerank", "rerank-pro"]);
  const threshold = body["fractional_threshold"] ?? 0;
  if (typeof threshold !== "number" || threshold < 0 || threshold > 1) throw invalid("fractional_threshold", "0-1");
  readIds(body, exchange.platform);

  const score = (text: string): number => {
    if (method === "keyword") return keywordScore(query, text);
    const alike = likeness(query, text);
    return method === "embedding" ? alike : ratio * alike + (1 - ratio) * keywordScore(query, text);
  };
  const best = bases
    .flatMap((base) => searchable(base, documents).map((document) => ({ base, document })))
    .flatMap(({ base, document }) => document.slices.map((text) => ({ base, document, text, score: score(text) })))
    .filter((found) => found.score > 0)
    .toSorted(byScore)
    .slice(0, recalled);
  // A second look at the recalled ones: all words of the question count more than its sound.
  const ranked = rerank
    ? best
        .map((found) => ({ ...found, score: (keywordScore(query, found.text) + likeness(query, found.text)) / 2 }))
        .toSorted(byScore)
    : best;
  return {
    data: ranked
      .filter((found) => found.score >= threshold)
      .slice(0, kept)
      .map(describe),
  };
}

const byScore = (a: Found, b: Found): number => b.score - a.score;

/** Embedded documents, of those asked for. Asking is a look, so that a document is found some time after its upload. */
function searchable({ documents }: Knowledge, wanted: readonly string[]): KnowledgeDocument[] {
  const chosen = [...documents.values()].filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  for (const document of chosen) document.looks++;
  return chosen.filter(isEmbedded);
}

function describe({ base, document, text, score }: Found): object {
  return {
    text,
    score: Math.round(score * 10_000) / 10_000,
    metadata: {
      _id: createHash("sha1").update(`${document.id} ${text}`).digest("hex"),
      knowledge_id: base.id,
      doc_id: document.id,
      doc_name: document.name,
      doc_url: document.url,
      contextual_text:
        base.settings.contextual === 1 ? `${document.name}: ${(document.slices[0] ?? "").slice(0, 60)}` : "",
    },
  };
}

function readList(body: JsonObject, field: string): string[] {
  const value = body[field] ?? [];
  if (!Array.isArray(value) || value.some((each) => typeof each !== "string")) throw invalid(field, "a list of texts");
  return value as string[];
}

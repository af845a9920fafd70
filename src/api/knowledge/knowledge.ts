import * as v from "valibot";
import { check, checkOneOf, checkPathId } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { askKnowledge, checkCallback, checkPage, type Callback, type Page } from "./knowledgeRequest.ts";
import { looseList, looseNumber, looseText, readAs, someText } from "../http/loose.ts";
import { requireReady, withQuery } from "../http/request.ts";

/**
 * Knowledge bases, which only BigModel has (API notes 10.3). Each function throws ApiError: `not-offered` elsewhere,
 * `bad-request` for what breaks a rule, both before the network. Texts in results come from outside.
 */

/** Models that make documents searchable, with the numbers by which the service knows them. */
export const embeddings = { "Embedding-2": 3, "Embedding-3": 11, "Embedding-3-pro": 12 } as const;
const backgrounds = ["blue", "red", "orange", "purple", "sky", "green", "yellow"] as const;
const icons = ["question", "book", "seal", "wrench", "tag", "horn", "house"] as const;

export interface KnowledgeSettings {
  readonly name: string;
  readonly embedding: keyof typeof embeddings;
  readonly description?: string | undefined;
  /** Adds to each passage what surrounds it, before it is made searchable. */
  readonly contextual?: boolean | undefined;
  readonly background?: (typeof backgrounds)[number] | undefined;
  readonly icon?: (typeof icons)[number] | undefined;
}

/** What is to change. With another embedding the service reads all documents anew; `callback` hears of the end. */
export interface KnowledgeChange extends Partial<KnowledgeSettings> {
  readonly callback?: Callback | undefined;
}

const baseSchema = v.pipe(
  v.object({
    id: someText,
    name: looseText,
    description: looseText,
    embedding_id: looseNumber,
    contextual: looseNumber,
    background: looseText,
    icon: looseText,
    document_size: looseNumber,
    length: looseNumber,
    word_num: looseNumber,
  }),
  v.transform((base) => ({
    id: base.id,
    name: base.name ?? "",
    description: base.description,
    /** One of the numbers of `embeddings`, or a newer one. */
    embeddingId: base.embedding_id,
    contextual: base.contextual === undefined ? undefined : base.contextual !== 0,
    background: base.background,
    icon: base.icon,
    /** How many documents it holds. */
    documents: base.document_size,
    bytes: base.length,
    words: base.word_num,
  })),
);
export type KnowledgeBase = v.InferOutput<typeof baseSchema>;

const createdSchema = v.object({ id: someText });
const listSchema = v.object({ list: looseList(baseSchema), total: looseNumber });
const amountSchema = v.pipe(
  v.object({ word_num: looseNumber, length: looseNumber }),
  v.transform(({ word_num, length }) => ({ words: word_num, bytes: length })),
);
const capacitySchema = v.object({ used: amountSchema, total: amountSchema });
export type KnowledgeCapacity = v.InferOutput<typeof capacitySchema>;

/** Resolves with the new knowledge base's id. */
export async function createKnowledge(
  context: ClientContext,
  settings: KnowledgeSettings,
  options: RequestOptions = {},
): Promise<string> {
  requireReady(context, "knowledge");
  const ask = { method: "POST", path: "/knowledge", body: settingsBody(settings) } as const;
  return readAs(context, createdSchema, await askKnowledge(context, ask, options)).id;
}

/** `total` counts all pages. */
export async function listKnowledge(
  context: ClientContext,
  page: Page = {},
  options: RequestOptions = {},
): Promise<{ items: readonly KnowledgeBase[]; total: number }> {
  requireReady(context, "knowledge");
  checkPage(page);
  const path = withQuery("/knowledge", { page: page.page ?? 1, size: page.size ?? 10 });
  const data = await askKnowledge(context, { method: "GET", path }, options);
  const { list, total } = readAs(context, listSchema, data);
  return { items: list, total: total ?? list.length };
}

export async function showKnowledge(
  context: ClientContext,
  id: string,
  options: RequestOptions = {},
): Promise<KnowledgeBase> {
  requireReady(context, "knowledge");
  checkPathId("id", id);
  const data = await askKnowledge(context, { method: "GET", path: `/knowledge/${id}` }, options);
  return readAs(context, baseSchema, data);
}

export async function editKnowledge(
  context: ClientContext,
  id: string,
  change: KnowledgeChange,
  options: RequestOptions = {},
): Promise<void> {
  requireReady(context, "knowledge");
  checkPathId("id", id);
  checkCallback(change.callback);
  await askKnowledge(context, { method: "PUT", path: `/knowledge/${id}`, body: settingsBody(change) }, options);
}

export async function deleteKnowledge(context: ClientContext, id: string, options: RequestOptions = {}): Promise<void> {
  requireReady(context, "knowledge");
  checkPathId("id", id);
  await askKnowledge(context, { method: "DELETE", path: `/knowledge/${id}` }, options);
}

/** Used and allowed words and bytes of the whole account. */
export async function knowledgeCapacity(
  context: ClientContext,
  options: RequestOptions = {},
): Promise<KnowledgeCapacity> {
  requireReady(context, "knowledge");
  const data = await askKnowledge(context, { method: "GET", path: "/knowledge/capacity" }, options);
  return readAs(context, capacitySchema, data);
}

function settingsBody(settings: KnowledgeChange): string {
  const { name, embedding, description, contextual, background, icon, callback } = settings;
  check(name?.trim() !== "", "name", "not empty");
  checkOneOf<string>("embedding_id", embedding, Object.keys(embeddings));
  checkOneOf("background", background, backgrounds);
  checkOneOf("icon", icon, icons);
  return JSON.stringify({
    embedding_id: embedding && embeddings[embedding],
    name,
    description,
    contextual: contextual === undefined ? undefined : Number(contextual),
    background,
    icon,
    callback_url: callback?.url,
    callback_header: callback?.headers,
  });
}

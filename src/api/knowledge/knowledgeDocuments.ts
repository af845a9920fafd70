import * as v from "valibot";
import { checkPathId } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { askKnowledge, checkCallback, checkPage, type Callback, type Page } from "./knowledgeRequest.ts";
import { looseList, looseNumber, looseText, readAs, someText } from "../http/loose.ts";
import { requireReady, withQuery } from "../http/request.ts";

/** Documents of a knowledge base (API notes 10.3). Each function throws ApiError; texts in results come from outside. */

/** Part of a list; `word` is looked for in the documents' names. */
export interface DocumentPage extends Page {
  readonly word?: string | undefined;
}

const failureSchema = v.fallback(
  v.pipe(
    v.object({ embedding_code: looseNumber, embedding_msg: looseText }),
    v.transform(({ embedding_code: code, embedding_msg: message }) =>
      message === undefined && !code ? undefined : { code, message },
    ),
  ),
  () => undefined,
);

const documentSchema = v.pipe(
  v.object({
    id: someText,
    name: looseText,
    url: looseText,
    knowledge_type: looseNumber,
    custom_separator: looseList(v.string()),
    sentence_size: looseNumber,
    length: looseNumber,
    word_num: looseNumber,
    embedding_stat: looseNumber,
    failInfo: failureSchema,
  }),
  v.transform((document) => ({
    id: document.id,
    name: document.name ?? "",
    url: document.url,
    knowledgeType: document.knowledge_type,
    separators: document.custom_separator,
    sentenceSize: document.sentence_size,
    bytes: document.length,
    words: document.word_num,
    /** The service's number for how far it is. What it stands for is nowhere written: only `failure` says something. */
    embeddingStat: document.embedding_stat,
    failure: document.failInfo,
  })),
);
export type KnowledgeDocument = v.InferOutput<typeof documentSchema>;
const listSchema = v.object({ list: looseList(documentSchema), total: looseNumber });

const imageSchema = v.pipe(
  v.object({ text: looseText, cos_url: someText }),
  v.transform(({ text, cos_url }) => ({ text, url: cos_url })),
);
export type DocumentImage = v.InferOutput<typeof imageSchema>;
const imagesSchema = v.object({ images: looseList(imageSchema) });

export async function listDocuments(
  context: ClientContext,
  knowledgeId: string,
  part: DocumentPage = {},
  options: RequestOptions = {},
): Promise<{ items: readonly KnowledgeDocument[]; total: number }> {
  requireReady(context, "knowledge");
  checkPathId("knowledge_id", knowledgeId);
  checkPage(part);
  const query = { knowledge_id: knowledgeId, page: part.page ?? 1, size: part.size ?? 10, word: part.word };
  const data = await askKnowledge(context, { method: "GET", path: withQuery("/document", query) }, options);
  const { list, total } = readAs(context, listSchema, data);
  return { items: list, total: total ?? list.length };
}

export async function showDocument(
  context: ClientContext,
  id: string,
  options: RequestOptions = {},
): Promise<KnowledgeDocument> {
  requireReady(context, "knowledge");
  checkPathId("id", id);
  const data = await askKnowledge(context, { method: "GET", path: `/document/${id}` }, options);
  return readAs(context, documentSchema, data);
}

export async function deleteDocument(context: ClientContext, id: string, options: RequestOptions = {}): Promise<void> {
  requireReady(context, "knowledge");
  checkPathId("id", id);
  await askKnowledge(context, { method: "DELETE", path: `/document/${id}` }, options);
}

/** Makes a document searchable anew, after a failure or with another embedding. */
export async function embedAgain(
  context: ClientContext,
  id: string,
  callback?: Callback,
  options: RequestOptions = {},
): Promise<void> {
  requireReady(context, "knowledge");
  checkPathId("id", id);
  checkCallback(callback);
  const body = JSON.stringify({ callback_url: callback?.url, callback_header: callback?.headers });
  await askKnowledge(context, { method: "POST", path: `/document/embedding/${id}`, body }, options);
}

/** The pictures of a document with the text that stands for each. */
export async function documentImages(
  context: ClientContext,
  id: string,
  options: RequestOptions = {},
): Promise<readonly DocumentImage[]> {
  requireReady(context, "knowledge");
  checkPathId("id", id);
  const ask = { method: "POST", path: `/document/slice/image_list/${id}`, repeatable: true } as const;
  const data = await askKnowledge(context, ask, options);
  return readAs(context, imagesSchema, data).images;
}

import type { Account } from "./accounts.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { missing } from "./fields.ts";
import { readPaging, requireKnowledge } from "./knowledge-fields.ts";
import { isEmbedded, wordCount, type Knowledge, type KnowledgeDocument } from "./knowledge-store.ts";
import { uploadFiles, uploadPages } from "./knowledge-upload.ts";

interface Answer {
  readonly data: unknown;
}

/** The calls about documents; undefined when the call is not one of them. @throws ApiError 1210, 1213 or 1214. */
export function answerDocuments(
  call: string,
  exchange: Exchange,
  account: Account,
): Promise<Answer> | Answer | undefined {
  if (call === "GET /document") return listDocuments(exchange, account);
  if (call === "POST /document/upload_url") return uploadPages(exchange, account);
  const base = /^POST \/document\/upload_document\/(\w+)$/.exec(call)?.[1];
  if (base !== undefined) return uploadFiles(exchange, requireKnowledge(exchange, account, base));
  const [, method, action, id = ""] =
    /^(GET|DELETE|POST) \/document\/(embedding\/|slice\/image_list\/|)(\w+)$/.exec(call) ?? [];
  switch (`${method} ${action}`) {
    case "GET ":
      return { data: describe(find(exchange, account, id).document) };
    case "DELETE ": {
      const { base: holder } = find(exchange, account, id);
      holder.documents.delete(id);
      return { data: undefined };
    }
    case "POST embedding/":
      find(exchange, account, id).document.looks = 0;
      return { data: undefined };
    case "POST slice/image_list/":
      return { data: { images: picturesOf(find(exchange, account, id).document) } };
    default:
      return undefined;
  }
}

function find({ state }: Exchange, account: Account, id: string): { base: Knowledge; document: KnowledgeDocument } {
  for (const base of state.knowledge.list(account.key)) {
    const document = base.documents.get(id);
    if (document !== undefined) return { base, document };
  }
  throw new ApiError("1214", { en: "The document does not exist", zh: "文档不存在" });
}

/** A document as the API shows it. Each showing is a look, and embedding gets on between looks. */
function describe(document: KnowledgeDocument): object {
  document.looks++;
  const { id, name, url, cutting, length, pages, fails, looks } = document;
  const failed = looks > 1 && (fails || pages === undefined);
  return {
    id,
    knowledge_type: cutting.type ?? null,
    custom_separator: cutting.separators,
    sentence_size: cutting.size,
    length,
    word_num: wordCount(document),
    name,
    url,
    embedding_stat: isEmbedded(document) ? 2 : failed ? 3 : 0,
    failInfo: failed ? { embedding_code: 10_002, embedding_msg: "文档解析失败" } : null,
  };
}

function listDocuments(exchange: Exchange, account: Account): Answer {
  const { page, size, query } = readPaging(exchange);
  const id = query.get("knowledge_id") ?? "";
  if (id === "") throw missing("knowledge_id");
  const word = query.get("word") ?? "";
  const found = [...requireKnowledge(exchange, account, id).documents.values()].filter(({ name }) =>
    name.toLowerCase().includes(word.toLowerCase()),
  );
  return { data: { list: found.slice((page - 1) * size, page * size).map(describe), total: found.length } };
}

/** Markdown pictures; the platform serves copies of its own, here the addresses stay. */
function picturesOf({ pages }: KnowledgeDocument): object[] {
  return [...(pages ?? []).join("\n").matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, text, cos_url]) => ({
    text,
    cos_url,
  }));
}

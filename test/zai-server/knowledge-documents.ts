import type { Account } from "./accounts.ts";
import { readDocument } from "./document-text.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, missing, readChoice, readInteger, readObject, readText } from "./fields.ts";
import { renderPage } from "./html-markdown.ts";
import { parseHtml } from "./html.ts";
import { asString, isObject, parseJson, type JsonObject } from "./json.ts";
import { readPaging, requireKnowledge } from "./knowledge-fields.ts";
import { isEmbedded, wordCount, type Knowledge, type KnowledgeDocument } from "./knowledge-store.ts";
import type { Cutting } from "./slices.ts";
import { fetchPage } from "./web-site.ts";

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

/** Which file types a way of cutting takes. */
const text = /\.(txt|docx?|pdf|pptx?|md)$/i;
const sheets = /\.(xlsx?|csv)$/i;
const typesOf: Readonly<Record<number, RegExp>> = {
  1: text,
  2: text,
  3: sheets,
  5: text,
  6: /\.(pdf|pptx?)$/i,
  7: sheets,
};

async function uploadFiles({ form, state, faults }: Exchange, base: Knowledge): Promise<Answer> {
  if (form === undefined)
    throw new ApiError("1210", { en: "The body is not multipart/form-data", zh: "请求体不是 multipart/form-data" });
  const files = form.getAll("files").filter((each): each is File => each instanceof File);
  if (files.length === 0) throw missing("files");
  const { cutting, wordLimit } = readUploadForm(form);
  const successInfos: object[] = [];
  const failedInfos: object[] = [];
  for (const file of files) {
    const allowed =
      cutting.type === undefined
        ? text.test(file.name) || sheets.test(file.name)
        : typesOf[cutting.type]?.test(file.name);
    const bytes = Buffer.from(await file.arrayBuffer());
    const pages = allowed === true ? await readDocument(file.name, bytes) : undefined;
    const failReason =
      allowed !== true
        ? "不支持的文档类型"
        : bytes.length === 0
          ? "文档内容为空"
          : Array.from((pages ?? []).join("")).length > wordLimit
            ? "文档字数超过上限"
            : undefined;
    if (failReason !== undefined) failedInfos.push({ fileName: file.name, failReason });
    else {
      const fails = faults.has("embedding-fail");
      const added = state.knowledge.addDocument(base, {
        name: file.name,
        url: "",
        cutting,
        length: bytes.length,
        pages,
        fails,
      });
      successInfos.push({ documentId: added.id, fileName: file.name });
    }
  }
  return { data: { successInfos, failedInfos } };
}

/** The fields beside the files; in a form everything is text. */
function readUploadForm(form: FormData): { cutting: Cutting; wordLimit: number } {
  const field = (name: string): string | undefined => asString(form.get(name) ?? undefined);
  const number = (name: string): number | undefined => {
    const value = field(name);
    if (value === undefined) return undefined;
    if (!/^\d+$/.test(value)) throw invalid(name, "a number");
    return Number(value);
  };
  readChoice({ parse_image: field("parse_image") }, "parse_image", ["true", "false"]);
  const header = field("callback_header");
  if (header !== undefined && !isObject(parseJson(header))) throw invalid("callback_header", "an object");
  const separators = [...form.getAll("custom_separator"), ...form.getAll("custom_separator[]")].flatMap((value) => {
    const list = typeof value === "string" ? parseJson(value) : undefined;
    return Array.isArray(list) ? (list as unknown[]) : [value];
  });
  const cutting = readCutting({
    knowledge_type: number("knowledge_type"),
    sentence_size: number("sentence_size"),
    ...(separators.length === 0 ? {} : { custom_separator: separators }),
    callback_url: field("callback_url"),
  });
  return { cutting, wordLimit: number("word_num_limit") ?? Infinity };
}

function readCutting(body: JsonObject): Cutting {
  const separators: unknown = body["custom_separator"] ?? ["\n"];
  if (!Array.isArray(separators) || separators.some((each) => typeof each !== "string" || each === ""))
    throw invalid("custom_separator", "a list of texts");
  const callback = body["callback_url"];
  if (callback !== undefined && URL.parse(asString(callback) ?? "") === null)
    throw invalid("callback_url", "an address");
  return {
    type: readChoice(body, "knowledge_type", [1, 2, 3, 5, 6, 7]),
    separators: separators as string[],
    size: readInteger(body, "sentence_size", 20, 2000) ?? 300,
  };
}

async function uploadPages(exchange: Exchange, account: Account): Promise<Answer> {
  const { state, faults } = exchange;
  const body = readObject(exchange.body);
  const base = requireKnowledge(exchange, account, readText(body, "knowledge_id"));
  const details: unknown = body["upload_detail"];
  if (details === undefined) throw missing("upload_detail");
  if (!Array.isArray(details) || details.length === 0) throw invalid("upload_detail", "a list");
  const wanted = details.map((each: unknown) => {
    const detail = readObject(each);
    if (detail["knowledge_type"] === undefined) throw missing("knowledge_type");
    return { url: readText(detail, "url"), cutting: readCutting(detail) };
  });
  const successInfos: object[] = [];
  const failedInfos: object[] = [];
  for (const { url, cutting } of wanted) {
    const page = await fetchPage(url, state.results);
    const failReason = ![1, 2, 5].includes(cutting.type ?? 0)
      ? "不支持的文档类型"
      : page === undefined
        ? "网页无法访问"
        : undefined;
    if (page === undefined || failReason !== undefined) {
      failedInfos.push({ url, failReason });
      continue;
    }
    const html = parseHtml(page.text);
    const how = { format: "markdown", images: true, dataUrls: false, gfm: true, base: url } as const;
    const pages = [page.type === "text/html" ? renderPage(html, how) : page.text];
    const length = Buffer.byteLength(page.text);
    const added = state.knowledge.addDocument(base, {
      name: url,
      url,
      cutting,
      length,
      pages,
      fails: faults.has("embedding-fail"),
    });
    successInfos.push({ documentId: added.id, url });
  }
  return { data: { successInfos, failedInfos } };
}

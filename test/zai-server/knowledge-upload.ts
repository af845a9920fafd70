import type { Account } from "./accounts.ts";
import { readDocument } from "./document-text.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, missing, readChoice, readInteger, readObject, readText } from "./fields.ts";
import { renderPage } from "./html-markdown.ts";
import { parseHtml } from "./html.ts";
import { asString, isObject, parseJson, type JsonObject } from "./json.ts";
import { requireKnowledge } from "./knowledge-fields.ts";
import type { Knowledge } from "./knowledge-store.ts";
import type { Cutting } from "./slices.ts";
import { fetchPage } from "./web-site.ts";

/** What became of each file or address; one that is refused does not stop the others. */
interface Uploaded {
  readonly successInfos: readonly object[];
  readonly failedInfos: readonly object[];
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

/** POST /document/upload_document/{id}. @throws ApiError 1210, 1213 or 1214 for the form as a whole. */
export async function uploadFiles({ form, state, faults }: Exchange, base: Knowledge): Promise<{ data: Uploaded }> {
  if (form === undefined)
    throw new ApiError("1210", { en: "The body is not multipart/form-data", zh: "请求体不是 multipart/form-data" });
  const files = form.getAll("files").filter((each): each is File => each instanceof File);
  if (files.length === 0) throw missing("files");
  const { cutting, wordLimit } = readUploadForm(form);
  const successInfos: object[] = [];
  const failedInfos: object[] = [];
  for (const file of files) {
    const { name, size } = file;
    const pages = await readDocument(name, Buffer.from(await file.arrayBuffer()));
    const failReason = refusalOf(file, pages, cutting, wordLimit);
    if (failReason !== undefined) failedInfos.push({ fileName: name, failReason });
    else {
      const fails = faults.has("embedding-fail");
      const { id } = state.knowledge.addDocument(base, { name, url: "", cutting, length: size, pages, fails });
      successInfos.push({ documentId: id, fileName: name });
    }
  }
  return { data: { successInfos, failedInfos } };
}

function refusalOf(
  { name, size }: File,
  pages: readonly string[] | undefined,
  { type }: Cutting,
  wordLimit: number,
): string | undefined {
  const takes = type === undefined ? text.test(name) || sheets.test(name) : typesOf[type]?.test(name);
  if (takes !== true) return "不支持的文档类型";
  if (size === 0) return "文档内容为空";
  return Array.from((pages ?? []).join("")).length > wordLimit ? "文档字数超过上限" : undefined;
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

/** POST /document/upload_url. @throws ApiError 1213 or 1214 for the list as a whole. */
export async function uploadPages(exchange: Exchange, account: Account): Promise<{ data: Uploaded }> {
  const { state, faults } = exchange;
  const body = readObject(exchange.body);
  const base = requireKnowledge(exchange, account, readText(body, "knowledge_id"));
  const successInfos: object[] = [];
  const failedInfos: object[] = [];
  for (const { url, cutting } of readDetails(body["upload_detail"])) {
    const page = await fetchPage(url, state.results);
    if (![1, 2, 5].includes(cutting.type ?? 0)) failedInfos.push({ url, failReason: "不支持的文档类型" });
    else if (page === undefined) failedInfos.push({ url, failReason: "网页无法访问" });
    else {
      const how = { format: "markdown", images: true, dataUrls: false, gfm: true, base: url } as const;
      const pages = [page.type === "text/html" ? renderPage(parseHtml(page.text), how) : page.text];
      const length = Buffer.byteLength(page.text);
      const fails = faults.has("embedding-fail");
      const { id } = state.knowledge.addDocument(base, { name: url, url, cutting, length, pages, fails });
      successInfos.push({ documentId: id, url });
    }
  }
  return { data: { successInfos, failedInfos } };
}

function readDetails(details: unknown): { url: string; cutting: Cutting }[] {
  if (details === undefined) throw missing("upload_detail");
  if (!Array.isArray(details) || details.length === 0) throw invalid("upload_detail", "a list");
  return details.map((each: unknown) => {
    const detail = readObject(each);
    if (detail["knowledge_type"] === undefined) throw missing("knowledge_type");
    return { url: readText(detail, "url"), cutting: readCutting(detail) };
  });
}

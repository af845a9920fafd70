import * as v from "valibot";
import { check, checkInteger, checkOneOf, checkPathId } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { askKnowledge, checkCallback, checkCount, type Callback } from "./knowledgeRequest.ts";
import { looseList, looseText, readAs, someText } from "../http/loose.ts";
import { encodeForm, type FilePart } from "../http/multipart.ts";
import { requireReady } from "../http/request.ts";

const prose = ["txt", "doc", "docx", "pdf", "ppt", "pptx", "md"];
const sheets = ["xls", "xlsx", "csv"];

/** How a document is cut into passages: the service's number, and the types of file that can be cut so. */
const cuts = {
  headings: { type: 1, files: prose },
  questions: { type: 2, files: prose },
  rows: { type: 3, files: sheets },
  custom: { type: 5, files: prose },
  pages: { type: 6, files: ["pdf", "ppt", "pptx"] },
  whole: { type: 7, files: sheets },
} as const;

interface Cutting {
  readonly cut?: keyof typeof cuts | undefined;
  /** Where the cut `custom` may cut. */
  readonly separators?: readonly string[] | undefined;
  /** Characters of a passage of the cut `custom`: 20 to 2000, 300 by default. */
  readonly sentenceSize?: number | undefined;
  readonly callback?: Callback | undefined;
}

/** Without `cut` the service chooses one by the content. */
export interface DocumentUpload extends Cutting {
  readonly file: FilePart;
  /** Reads the pictures in it as well. */
  readonly parseImages?: boolean | undefined;
  /** Documents of more words are refused. */
  readonly wordLimit?: number | undefined;
  readonly requestId?: string | undefined;
}

export interface UrlUpload extends Cutting {
  readonly url: string;
  readonly cut: keyof typeof cuts;
}

const uploadSchema = v.pipe(
  v.object({
    successInfos: looseList(v.object({ documentId: someText, fileName: looseText, url: looseText })),
    failedInfos: looseList(v.object({ fileName: looseText, url: looseText, failReason: looseText })),
  }),
  v.transform(({ successInfos, failedInfos }) => ({
    accepted: successInfos.map(({ documentId, fileName, url }) => ({ documentId, name: fileName ?? url ?? "" })),
    rejected: failedInfos.map(({ fileName, url, failReason }) => ({ name: fileName ?? url ?? "", reason: failReason })),
  })),
);
/** What became of each file or address: `name` is what it was sent as. */
export type UploadOutcome = v.InferOutput<typeof uploadSchema>;

/** Adds a file. The service processes it after the answer; a file that it refuses is an outcome, not an error. */
export async function uploadDocument(
  context: ClientContext,
  knowledgeId: string,
  upload: DocumentUpload,
  options: RequestOptions = {},
): Promise<UploadOutcome> {
  requireReady(context, "knowledge");
  checkPathId("knowledge_id", knowledgeId);
  const { file, cut, separators, sentenceSize, callback, parseImages, wordLimit, requestId } = upload;
  check(file.bytes.byteLength > 0, "files", "not empty");
  checkCutting(upload);
  if (cut) checkOneOf<string>("files", extensionOf(file.name), cuts[cut].files);
  checkCount("word_num_limit", wordLimit);
  const body = await encodeForm([
    ["files", file],
    ["knowledge_type", cut && String(cuts[cut].type)],
    // Lists and objects are fields of JSON text, as in the samples of the service's documentation.
    ["custom_separator", separators && JSON.stringify(separators)],
    ["sentence_size", sentenceSize?.toString()],
    ["parse_image", parseImages?.toString()],
    ["callback_url", callback?.url],
    ["callback_header", callback?.headers && JSON.stringify(callback.headers)],
    ["word_num_limit", wordLimit?.toString()],
    ["req_id", requestId],
  ]);
  const ask = { method: "POST", path: `/document/upload_document/${knowledgeId}`, body } as const;
  return readAs(context, uploadSchema, await askKnowledge(context, ask, options, context.deadlines.upload));
}

/** Adds web pages and files by their address, at least one; the service fetches them after the answer. */
export async function uploadUrls(
  context: ClientContext,
  knowledgeId: string,
  uploads: readonly UrlUpload[],
  options: RequestOptions = {},
): Promise<UploadOutcome> {
  requireReady(context, "knowledge");
  checkPathId("knowledge_id", knowledgeId);
  check(uploads.length > 0, "upload_detail", "at least one");
  const details = uploads.map((upload) => {
    check(/^https?:$/.test(URL.parse(upload.url)?.protocol ?? ""), "url", "http or https address");
    checkCutting(upload);
    return {
      url: upload.url,
      knowledge_type: cuts[upload.cut].type,
      custom_separator: upload.separators,
      sentence_size: upload.sentenceSize,
      callback_url: upload.callback?.url,
      callback_header: upload.callback?.headers,
    };
  });
  const body = JSON.stringify({ knowledge_id: knowledgeId, upload_detail: details });
  const data = await askKnowledge(context, { method: "POST", path: "/document/upload_url", body }, options);
  return readAs(context, uploadSchema, data);
}

function checkCutting({ cut, sentenceSize, callback }: Cutting): void {
  checkOneOf<string>("knowledge_type", cut, Object.keys(cuts));
  checkInteger("sentence_size", sentenceSize, 20, 2000);
  checkCallback(callback);
}

function extensionOf(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
}

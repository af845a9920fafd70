import * as v from "valibot";
import { check, checkInteger, checkOneOf, checkPathId, checkText, isPathId } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { looseList, looseNumber, looseText, unreadable } from "../http/loose.ts";
import { encodeForm } from "../http/multipart.ts";
import { ofHost, type PerHost } from "../platforms.ts";
import { askBytes, askJson, hostOf, requireReady, withQuery } from "../http/request.ts";

export type FilePurpose = "agent" | "code-interpreter" | "batch" | "voice-clone-input";

interface FileRule {
  readonly purpose: FilePurpose;
  /** Bytes of one file. */
  readonly maxBytes: number;
  /** Endings that are taken, without the dot; absent = any. */
  readonly types?: readonly string[];
  /** Files of this purpose that the service keeps at a time. */
  readonly maxFiles?: number;
  /** Days after which the service deletes the file; absent = unknown. */
  readonly keptDays?: number;
}

const megabyte = 1024 * 1024;

/** What can be uploaded for what (API notes 10.1, the voice's size 7.2; read 2026-11-21). */
export const fileRules: PerHost<readonly FileRule[]> = {
  zai: [
    {
      purpose: "agent",
      maxBytes: 100 * megabyte,
      types: ["pdf", "doc", "xlsx", "ppt", "txt", "jpg", "png"],
      maxFiles: 100,
      keptDays: 180,
    },
  ],
  bigmodel: [
    {
      purpose: "agent",
      maxBytes: 20 * megabyte,
      types: ["pdf", "docx", "doc", "xls", "xlsx", "txt", "png", "jpg", "jpeg", "csv"],
      maxFiles: 1000,
    },
    { purpose: "code-interpreter", maxBytes: 20 * megabyte, maxFiles: 100 },
    { purpose: "batch", maxBytes: 100 * megabyte, types: ["jsonl"], maxFiles: 1000 },
    { purpose: "voice-clone-input", maxBytes: 10 * megabyte, types: ["mp3", "wav"] },
  ],
};

/** BigModel takes smaller pictures than other files for agents. */
const bigModelImage = { types: /\.(?:png|jpe?g)$/i, maxBytes: 5 * megabyte };
const contentLimit = 100 * megabyte;

export interface UploadRequest {
  /** With an ending that `fileRules` lists for the purpose; 1 to 255 characters. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly purpose: FilePurpose;
}

export interface UploadedFile {
  readonly id: string;
  readonly name: string;
  /** Size in bytes, if it was told. */
  readonly bytes: number | undefined;
  readonly purpose: string;
  /** ms since the epoch, if it was told. */
  readonly createdAt: number | undefined;
}

/** Voices for cloning are not listed. */
export type ListedPurpose = Exclude<FilePurpose, "voice-clone-input">;
const listedPurposes: readonly ListedPurpose[] = ["batch", "code-interpreter", "agent"];

export interface ListFilesRequest {
  readonly purpose: ListedPurpose;
  /** Id of the last file of the page before. */
  readonly after?: string | undefined;
  /** Files of one page: 1 to 100, 20 by default. */
  readonly limit?: number | undefined;
}

export interface FilePage {
  readonly files: readonly UploadedFile[];
  /** There is another page `after` the last file. */
  readonly hasMore: boolean;
}

const fileSchema = v.object({
  id: v.pipe(v.string(), v.check(isPathId)),
  filename: looseText,
  bytes: looseNumber,
  purpose: looseText,
  created_at: looseNumber,
});
const listSchema = v.object({ data: looseList(fileSchema), has_more: v.fallback(v.boolean(), false) });
const listShape = v.object({ data: v.nullable(v.array(v.unknown())) });
const deletedSchema = v.object({ deleted: v.fallback(v.optional(v.boolean()), undefined) });

/**
 * Uploads one file (API notes 10.1). Before the network it throws `not-offered` for a purpose that the platform does not
 * have and `bad-request` for an ending that the purpose does not take, an empty file or one over its size; `timeout` after
 * `deadlines.upload`.
 */
export async function uploadFile(
  context: ClientContext,
  { name, bytes, purpose }: UploadRequest,
  options: RequestOptions = {},
): Promise<UploadedFile> {
  requireReady(context, "file-upload");
  const rules = ofHost(context.endpoint, fileRules);
  const rule = rules.find((each) => each.purpose === purpose);
  // Z.AI has one of BigModel's purposes.
  if (!rule) throw new ApiError("not-offered", { field: "purpose", offeredOn: ["bigmodel"] });
  checkText("filename", name, 1, 255);
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  checkOneOf("file", rule.types && ending, rule.types ?? []);
  const isSmallImage = rules === fileRules.bigmodel && purpose === "agent" && bigModelImage.types.test(name);
  const most = isSmallImage ? bigModelImage.maxBytes : rule.maxBytes;
  check(bytes.byteLength >= 1 && bytes.byteLength <= most, "file", `1-${most} bytes`);
  const body = await encodeForm([
    ["purpose", purpose],
    ["file", { name, bytes }],
  ]);
  const ask = { method: "POST", path: "/files", body, governed: false } as const;
  const parsed = v.safeParse(fileSchema, await askJson(context, ask, context.deadlines.upload, options));
  if (!parsed.success) throw unreadable(context);
  const file = uploadedFile(parsed.output);
  return { ...file, name: file.name || name, purpose: file.purpose || purpose, bytes: file.bytes ?? bytes.byteLength };
}

/** One page of the uploaded files of a purpose, by time of creation. BigModel only. */
export async function listFiles(
  context: ClientContext,
  { purpose, after, limit }: ListFilesRequest,
  options: RequestOptions = {},
): Promise<FilePage> {
  requireReady(context, "files");
  checkOneOf("purpose", purpose, listedPurposes);
  checkInteger("limit", limit, 1, 100);
  if (after !== undefined) checkPathId("after", after);
  const path = withQuery("/files", { purpose, after, limit, order: "created_at" });
  const answer = await askJson(context, { method: "GET", path }, context.deadlines.total, options);
  if (!v.is(listShape, answer)) throw unreadable(context);
  const { data, has_more: hasMore } = v.parse(listSchema, answer);
  return { files: data.map(uploadedFile), hasMore };
}

/** All uploaded files of a purpose, page by page as they are asked for. */
export async function* allFiles(
  context: ClientContext,
  request: Omit<ListFilesRequest, "after">,
  options: RequestOptions = {},
): AsyncGenerator<UploadedFile, void, undefined> {
  const seen = new Set<string>();
  let after: string | undefined;
  for (;;) {
    const page = await listFiles(context, { ...request, after }, options);
    const files = page.files.filter(({ id }) => !seen.has(id));
    for (const { id } of files) seen.add(id);
    yield* files;
    after = files.at(-1)?.id;
    // A service that repeats a page would otherwise be asked for ever.
    if (!page.hasMore || after === undefined) return;
  }
}

/** Deletes an uploaded file. Throws `result-gone` when the service says that it did not. BigModel only. */
export async function deleteFile(context: ClientContext, id: string, options: RequestOptions = {}): Promise<void> {
  requireReady(context, "files");
  checkPathId("file_id", id);
  const ask = { method: "DELETE", path: `/files/${id}` } as const;
  const answer = v.safeParse(deletedSchema, await askJson(context, ask, context.deadlines.total, options));
  if (!answer.success) throw unreadable(context);
  if (answer.output.deleted === false) throw new ApiError("result-gone", { host: hostOf(context.endpoint.baseUrl) });
}

/** The bytes of a file, at most `limit` (100 MB by default); more is `invalid-response`. BigModel only. */
export async function fileContent(
  context: ClientContext,
  id: string,
  options: RequestOptions & { readonly limit?: number | undefined } = {},
): Promise<Uint8Array> {
  requireReady(context, "files");
  checkPathId("file_id", id);
  const ask = { method: "GET", path: `/files/${id}/content` } as const;
  return askBytes(context, ask, context.deadlines.largeDownload, options.limit ?? contentLimit, options);
}

function uploadedFile(file: v.InferOutput<typeof fileSchema>): UploadedFile {
  const { id, filename: name = "", bytes, purpose = "", created_at: seconds } = file;
  return { id, name, bytes, purpose, createdAt: seconds === undefined ? undefined : seconds * 1000 };
}

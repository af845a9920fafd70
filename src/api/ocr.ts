import * as v from "valibot";
import { toBase64 } from "./base64.ts";
import type { RequestOptions } from "./client.ts";
import type { ClientContext } from "./context.ts";
import { ApiError } from "./errors.ts";
import { askJson, hostOf, requireReady } from "./request.ts";

export interface OcrRequest {
  readonly bytes: Uint8Array;
  readonly type: "png" | "jpg" | "pdf";
}

export interface OcrResult {
  /** Markdown of all pages; image placeholders already dropped. Text from outside. */
  readonly markdown: string;
  readonly pages: number;
}

/** Bytes that the service takes at most: 10 MB for an image, 50 MB for a PDF (which may have 100 pages). */
export const ocrLimits = { image: 10 * 1024 * 1024, pdf: 50 * 1024 * 1024, pdfPages: 100 } as const;

const mimeTypes = { png: "image/png", jpg: "image/jpeg", pdf: "application/pdf" } as const;

const elementSchema = v.object({ content: v.fallback(v.string(), "") });
const resultSchema = v.object({
  md_results: v.optional(v.nullable(v.string())),
  layout_details: v.fallback(v.array(v.array(elementSchema)), []),
  data_info: v.fallback(v.object({ num_pages: v.optional(v.number()) }), {}),
});

const nothing: v.InferOutput<typeof resultSchema> = { layout_details: [], data_info: {} };

/**
 * Recognises an image or a PDF as Markdown (API notes 8). Throws `too-long` for a file over `ocrLimits` and `bad-request`
 * for an empty one, both before the network; `timeout` after `deadlines.ocr`.
 */
export async function recognise(
  context: ClientContext,
  request: OcrRequest,
  options: RequestOptions = {},
): Promise<OcrResult> {
  requireReady(context, "ocr");
  const { bytes, type } = request;
  if (bytes.byteLength === 0) throw new ApiError("bad-request");
  if (bytes.byteLength > (type === "pdf" ? ocrLimits.pdf : ocrLimits.image)) throw new ApiError("too-long");
  const file = `data:${mimeTypes[type]};base64,${toBase64(bytes)}`;
  const ask = { method: "POST", path: "/layout_parsing", body: JSON.stringify({ model: "glm-ocr", file }) } as const;
  const parsed = v.safeParse(resultSchema, await askJson(context, ask, context.deadlines.ocr, options));
  const { md_results, layout_details, data_info } = parsed.success ? parsed.output : nothing;
  // A blank page has empty Markdown; an answer without Markdown and without pages is none.
  if (typeof md_results !== "string" && layout_details.length === 0) {
    throw new ApiError("invalid-response", { host: hostOf(context.endpoint.baseUrl) });
  }
  const joined = layout_details.map((page) => page.map((element) => element.content).join("\n\n")).join("\n\n");
  return {
    markdown: dropPlaceholders(md_results ?? joined),
    pages: data_info.num_pages ?? Math.max(1, layout_details.length),
  };
}

/** Drops `![](page=0,bbox=[…])`, which stands where the page had a picture, with the empty lines it leaves. */
function dropPlaceholders(markdown: string): string {
  return markdown
    .replace(/!\[[^\]\n]*\]\(page=\d+[^)\n]*\)/g, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

import * as v from "valibot";
import { toBase64 } from "../http/base64.ts";
import { readUsage } from "../chat/chatExtras.ts";
import type { Usage } from "../chat/chatTypes.ts";
import { check, checkIds, checkInteger } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { mimeTypes } from "../http/fileType.ts";
import { looseList, someText, unreadable } from "../http/loose.ts";
import { layoutPages, readInfo, readLayout, type OcrPage } from "./ocrLayout.ts";
import { ocrModel } from "./ocrModel.ts";
import {
  dropPlaceholders,
  fetchVisualizations,
  placePictures,
  type OcrCrop,
  type OcrVisualization,
} from "./ocrPictures.ts";
import { isPublicAddress } from "../http/publicAddress.ts";
import { askJson, requireReady, type Ask } from "../http/request.ts";
import { reportUse } from "../usage/use.ts";

/** The file itself, or its public https address, from which the service fetches it. */
export type OcrFile = { readonly bytes: Uint8Array; readonly type: "png" | "jpg" | "pdf" } | { readonly url: string };

export interface OcrOptions {
  /** Absent = `ocrModel`. */
  readonly model?: string | undefined;
  /** From 1; PDF only. */
  readonly startPage?: number | undefined;
  /** Included; PDF only. */
  readonly endPage?: number | undefined;
  /** Also fetch the pictures of the pages and keep their places in the Markdown. */
  readonly cropImages?: boolean | undefined;
  /** Also fetch pictures of the pages with their elements outlined. */
  readonly layoutVisualization?: boolean | undefined;
  /** 6 to 64 characters, unique. */
  readonly requestId?: string | undefined;
  /** 6 to 128 characters, no personal data. */
  readonly userId?: string | undefined;
}

export type OcrRequest = OcrFile & OcrOptions;

export interface OcrResult {
  /** Markdown of all pages. The places of pictures are dropped, or name one of `crops`. Text from outside. */
  readonly markdown: string;
  /** How many were read. */
  readonly pages: number;
  /** What was found where. */
  readonly layout: readonly OcrPage[];
  /** Only those that could be fetched. */
  readonly crops: readonly OcrCrop[];
  readonly visualizations: readonly OcrVisualization[];
  readonly usage?: Usage | undefined;
}

/** What the service takes at most: bytes of an image and of a PDF, pages of a PDF. */
export const ocrLimits = { image: 10 * 1024 * 1024, pdf: 50 * 1024 * 1024, pdfPages: 100 } as const;

const answerSchema = v.object({
  md_results: v.fallback(v.nullish(v.string()), null),
  layout_details: v.optional(v.unknown()),
  data_info: v.optional(v.unknown()),
  layout_visualization: looseList(someText),
  usage: v.optional(v.unknown()),
});

/**
 * Recognises an image or a PDF as Markdown (API notes 8). Throws `bad-request` for a request that breaks a rule, such as a file
 * over `ocrLimits`; `timeout` after `deadlines.ocr`, which does not count the fetching of pictures.
 */
export async function recognise(
  context: ClientContext,
  request: OcrRequest,
  options: RequestOptions = {},
): Promise<OcrResult> {
  requireReady(context, "ocr");
  checkRequest(request);
  const ask: Ask = { method: "POST", path: "/layout_parsing", body: bodyOf(request), repeatable: true };
  const parsed = v.safeParse(answerSchema, await askJson(context, ask, context.deadlines.ocr, options));
  const raw = parsed.success ? readLayout(parsed.output.layout_details) : [];
  // A blank page has empty Markdown; an answer without Markdown and without pages is none.
  if (!parsed.success || (typeof parsed.output.md_results !== "string" && raw.length === 0)) {
    throw unreadable(context);
  }
  const { md_results, layout_visualization } = parsed.output;
  const usage = readUsage(parsed.output.usage);
  if (usage) reportUse(context, "ocr", { model: request.model ?? ocrModel.id, usage });
  const info = readInfo(parsed.output.data_info);
  const firstPage = request.startPage ?? 1;
  const layout = layoutPages(raw, info, firstPage);
  const joined = raw.map((page) => page.map((element) => element.content).join("\n\n")).join("\n\n");
  const placed = request.cropImages
    ? await placePictures(context, md_results ?? joined, raw, layout, options)
    : { markdown: md_results ?? joined, crops: [] };
  return {
    markdown: dropPlaceholders(placed.markdown),
    pages: info.num_pages ?? Math.max(1, raw.length),
    layout,
    crops: placed.crops,
    visualizations: request.layoutVisualization
      ? await fetchVisualizations(context, layout_visualization, firstPage, options)
      : [],
    usage,
  };
}

function checkRequest(request: OcrRequest): void {
  const { startPage, endPage } = request;
  if ("url" in request) {
    const { url } = request;
    check(isPublicAddress(url) && URL.parse(url)?.protocol === "https:", "file", "public https address");
  } else {
    const { bytes, type } = request;
    const limit = type === "pdf" ? ocrLimits.pdf : ocrLimits.image;
    check(bytes.byteLength > 0 && bytes.byteLength <= limit, "file", `1-${limit} bytes`);
    check(type === "pdf" || startPage === undefined, "start_page_id", "PDF only");
    check(type === "pdf" || endPage === undefined, "end_page_id", "PDF only");
  }
  checkInteger("start_page_id", startPage, 1, Infinity);
  checkInteger("end_page_id", endPage, startPage ?? 1, Infinity);
  const asked = endPage === undefined ? 1 : endPage - (startPage ?? 1) + 1;
  check(asked <= ocrLimits.pdfPages, "end_page_id", `at most ${ocrLimits.pdfPages} pages`);
  checkIds(request);
}

/** Always a data URI, which the official client sends as well; the documents only say "base64". */
function bodyOf(request: OcrRequest): string {
  return JSON.stringify({
    model: request.model ?? ocrModel.id,
    file: "url" in request ? request.url : `data:${mimeTypes[request.type]};base64,${toBase64(request.bytes)}`,
    start_page_id: request.startPage,
    end_page_id: request.endPage,
    return_crop_images: request.cropImages,
    need_layout_visualization: request.layoutVisualization,
    request_id: request.requestId,
    user_id: request.userId,
  });
}

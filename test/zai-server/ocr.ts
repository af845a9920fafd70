import { checkFunds, type Account } from "./accounts.ts";
import { newId } from "./completion.ts";
import { sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, readFlag, readIds, readObject, readText, wrongFile } from "./fields.ts";
import type { JsonObject } from "./json.ts";
import { layOut } from "./layout.ts";
import { pixelSize, readPosted, sniff } from "./pictures.ts";
import type { Box, Page } from "./recognise.ts";
import { countTokens } from "./tokens.ts";

const megabyte = 1024 * 1024;

export function layoutRoute(call: string, exchange: Exchange, account: Account): Promise<void> | undefined {
  return call === "POST /layout_parsing" ? handleLayout(exchange, account) : undefined;
}

/** Recognises the posted picture or the pages of the posted PDF. */
async function handleLayout(exchange: Exchange, account: Account): Promise<void> {
  const body = readObject(exchange.body);
  const model = readText(body, "model");
  if (model.toLowerCase() !== "glm-ocr") throw new ApiError("1211", undefined, { model });
  checkFunds(account, "general", false);
  const requestId = readIds(body, account.platform) ?? newId();
  const pages = await recognisePages(exchange, await readFile(exchange, body), body);
  const shownPages = pages.map((page, index) => describePage(exchange, page, index, body));
  const markdown = shownPages.map((page) => page.markdown).join("\n\n");
  // Pictures cost by area; the constant is chosen so that one page comes to a few thousand tokens, as observed.
  const prompt = pages.reduce((sum, page) => sum + Math.ceil((page.width * page.height) / 440), 0);
  const completion = countTokens(markdown);
  await sendJson(exchange, 200, {
    id: newId(),
    created: Math.floor(Date.now() / 1000),
    model: "GLM-OCR",
    request_id: requestId,
    md_results: markdown,
    layout_details: shownPages.map((page) => page.details),
    ...(body["need_layout_visualization"] === true
      ? { layout_visualization: shownPages.map((page) => page.outline()) }
      : {}),
    data_info: { num_pages: pages.length, pages: pages.map(({ width, height }) => ({ width, height })) },
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
  });
}

interface ShownPage {
  readonly markdown: string;
  readonly details: readonly object[];
  /** Address of a picture of the page that shows where the elements are. */
  readonly outline: () => string;
}

function describePage({ state, cdn, faults }: Exchange, page: Page, index: number, body: JsonObject): ShownPage {
  const { width, height } = page;
  const elements = layOut(page);
  const address = (make: () => Promise<Buffer>): string => `${cdn}/${state.results.add(make)}`;
  const shownBox = (box: Box): readonly number[] =>
    faults.has("normalised-boxes")
      ? box.map((side, at) => Number((side / (at % 2 === 0 ? width : height)).toFixed(4)))
      : box;
  const crop = async (box: Box): Promise<Buffer> => (await import("./page-pictures.ts")).cropPage(page, box);
  return {
    markdown: elements
      .map(({ label, box, content }) =>
        label === "image" ? `![](page=${index},bbox=[${shownBox(box).join(", ")}])` : content,
      )
      .join("\n\n"),
    details: elements.map(({ label, box, content }, at) => ({
      index: at + 1,
      label,
      bbox_2d: shownBox(box),
      content: label === "image" && body["return_crop_images"] === true ? address(() => crop(box)) : content,
      height,
      width,
    })),
    outline: () => address(async () => (await import("./page-pictures.ts")).outlinePage(page, elements)),
  };
}

interface Posted {
  readonly bytes: Buffer;
  readonly pdf: boolean;
}

async function readFile({ cdn, state }: Exchange, body: JsonObject): Promise<Posted> {
  const file = readText(body, "file");
  readFlag(body, "return_crop_images");
  readFlag(body, "need_layout_visualization");
  const posted = readPosted(file);
  const bytes = posted?.bytes ?? (await state.results.fetch(posted?.url ?? "", cdn));
  if (bytes === undefined) throw wrongFile("The file cannot be read or fetched", "文件解析失败或无法下载");
  const kind = sniff(bytes);
  if (kind === "unknown" || kind === "webp")
    throw wrongFile("Only PDF, JPG and PNG are supported", "仅支持 PDF、JPG、PNG 格式");
  if (kind === "pdf") {
    if (bytes.length > 50 * megabyte) throw invalid("file", "PDF > 50 MB");
    return { bytes, pdf: true };
  }
  if (bytes.length > 10 * megabyte) throw invalid("file", "image > 10 MB");
  if (pixelSize(bytes) === undefined) throw wrongFile("The image is damaged", "图片解析失败");
  return { bytes, pdf: false };
}

async function recognisePages({ state, signal }: Exchange, { bytes, pdf }: Posted, body: JsonObject): Promise<Page[]> {
  const first = pageNumber(body, "start_page_id");
  const last = pageNumber(body, "end_page_id");
  if (!pdf) {
    if (first !== undefined || last !== undefined) throw invalid("start_page_id, end_page_id", "PDF");
    return [
      await state.recogniser.read(bytes).catch(() => {
        throw wrongFile("The image is damaged", "图片解析失败");
      }),
    ];
  }
  const { openPdf } = await import("./pdf.ts");
  const document = await openPdf(bytes).catch(() => {
    throw wrongFile("The PDF is damaged", "PDF 解析失败");
  });
  try {
    const start = first ?? 1;
    const end = Math.min(last ?? document.pages, document.pages);
    if (start > end) throw invalid("start_page_id", `1-${end}`);
    // The limit is on what has to be read: a range makes longer documents possible.
    if (end - start + 1 > 100) throw invalid("file", "> 100 pages");
    const pages: Page[] = [];
    for (let page = start; page <= end; page++) {
      signal.throwIfAborted();
      pages.push(await state.recogniser.read(await document.render(page)));
    }
    return pages;
  } finally {
    await document.close();
  }
}

function pageNumber(body: JsonObject, field: string): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1) throw invalid(field, ">= 1");
  return value;
}

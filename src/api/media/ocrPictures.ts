import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { download, pictureKind, type DownloadedFile } from "../http/download.ts";
import { ApiError } from "../errors.ts";
import { createGuard } from "../http/guard.ts";
import { toBox, type OcrBox, type OcrPage, type RawElement } from "./ocrLayout.ts";

type Picture = DownloadedFile<"png" | "jpg" | "webp">;

/** A picture out of a page. */
export interface OcrCrop extends Picture {
  /** A file name; the Markdown shows the picture as `![](name)`. */
  readonly name: string;
  readonly page: number;
  readonly box?: OcrBox | undefined;
}

/** A page with its elements outlined. */
export interface OcrVisualization extends Picture {
  readonly page: number;
}

const atOnce = 4;
/** Pictures of one document; a hostile answer may name any number. */
const mostPictures = 500;
/** Bytes of all of them, give or take the last four. */
const mostBytes = 200 * 1024 * 1024;

/** `![](page=0,bbox=[57, 199, 884, 444])`, which stands where the page had a picture; pages from 0. */
const placeholder = /!\[[^\]\n]*\]\(page=(\d+)([^)\n]*)\)/g;

/** A picture of the layout that has an address. */
interface Candidate {
  readonly url: string;
  /** From 0. */
  readonly pageIndex: number;
  readonly page: number;
  /** Counted on its page, from 1. */
  readonly number: number;
  readonly box: OcrBox | undefined;
  readonly rawBox: OcrBox | undefined;
}

export interface PlacedPictures {
  readonly markdown: string;
  readonly crops: readonly OcrCrop[];
}

/**
 * Fetches the pictures of the layout and puts their names where the Markdown has placeholders for them. A picture that cannot
 * be fetched is left out, since the text was read and paid for; `cancelled` is thrown. Only addresses out of the layout are
 * fetched: those in the text may be the document's own.
 */
export async function placePictures(
  context: ClientContext,
  markdown: string,
  raw: readonly (readonly RawElement[])[],
  pages: readonly OcrPage[],
  options: RequestOptions,
): Promise<PlacedPictures> {
  const candidates = candidatesOf(raw, pages);
  const files = await fetchPictures(
    context,
    candidates.map(({ url }) => url),
    options,
  );
  const crops = candidates.map((candidate, index) => {
    const file = files[index];
    return file && { ...file, ...placeOf(candidate, file) };
  });
  const spots = [...markdown.matchAll(placeholder)].length;
  let spot = 0;
  const placed = markdown.replace(placeholder, (_all, pageIndex: string, rest: string) => {
    const position = spot++;
    const box = toBox([...rest.matchAll(/-?\d+(?:\.\d+)?/g)].map(([digits]) => Number(digits)));
    const exact = candidates.findIndex((each) => each.pageIndex === Number(pageIndex) && isAt(each, box));
    // Both lists follow the document.
    const found = exact === -1 && spots === candidates.length ? position : exact;
    const name = crops[found]?.name;
    return name === undefined ? "" : `![](${name})`;
  });
  return {
    markdown: candidates.reduce((text, { url }, index) => named(text, url, crops[index]?.name), placed),
    crops: crops.filter((crop) => crop !== undefined),
  };
}

/** Drops the placeholders of pictures, with the empty lines they leave. */
export function dropPlaceholders(markdown: string): string {
  return markdown
    .replace(placeholder, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Fetches the pictures of whole pages, in their order. One that cannot be fetched is left out. */
export async function fetchVisualizations(
  context: ClientContext,
  urls: readonly string[],
  firstPage: number,
  options: RequestOptions,
): Promise<readonly OcrVisualization[]> {
  const files = await fetchPictures(context, urls, options);
  return files.flatMap((file, index) => (file ? [{ ...file, page: firstPage + index }] : []));
}

function candidatesOf(raw: readonly (readonly RawElement[])[], pages: readonly OcrPage[]): readonly Candidate[] {
  return raw.flatMap((elements, pageIndex) => {
    let number = 0;
    return elements.flatMap(({ label, content, rawBox }, index) => {
      const url = /https?:\/\/[^\s)"'<>]+/.exec(content)?.[0];
      const page = pages[pageIndex];
      if (label !== "image" || url === undefined || !page) return [];
      number++;
      return [{ url, pageIndex, page: page.page, number, rawBox, box: page.elements[index]?.box }];
    });
  });
}

function placeOf({ page, number, box }: Candidate, { type }: Picture): Pick<OcrCrop, "name" | "page" | "box"> {
  return { name: `page-${page}-image-${number}.${type}`, page, box };
}

function isAt({ rawBox, box }: Candidate, wanted: OcrBox | undefined): boolean {
  if (!wanted) return false;
  // Pixels may have been rounded.
  const tolerance = wanted.some((side) => side > 1) ? 1 : 0.001;
  return [rawBox, box].some((each) => each?.every((side, index) => Math.abs(side - (wanted[index] ?? 0)) <= tolerance));
}

/** The Markdown may show a crop by its address as well, which will soon be gone. */
function named(markdown: string, url: string, name: string | undefined): string {
  return name === undefined ? markdown : markdown.replaceAll(`](${url})`, `](${name})`);
}

async function fetchPictures(
  context: ClientContext,
  urls: readonly string[],
  options: RequestOptions,
): Promise<readonly (Picture | undefined)[]> {
  const guard = createGuard(context.clock, options.signal);
  guard.limit("total", context.deadlines.largeDownload);
  const bounded = { ...options, signal: guard.signal, retries: 1 };
  const fetchOne = (url: string) =>
    download(context, url, pictureKind, bounded).catch((thrown: unknown) => {
      if (!(thrown instanceof ApiError)) throw thrown;
      return undefined;
    });
  const files: (Picture | undefined)[] = [];
  let size = 0;
  try {
    for (let at = 0; at < Math.min(urls.length, mostPictures) && size < mostBytes; at += atOnce) {
      const batch = await Promise.all(urls.slice(at, at + atOnce).map(fetchOne));
      files.push(...batch);
      size += batch.reduce((sum, file) => sum + (file?.bytes.byteLength ?? 0), 0);
    }
  } finally {
    guard.release();
  }
  if (options.signal?.aborted) throw new ApiError("cancelled");
  return files;
}

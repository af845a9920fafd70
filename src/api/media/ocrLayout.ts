import * as v from "valibot";
import { looseList, looseNumber, looseText } from "../http/loose.ts";

/** Left, top, right, bottom in pixels of the page as the service saw it. */
export type OcrBox = readonly [left: number, top: number, right: number, bottom: number];

export interface OcrElement {
  /** `text`, `table`, `formula`, `image`, or a word that came later. */
  readonly label: string;
  /** Absent when the service gave none, or a relative one on a page of unknown size. */
  readonly box?: OcrBox | undefined;
  /** Markdown; a table is HTML, a formula LaTeX, an image an address. Text from outside. */
  readonly content: string;
}

export interface OcrPage {
  /** From 1, as the file counts. */
  readonly page: number;
  /** Pixels. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** In reading order. */
  readonly elements: readonly OcrElement[];
}

/** An element as it came. `rawBox` is what placeholders in the Markdown repeat. */
export interface RawElement {
  readonly label: string;
  readonly content: string;
  readonly rawBox: OcrBox | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
}

const elementSchema = v.pipe(
  v.object({
    label: looseText,
    content: looseText,
    bbox_2d: v.fallback(v.array(looseNumber), []),
    width: looseNumber,
    height: looseNumber,
  }),
  v.transform(({ label = "text", content = "", bbox_2d, width, height }): RawElement => {
    return { label, content, rawBox: toBox(bbox_2d), width, height };
  }),
);
const pageSchema = v.object({ width: looseNumber, height: looseNumber });

const infoSchema = v.object({ num_pages: looseNumber, pages: looseList(pageSchema) });

export type OcrInfo = Partial<v.InferOutput<typeof infoSchema>>;

/** `data_info`: how many pages, and how large. */
export function readInfo(value: unknown): OcrInfo {
  const parsed = v.safeParse(infoSchema, value);
  return parsed.success ? parsed.output : {};
}

export function toBox([left, top, right, bottom]: readonly (number | undefined)[]): OcrBox | undefined {
  const whole = left !== undefined && top !== undefined && right !== undefined && bottom !== undefined;
  return whole ? [left, top, right, bottom] : undefined;
}

/** `layout_details`: the elements of each page; a list without pages is one. */
export function readLayout(value: unknown): readonly (readonly RawElement[])[] {
  if (!Array.isArray(value)) return [];
  const pages: readonly unknown[] = value.length === 0 || value.some((page) => Array.isArray(page)) ? value : [value];
  return pages.map((page) => v.parse(looseList(elementSchema), page));
}

/** Boxes come in pixels, or from 0 to 1 as the schema says (API notes 8 and 17): no page is one pixel large. */
export function layoutPages(
  raw: readonly (readonly RawElement[])[],
  info: OcrInfo,
  firstPage: number,
): readonly OcrPage[] {
  const boxes = raw.flatMap((page) => page.flatMap(({ rawBox }) => (rawBox ? [rawBox] : [])));
  const relative = boxes.every((box) => box.every((side) => side <= 1));
  return raw.map((elements, index) => {
    const known = info.pages?.[index];
    const width = known?.width ?? elements.find((element) => element.width)?.width;
    const height = known?.height ?? elements.find((element) => element.height)?.height;
    return {
      page: firstPage + index,
      width,
      height,
      elements: elements.map(({ label, content, rawBox }) => ({
        label,
        content,
        box: rawBox && (relative ? scaled(rawBox, width, height) : rawBox),
      })),
    };
  });
}

function scaled(
  [left, top, right, bottom]: OcrBox,
  width: number | undefined,
  height: number | undefined,
): OcrBox | undefined {
  if (width === undefined || height === undefined) return undefined;
  return [left * width, top * height, right * width, bottom * height];
}

import { factsOf, type FileKind } from "./filesKind.ts";
import type { Translate } from "./services.ts";

const megabyte = 1024 * 1024;
/** Limits of the service (zai-api section 8). */
export const ocrLimits = { image: 10 * megabyte, pdf: 50 * megabyte } as const;
export const ocrExtensions = ["png", "jpg", "jpeg", "pdf"] as const;

export type OcrType = "png" | "jpg" | "pdf";

/** Why a file cannot be sent. Sizes in bytes. */
export type OcrProblem =
  | { readonly reason: "missing" | "folder" | "unreadable" | "unsaved" | "empty" }
  | { readonly reason: "too-big"; readonly size: number; readonly limit: "image" | "any" }
  | { readonly reason: "wrong-type"; readonly kind: FileKind }
  | { readonly reason: "damaged"; readonly kind: FileKind };

/** What the size alone says, so that a huge file is never read into memory. */
export function sizeProblem(size: number): OcrProblem | undefined {
  if (size === 0) return { reason: "empty" };
  return size > ocrLimits.pdf ? { reason: "too-big", size, limit: "any" } : undefined;
}

/** Whether the service takes these bytes, judged by what they are and not by their name. */
export function checkForOcr(bytes: Uint8Array): { readonly type: OcrType } | { readonly problem: OcrProblem } {
  const bySize = sizeProblem(bytes.length);
  if (bySize) return { problem: bySize };
  const { kind, damaged } = factsOf(bytes);
  if (kind !== "png" && kind !== "jpg" && kind !== "pdf") return { problem: { reason: "wrong-type", kind } };
  if (damaged) return { problem: { reason: "damaged", kind } };
  if (kind !== "pdf" && bytes.length > ocrLimits.image) {
    return { problem: { reason: "too-big", size: bytes.length, limit: "image" } };
  }
  return { type: kind };
}

export function hasOcrExtension(path: string): boolean {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  return ocrExtensions.some((known) => known === extension);
}

/** Rounded up, so that a file just over a limit never reads as being on it. */
export function megabytes(size: number): number {
  return Math.ceil((size / megabyte) * 10) / 10;
}

/** Kinds of pictures as sentences name them. */
export const pictureNames: Partial<Record<FileKind, string>> = {
  png: "PNG",
  jpg: "JPG",
  webp: "WebP",
  gif: "GIF",
  bmp: "BMP",
  tiff: "TIFF",
  heif: "HEIC/AVIF",
};

function wrongType(kind: FileKind, name: string, t: Translate): string {
  switch (kind) {
    case "text":
      return t("{0} is a text file, whatever its name says. It needs no OCR: open it as text.", name);
    case "svg":
      return t("{0} is an SVG drawing. OCR reads PNG, JPG and PDF: export it as PNG, then try again.", name);
    case "document":
      return t(
        "{0} is an Office document or a ZIP archive. OCR reads PNG, JPG and PDF: export it as PDF, then try again.",
        name,
      );
    default: {
      const picture = pictureNames[kind];
      return picture === undefined
        ? t("{0} is not a PNG, JPG or PDF file, whatever its name says. Choose another file.", name)
        : t(
            "{0} is a {1} picture. OCR reads PNG, JPG and PDF: save it as PNG in an image editor, then try again.",
            name,
            picture,
          );
    }
  }
}

/** What is wrong with the file called `name`, and what to do about it. `name` is text from outside. */
export function ocrProblemText(problem: OcrProblem, name: string, t: Translate): string {
  switch (problem.reason) {
    case "missing":
      return t("{0} is no longer there. Choose another file.", name);
    case "folder":
      return t("{0} is a folder. Choose the PNG, JPG or PDF files in it.", name);
    case "unreadable":
      return t("{0} could not be read. Check its permissions, then try again. The log says more.", name);
    case "unsaved":
      return t("{0} has not been saved. OCR reads PNG, JPG and PDF files: choose one.", name);
    case "empty":
      return t("{0} is empty. Save it again, or choose another file.", name);
    case "damaged":
      return t(
        "{0} begins like a {1} picture, but is damaged or incomplete. Save or export it again, then try again.",
        name,
        pictureNames[problem.kind] ?? "",
      );
    case "wrong-type":
      return wrongType(problem.kind, name, t);
    default:
      return problem.limit === "image"
        ? t(
            "{0} is {1} MB. OCR takes pictures of up to {2} MB: make it smaller or save it as JPG, then try again.",
            name,
            megabytes(problem.size),
            megabytes(ocrLimits.image),
          )
        : t(
            "{0} is {1} MB. OCR takes pictures of up to {2} MB and PDFs of up to {3} MB: split it or make it smaller, then try again.",
            name,
            megabytes(problem.size),
            megabytes(ocrLimits.image),
            megabytes(ocrLimits.pdf),
          );
  }
}

import { imageSize } from "image-size";

/** What a file is by its bytes; its name is not asked. "document" is a ZIP container, as Office files are. */
export type FileKind =
  | "png"
  | "jpg"
  | "pdf"
  | "webp"
  | "gif"
  | "bmp"
  | "tiff"
  | "heif"
  | "svg"
  | "document"
  | "text"
  | "unknown";

export interface FileFacts {
  readonly kind: FileKind;
  /** Begins like a `kind` but cannot be read as one. */
  readonly damaged: boolean;
  /** Pixels, as its header says; of pictures only. */
  readonly width?: number;
  readonly height?: number;
}

const pictureKinds: readonly FileKind[] = ["png", "jpg", "webp", "gif", "bmp", "tiff", "heif", "svg"];

const signatures: readonly (readonly [FileKind, readonly number[]])[] = [
  ["png", [0x89, 0x50, 0x4e, 0x47]],
  ["jpg", [0xff, 0xd8, 0xff]],
  ["document", [0x50, 0x4b, 0x03, 0x04]],
];

/** Readers accept a PDF whose mark comes a little late (ISO 32000-1, annex H.3.4.1), and scanners write such files. */
const pdfMarkWithin = 1024;

function ascii(bytes: Uint8Array, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, length));
}

function startsLike(bytes: Uint8Array): FileKind | undefined {
  return signatures.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0];
}

function pictureFacts(bytes: Uint8Array): FileFacts | undefined {
  try {
    const { type, width, height } = imageSize(bytes);
    const kind = pictureKinds.find((known) => known === type);
    if (width <= 0 || height <= 0) return undefined;
    // The library finds "<svg" anywhere; a program or page that contains one is text.
    if (kind === "svg" && !/^\uFEFF?\s*<(\?xml|!--|!doctype svg|svg)/i.test(head(bytes))) return undefined;
    return kind && { kind, damaged: false, width, height };
  } catch {
    return undefined;
  }
}

function head(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 4096));
}

function isText(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 4096);
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)) return true;
  if (start.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return false;
  try {
    // `stream` lets the cut at 4096 fall inside a character.
    new TextDecoder("utf-8", { fatal: true }).decode(start, { stream: true });
    return true;
  } catch {
    return false;
  }
}

export function factsOf(bytes: Uint8Array): FileFacts {
  if (ascii(bytes, pdfMarkWithin).includes("%PDF-")) return { kind: "pdf", damaged: false };
  const picture = pictureFacts(bytes);
  if (picture) return picture;
  const start = startsLike(bytes);
  if (start) return { kind: start, damaged: start !== "document" };
  return { kind: isText(bytes) ? "text" : "unknown", damaged: false };
}

/** What the first bytes of a file say it is. */
export type FileKind = "png" | "jpeg" | "webp" | "pdf" | "unknown";

/** Goes by magic bytes only; a name or a declared type proves nothing. */
export function sniff(bytes: Buffer): FileKind {
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return "png";
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "jpeg";
  if (/^RIFF[^]{4}WEBP/.test(bytes.toString("latin1", 0, 12))) return "webp";
  if (bytes.toString("latin1", 0, 5) === "%PDF-") return "pdf";
  return "unknown";
}

/** Width and height in pixels from the header, or undefined when the header is damaged. */
export function pixelSize(bytes: Buffer): { width: number; height: number } | undefined {
  const kind = sniff(bytes);
  if (kind === "png" && bytes.length >= 24) return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (kind === "webp" && bytes.length >= 30) return webpSize(bytes);
  return kind === "jpeg" ? jpegSize(bytes) : undefined;
}

/** The three kinds of WebP keep their size in three ways: simple, lossless and extended. */
function webpSize(bytes: Buffer): { width: number; height: number } | undefined {
  const packed = bytes.readUInt32LE(21);
  switch (bytes.toString("latin1", 12, 16)) {
    case "VP8 ":
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case "VP8L":
      return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
    case "VP8X":
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}

function jpegSize(bytes: Buffer): { width: number; height: number } | undefined {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    // SOF0…SOF15 hold the size, except the three markers in that range that are no frames.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** How a file arrived inside JSON. */
export interface Posted {
  readonly form: "data-uri" | "base64" | "url";
  readonly bytes: Buffer | undefined;
  readonly url: string | undefined;
}

/** Reads a URL, a data URI or bare base64; undefined when it is none of them. */
export function readPosted(value: string): Posted | undefined {
  if (/^https?:\/\//i.test(value)) return { form: "url", bytes: undefined, url: value };
  const uri = /^data:[\w.+-]+\/[\w.+-]+;base64,/i.exec(value);
  const base64 = uri === null ? value : value.slice(uri[0].length);
  // Buffer.from forgives anything, so the alphabet is checked here.
  if (base64.length < 8 || !/^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(base64)) return undefined;
  return { form: uri === null ? "base64" : "data-uri", bytes: Buffer.from(base64, "base64"), url: undefined };
}

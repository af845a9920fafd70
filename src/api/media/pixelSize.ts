export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** Width and height of a PNG, JPEG or WebP picture from its header; undefined when they are not where they belong. */
export function pixelSize(bytes: Uint8Array): PixelSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const size = readSize(view);
    return size && size.width > 0 && size.height > 0 ? size : undefined;
  } catch {
    // The view was asked for bytes behind its end.
    return undefined;
  }
}

function readSize(view: DataView): PixelSize | undefined {
  const start = view.getUint32(0);
  // "\x89PNG", then the IHDR chunk.
  if (start === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (start >>> 8 === 0xffd8ff) return jpegSize(view);
  // "RIFF", length, "WEBP", name of the first chunk.
  return start === 0x52494646 && view.getUint32(8) === 0x57454250 ? webpSize(view) : undefined;
}

/** From the first frame header, which may come after any number of other segments. */
function jpegSize(view: DataView): PixelSize | undefined {
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    // C4, C8 and CC lie among the frame headers, but are something else.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // A marker may be padded with more FF bytes.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
}

function webpSize(view: DataView): PixelSize | undefined {
  const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (view.getUint32(12)) {
    // "VP8 ": lossy.
    case 0x56503820:
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    // "VP8L": lossless, two times 14 bits.
    case 0x5650384c: {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    // "VP8X": extended, two times 24 bits.
    case 0x56503858:
      return { width: uint24(24) + 1, height: uint24(27) + 1 };
    default:
      return undefined;
  }
}

import { Duplex } from "node:stream";
import { constants, createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

/** What we ask for where the caller does not say: the same as the host's fetch. */
export const knownEncodings = "gzip, deflate, br";

// What has arrived is handed on at once, and a missing end is none of the decoder's business: whether an answer is
// complete is decided by its framing and by its content.
const zlibOptions = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const brotliOptions = { flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH };

function decoderFor(encoding: string): Duplex | undefined {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip(zlibOptions);
    case "deflate":
      return createInflate(zlibOptions);
    case "br":
      return createBrotliDecompress(brotliOptions);
    default:
      return undefined;
  }
}

/**
 * A body without its `Content-Encoding`, also one that the server chose although it was asked for none. Encodings that are
 * not known are left as they are.
 */
export function decoded(body: ReadableStream<Uint8Array>, contentEncoding: string | null): ReadableStream<Uint8Array> {
  let plain = body;
  // Named in the order in which they were applied.
  for (const encoding of (contentEncoding ?? "").toLowerCase().split(",").toReversed()) {
    const decoder = decoderFor(encoding.trim());
    if (!decoder) return plain;
    plain = plain.pipeThrough(asTransform(decoder));
  }
  return plain;
}

function asTransform(decoder: Duplex): TransformStream<Uint8Array, Uint8Array> {
  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- necessary beside the DOM's types, as in test/
  return Duplex.toWeb(decoder) as TransformStream<Uint8Array, Uint8Array>;
}

import type { BodyReader } from "./body.ts";

/** True for the first bytes of gzip, and be it only one: no text begins like that. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && (bytes.length === 1 || bytes[1] === 0x8b);
}

/**
 * The text of a body that is compressed although we asked for it not to be, and whose header for that a proxy took away:
 * otherwise the HTTP stack would have done this. `first` was read already.
 */
export function unzipped(reader: BodyReader, first: Uint8Array): BodyReader {
  const compressed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(new Uint8Array(first)),
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return compressed.pipeThrough(new DecompressionStream("gzip")).getReader();
}

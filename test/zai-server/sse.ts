import type { Faults } from "./scenarios.ts";

/** A frame of a stream: an object to be sent as JSON, or the closing word. */
export type Frame = object | "[DONE]";

/** Puts the end behind the frames of a stream, with the faults that concern endings and errors inside. */
export function endStream(frames: readonly Frame[], last: readonly Frame[], faults: Faults): Frame[] {
  const all: Frame[] = [...frames];
  if (!faults.has("no-finish") && !faults.has("no-end")) all.push(...last);
  if (!faults.has("no-done") && !faults.has("no-end")) all.push("[DONE]");
  const first = faults.value("error-first", 1305);
  if (first !== undefined) return [errorFrame(first)];
  const mid = faults.value("error-mid", 1305) ?? faults.value("error-event", 1305);
  return mid === undefined ? all : [...all.slice(0, Math.floor(all.length / 2)), errorFrame(mid)];
}

/** An error as it travels inside a stream. */
const errorFrame = (code: number): Frame => ({
  error: { code: String(code), message: "The service is busy, try again later" },
});

const render = (frame: Frame): string => (typeof frame === "string" ? frame : JSON.stringify(frame));

/** Turns frames into the bytes of a stream, one buffer per frame, with the framing faults of the request. */
export function encodeFrames(frames: readonly Frame[], faults: Faults): Buffer[] {
  const end = faults.has("crlf") ? "\r\n" : "\n";
  const prefix = faults.has("no-space") ? "data:" : "data: ";
  const blocks: string[] = [];
  const middle = Math.floor(frames.length / 2);
  for (const [index, frame] of frames.entries()) {
    const text = render(frame);
    let block = "";
    if (faults.has("comments")) block += index % 3 === 0 ? `: keep-alive${end}${end}` : `retry: 3000${end}`;
    if (faults.has("event-lines")) block += `event: message${end}id: ${index}${end}`;
    if (typeof frame === "object" && "error" in frame && faults.has("error-event")) block += `event: error${end}`;
    // Seen after a long stall: the first third of a frame, then the whole next one in the same line. What the first one held is lost.
    if (faults.has("glued") && index === middle)
      blocks.push(block + prefix + text.slice(0, Math.floor(text.length / 3)));
    else blocks.push(`${block}${prefix}${text}${end}${end}`);
    if (faults.has("bad-frame") && index === middle) blocks.push(`${prefix}{"id":"1","choices":[{"del${end}${end}`);
  }
  if (faults.has("bom")) blocks[0] = `\ufeff${blocks[0] ?? ""}`;
  return blocks.map((block) => Buffer.from(block));
}

/** Joins small pieces, for streams that are sent without a pace. */
export function joinPieces(pieces: readonly Buffer[], size = 16_384): Buffer[] {
  const joined: Buffer[] = [];
  let batch: Buffer[] = [];
  let length = 0;
  for (const piece of pieces) {
    batch.push(piece);
    length += piece.length;
    if (length < size) continue;
    joined.push(Buffer.concat(batch));
    batch = [];
    length = 0;
  }
  return batch.length === 0 ? joined : [...joined, Buffer.concat(batch)];
}

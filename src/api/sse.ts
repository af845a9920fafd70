import { createParser } from "eventsource-parser";
import { ApiError } from "./errors.ts";

/** No line of a legitimate stream comes near this; it bounds what a hostile server can make us hold. */
const maxBufferSize = 10 * 1024 * 1024;

export interface SseReader {
  /** Bytes as the network delivered them, split anywhere. Throws ApiError `invalid-response` on an endless line. */
  feed(bytes: Uint8Array): void;
  /** End of body: hands out an event that lacks its closing blank line. */
  end(): void;
}

/**
 * Event-stream framing: bytes in, the data of each event out, synchronously. `event` is the event's name where one was
 * given. Survives split UTF-8, a byte order mark, CRLF, comments and a missing space after the colon.
 */
export function createSseReader(onData: (data: string, event: string | undefined) => void): SseReader {
  const decoder = new TextDecoder();
  let overflow = false;
  const parser = createParser({
    maxBufferSize,
    onEvent: (message) => onData(message.data, message.event),
    onError(error) {
      if (error.type === "max-buffer-size-exceeded") overflow = true;
    },
  });
  const feedText = (text: string) => {
    parser.feed(text);
    if (overflow) throw new ApiError("invalid-response");
  };
  return {
    feed: (bytes) => feedText(decoder.decode(bytes, { stream: true })),
    // The parser drops an unterminated last event, as its specification wants; two line ends make it complete.
    end: () => feedText(`${decoder.decode()}\n\n`),
  };
}

export interface RepairedFrame {
  /** What could be saved, in order: parsed JSON, or the terminator. */
  readonly frames: readonly unknown[];
  readonly done: boolean;
  /** The pieces that were lost. */
  readonly lost: readonly string[];
}

/**
 * Saves what is whole in data that is not JSON. After long stalls a frame is cut and the next one is glued into the same
 * line (API notes 3.5). `data: {"` cannot occur inside a JSON string, where its quote would be escaped, so that every
 * occurrence is a real frame start; a line end between two frames that lost their blank line is one as well.
 */
export function repairFrame(data: string): RepairedFrame {
  const frames: unknown[] = [];
  const lost: string[] = [];
  let done = false;
  for (const piece of data.split(/\n|data: ?(?=\{"|\[DONE\])/)) {
    const trimmed = piece.trim();
    if (trimmed === "[DONE]") done = true;
    else if (trimmed !== "") {
      try {
        frames.push(JSON.parse(trimmed));
      } catch {
        lost.push(trimmed);
      }
    }
  }
  return { frames, done, lost };
}

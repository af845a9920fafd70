import { createParser } from "eventsource-parser";
import { ApiError } from "../errors.ts";

/** No line of a legitimate stream comes near this; it bounds what a hostile server can make us hold. */
const maxBufferSize = 10 * 1024 * 1024;

export interface SseReader {
  /** Bytes as the network delivered them, split anywhere. Throws ApiError `invalid-response` on an endless line. */
  feed(bytes: Uint8Array): void;
  /** No more bytes: hands out an event that lacks its closing blank line. */
  end(): void;
}

/** The end of an event as every known server writes it. */
const eventEnd = "\n\n";
const plainStart = "data: ";
/** What is kept of a plain event that the network has cut; longer ones are left to the parser. */
const heldLength = 2048;

/**
 * Event-stream framing: bytes in, the data of each event out, synchronously. `event` is the event's name where one was
 * given. Survives split UTF-8, a byte order mark, CRLF, comments and a missing space after the colon.
 *
 * Events of the plain form `data: …` are found without the parser, which reads all the others: that is most of its work, and
 * all of it with `skim`. This takes as many whole events as it can from `text` at `from`, where one begins, and returns the
 * place behind them.
 */
export function createSseReader(
  onData: (data: string, event: string | undefined) => void,
  skim: (text: string, from: number) => number = (_text, from) => from,
): SseReader {
  const decoder = new TextDecoder();
  let overflow = false;
  /** Nothing of an event is inside the parser. */
  let aligned = true;
  /** The beginning of a plain event; only while aligned. */
  let held = "";
  const parser = createParser({
    maxBufferSize,
    onEvent: (message) => onData(message.data, message.event),
    onError(error) {
      if (error.type === "max-buffer-size-exceeded") overflow = true;
    },
  });
  const parse = (text: string) => {
    parser.feed(text);
    if (overflow) throw new ApiError("invalid-response");
  };
  const takeHeld = (): string => {
    const start = held;
    held = "";
    return start;
  };
  const feedText = (text: string) => {
    let at = 0;
    if (!aligned) {
      const end = text.indexOf(eventEnd);
      if (end === -1) return parse(text);
      at = end + eventEnd.length;
      parse(text.slice(0, at));
      aligned = true;
    }
    for (;;) {
      at = skim(text, at);
      const end = text.indexOf(eventEnd, at);
      if (end === -1) break;
      const event = text.slice(at, end);
      if (event.startsWith(plainStart) && !/[\r\n]/.test(event)) onData(event.slice(plainStart.length), undefined);
      else parse(event + eventEnd);
      at = end + eventEnd.length;
    }
    const rest = text.slice(at);
    if (rest.length <= heldLength && !/[\r\n]/.test(rest)) held = rest;
    else {
      parse(rest);
      aligned = false;
    }
  };
  return {
    feed(bytes) {
      const text = decoder.decode(bytes, { stream: true });
      const end = held === "" ? -1 : text.indexOf(eventEnd);
      if (end === -1) return feedText(takeHeld() + text);
      // Only the event that was cut is put together: joining a whole read would copy it once more.
      feedText(takeHeld() + text.slice(0, end + eventEnd.length));
      feedText(text.slice(end + eventEnd.length));
    },
    // The parser drops an unterminated last event, as its specification wants; two line ends make it complete.
    end() {
      if (!overflow) parse(takeHeld() + decoder.decode() + eventEnd);
    },
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

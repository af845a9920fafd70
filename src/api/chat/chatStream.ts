import { readRest, type BodyReader } from "../http/body.ts";
import { createAnswer } from "./chatAnswer.ts";
import { ReplyReader, type ReplyOptions } from "./chatChunk.ts";
import { concludeReply, restOfReply } from "./chatEnding.ts";
import type { ChatPart } from "./chatTypes.ts";
import { connectionError } from "../http/connectionError.ts";
import type { Deadlines } from "../context.ts";
import type { ErrorContext } from "../http/errorBody.ts";
import { ApiError } from "../errors.ts";
import type { Guard } from "../http/guard.ts";
import { isGzip, unzipped } from "../http/gzip.ts";
import { parseAnswer } from "../http/request.ts";
import type { UseFacts } from "../usage/use.ts";

/** Reads of nothing but white space, which may be signs of life, before what follows can only be a stream. */
const mostBlankReads = 64;
const wholeAnswerLimit = 10 * 1024 * 1024;

export interface StreamOptions extends ReplyOptions {
  readonly deadlines: Deadlines;
  readonly errorContext: ErrorContext & { readonly status: number };
  /** A damaged frame was repaired or skipped. */
  readonly onDamage?: (() => void) | undefined;
  /** What the answer used, when the service told; also of one that was cut or left. */
  readonly onUse: (use: UseFacts) => void;
}

type Parts = readonly ChatPart[];

/**
 * The parts of one answer, in batches of one network read each. Ends after `finish`, or throws: `cancelled`, `timeout`,
 * `stream-broken` (no finish reason, lost connection, damaged function call), or what the service reported in the stream.
 * What was received before is always handed out first. A whole completion instead of a stream is read as one frame.
 */
export async function* readChatStream(
  response: Response,
  guard: Guard,
  options: StreamOptions,
): AsyncGenerator<Parts, void, undefined> {
  const { deadlines, errorContext } = options;
  const body = response.body?.getReader();
  if (!body) throw new ApiError("invalid-response", { status: response.status, host: errorContext.host });
  guard.onFailure(() => void body.cancel().catch(() => {}));
  let reader: BodyReader = body;
  const reply = new ReplyReader(options);
  const answer = createAnswer(reply, errorContext, options.onDamage);
  /** White space, or pieces of a byte order mark, in front of everything. */
  const blank: Uint8Array[] = [];
  let phase: "waiting" | "streaming" | "finished" = "waiting";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const failure = guard.failure();
      if (failure) throw failure;
      if (done) break;
      guard.touch();
      if (phase === "waiting" && reader === body && isGzip(value)) {
        reader = unzipped(body, value);
        continue;
      }
      if (phase === "waiting") {
        const start = firstMeaningfulByte(value);
        // The bytes are looked at instead of the Content-Type, which proxies get wrong in both directions.
        if (start === openBrace || start === lessThan) {
          guard.limit("total", deadlines.total);
          const bytes = await readRest(reader, [...blank, value], wholeAnswerLimit, guard, errorContext.host);
          reply.read(parseAnswer(new TextDecoder().decode(bytes), errorContext));
          break;
        }
        if (start === undefined && blank.length < mostBlankReads) blank.push(value);
        else {
          phase = "streaming";
          guard.limit("idle", deadlines.idle);
        }
      }
      answer.feed(value);
      const parts = reply.take();
      if (parts.length > 0) {
        // A reader who takes their time is no silence of the service.
        guard.pause();
        yield parts;
        guard.resume();
      }
      if (answer.failure) throw answer.failure;
      if (reply.repeats && reply.finishReason === "") {
        guard.close();
        reply.end();
        reply.finish("repetition");
        yield reply.take();
        return;
      }
      if (answer.done) {
        void drain(reader, guard, deadlines.afterFinish);
        break;
      }
      if (phase === "streaming" && reply.finishReason !== "") {
        phase = "finished";
        guard.limit("idle", deadlines.afterFinish);
      }
    }
    // Without the terminator the body itself has ended: nothing is left to wait for, and the timer must not outlive it.
    if (!answer.done) guard.release();
    answer.end();
    if (answer.failure) throw answer.failure;
  } catch (thrown) {
    const error =
      guard.failure() ??
      (thrown instanceof ApiError ? thrown : connectionError(thrown, "stream-broken", errorContext.host));
    // A last event may have come whole, but for the blank line behind it.
    answer.end();
    // Behind the finish reason only usage is missing: whatever goes wrong there, the answer is complete.
    if (reply.finishReason === "" || error.code === "cancelled") {
      const rest = restOfReply(reply);
      if (rest.length > 0) yield rest;
      throw error;
    }
    guard.close();
  } finally {
    if (reply.use) options.onUse(reply.use);
  }
  const { parts, failure } = concludeReply(reply, errorContext);
  if (parts.length > 0) yield parts;
  if (failure) throw failure;
}

/** Reads the few bytes behind the terminator, so that the connection can serve the next request. */
async function drain(reader: BodyReader, guard: Guard, milliseconds: number): Promise<void> {
  guard.limit("idle", milliseconds);
  try {
    while (!(await reader.read()).done);
  } catch {
    // The answer is complete; how the connection ends is of no interest.
  } finally {
    guard.release();
  }
}

const openBrace = 0x7b;
const lessThan = 0x3c;

/** The first byte that is neither white space nor part of a byte order mark. */
function firstMeaningfulByte(bytes: Uint8Array): number | undefined {
  return bytes.find((byte) => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
}

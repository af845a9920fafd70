import type { ReplyReader } from "./chatChunk.ts";
import { serviceError, toApiError, type ErrorContext } from "../http/errorBody.ts";
import { ApiError } from "../errors.ts";
import { createFrameTemplate } from "./frameTemplate.ts";
import { createSseReader, repairFrame } from "../http/sse.ts";

/** What decides whether a frame is looked at as a possible error. */
interface Frame {
  readonly choices?: unknown;
  readonly error?: unknown;
}

/** One streamed answer as it builds up. Failures are noted, not thrown, so that what came before can be handed out. */
export interface Answer {
  readonly reply: ReplyReader;
  /** The terminator came; anything after it is ignored. */
  readonly done: boolean;
  readonly failure: ApiError | undefined;
  feed(bytes: Uint8Array): void;
  /** End of body. */
  end(): void;
}

/** `onDamage` is told of each frame that had to be repaired or skipped. */
export function createAnswer(reply: ReplyReader, errorContext: ErrorContext, onDamage?: () => void): Answer {
  let done = false;
  let ending = false;
  let failure: ApiError | undefined;

  const fail = (error: ApiError) => {
    failure ??= error;
  };

  const template = createFrameTemplate();

  const onFrame = (frame: unknown) => {
    if (typeof frame !== "object" || frame === null) return;
    const { choices, error }: Frame = frame;
    if (choices === undefined || error !== undefined) {
      const said = serviceError(frame);
      if (said) return fail(toApiError(said, errorContext));
    }
    reply.read(frame);
  };

  const onDamagedFrame = (data: string) => {
    // The last frame of a cut stream: the missing finish reason tells.
    if (ending || data.trim() === "") return;
    onDamage?.();
    const { frames, lost, done: terminated } = repairFrame(data);
    // A word without any JSON in it ("ping") is nobody's piece.
    const lostCall = lost.some((piece) => (reply.tools.open ? /["{]/ : /"tool_calls"/).test(piece));
    const lostAnswer = frames.length === 0 && !terminated && data.trimStart().startsWith("{");
    // A hole in the text is a blemish; a hole in a function call is a wrong call. Judged before the saved frames are read,
    // since one of them may finish the answer.
    if (lostCall || lostAnswer) fail(new ApiError("stream-broken", { host: errorContext.host }));
    if (failure) return;
    for (const frame of frames) onFrame(frame);
    done ||= terminated;
  };

  const onData = (data: string, event: string | undefined) => {
    if (done || failure) return;
    if (data === "[DONE]") {
      done = true;
      return;
    }
    let frame: unknown;
    try {
      frame = JSON.parse(data);
    } catch {
      if (event === "error") fail(toApiError({ message: data, structured: true }, errorContext));
      else onDamagedFrame(data);
      return;
    }
    onFrame(frame);
    template.learn(data, frame);
  };

  const skim = (text: string, from: number): number => {
    if (done || failure) return from;
    const run = template.match(text, from);
    if (!run) return from;
    reply.add(run.kind, run.text);
    return run.end;
  };

  const sse = createSseReader(onData, skim);
  return {
    reply,
    get done() {
      return done;
    },
    get failure() {
      return failure;
    },
    feed: (bytes) => sse.feed(bytes),
    end() {
      ending = true;
      sse.end();
    },
  };
}

import type { ReplyReader } from "./chatChunk.ts";
import { finishReasonOf, isServerFailure } from "./chatExtras.ts";
import type { ChatPart } from "./chatTypes.ts";
import type { ErrorContext } from "../http/errorBody.ts";
import { ApiError } from "../errors.ts";

export interface Conclusion {
  readonly parts: readonly ChatPart[];
  /** Why the answer is broken; to be thrown after the parts were handed out. */
  readonly failure?: ApiError | undefined;
}

/** How an answer is judged of which nothing more will come. */
export function concludeReply(reply: ReplyReader, { host, status }: ErrorContext): Conclusion {
  const word = reply.finishReason;
  if (word === "" || isServerFailure(word)) {
    const parts = restOfReply(reply);
    return {
      parts,
      failure: new ApiError(word === "" || reply.received ? "stream-broken" : "server", { host, status }),
    };
  }
  reply.end();
  reply.finish(finishReasonOf(word, reply.tools.open));
  return { parts: reply.take() };
}

/** What a broken answer still holds back. */
export function restOfReply(reply: ReplyReader): readonly ChatPart[] {
  reply.end();
  if (reply.received) reply.takeUsage();
  return reply.take();
}

import { fromBase64 } from "../http/base64.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import {
  audioLimits,
  streamTranscription,
  type TranscriptionPart,
  type TranscriptionRequest,
} from "./transcription.ts";
import { splitWav } from "./wav.ts";

/** As `TranscriptionRequest`, for WAV of any length. No request id: each piece is a request of its own. */
export type LongTranscriptionRequest = Omit<TranscriptionRequest, "requestId">;

/**
 * What was said in a recording of any length: cut into pieces that the service takes, which are sent one after the other, each
 * with the text so far as its prompt. MP3 and compressed WAV cannot be cut and are sent whole. What has been received when it
 * fails or is cancelled was handed out.
 */
export async function* transcribeLong(
  context: ClientContext,
  request: LongTranscriptionRequest,
  options: RequestOptions = {},
): AsyncGenerator<TranscriptionPart, void, undefined> {
  const { prompt = "", audio } = request;
  const bytes = typeof audio === "string" ? fromBase64(audio) : audio;
  const cut = bytes && splitWav(bytes, audioLimits.seconds, audioLimits.bytes);
  const pieces = cut && cut.length > 0 ? cut : [audio];
  let text = "";
  for (const piece of pieces) {
    const before = lastCharacters(`${prompt}${gapBetween(prompt, text)}${text}`, audioLimits.promptCharacters);
    const part = { ...request, audio: piece, prompt: before === "" ? undefined : before };
    let first = true;
    try {
      for await (const { type, text: words } of streamTranscription(context, part, options)) {
        if (type === "finish") continue;
        const delta = first ? `${gapBetween(text, words)}${words}` : words;
        first = false;
        text += delta;
        yield { type: "text-delta", text: delta };
      }
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || text === "") throw thrown;
      throw new ApiError(thrown.code, { ...thrown.details, afterOutput: true });
    }
  }
  yield { type: "finish", text };
}

/** A space, unless one is there, or the language writes without. */
function gapBetween(before: string, after: string): string {
  const ends = before === "" || /[\s\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\u3000-\u303f\uff00-\uffef]$/u.test(before);
  return ends || after === "" || /^\s/.test(after) ? "" : " ";
}

function lastCharacters(text: string, most: number): string {
  return text.length <= most ? text : Array.from(text).slice(-most).join("");
}

import { connectionError } from "./connectionError.ts";
import { ApiError } from "../errors.ts";
import type { Guard } from "./guard.ts";

export type BodyReader = ReadableStreamDefaultReader<Uint8Array>;

/**
 * A whole response body, at most `limit` bytes. Beyond that it throws `invalid-response` and closes the connection: no
 * answer from outside may fill the memory of the editor. A connection that is lost on the way is `stream-broken`.
 */
export async function readBytes(
  response: Response,
  limit: number,
  guard: Guard,
  host: string | undefined,
): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array();
  guard.onFailure(() => void reader.cancel().catch(() => {}));
  return readRest(reader, [], limit, guard, host);
}

/** As `readBytes`, for a body of which `chunks` have been read already. */
export async function readRest(
  reader: BodyReader,
  chunks: Uint8Array[],
  limit: number,
  guard: Guard,
  host: string | undefined,
): Promise<Uint8Array> {
  let length = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const failure = guard.failure();
      if (failure) throw failure;
      if (done) break;
      length += value.byteLength;
      if (length > limit) {
        guard.close();
        throw new ApiError("invalid-response", { host });
      }
      chunks.push(value);
    }
  } catch (thrown) {
    throw guard.failure() ?? (thrown instanceof ApiError ? thrown : connectionError(thrown, "stream-broken", host));
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** As `readBytes`, decoded as UTF-8. */
export async function readText(
  response: Response,
  limit: number,
  guard: Guard,
  host: string | undefined,
): Promise<string> {
  return new TextDecoder().decode(await readBytes(response, limit, guard, host));
}

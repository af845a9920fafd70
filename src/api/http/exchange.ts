import { connectionError } from "./connectionError.ts";
import type { Guard } from "./guard.ts";
import type { Transport } from "../transport.ts";

/**
 * The head of an answer. Throws ApiError: what ended the guard, or `unreachable` and the like. A transport that ignores the
 * signal may still answer later: that answer must not hold a connection.
 */
export async function exchange(
  transport: Transport,
  url: string,
  init: RequestInit,
  guard: Guard,
  host: string | undefined,
): Promise<Response> {
  const ask = async () => transport(url, { ...init, redirect: "manual", signal: guard.signal });
  const pending = ask();
  try {
    return await guard.race(pending);
  } catch (thrown) {
    const failure = guard.failure();
    if (failure) pending.then((late) => late.body?.cancel()).catch(() => {});
    throw failure ?? connectionError(thrown, "unreachable", host);
  }
}

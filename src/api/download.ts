import { readBytes } from "./body.ts";
import type { RequestOptions } from "./client.ts";
import { connectionError } from "./connectionError.ts";
import type { ClientContext, Deadlines } from "./context.ts";
import { ApiError } from "./errors.ts";
import { fileType, type FileType } from "./fileType.ts";
import { createGuard, type Guard } from "./guard.ts";
import { isSecure, type Endpoint } from "./platforms.ts";
import { hostOf } from "./request.ts";
import { createRetry } from "./retry.ts";

const megabyte = 1024 * 1024;

/** What is expected behind an address. */
export interface FileKind<Type extends FileType> {
  readonly types: readonly Type[];
  /** Bytes. */
  readonly limit: number;
  readonly deadline: keyof Deadlines;
}

export interface DownloadedFile<Type extends FileType> {
  readonly bytes: Uint8Array;
  /** Judged by the bytes. */
  readonly type: Type;
}

/** The largest picture of the catalogue has 4 megapixels. */
export const pictureKind: FileKind<"png" | "jpg" | "webp"> = {
  types: ["png", "jpg", "webp"],
  limit: 25 * megabyte,
  deadline: "download",
};

/** Ten seconds of 4K at 60 frames stay below 100 MB at any sensible rate. */
export const videoKind: FileKind<"mp4" | "webm" | "mov"> = {
  types: ["mp4", "webm", "mov"],
  limit: 300 * megabyte,
  deadline: "largeDownload",
};

/** Samples of voices. */
export const audioKind: FileKind<"wav" | "mp3"> = {
  types: ["wav", "mp3"],
  limit: 25 * megabyte,
  deadline: "download",
};

/** What the slide agent exports. */
export const documentKind: FileKind<"pdf" | "pptx"> = {
  types: ["pdf", "pptx"],
  limit: 100 * megabyte,
  deadline: "largeDownload",
};

/**
 * Downloads a result. Its address comes from a response, so that it is not trusted: see `mayFetch`; without the key, no
 * redirect, at most `kind.limit` bytes, and the bytes say what it is. Throws `invalid-response` for any other address or
 * file, `redirected`, `result-failed` when it is no longer there.
 */
export async function download<Type extends FileType>(
  context: ClientContext,
  address: string,
  kind: FileKind<Type>,
  options: RequestOptions = {},
): Promise<DownloadedFile<Type>> {
  const host = hostOf(address);
  if (!mayFetch(context.endpoint, address)) throw new ApiError("invalid-response", { host });
  const retry = createRetry(context, options);
  for (;;) {
    const guard = createGuard(context.clock, options.signal);
    guard.limit("total", context.deadlines[kind.deadline]);
    try {
      return asKind(await fetchBytes(context, address, kind.limit, guard), kind, host);
    } catch (thrown) {
      await retry.waitOrThrow(thrown);
    } finally {
      guard.release();
    }
  }
}

/** True for https, and for http to this machine when the endpoint itself is there. */
function mayFetch(endpoint: Endpoint, address: string): boolean {
  return URL.parse(address)?.protocol === "https:" || (endpoint.baseUrl.startsWith("http:") && isSecure(address));
}

/** Throws `invalid-response` when the bytes are not of this kind. */
export function asKind<Type extends FileType>(
  bytes: Uint8Array,
  { types, limit }: FileKind<Type>,
  host: string | undefined,
): DownloadedFile<Type> {
  const found = fileType(bytes);
  const type = types.find((each) => each === found);
  if (type === undefined || bytes.byteLength > limit) throw new ApiError("invalid-response", { host });
  return { bytes, type };
}

async function fetchBytes(context: ClientContext, address: string, limit: number, guard: Guard): Promise<Uint8Array> {
  const host = hostOf(address);
  let response: Response;
  try {
    const headers = { "User-Agent": context.userAgent };
    response = await guard.race(context.transport(address, { headers, redirect: "manual", signal: guard.signal }));
  } catch (thrown) {
    throw guard.failure() ?? connectionError(thrown, "unreachable", host);
  }
  const { status } = response;
  const announced = Number(response.headers.get("content-length") ?? 0);
  if (response.ok && announced <= limit) return readBytes(response, limit, guard, host);
  guard.close();
  if (response.ok) throw new ApiError("invalid-response", { status, host });
  const redirected = response.type === "opaqueredirect" || (status >= 300 && status < 400);
  throw new ApiError(redirected ? "redirected" : status >= 500 ? "server" : "result-failed", { status, host });
}

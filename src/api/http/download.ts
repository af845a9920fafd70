import { readBytes } from "./body.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext, Deadlines } from "../context.ts";
import { ApiError, type ApiErrorCode } from "../errors.ts";
import { exchange } from "./exchange.ts";
import { fileType, type FileType } from "./fileType.ts";
import { createGuard, type Guard } from "./guard.ts";
import { isSecure, type Endpoint } from "../platforms.ts";
import { isPublicAddress } from "./publicAddress.ts";
import { hostOf } from "./request.ts";
import { createRetry } from "./retry.ts";
import { codeOfStatus } from "./serviceCodes.ts";

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
 * file, `redirected`, `result-gone` when it is no longer there.
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
  const attempt = async () => {
    const guard = createGuard(context.clock, options.signal);
    guard.limit("total", context.deadlines[kind.deadline]);
    try {
      return asKind(await fetchBytes(context, address, kind.limit, guard), kind, host);
    } finally {
      guard.release();
    }
  };
  for (;;) {
    try {
      return await attempt();
    } catch (thrown) {
      await retry.waitOrThrow(thrown);
    }
  }
}

/**
 * True for https on the public internet: an answer from there must not make us ask the machines of this network. A service
 * that is itself on this network may keep its results there; one on this machine also without https.
 */
function mayFetch({ baseUrl }: Endpoint, address: string): boolean {
  if (URL.parse(address)?.protocol !== "https:") return baseUrl.startsWith("http:") && isSecure(address);
  return isPublicAddress(address) || !isPublicAddress(baseUrl);
}

/** A storage does not tell an expired address from a wrong one; of a key it knows nothing. */
function codeOfMissing(status: number): ApiErrorCode {
  if ([401, 403, 404, 410].includes(status)) return "result-gone";
  const code = codeOfStatus(status);
  return code === "busy" || code === "server" || code === "firewall" ? code : "result-failed";
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
  const headers = { "User-Agent": context.userAgent };
  const response = await exchange(context.transport, address, { headers }, guard, host);
  const { status } = response;
  const announced = Number(response.headers.get("content-length") ?? 0);
  if (response.ok && announced <= limit) return readBytes(response, limit, guard, host);
  guard.close();
  if (response.ok) throw new ApiError("invalid-response", { status, host });
  const redirected = response.type === "opaqueredirect" || (status >= 300 && status < 400);
  throw new ApiError(redirected ? "redirected" : codeOfMissing(status), { status, host });
}

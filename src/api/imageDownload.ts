import { readBytes } from "./body.ts";
import type { RequestOptions } from "./client.ts";
import { connectionError } from "./connectionError.ts";
import type { ClientContext } from "./context.ts";
import { ApiError } from "./errors.ts";
import { createGuard } from "./guard.ts";
import type { GeneratedImage } from "./images.ts";
import { isSecure } from "./platforms.ts";
import { hostOf } from "./request.ts";
import { createRetry } from "./retry.ts";

/** Bytes. The largest image of the catalogue has 4 megapixels. */
export const imageLimit = 25 * 1024 * 1024;

/**
 * Downloads a finished image. Its address comes from a response, so that it is not trusted: https only (http to this
 * machine when the endpoint itself is there), without the key, no redirect, at most 25 MB, and the bytes say what it is.
 */
export async function downloadImage(
  context: ClientContext,
  address: string,
  options: RequestOptions,
): Promise<GeneratedImage> {
  const host = hostOf(address);
  const endpointIsLocal = context.endpoint.baseUrl.startsWith("http:");
  const allowed = URL.parse(address)?.protocol === "https:" || (endpointIsLocal && isSecure(address));
  if (!allowed) throw new ApiError("invalid-response", { host });
  const retry = createRetry(context, options);
  for (;;) {
    const guard = createGuard(context.clock, options.signal);
    guard.limit("total", context.deadlines.download);
    try {
      const bytes = await fetchBytes(context, address, guard);
      const type = imageType(bytes);
      if (!type) throw new ApiError("invalid-response", { host });
      return { bytes, type };
    } catch (thrown) {
      await retry.waitOrThrow(thrown);
    } finally {
      guard.release();
    }
  }
}

async function fetchBytes(
  context: ClientContext,
  address: string,
  guard: ReturnType<typeof createGuard>,
): Promise<Uint8Array> {
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
  if (response.ok && announced <= imageLimit) return readBytes(response, imageLimit, guard);
  guard.close();
  if (response.ok) throw new ApiError("invalid-response", { status, host });
  const redirected = response.type === "opaqueredirect" || (status >= 300 && status < 400);
  throw new ApiError(redirected ? "redirected" : status >= 500 ? "server" : "result-failed", { status, host });
}

/** Type of an image by its first bytes; undefined for anything else, SVG and HTML included. */
export function imageType(bytes: Uint8Array): GeneratedImage["type"] | undefined {
  const starts = (signature: readonly number[], offset = 0) =>
    signature.every((byte, index) => bytes[offset + index] === byte);
  if (starts([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png";
  if (starts([0xff, 0xd8, 0xff])) return "jpg";
  if (starts([0x52, 0x49, 0x46, 0x46]) && starts([0x57, 0x45, 0x42, 0x50], 8)) return "webp";
  return undefined;
}

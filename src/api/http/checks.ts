import { ApiError } from "../errors.ts";
import type { Endpoint, PlatformId } from "../platforms.ts";

/**
 * Rules that the service would enforce, checked before the network. Each throws ApiError `bad-request` with the field and
 * its rule; a field that is absent breaks none.
 */

/** Throws: `field` breaks `rule`. */
export function invalid(field: string, rule: string): never {
  throw new ApiError("bad-request", { field, rule });
}

export function check(ok: boolean, field: string, rule: string): void {
  if (!ok) invalid(field, rule);
}

/** True for an id of the service's that cannot lead elsewhere as a part of a path. */
export function isPathId(id: string): boolean {
  return /^[\w-][\w.-]{0,199}$/.test(id);
}

export function checkPathId(field: string, id: string): void {
  check(isPathId(id), field, "1-200 letters, digits, ., - and _");
}

/** Length in characters (code points), as the service counts them. */
export function checkText(field: string, value: string | undefined, least: number, most: number): void {
  if (value === undefined) return;
  const length = value.length <= most ? value.length : Array.from(value).length;
  check(length <= most && (least === 0 || value.trim().length >= least), field, `${least}-${most} characters`);
}

export function checkOneOf<T>(field: string, value: T | undefined, allowed: readonly T[]): void {
  if (value !== undefined) check(allowed.includes(value), field, allowed.join(", "));
}

export function checkRange(field: string, value: number | undefined, low: number, high: number): void {
  if (value !== undefined) check(value >= low && value <= high, field, `${low}-${high}`);
}

export function checkInteger(field: string, value: number | undefined, low: number, high: number): void {
  if (value !== undefined) check(Number.isInteger(value) && value >= low && value <= high, field, `${low}-${high}`);
}

/** `request_id` (6 to 64 characters, unique) and `user_id` (6 to 128, no personal data), which most endpoints take. */
export function checkIds(request: {
  readonly requestId?: string | undefined;
  readonly userId?: string | undefined;
}): void {
  checkText("request_id", request.requestId, 6, 64);
  checkText("user_id", request.userId, 6, 128);
}

/**
 * For a field or model that only some platforms have (undefined = all do). Throws `not-offered` elsewhere; a custom server is
 * taken at its word.
 */
export function checkPlatform(endpoint: Endpoint, field: string, platforms: readonly PlatformId[] | undefined): void {
  if (platforms === undefined || endpoint.platform === "custom" || platforms.includes(endpoint.platform)) return;
  notOffered(endpoint, platforms, field);
}

/** Throws `not-offered`. `field` = the part of a request that asks for what only `platforms` have. */
export function notOffered({ baseUrl }: Endpoint, platforms: readonly PlatformId[], field?: string): never {
  throw new ApiError("not-offered", { host: URL.parse(baseUrl)?.host, field, offeredOn: platforms });
}

/** `watermark_enabled`, which only BigModel has, and which takes false only from accounts that signed its waiver. */
export function checkWatermark(endpoint: Endpoint, watermark: boolean | undefined): void {
  if (watermark !== undefined) checkPlatform(endpoint, "watermark_enabled", ["bigmodel"]);
}

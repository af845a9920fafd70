import type { Platform } from "./accounts.ts";
import { ApiError } from "./errors.ts";
import { isObject, type JsonObject } from "./json.ts";

/** 1214: a field is there but breaks a rule. */
export const invalid = (field: string, rule: string): ApiError =>
  new ApiError("1214", { en: `${field} is not valid: ${rule}`, zh: `${field} 参数非法：${rule}` });

/** 1213: a required field is not there. */
export const missing = (field: string): ApiError =>
  new ApiError("1213", { en: `${field} was not received`, zh: `未正常接收到 ${field} 参数` });

/** 1210: a field that exists, but not here. */
export const foreign = (field: string): ApiError =>
  new ApiError("1210", { en: `${field} does not belong here`, zh: `不支持参数 ${field}` });

/** 1210: a file is not what it should be, in a sentence of its own. */
export const wrongFile = (en: string, zh: string): ApiError => new ApiError("1210", { en, zh });

/** The JSON body. @throws ApiError 1210 when it is anything but an object. */
export function readObject(body: unknown): JsonObject {
  if (!isObject(body)) throw new ApiError("1210", { en: "The body is not a JSON object", zh: "请求体不是 JSON 对象" });
  return body;
}

/** A required text. @throws ApiError 1213 when absent or empty, 1214 when it is no text. */
export function readText(body: JsonObject, field: string): string {
  const value = body[field];
  if (value === undefined || value === null || value === "") throw missing(field);
  if (typeof value !== "string") throw invalid(field, "text");
  return value;
}

/** An optional field that must be one of these; `undefined` when absent. @throws ApiError 1214. */
export function readChoice<T>(body: JsonObject, field: string, choices: readonly T[]): T | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  const found = choices.find((each) => each === value);
  if (found === undefined) throw invalid(field, choices.join(", "));
  return found;
}

/** An optional true or false. @throws ApiError 1214. */
export const readFlag = (body: JsonObject, field: string): boolean | undefined =>
  readChoice(body, field, [true, false]);

/** An optional whole number in a range. @throws ApiError 1214. */
export function readInteger(body: JsonObject, field: string, low: number, high: number): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < low || value > high)
    throw invalid(field, `${low}-${high}`);
  return value;
}

/** request_id (6–64, checked by BigModel only) and user_id (6–128); returns the request_id. @throws ApiError 1214. */
export function readIds(body: JsonObject, platform: Platform): string | undefined {
  checkLength(body, "user_id", 6, 128);
  return checkLength(body, "request_id", platform === "bigmodel" ? 6 : 1, platform === "bigmodel" ? 64 : Infinity);
}

function checkLength(body: JsonObject, field: string, low: number, high: number): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || value.length < low || value.length > high) throw invalid(field, `${low}-${high}`);
  return value;
}

/** watermark_enabled, a field that only BigModel has. @throws ApiError 1210 on Z.AI, 1214 when it is neither true nor false. */
export function readWatermark(body: JsonObject, platform: Platform): void {
  if (body["watermark_enabled"] !== undefined && platform === "zai") throw foreign("watermark_enabled");
  readFlag(body, "watermark_enabled");
}

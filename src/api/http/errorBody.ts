import { ApiError, type ApiErrorCode, type ApiErrorDetails } from "../errors.ts";
import { redact } from "./redact.ts";
import { codeOfService, codeOfStatus } from "./serviceCodes.ts";

/** What a service said about a failure, before it is mapped to one of our codes. */
export interface ServiceError {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
  /** True when the body was a structured API error, not a web server's or router's default page. */
  readonly structured: boolean;
  /** True when a task was accepted and then failed, which agents report with HTTP 200. */
  readonly failed?: boolean | undefined;
}

/** Where and with what a failure happened. Only used to fill in and to clean up the error. */
export interface ErrorContext {
  readonly status?: number | undefined;
  readonly host?: string | undefined;
  readonly apiKey?: string | undefined;
  /** What must not be shown beside the key: see `headerSecrets`. */
  readonly secrets?: readonly string[] | undefined;
  /** Whether another key took the place of `apiKey` meanwhile. */
  readonly keyReplaced?: boolean | undefined;
  /** The JSON that was sent; an answer that quotes it loses its message (an error must not carry a prompt). */
  readonly sentBody?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly shouldRetry?: boolean | undefined;
  readonly requestId?: string | undefined;
}

interface Fields {
  readonly error?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly message?: unknown;
  readonly msg?: unknown;
  readonly detail?: unknown;
  readonly success?: unknown;
  readonly object?: unknown;
  readonly choices?: unknown;
  readonly request_id?: unknown;
  readonly status?: unknown;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const codeText = (value: unknown): string | undefined => (typeof value === "number" ? String(value) : text(value));

/**
 * The error inside a parsed body, in any of the variants of API notes 14.1, or undefined when the body is none. Works for
 * HTTP 200 as well: the gateway, agents and streams report failures that way.
 */
export function serviceError(body: unknown): ServiceError | undefined {
  if (!isFields(body)) return undefined;
  const requestId = text(body.request_id);
  const { error } = body;
  if (Array.isArray(body.choices) && isBlank(error)) return undefined;
  if (isFields(error)) {
    const message = text(error.message);
    // The Anthropic route repeats the code in front of the message: "[1113][…]".
    const code = codeText(error.code) ?? /^\[(\d{3,4})\]/.exec(message ?? "")?.[1] ?? text(error.type);
    return { code, message, requestId, structured: true, failed: body.status === "failed" || undefined };
  }
  if (typeof error === "string") return { message: text(body.message) ?? error, requestId, structured: false };
  if (body.choices !== undefined) return undefined;
  const message = text(body.message) ?? text(body.msg);
  const code = codeText(body.code);
  if (body.object === "error") return { code, message, requestId, structured: true };
  if (code !== undefined && code !== "200" && code !== "0" && (message !== undefined || body.success === false)) {
    return { code, message, requestId, structured: true };
  }
  if (body.detail !== undefined) return { message: detailText(body.detail), requestId, structured: false };
  return body.success === false ? { message, requestId, structured: true } : undefined;
}

/** An `error` that says nothing, which some servers put beside every piece of an answer. */
function isBlank(error: unknown): boolean {
  if (!isFields(error)) return error === "";
  const { code, message, type } = error;
  return codeText(code) === undefined && text(message) === undefined && text(type) === undefined;
}

/** FastAPI's `detail`: a sentence, or a list whose entries also hold the offending input, which must not be kept. */
function detailText(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return text(detail);
  const lines = detail.filter(isFields).map((entry) => text(entry.msg));
  return text(lines.filter((line) => line !== undefined).join("; "));
}

/** The ApiError for what a service said: business code first, HTTP status second. */
export function toApiError(said: ServiceError, context: ErrorContext): ApiError {
  const known = said.code === undefined ? undefined : codeOfService(said.code);
  const code = isFailedTask(said, known, context) ? "result-failed" : (known ?? fallbackCode(said, context));
  const details: ApiErrorDetails = {
    status: context.status,
    serviceCode: said.code === undefined ? undefined : clean(said.code, context).slice(0, 60),
    serviceMessage: presentable(said.message, context),
    requestId: (said.requestId ?? context.requestId)?.slice(0, 100),
    host: context.host,
    resetAt: code === "quota-exhausted" ? resetTime(said.message) : undefined,
    retryAfterSeconds: context.retryAfterSeconds,
    shouldRetry: context.shouldRetry,
    keyReplaced: (code === "key-rejected" && context.keyReplaced) || undefined,
  };
  return new ApiError(code === "key-rejected" && !context.apiKey ? "no-key" : code, details);
}

/** What ran and failed for no reason that we know: unlike a failed request it is not sent again by itself. */
function isFailedTask(said: ServiceError, known: ApiErrorCode | undefined, { status = 200 }: ErrorContext): boolean {
  return said.failed === true && status < 300 && (known === undefined || known === "server");
}

/** By status. A service code of three digits is a status too, and counts more: gateways send it with HTTP 200. */
function fallbackCode(said: ServiceError, context: ErrorContext): ApiErrorCode {
  const status = /^[345]\d\d$/.test(said.code ?? "") ? Number(said.code) : context.status;
  if (status === undefined || status < 300) return "server";
  // A router that knows the path but not the model answers 404 with a proper error object.
  if (status === 404 && said.structured) return "model-unknown";
  return codeOfStatus(status);
}

/** The ApiError for a response that is not 2xx, from its status and (possibly cut) body text. */
export function errorOfResponse(bodyText: string, context: ErrorContext & { readonly status: number }): ApiError {
  if (looksLikeHtml(bodyText)) return htmlError(bodyText, context);
  let body: unknown;
  try {
    body = JSON.parse(bodyText);
  } catch {
    body = undefined;
  }
  return toApiError(serviceError(body) ?? { structured: false }, context);
}

/** No JSON begins with an angle bracket, and real block pages do not even spell their doctype correctly. */
export function looksLikeHtml(bodyText: string): boolean {
  return bodyText.trimStart().startsWith("<");
}

/** A web page where an answer should be: the provider's firewall, a captive portal, or a broken gateway. Never quoted. */
export function htmlError(page: string, context: ErrorContext & { readonly status: number }): ApiError {
  const { status, host, retryAfterSeconds, shouldRetry } = context;
  const blockPage = /data-spm|errors\.aliyun\.com|acw_tc/.test(page);
  const code = status === 404 ? "wrong-path" : status >= 500 && !blockPage ? "server" : "firewall";
  return new ApiError(code, { status, host, retryAfterSeconds, shouldRetry });
}

function presentable(message: string | undefined, context: ErrorContext): string | undefined {
  if (message === undefined) return undefined;
  const shown = clean(message, context).slice(0, 500);
  return context.sentBody !== undefined && quotes(shown, context.sentBody) ? undefined : shown;
}

function clean(words: string, { apiKey, secrets = [] }: ErrorContext): string {
  return redact(words, apiKey, ...secrets);
}

/** True when `message` repeats a stretch of at least 31 characters of what was sent (both compared as JSON text). */
function quotes(message: string, sentBody: string): boolean {
  const escaped = JSON.stringify(message).slice(1, -1);
  const sent = withoutFiles(sentBody);
  for (let start = 0; start + 24 <= escaped.length; start += 8) {
    if (sent.includes(escaped.slice(start, start + 24))) return true;
  }
  return false;
}

const longText = 20_000;
const fileEnd = 1_000;

/**
 * JSON with only the beginning and the end of what is base64 in it: files make a body 67 MB long, which every search would
 * go through, and a service that quotes one quotes where it begins.
 */
function withoutFiles(json: string): string {
  if (json.length <= longText) return json;
  let kept = "";
  let keptTo = 0;
  for (let start = 0; start < json.length;) {
    const quote = json.indexOf('"', start);
    const end = quote === -1 ? json.length : quote;
    const middle = (start + end) >> 1;
    if (end - start > longText && /^[\w+/=-]{200}$/.test(json.slice(middle, middle + 200))) {
      kept += `${json.slice(keptTo, start + fileEnd)} `;
      keptTo = end - fileEnd;
    }
    start = end + 1;
  }
  return kept + json.slice(keptTo);
}

/** The date inside a quota message, e.g. "2026-11-22 08:00:00", which is the platform's time (UTC+8), as ms. */
function resetTime(message: string | undefined): number | undefined {
  const found = /(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})/.exec(message ?? "");
  if (!found) return undefined;
  const time = Date.parse(`${found[1]}T${found[2]}+08:00`);
  return Number.isNaN(time) ? undefined : time;
}

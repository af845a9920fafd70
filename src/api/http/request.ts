import { readBytes, readText } from "./body.ts";
import type { ClientContext } from "../context.ts";
import {
  errorOfResponse,
  htmlError,
  looksLikeHtml,
  serviceError,
  toApiError,
  type ErrorContext,
  type ServiceError,
} from "./errorBody.ts";
import { checkExtras, headerSecrets } from "../endpointExtras.ts";
import { ApiError } from "../errors.ts";
import { exchange } from "./exchange.ts";
import { createGuard, type Guard } from "./guard.ts";
import { isHeaderSafe } from "../keys.ts";
import type { EncodedForm } from "./multipart.ts";
import { besideUrl, checkOffered, isSecure, rootUrl, type Capability, type Endpoint } from "../platforms.ts";
import { createRetry } from "./retry.ts";
import { takeSlot } from "./slot.ts";
import type { RequestOptions } from "../client.ts";

const errorBodyLimit = 64 * 1024;
const jsonBodyLimit = 64 * 1024 * 1024;

const bases = {
  base: (endpoint: Endpoint) => endpoint.baseUrl,
  root: rootUrl,
  beside: besideUrl,
};

export interface Ask {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With its leading slash, and with its query where there is one (see `withQuery`). */
  readonly path: string;
  /**
   * What `path` is below: the OpenAI-style base URL, the root that agents, knowledge bases and usage share, or, of a server
   * that one runs oneself, what its base URL is without the version.
   */
  readonly below?: keyof typeof bases | undefined;
  /** JSON text or a form. */
  readonly body?: string | EncodedForm | undefined;
  readonly streaming?: boolean | undefined;
  /** The answer is a file. */
  readonly binary?: boolean | undefined;
  /** `raw` = the key without "Bearer", which the usage endpoints of BigModel want. */
  readonly authorization?: "bearer" | "raw" | undefined;
  /** Counts as use of a model, of which the service allows few at a time. By default every POST does. */
  readonly governed?: boolean | undefined;
  /**
   * Asking twice does no harm but costs tokens. By default only a GET: what makes, keeps or deletes something at the service
   * (pictures, videos, speech, voices, files, documents, the work of agents) is sent again only when it was refused.
   */
  readonly repeatable?: boolean | undefined;
}

export function isRepeatable({ method, repeatable = method === "GET" }: Ask): boolean {
  return repeatable;
}

/** `path` with the fields that have a value as its query. */
export function withQuery(path: string, fields: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** Fails before the network when the platform lacks the capability or there is no usable key. */
export function requireReady(context: ClientContext, capability: Capability): void {
  const { endpoint, apiKey } = context;
  const host = hostOf(endpoint.baseUrl);
  checkOffered(endpoint, capability);
  if (!apiKey && endpoint.keyRequired) throw new ApiError("no-key", { host });
  if (apiKey && !isHeaderSafe(apiKey)) throw new ApiError("key-rejected", { host });
  checkExtras(endpoint);
}

/**
 * One attempt, without retry: resolves with a 2xx response whose body is unread, throws ApiError otherwise. A redirect is
 * never followed, because the key would travel with it. The guard decides about time and cancellation.
 */
export async function send(context: ClientContext, ask: Ask, guard: Guard): Promise<Response> {
  const url = `${bases[ask.below ?? "base"](context.endpoint)}${ask.path}`;
  const host = hostOf(url);
  if (!isSecure(url)) throw new ApiError("wrong-path", { host });
  const failedEarly = guard.failure();
  if (failedEarly) throw failedEarly;

  const headers = headersOf(context, ask);
  const body = typeof ask.body === "object" ? ask.body.bytes : (ask.body ?? null);
  const response = await exchange(context.transport, url, { method: ask.method, headers, body }, guard, host);
  if (response.ok) return response;
  if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
    guard.close();
    throw new ApiError("redirected", { status: response.status || undefined, host });
  }
  const errorContext = errorContextOf(context, ask, response);
  throw errorOfResponse(await errorText(response, guard, host), errorContext);
}

/** What an error of this exchange may say about it. */
export function errorContextOf(
  context: ClientContext,
  ask: Ask,
  response: Response,
): ErrorContext & { status: number } {
  return {
    status: response.status,
    host: hostOf(context.endpoint.baseUrl),
    apiKey: context.apiKey,
    secrets: headerSecrets(context.endpoint),
    keyReplaced: context.keyReplaced?.(),
    sentBody: typeof ask.body === "object" ? ask.body.texts : ask.body,
    retryAfterSeconds: retryAfter(response.headers.get("retry-after"), context.clock.now()),
    shouldRetry: yesOrNo(response.headers.get("x-should-retry")),
    requestId: response.headers.get("x-request-id") ?? undefined,
  };
}

/** A whole call with a total deadline (ms), retries and a JSON answer. Throws ApiError only. */
export function askJson(context: ClientContext, ask: Ask, totalMs: number, options: RequestOptions): Promise<unknown> {
  return askWhole(context, ask, totalMs, options, async (response, guard) => {
    const errorContext = errorContextOf(context, ask, response);
    return parseAnswer(await readText(response, jsonBodyLimit, guard, errorContext.host), errorContext);
  });
}

/**
 * As `askJson`, for an answer that is a file of at most `limit` bytes. An error that came as JSON with HTTP 200 is thrown
 * as one.
 */
export function askBytes(
  context: ClientContext,
  ask: Ask,
  totalMs: number,
  limit: number,
  options: RequestOptions,
): Promise<Uint8Array> {
  return askWhole(context, { ...ask, binary: true }, totalMs, options, async (response, guard) => {
    const bytes = await readBytes(response, limit, guard, hostOf(context.endpoint.baseUrl));
    if (/\bjson\b/.test(response.headers.get("content-type") ?? "") && bytes.byteLength < errorBodyLimit) {
      const said = serviceErrorIn(new TextDecoder().decode(bytes));
      if (said) throw toApiError(said, errorContextOf(context, ask, response));
    }
    return bytes;
  });
}

async function askWhole<T>(
  context: ClientContext,
  ask: Ask,
  totalMs: number,
  options: RequestOptions,
  read: (response: Response, guard: Guard) => Promise<T>,
): Promise<T> {
  const retry = createRetry(context, options, isRepeatable(ask));
  const attempt = async (): Promise<T> => {
    const slot = await takeSlot(context, ask, options);
    const guard = createGuard(context.clock, options.signal);
    guard.limit("total", totalMs);
    try {
      return await read(await send(context, ask, guard), guard);
    } catch (thrown) {
      // Nothing of it outlives a failure, least of all through a back-off.
      guard.close();
      throw thrown;
    } finally {
      slot.release();
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

function serviceErrorIn(json: string): ServiceError | undefined {
  try {
    return serviceError(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** JSON of a 2xx answer; throws when it is a page, no JSON at all, or an error in disguise. */
export function parseAnswer(bodyText: string, context: ErrorContext & { readonly status: number }): unknown {
  if (looksLikeHtml(bodyText)) throw htmlError(bodyText, context);
  let answer: unknown;
  try {
    answer = JSON.parse(bodyText);
  } catch {
    throw new ApiError("invalid-response", { status: context.status, host: context.host });
  }
  // A failed background task has an error inside as well, but the question about it was answered.
  const isTask = typeof answer === "object" && answer !== null && "task_status" in answer;
  const said = isTask ? undefined : serviceError(answer);
  if (said) throw toApiError(said, context);
  return answer;
}

function headersOf(context: ClientContext, ask: Ask): Record<string, string> {
  const headers: Record<string, string> = { ...context.endpoint.extraHeaders, "User-Agent": context.userAgent };
  if (context.apiKey) {
    headers["Authorization"] = ask.authorization === "raw" ? context.apiKey : `Bearer ${context.apiKey}`;
  }
  if (ask.body !== undefined) {
    headers["Content-Type"] = typeof ask.body === "string" ? "application/json" : ask.body.contentType;
  }
  headers["Accept"] = ask.streaming ? "text/event-stream" : ask.binary ? "*/*" : "application/json";
  // The front server compresses event streams and then delivers them in bursts (API notes 1.2).
  if (ask.streaming) headers["Accept-Encoding"] = "identity";
  // The only value that the schema of z.ai names; without it some messages come in Chinese.
  if (context.endpoint.platform.startsWith("zai")) headers["Accept-Language"] = "en-US,en";
  return headers;
}

/** As much of an error body as could be read; a failure while reading must not hide the status. */
async function errorText(response: Response, guard: Guard, host: string | undefined): Promise<string> {
  try {
    return await readText(response, errorBodyLimit, guard, host);
  } catch (thrown) {
    const failure = guard.failure();
    if (failure) throw failure;
    if (thrown instanceof ApiError) return "";
    throw thrown;
  }
}

/** Retry-After as seconds from `now`: the header holds seconds or an HTTP date. */
function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

function yesOrNo(header: string | null): boolean | undefined {
  return header === "true" ? true : header === "false" ? false : undefined;
}

export function hostOf(url: string): string | undefined {
  return URL.parse(url)?.host;
}

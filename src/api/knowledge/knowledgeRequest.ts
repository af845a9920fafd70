import * as v from "valibot";
import { check } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { toApiError } from "../http/errorBody.ts";
import { ApiError } from "../errors.ts";
import { looseNumber, looseText, unreadable } from "../http/loose.ts";
import { askJson, hostOf, type Ask } from "../http/request.ts";

const envelopeSchema = v.object({ code: looseNumber, message: looseText, data: v.optional(v.unknown()) });

/** Which part of a list: `page` counts from 1 (the default), `size` entries each (10 by default). */
export interface Page {
  readonly page?: number | undefined;
  readonly size?: number | undefined;
}

/** Where the service reports that it has processed something. */
export interface Callback {
  readonly url: string;
  /** Headers that it shall send along. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * `data` of an answer of the knowledge base, which only BigModel has (API notes 10.3). Every answer is an envelope whose
 * `code` is 200 or names an error, whatever the HTTP status. Throws ApiError.
 */
export async function askKnowledge(
  context: ClientContext,
  ask: Omit<Ask, "below">,
  options: RequestOptions,
  totalMs = context.deadlines.total,
): Promise<unknown> {
  const path = `/llm-application/open${ask.path}`;
  let answer: unknown;
  try {
    // Documents are no use of a model, so that they need not wait for an answer to end.
    answer = await askJson(context, { ...ask, path, below: "root", governed: false }, totalMs, options);
  } catch (thrown) {
    // A 404 here speaks of a knowledge base or a document: there are no models.
    if (thrown instanceof ApiError && thrown.code === "model-unknown")
      throw new ApiError("bad-request", thrown.details);
    throw thrown;
  }
  const envelope = v.safeParse(envelopeSchema, answer);
  if (!envelope.success || envelope.output.code === undefined) throw unreadable(context);
  const { code, message, data } = envelope.output;
  if (code === 200) return data;
  const host = hostOf(context.endpoint.baseUrl);
  const sentBody = typeof ask.body === "object" ? ask.body.texts : ask.body;
  const said = { code: String(code), message, structured: true };
  throw toApiError(said, { status: 200, host, apiKey: context.apiKey, sentBody });
}

export function checkPage({ page, size }: Page): void {
  checkCount("page", page);
  checkCount("size", size);
}

export function checkCount(field: string, value: number | undefined): void {
  check(value === undefined || (Number.isInteger(value) && value > 0), field, "1 or more");
}

export function checkCallback(callback: Callback | undefined): void {
  if (callback === undefined) return;
  check(/^https?:$/.test(URL.parse(callback.url)?.protocol ?? ""), "callback_url", "http or https address");
}

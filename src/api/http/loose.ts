import * as v from "valibot";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { hostOf } from "./request.ts";

/**
 * Schemas for members of an answer that may be missing, null or of a neighbouring type. What cannot be read is undefined
 * (or an empty list), never an error: whether an answer is of use without it is for the endpoint to say.
 */

// Fallbacks are functions, because valibot takes a plain undefined for "no fallback".
const nothing = () => undefined;
const textOrNumber = v.union([v.string(), v.number()]);

/** A finite number, also when it came as text. */
export const looseNumber = v.fallback(v.pipe(textOrNumber, v.transform(toNumber)), nothing);

/** A text with something in it, or a number as text. */
export const looseText = v.fallback(v.pipe(textOrNumber, v.transform(toText)), nothing);

/** As `looseText`, for what an entry cannot do without: its absence makes the schema around it fail. */
export const someText = v.pipe(textOrNumber, v.transform(toText), v.string());

/**
 * A point in time as ms since the epoch: from a number, or from a date with or without time. Such a date names no zone and is
 * the platform's own (UTC+8; API notes 14.2).
 */
export const looseTime = v.fallback(v.pipe(textOrNumber, v.transform(toTime)), nothing);

/** The entries of a list that `entry` accepts; what is no list at all fails. */
export function listOf<const Entry extends v.GenericSchema>(entry: Entry) {
  const read = (values: unknown[]): v.InferOutput<Entry>[] =>
    values.flatMap((value) => {
      const parsed = v.safeParse(entry, value);
      return parsed.success ? [parsed.output] : [];
    });
  return v.pipe(v.array(v.unknown()), v.transform(read));
}

/** As `listOf`, but what is no list is an empty one. */
export function looseList<const Entry extends v.GenericSchema>(entry: Entry) {
  return v.fallback(listOf(entry), []);
}

/** `answer` as `schema` reads it. Throws `invalid-response` when it lacks what the schema insists on. */
export function readAs<Schema extends v.GenericSchema>(
  context: ClientContext,
  schema: Schema,
  answer: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, answer);
  if (parsed.success) return parsed.output;
  throw unreadable(context);
}

/** The error of an answer that lacks what its endpoint promises. */
export function unreadable({ endpoint }: Pick<ClientContext, "endpoint">): ApiError {
  return new ApiError("invalid-response", { host: hostOf(endpoint.baseUrl) });
}

function toNumber(value: string | number): number | undefined {
  const number = typeof value === "string" && value.trim() === "" ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function toText(value: string | number): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined;
  return value.trim() === "" ? undefined : value;
}

function toTime(value: string | number): number | undefined {
  const date = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?$/.exec(String(value));
  const time = date ? Date.parse(`${date[1]}T${date[2] ?? "00:00"}+08:00`) : toNumber(value);
  // Zero stands for "none"; the upper bound is that of a Date. NaN fails both.
  return time !== undefined && time > 0 && time <= 8.64e15 ? time : undefined;
}

import * as v from "valibot";

/** Sizes and forms that every message shares. A view must not be able to fill the host's memory, nor the host a page's. */

export const id = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
/** Characters of a message; the view says so before it sends one that is longer. */
export const longestText = 4_000_000;
export const text = v.pipe(v.string(), v.maxLength(longestText));
export const label = v.pipe(v.string(), v.maxLength(2_000));
export const address = v.pipe(v.string(), v.maxLength(4_096));
/** Milliseconds since the epoch, or a span in milliseconds. */
export const milliseconds = v.pipe(v.number(), v.minValue(0));
/** Tokens, bytes, turns, pixels. */
export const count = v.pipe(v.number(), v.minValue(0));

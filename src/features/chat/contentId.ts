import { createHash } from "node:crypto";

/** Name of a file beside the log, 64 hexadecimal digits: what is the same has the same name, and is kept once. */
export function contentId(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

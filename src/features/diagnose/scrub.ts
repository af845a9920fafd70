import { redact } from "../../api/http/redact.ts";

/**
 * Takes out of a text that people will paste what must not leave the machine: keys and tokens (those that are
 * known are `secrets`), credentials in addresses, and the folder that is named after the user.
 */
export function scrub(text: string, secrets: readonly (string | undefined)[], home: string): string {
  const clean = redact(text, ...secrets).replace(/\/\/[^\s/@]+@/g, "//");
  return home.length < 2 ? clean : clean.replace(folder(home), "~");
}

/** Windows takes both slashes and any case, and programs there write paths in all of these. */
function folder(home: string): RegExp {
  const parts = home.split(/[\\/]+/).map((part) => part.replace(/[$()*+.?[\]^{|}]/g, "\\$&"));
  return new RegExp(parts.join("[\\\\/]+"), "gi");
}

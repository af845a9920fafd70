import { it } from "vitest";
import type { Locale } from "../../harness/language.ts";

/**
 * A test that one language is enough for, in a block that is run in several: it reads no words of ours, or words that another
 * test of the block, or the tests of the view alone, read in each.
 */
export function itOnce(locale: Locale, name: string, run: () => Promise<void>): void {
  if (locale === "en") it(name, run);
}

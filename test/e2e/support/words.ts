import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../harness/paths.ts";
import { pseudoLocale, pseudoTable } from "../../harness/pseudo.ts";
import { fill } from "../../../src/protocol/strings.ts";
import type { Locale } from "../../harness/language.ts";

/** Sentences of a translation file, e.g. `package.nls`, in a language. */
function table(name: string, locale: Locale): Record<string, string> {
  if (locale === pseudoLocale) return pseudoTable(`${name}.json`);
  const file = `${name}${locale === "en" ? "" : `.${locale}`}.json`;
  return JSON.parse(readFileSync(join(projectRoot, file), "utf8")) as Record<string, string>;
}

export type Words = {
  /** The sentence as the user reads it. @throws when it has no translation. */
  (english: string, ...values: (string | number)[]): string;
  /** Palette entry of a command, by the last part of its key in package.nls.json: `GLM: Set API Key`. */
  command(key: string): string;
  /** A sentence of package.nls.json. @throws when there is none of that key. */
  manifest(key: string): string;
};

/** What the extension says in `locale`, so that one test reads both languages. */
export function wordsOf(locale: Locale): Words {
  const sentences = table("l10n/bundle.l10n", locale);
  const manifest = table("package.nls", locale);
  const words = (english: string, ...values: (string | number)[]): string => {
    const sentence = sentences[english];
    if (sentence === undefined) throw new Error(`no translation of "${english}" for ${locale}`);
    return fill(sentence, ...values);
  };
  return Object.assign(words, {
    command: (key: string) => `GLM: ${manifest[`command.${key}`] ?? key}`,
    manifest: (key: string) => {
      const sentence = manifest[key];
      if (sentence === undefined) throw new Error(`nothing has the key ${key} for ${locale}`);
      return sentence;
    },
  });
}

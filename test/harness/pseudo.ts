import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./paths.ts";

/**
 * A language that nobody speaks and every developer can read: each sentence is bracketed, accented and about 40 % longer.
 * Text without brackets was never translated, and what has no room for it has none for German either.
 */
export const pseudoLocale = "qps-ploc";

const plain = "AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz";
const accented = "ÅåƁƀÇçÐðÉéƑƒĜĝĤĥÎîĴĵĶķĻļṀṁÑñÖöÞþǪǫŔŕŠšŢţÛûṼṽŴŵẊẋÝýŽž";

/** What has a meaning for a program: placeholders, code, link targets, icons, bold marks. */
const untouched = /(\{\d\}|`[^`]*`|\]\([^)]*\)|\$\([\w-]+\)|\*\*)/;

const lengthen = (text: string): string =>
  text.replaceAll(/[a-z]/gi, (letter) => {
    const other = accented.charAt(plain.indexOf(letter));
    return /[aeiou]/i.test(letter) ? other + other.toLowerCase() : other;
  });

function bracketed(line: string): string {
  const pieces = line.split(untouched).map((piece, index) => (index % 2 === 1 ? piece : lengthen(piece)));
  return `⟦${pieces.join("")}⟧`;
}

/** The sentence in the pseudo language, with its placeholders, Markdown and lines as they were. */
export function pseudoText(sentence: string): string {
  return sentence
    .split("\n")
    .map((line) => {
      // A link that has a line of its own becomes a button; brackets around it would make it a sentence.
      const [, label, target] = /^\[([^\]]*)\](\([^)]*\))$/.exec(line) ?? [];
      return label === undefined || target === undefined ? bracketed(line) : `[${bracketed(label)}]${target}`;
    })
    .join("\n");
}

/** All sentences of a translation file of the project in the pseudo language, by their keys. */
export function pseudoTable(file: string): Record<string, string> {
  const table = JSON.parse(readFileSync(join(projectRoot, file), "utf8")) as Record<string, string>;
  return Object.fromEntries(Object.entries(table).map(([key, sentence]) => [key, pseudoText(sentence)]));
}

/**
 * Adds the pseudo language to the installed extension, beside the languages that users get. To be called before the server
 * starts, which reads translations once.
 * @param extensionsDir where VS Code has unpacked its extensions.
 */
export function addPseudoLanguage(extensionsDir: string): void {
  for (const name of readdirSync(extensionsDir).filter((folder) => folder.startsWith("glm-sidekick.glm-sidekick-"))) {
    for (const table of ["package.nls", "l10n/bundle.l10n"])
      writeFileSync(
        join(extensionsDir, name, `${table}.${pseudoLocale}.json`),
        JSON.stringify(pseudoTable(`${table}.json`)),
      );
  }
}

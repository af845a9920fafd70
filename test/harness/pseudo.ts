import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir, projectRoot } from "./paths.ts";
import { runOrThrow } from "./process.ts";
import { testedVsix } from "./vsix.ts";

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

const translations = {
  [`package.nls.${pseudoLocale}.json`]: "package.nls.json",
  [`l10n/bundle.l10n.${pseudoLocale}.json`]: "l10n/bundle.l10n.json",
};

/**
 * The extension as it is packaged for users, and beside its languages the pseudo one. Kept in the cache only.
 * @returns the .vsix, absolute.
 */
export async function packagePseudo(): Promise<string> {
  const released = await testedVsix();
  const file = join(cacheDir("pseudo"), "pseudo.vsix");
  if (existsSync(file) && statSync(file).mtimeMs > statSync(released).mtimeMs) return file;
  const home = cacheDir("pseudo", "extension");
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home);
  const parts = [
    "dist",
    "l10n",
    "media",
    "package.json",
    "package.nls.json",
    "package.nls.zh-cn.json",
    ".vscodeignore",
  ];
  for (const name of [...parts, "README.md", "CHANGELOG.md", "LICENSE"])
    cpSync(join(projectRoot, name), join(home, name), { recursive: true });
  const allowed = Object.keys(translations).map((name) => `!${name}\n`);
  writeFileSync(join(home, ".vscodeignore"), readFileSync(join(home, ".vscodeignore"), "utf8") + allowed.join(""));
  for (const [name, source] of Object.entries(translations))
    writeFileSync(join(home, name), JSON.stringify(pseudoTable(source)));
  const vsce = join(projectRoot, "node_modules", "@vscode", "vsce", "vsce");
  await runOrThrow(process.execPath, [vsce, "package", "--no-dependencies", "--out", file], { cwd: home });
  return file;
}

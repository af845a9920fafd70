const maxLength = 48;
/** Device names of Windows, which no file may have there, with or without an extension. */
const reserved = /^(con|prn|aux|nul|conin|conout|clock|com\d|lpt\d)$/;

/**
 * File name without extension made from what a user typed: letters, marks and digits of any script, joined by hyphens.
 * Never empty, never more than 48 UTF-16 units, no separators, dots or spaces, no device name of Windows.
 */
export function nameFor(text: string): string {
  const words =
    text
      .toWellFormed()
      .normalize("NFKC")
      .toLowerCase()
      .normalize("NFC")
      .match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu) ?? [];
  const name = shorten(words);
  if (name === "") return "image";
  return reserved.test(name) ? `image-${name}` : name;
}

function shorten(words: readonly string[]): string {
  let name = "";
  for (const word of words) {
    const longer = name === "" ? word : `${name}-${word}`;
    if (longer.length > maxLength) break;
    name = longer;
  }
  return name === "" && words[0] !== undefined ? cut(words[0]) : name;
}

function cut(word: string): string {
  let start = "";
  for (const character of word) {
    if (start.length + character.length > maxLength) break;
    start += character;
  }
  return start;
}

/** Equal for names that a file system without case, or one that decomposes accents, takes for the same. */
function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** `name.ext`, or the first of `name-2.ext`, `name-3.ext` … that no entry of the folder has. */
export function freeName(name: string, extension: string, taken: Iterable<string>): string {
  const used = new Set(Array.from(taken, folded));
  for (let number = 1; ; number++) {
    const candidate = `${name}${number === 1 ? "" : `-${number}`}.${extension}`;
    if (!used.has(folded(candidate))) return candidate;
  }
}

/** True for places that change how a project behaves: nothing made by a model is ever written there. */
export function isProtectedPath(path: string): boolean {
  const segments = path.split(/[/\\]/).map((segment) => folded(segment).replace(/[. ]+$/, ""));
  return (
    segments.includes(".git") || segments.includes(".vscode") || (segments.at(-1) ?? "").endsWith(".code-workspace")
  );
}

/** Files of a git patch, in their order, each with its part of the text. */
export interface PatchPart {
  /** From the repository's root with `/`: both names when the file was moved. */
  readonly paths: readonly string[];
  readonly text: string;
}

/** Splits a patch of git at its files. Text before the first one belongs to none and is left out. */
export function partsOf(patch: string): PatchPart[] {
  const starts = [...patch.matchAll(/^diff --(?:git|cc|combined) .*$/gm)].map(({ index }) => index);
  return starts.map((start, at) => {
    const text = patch.slice(start, starts[at + 1]);
    return { paths: pathsOf(text), text };
  });
}

function pathsOf(part: string): string[] {
  const head = part.slice(0, part.search(/^@@/m) >>> 0);
  const named = [...head.matchAll(/^(?:---|\+\+\+|rename from|rename to|copy from|copy to) (.+)$/gm)].flatMap(
    ([, name = ""]) => nameOf(name),
  );
  if (named.length > 0) return [...new Set(named)];
  // A file without lines of its own, such as a binary or an empty one, is only named in the first line, twice.
  const first = /^diff --git (.+)$/m.exec(part)?.[1] ?? /^diff --(?:cc|combined) (.+)$/m.exec(part)?.[1] ?? "";
  const quoted = [...first.matchAll(/"(?:[^"\\]|\\.)*"/g)].flatMap(([name]) => nameOf(name));
  if (quoted.length > 0) return [...new Set(quoted)];
  const half = (first.length - 1) / 2;
  const [one, other] = [first.slice(0, half), first.slice(half + 1)];
  return one.slice(2) === other.slice(2) ? nameOf(one) : nameOf(first);
}

/** Without git's `a/` and `b/` and its quotes, in which bytes outside of ASCII are octal. */
function nameOf(written: string): string[] {
  const name = written.startsWith('"') ? unquoted(written) : written.replace(/\t$/, "");
  return name === "/dev/null" ? [] : [name.replace(/^[abciow]\//, "")];
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

function unquoted(written: string): string {
  const bytes: number[] = [];
  for (const [, octal, letter, plain] of written.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/g)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else bytes.push(...new TextEncoder().encode(letter === undefined ? plain : ""));
    if (letter !== undefined) bytes.push(escapes[letter] ?? letter.charCodeAt(0));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

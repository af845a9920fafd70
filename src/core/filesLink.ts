/** Where a link is written: the folder of the document, as a URI path (`/a/b`, `/c:/a` on Windows). */
export type UriPath = string;

/**
 * Path from a folder to a file with forward slashes, e.g. `../images/cat.png`. Undefined when they lie on different
 * drives or shares. Both are absolute URI paths without percent encoding.
 */
export function relativePath(folder: UriPath, file: UriPath): string | undefined {
  const from = split(folder);
  const to = split(file);
  if (isDrive(from[0]) || isDrive(to[0])) {
    if (from[0]?.toLowerCase() !== to[0]?.toLowerCase()) return undefined;
    from.shift();
    to.shift();
  }
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/");
}

function split(path: UriPath): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

function isDrive(segment: string | undefined): boolean {
  return segment !== undefined && /^[a-z]:$/i.test(segment);
}

/** Percent-encodes what ends or changes a Markdown link target or a URL; letters of any script stay readable. */
export function encodeTarget(path: string): string {
  return path.toWellFormed().replace(/[\u0000-\u0020\u007f-\u00a0\p{Z}\p{C}<>()[\]{}%#?:"'`*\\^|&]/gu, percent);
}

function percent(character: string): string {
  return Array.from(
    new TextEncoder().encode(character),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
}

/** `![alt](path)`, in which neither part can break out of its place. Both are text from outside. */
export function markdownImage(alt: string, path: string): string {
  const text = alt
    .toWellFormed()
    .replace(/[\p{Cc}\p{Z}]+/gu, " ")
    .trim()
    .replace(/[\\`*_~[\]<>&|!$]/g, "\\$&");
  return `![${text}](${encodeTarget(path)})`;
}

const markdownLanguages: ReadonlySet<string> = new Set(["markdown", "mdx", "rmd", "quarto"]);

/** What "Insert link" writes: an image in Markdown, the plain path in every other language. */
export function linkFor(languageId: string, alt: string, path: string): string {
  return markdownLanguages.has(languageId) ? markdownImage(alt, path) : path;
}

/** What a name in an answer may be in the workspace: a file, a symbol, or either. */
export interface PlaceName {
  /** Relative or absolute, with forward slashes. `line` counts from 1. */
  readonly file?: { readonly path: string; readonly line?: number | undefined };
  readonly symbol?: string;
}

/** What a pattern of a file search would take for more than itself, or a file system for something else. */
// oxlint-disable-next-line no-control-regex -- they are what is refused.
const strange = /[*?[\]{}<>|"'`:,\u0000-\u001f\u007f]|\p{Bidi_Control}/u;

/** Reads `src/a.ts`, `a.ts:40`, `a.ts:40:7`, `a.ts#L40-L50`, `load()`, `Reader.close`. Undefined when it can be none of these. */
export function parsePlace(text: string): PlaceName | undefined {
  const found = /^(.+?)(?:(?::|#L)(\d{1,7})(?::\d{1,5}|[-–]L?\d{1,7})?)?$/.exec(text.trim());
  const path = found?.[1]?.replaceAll("\\", "/") ?? "";
  const line = found?.[2] === undefined ? undefined : Number(found[2]);
  const file = isFilePath(path) ? { file: { path: path.replace(/^\.\//, ""), line } } : undefined;
  const symbol = line === undefined ? symbolIn(path) : undefined;
  if (file === undefined && symbol === undefined) return undefined;
  return { ...file, ...(symbol === undefined ? {} : { symbol }) };
}

/** A last part with an extension, or several parts; nothing that climbs or names another machine. */
function isFilePath(path: string): boolean {
  const bare = path.replace(/^[A-Za-z]:(?=\/)/, "");
  if (strange.test(bare) || bare.startsWith("//") || bare.startsWith("~")) return false;
  const parts = bare.replace(/^\.?\//, "").split("/");
  if (parts.some((part) => part === "" || part === ".." || part === "." || part !== part.trim())) return false;
  const last = parts.at(-1) ?? "";
  return /\S\.\w{1,10}$/.test(last) || /^\.\w/.test(last) || (parts.length > 1 && /^[\w.-]+$/.test(last));
}

/** The last part of `Reader.close()`; shorter names are everywhere. */
function symbolIn(text: string): string | undefined {
  const [whole] = /^[A-Za-z_$][\w$]*(?:(?:\.|::|#)[A-Za-z_$][\w$]*)*(?=(?:\(\))?$)/.exec(text) ?? [];
  const name = whole?.split(/\.|::|#/).at(-1);
  return name === undefined || name.length < 3 ? undefined : name;
}

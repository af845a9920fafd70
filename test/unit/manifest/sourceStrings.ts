import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { englishStrings } from "../../../src/protocol/strings.ts";

export const root = path.resolve(import.meta.dirname, "../../..");

export interface Call {
  readonly file: string;
  /** Undefined when the first argument is not a plain string literal. */
  readonly literal: string | undefined;
}

/** Every call of the translating function `t` in the extension's source. */
export function translateCalls(): Call[] {
  const files = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  return files.flatMap((file) => {
    const text = readFileSync(path.join(root, "src", file), "utf8");
    const calls = text.matchAll(/(?<![\w.$])(?:t|l10n\.t)\(\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')?/g);
    return [...calls].map(([, quoted]) => ({ file, literal: quoted === undefined ? undefined : unquote(quoted) }));
  });
}

function unquote(literal: string): string {
  const body = literal.slice(1, -1);
  return literal.startsWith('"')
    ? (JSON.parse(`"${body}"`) as string)
    : (JSON.parse(`"${body.replace(/\\'/g, "'").replace(/"/g, '\\"')}"`) as string);
}

/** All sentences that a user may read, apart from the manifest's. */
export function sourceStrings(): string[] {
  const literals = translateCalls().flatMap(({ literal }) => (literal === undefined ? [] : [literal]));
  return [...new Set([...literals, ...Object.values(englishStrings)])].toSorted();
}

export function readJson(name: string): Record<string, string> {
  return JSON.parse(readFileSync(path.join(root, name), "utf8")) as Record<string, string>;
}

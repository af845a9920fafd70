/** A function found in code. Offsets are into the code; lines count from 1. */
export interface FoundFunction {
  readonly name: string;
  readonly params: string;
  readonly line: number;
  readonly isAsync: boolean;
  /** Where the body begins and ends, without its braces. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

/** What can be seen in a piece of code without understanding it. */
export interface Features {
  readonly functions: readonly FoundFunction[];
  readonly classes: readonly string[];
  readonly imports: readonly string[];
  readonly loops: readonly { kind: string; line: number }[];
  readonly branches: number;
  readonly awaits: number;
  readonly returns: number;
  readonly lines: number;
}

/** The families that the rules tell apart. */
export type Family = "script" | "python" | "other";

export function familyOf(language: string): Family {
  if (/^(js|ts|jsx|tsx|javascript|typescript|javascriptreact|typescriptreact|mjs|cjs|vue|svelte)$/i.test(language))
    return "script";
  return /^(py|python)$/i.test(language) ? "python" : "other";
}

/** The code with the contents of strings and comments blanked out, same length, so that offsets fit the original. */
export function mask(code: string, family: Family): string {
  const pattern =
    family === "python"
      ? /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*/g
      : /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return code.replace(pattern, (found) => {
    const comment = /^(\/\/|\/\*|#)/.test(found);
    const inner = comment ? found : found.slice(1, -1);
    // What a template puts in is code and stays.
    const kept = found.startsWith("`") ? /(\$\{[^{}]*\})/ : /($^)/;
    const blank = inner
      .split(kept)
      .map((part, index) => (index % 2 === 1 ? part : part.replace(/[^\r\n]/g, " ")))
      .join("");
    return comment ? blank : `${found.slice(0, 1)}${blank}${found.slice(-1)}`;
  });
}

/** The line, from 1, that an offset lies in. */
export function lineAt(code: string, offset: number): number {
  return code.slice(0, offset).split("\n").length;
}

/** The functions of a piece of code, outermost first by position. */
export function findFunctions(code: string, family: Family): FoundFunction[] {
  return family === "python" ? pythonFunctions(code) : braceFunctions(mask(code, family));
}

function braceFunctions(masked: string): FoundFunction[] {
  const header = new RegExp(
    [
      /(?<a1>async\s+)?function\s*\*?\s*(?<n1>[\w$]*)\s*(?:<[^>]*>)?\((?<p1>[^()]*)\)[^{};]*\{/,
      /(?:(?<n2>[\w$]+)\s*(?::[^=;]+)?[=:]\s*)?(?<a2>async\s+)?\((?<p2>[^()]*)\)(?:\s*:\s*[^={}()]+)?\s*=>\s*\{/,
      /(?:(?<n4>[\w$]+)\s*=\s*)?(?<a4>async\s+)?\b(?<p4>[\w$]+)\s*=>\s*\{/,
      /(?<a3>async\s+)?(?:[\w<>[\]]+\s+)?\b(?<n3>(?!if\b|for\b|while\b|switch\b|catch\b|function\b|return\b)[\w$]+)\s*\((?<p3>[^()]*)\)(?:\s*:\s*[^;{}()]+)?\s*\{/,
    ]
      .map((each) => each.source)
      .join("|"),
    "g",
  );
  const found: FoundFunction[] = [];
  for (let match = header.exec(masked); match !== null; match = header.exec(masked)) {
    const groups = match.groups ?? {};
    const pick = (letter: string): string | undefined =>
      ["1", "2", "3", "4"].map((n) => groups[letter + n]).find((each) => each !== undefined);
    const bodyStart = match.index + match[0].length;
    const params = pick("p") ?? "";
    found.push({
      name: pick("n") ?? "",
      params: params.trim(),
      line: lineAt(masked, match.index + (match[0].length - match[0].trimStart().length)),
      isAsync: pick("a") !== undefined,
      bodyStart,
      bodyEnd: closingBrace(masked, bodyStart),
    });
    // Functions inside this one's parameters are rare; functions inside its body are not.
    header.lastIndex = bodyStart;
  }
  return found;
}

function closingBrace(masked: string, from: number): number {
  let depth = 1;
  for (let at = from; at < masked.length; at++) {
    if (masked[at] === "{") depth++;
    else if (masked[at] === "}" && --depth === 0) return at;
  }
  return masked.length;
}

function pythonFunctions(code: string): FoundFunction[] {
  const found: FoundFunction[] = [];
  for (const match of mask(code, "python").matchAll(
    /^([ \t]*)(async\s+)?def\s+(\w+)\s*\(([^)]*)\)[^:\r\n]*:?[^\n]*\n?/gm,
  )) {
    const [whole, indent = "", isAsync, name = "", params = ""] = match;
    const bodyStart = match.index + whole.length;
    let bodyEnd = bodyStart;
    for (const line of code.slice(bodyStart).split(/(?<=\n)/)) {
      const inner = /^[ \t]*/.exec(line)?.[0] ?? "";
      if (line.trim() !== "" && inner.length <= indent.length) break;
      bodyEnd += line.length;
    }
    found.push({ name, params, line: lineAt(code, match.index), isAsync: isAsync !== undefined, bodyStart, bodyEnd });
  }
  return found;
}

/** The innermost function around an offset. */
export function functionAround(functions: readonly FoundFunction[], offset: number): FoundFunction | undefined {
  return functions.filter(({ bodyStart, bodyEnd }) => bodyStart <= offset && offset < bodyEnd).at(-1);
}

/** Lists what is in a piece of code. */
export function describeCode(code: string, language: string): Features {
  const family = familyOf(language);
  const masked = mask(code, family);
  const count = (pattern: RegExp): number => masked.match(pattern)?.length ?? 0;
  const loops = [...masked.matchAll(/\b(for|while|do)\b(?=\s*[({\w])|\.(forEach|map|filter|reduce)\s*\(/g)].map(
    (match) => ({
      kind: match[1] ?? match[2] ?? "",
      line: lineAt(masked, match.index),
    }),
  );
  return {
    functions: findFunctions(code, family).filter(({ name }) => name !== ""),
    classes: [...masked.matchAll(/\b(?:class|interface|struct|enum)\s+(\w+)/g)].map((match) => match[1] ?? ""),
    imports: [
      ...code.matchAll(
        /^\s*(?:import\b.*?from\s*['"]([^'"]+)['"]|import\s+['"]?([\w./@-]+)|from\s+([\w.]+)\s+import|#include\s*[<"]([^>"]+)|.*\brequire\(['"]([^'"]+))/gm,
      ),
    ].map((match) => match.slice(1).find((each) => each !== undefined) ?? ""),
    loops,
    branches: count(/\b(?:if|elif|switch|case|match)\b/g),
    awaits: count(/\bawait\b/g),
    returns: count(/\breturn\b/g),
    lines: code.split("\n").length,
  };
}

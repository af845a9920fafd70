import type { Edit, Rule } from "./fix-rule.ts";

const quoted = `['"‘“\`]([\\w$.]+)['"’”\`]`;

/** Where well-known names live. */
const homes: Record<string, string> = {
  readFile: "import { readFile } from 'node:fs/promises';",
  writeFile: "import { writeFile } from 'node:fs/promises';",
  fs: "import * as fs from 'node:fs';",
  path: "import * as path from 'node:path';",
  os: "import * as os from 'node:os';",
  crypto: "import * as crypto from 'node:crypto';",
  useState: "import { useState } from 'react';",
  useEffect: "import { useEffect } from 'react';",
  z: "import { z } from 'zod';",
};
const pythonModules = [
  "os",
  "sys",
  "re",
  "json",
  "math",
  "time",
  "random",
  "datetime",
  "asyncio",
  "logging",
  "pathlib",
  "itertools",
];

const all = (text: string, pattern: string): RegExpExecArray[] => [...text.matchAll(new RegExp(pattern, "gi"))];
const escape = (name: string): string => name.replace(/[$.]/g, "\\$&");

/** "… 'lenght' … Did you mean 'length'?" */
const didYouMean: Rule = ({ masked, diagnostics }) =>
  all(diagnostics, `${quoted}[^\\n]*?(?:did you mean|你是否指的是|您是否指的是)[^'"‘“\`\\n]*${quoted}`).flatMap(
    ([, wrong = "", right = ""]): Edit[] =>
      [...masked.matchAll(new RegExp(`(?<![\\w$])${escape(wrong)}(?![\\w$])`, "g"))].map((match) => ({
        start: match.index,
        end: match.index + wrong.length,
        text: right,
        why: { en: `${wrong} should be ${right}`, zh: `${wrong} 应为 ${right}` },
      })),
  );

/** "'user.address' is possibly 'undefined'" */
const possiblyMissing: Rule = ({ masked, diagnostics }) => {
  const names = new Set(
    all(diagnostics, `${quoted} (?:is possibly|可能为|is possibly ')`).map((match) => match[1] ?? ""),
  );
  return [...names]
    .filter((name) => name !== "")
    .flatMap((name): Edit[] =>
      [...masked.matchAll(new RegExp(`(?<![\\w$.?])${escape(name)}([.[(])(?!\\s*=[^=])`, "g"))].map((match) => {
        const start = match.index + name.length;
        const sign = match[1] ?? ".";
        return {
          start,
          end: start + 1,
          text: sign === "." ? "?." : `?.${sign}`,
          why: { en: `${name} may be missing`, zh: `${name} 可能不存在` },
        };
      }),
    );
};

/** Names nobody declared, when it is known where they come from. */
const missingImport: Rule = ({ code, diagnostics, family, newline }) => {
  const names = all(
    diagnostics,
    `(?:cannot find name|找不到名称)\\s*${quoted}|${quoted} is not defined|name ${quoted} is not defined|undefined name ${quoted}`,
  ).map((match) => match.slice(1).find((each) => each !== undefined) ?? "");
  return [...new Set(names)].flatMap((name): Edit[] => {
    const line = family === "python" ? (pythonModules.includes(name) ? `import ${name}` : undefined) : homes[name];
    if (line === undefined || code.includes(line)) return [];
    return [
      { start: 0, end: 0, text: line + newline, why: { en: `${name} was not imported`, zh: `没有导入 ${name}` } },
    ];
  });
};

/** Variables and imports that nobody reads: the import name, or the whole declaration when it stands alone on a line. */
const unused: Rule = ({ code, masked, diagnostics }) => {
  const names = all(
    diagnostics,
    `${quoted}[^\\n]*(?:is declared but|is assigned a value but|is defined but|已声明，但|已声明但)[^\\n]*`,
  ).map((match) => match[1] ?? "");
  return [...new Set(names)].flatMap((name): Edit[] => {
    const why = { en: `${name} was never used`, zh: `${name} 从未使用` };
    const plain = escape(name);
    const alone = new RegExp(
      `^[ \\t]*(?:(?:const|let|var)\\s+${plain}\\b[^\\n;]*;?|import\\s+(?:\\{\\s*${plain}\\s*\\}|${plain}|\\*\\s+as\\s+${plain})\\s+from[^\\n]*)\\r?(?:\\n|$)`,
      "m",
    ).exec(code);
    if (alone !== null) return [{ start: alone.index, end: alone.index + alone[0].length, text: "", why }];
    const listed = new RegExp(`\\b${plain}\\s*,\\s*|,\\s*${plain}\\b(?=\\s*\\})`).exec(masked);
    const isImport = listed !== null && /import\s*(?:type\s*)?\{[^}]*$/.test(masked.slice(0, listed.index));
    return isImport ? [{ start: listed.index, end: listed.index + listed[0].length, text: "", why }] : [];
  });
};

/** "Type 'string' is not assignable to type 'number'" for a literal in quotes. */
const literalType: Rule = ({ code, diagnostics }) => {
  if (!/'string'[^\n]*'number'/.test(diagnostics)) return [];
  return [...code.matchAll(/(:\s*number\s*=\s*)(['"])(-?\d+(?:\.\d+)?)\2/g)].map((match) => {
    const start = match.index + (match[1] ?? "").length;
    return {
      start,
      end: match.index + match[0].length,
      text: match[3] ?? "",
      why: { en: "a number was written as text", zh: "数字写成了字符串" },
    };
  });
};

/** What the editor's own messages name. */
export const diagnosticRules: readonly Rule[] = [didYouMean, possiblyMissing, missingImport, unused, literalType];

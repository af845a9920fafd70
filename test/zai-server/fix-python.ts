import { replaceMatches, swap, type Edit, type Rule } from "./fix-rule.ts";

const rangeEnd: Rule = (source) =>
  replaceMatches(
    source,
    /(range\((?:\s*0\s*,)?\s*len\(\s*[\w.]+\s*\))(\s*\+\s*1)(?=\s*\))/g,
    (match) => swap(match, match[1] ?? "", match[2] ?? "", ""),
    { en: "the range ran one step past the end", zh: "range 多走了一步" },
  );

const lastIndex: Rule = (source) =>
  replaceMatches(
    source,
    /(\b([\w.]+)\[\s*)(len\(\s*\2\s*\))(?=\s*\])/g,
    (match) => swap(match, match[1] ?? "", match[3] ?? "", "-1"),
    { en: "the last index is -1", zh: "最后一个下标是 -1" },
  );

const noneCheck: Rule = (source) =>
  replaceMatches(
    source,
    /(\s*)(==|!=)(\s*)(?=None\b)/g,
    (match) => swap(match, match[1] ?? "", match[2] ?? "", match[2] === "==" ? "is" : "is not"),
    { en: "None is compared by identity", zh: "与 None 比较应使用 is" },
  );

const missingColon: Rule = (source) =>
  replaceMatches(
    source,
    /^([ \t]*(?:(?:async\s+)?def\s+\w+\s*\([^()\n]*\)(?:\s*->\s*[^\n:]+)?|(?:if|elif|while|for)\s[^\n:]*[^\s:]|else|try|finally))(?=[ \t]*\r?$)/gm,
    (match) => (/[\\,([{]$/.test(match[1] ?? "") ? undefined : swap(match, match[1] ?? "", "", ":")),
    { en: "a colon was missing", zh: "缺少冒号" },
  );

const wrongSign: Rule = (source) => [
  ...replaceMatches(source, /(\b(?:sum|total|subtotal)\s*)(-=)/g, (match) => swap(match, match[1] ?? "", "-=", "+="), {
    en: "a sum has to add",
    zh: "求和应当相加",
  }),
  ...replaceMatches(
    source,
    /(\bdef\s+(?:add|sum|plus)\w*\([^)]*\)[^\n]*\n\s*return\s+\w+\s*)(-)(?=\s*\w+\s*$)/gm,
    (match) => swap(match, match[1] ?? "", "-", "+"),
    { en: "a sum has to add", zh: "求和应当相加" },
  ),
];

const missingReturn: Rule = (source) =>
  source.functions.flatMap(({ bodyStart, bodyEnd }): Edit[] => {
    const body = source.masked.slice(bodyStart, bodyEnd);
    if (/\b(?:return|yield)\b/.test(body)) return [];
    const why = { en: "the result was never returned", zh: "没有返回结果" };
    const lone = /^([ \t]*)[\w.]+(?:\s*[-+*/%]\s*[\w.]+)+\s*$/.exec(body);
    if (lone !== null) {
      const start = bodyStart + (lone[1] ?? "").length;
      return [{ start, end: start, text: "return ", why }];
    }
    const kept = /^([ \t]*)(total|sum|result|count|out|acc)\s*=[\s\S]*\n[ \t]+(?:\2\s*[-+*/]?=|\2\.append\()/.exec(
      body,
    );
    if (kept === null) return [];
    const at = bodyStart + body.trimEnd().length;
    return [{ start: at, end: at, text: `${source.newline}${kept[1] ?? ""}return ${kept[2] ?? ""}`, why }];
  });

/** Where a function's statements begin, behind its docstring, and how they are indented. */
function bodyTop(code: string, bodyStart: number, bodyEnd: number): { at: number; indent: string } {
  const body = code.slice(bodyStart, bodyEnd);
  const doc = /^[ \t]*(?:"""[\s\S]*?"""|'''[\s\S]*?''')[^\n]*\n?/.exec(body)?.[0] ?? "";
  return { at: bodyStart + doc.length, indent: /^[ \t]*/.exec(body)?.[0] ?? "    " };
}

/** `def f(items=[])`: the list would be shared by all calls. */
const sharedDefault: Rule = (source) =>
  source.functions.flatMap(({ params, bodyStart, bodyEnd, name }): Edit[] => {
    const found = /(\w+)\s*(?::[^=,]+)?=\s*(\[\]|\{\})/.exec(params);
    const header = found === null ? -1 : source.code.lastIndexOf(found[0], bodyStart);
    if (found === null || header < source.code.lastIndexOf(`def ${name}`, bodyStart)) return [];
    const [whole, param = "", empty = ""] = found;
    const why = { en: "the default value was shared by all calls", zh: "默认值被所有调用共享" };
    const { at, indent } = bodyTop(source.code, bodyStart, bodyEnd);
    const { newline } = source;
    const end = header + whole.length;
    return [
      { start: end - empty.length, end, text: "None", why },
      {
        start: at,
        end: at,
        text: `${indent}if ${param} is None:${newline}${indent}    ${param} = ${empty}${newline}`,
        why,
      },
    ];
  });

/** `sum(…) / len(items)` without a thought for the empty list. */
const emptyAverage: Rule = (source) =>
  source.functions.flatMap(({ params, bodyStart, bodyEnd }): Edit[] => {
    const body = source.masked.slice(bodyStart, bodyEnd);
    const list = /\/\s*len\(\s*(\w+)\s*\)/.exec(body)?.[1];
    if (
      list === undefined ||
      !new RegExp(`\\b${list}\\b`).test(params) ||
      new RegExp(`if (?:not |len\\(|)${list}\\b`).test(body)
    )
      return [];
    const { at, indent } = bodyTop(source.code, bodyStart, bodyEnd);
    const text = `${indent}if not ${list}:${source.newline}${indent}    return 0${source.newline}`;
    return [{ start: at, end: at, text, why: { en: "an empty list has no average", zh: "空列表没有平均值" } }];
  });

const missingAwait: Rule = (source) => {
  const names = source.functions.filter(({ isAsync }) => isAsync).map(({ name }) => name);
  return replaceMatches(
    source,
    new RegExp(`(?<![\\w.])(?:${[...names, "asyncio\\.sleep"].join("|")})\\s*\\(`, "g"),
    (match) => {
      const at = match.index ?? 0;
      const inside = source.functions.filter(({ bodyStart, bodyEnd }) => bodyStart <= at && at < bodyEnd).at(-1);
      const taken = /(?:\bawait|\bdef|[(,])\s*$/.test(source.masked.slice(0, at));
      return taken || inside?.isAsync !== true ? undefined : { start: at, end: at, text: "await " };
    },
    { en: "the coroutine was not awaited", zh: "没有等待协程" },
  );
};

/** Bugs of Python code. */
export const pythonRules: readonly Rule[] = [
  missingColon,
  rangeEnd,
  lastIndex,
  noneCheck,
  wrongSign,
  missingAwait,
  missingReturn,
  sharedDefault,
  emptyAverage,
];

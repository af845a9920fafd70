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
];

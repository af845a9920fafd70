import { functionAround } from "./analyse.ts";
import { replaceMatches, swap, type Edit, type Rule } from "./fix-rule.ts";

const bound = { en: "the loop ran one step past the end", zh: "循环多走了一步，越过了末尾" };

/** `i <= list.length` and its cousins. */
const loopBound: Rule = (source) =>
  replaceMatches(
    source,
    /(\bfor\s*\([^;)]*;\s*[\w$]+\s*)(<=)(?=\s*[\w$.?]+\.(?:length|size\(\)|size|Length|Count|count\(\)|len\(\))\s*[;)])/g,
    (match) => swap(match, match[1] ?? "", "<=", "<"),
    bound,
  );

/** `list[list.length]`. */
const pastEnd: Rule = (source) =>
  replaceMatches(
    source,
    /(\b([\w$.]+)\[\s*)(\2\.(?:length|Length))(?=\s*\])/g,
    (match) => swap(match, match[1] ?? "", match[3] ?? "", `${match[3] ?? ""} - 1`),
    { en: "the last index is length - 1", zh: "最后一个下标是 length - 1" },
  );

/** Loose comparison, except the idiom `== null`. */
const strictEquality: Rule = (source) =>
  replaceMatches(
    source,
    /(?<![=!<>])(==|!=)(?!=)(?!\s*null\b)/g,
    (match) => swap(match, "", match[1] ?? "", `${match[1] ?? ""}=`),
    { en: "strict comparison instead of loose", zh: "用严格比较代替宽松比较" },
  );

/** `if (a = b)`. */
const assignment: Rule = (source) =>
  replaceMatches(
    source,
    /(\b(?:if|while)\s*\(\s*[\w$.]+\s*)(=)(?=\s*(?:[\w$.'"-][^()=]*)\))/g,
    (match) => swap(match, match[1] ?? "", "=", "==="),
    { en: "the condition assigned instead of comparing", zh: "条件里写成了赋值" },
  );

/** `return visits = 10`; "from the tenth on" near it makes that a lower bound. */
const returnedAssignment: Rule = (source) =>
  replaceMatches(
    source,
    /(\breturn\s+[\w$.]+\s*)(=)(?=\s*[\w$.'"-]+\s*;?\s*(?:\r?\n|$|\}))/g,
    (match) => {
      const atLeast = /\bfrom the\b|\bat least\b|\bor more\b|至少|以上/i.test(`${source.code}${source.around}`);
      return swap(match, match[1] ?? "", "=", atLeast ? ">=" : "===");
    },
    { en: "the return statement assigned instead of comparing", zh: "return 语句里写成了赋值" },
  );

/** A loop over everything that leaves the last element out, without looking at the next one. */
const shortLoop: Rule = (source) =>
  replaceMatches(
    source,
    /(\bfor\s*\(\s*(?:let|var|int)\s+([\w$]+)\s*=\s*0\s*;\s*\2\s*<\s*[\w$.]+\.(?:length|size\(\)|Length|Count))(\s*-\s*1)(?=\s*;)/g,
    (match) => {
      const index = match[2] ?? "";
      const looksAhead = new RegExp(`\\[\\s*${index.replaceAll("$", "\\$")}\\s*\\+\\s*1\\s*\\]`).test(source.masked);
      return looksAhead ? undefined : swap(match, match[1] ?? "", match[3] ?? "", "");
    },
    { en: "the loop left the last element out", zh: "循环漏掉了最后一个元素" },
  );

/** A percentage is a hundredth. */
const percentage: Rule = (source) =>
  replaceMatches(
    source,
    /([\w$.)]+\s*\*\s*)((?:[\w$]+\.)*percent(?:age)?)\b(?!\s*\/)/gi,
    (match) => swap(match, match[1] ?? "", match[2] ?? "", `${match[2] ?? ""} / 100`),
    { en: "per cent has to be divided by 100", zh: "百分数需要除以 100" },
  );

/** `map.get(key) || 0` also replaces what is there but falsy. */
const nullish: Rule = (source) =>
  replaceMatches(
    source,
    /(\.get\([^()]*\)\s*)(\|\|)(?=\s*[\w'"[{])/g,
    (match) => swap(match, match[1] ?? "", "||", "??"),
    { en: "only a missing value should fall back", zh: "只有缺失时才应使用默认值" },
  );

const misspelt: Record<string, string> = {
  lenght: "length",
  retrun: "return",
  cosnt: "const",
  fucntion: "function",
  funtion: "function",
  cosole: "console",
  udefined: "undefined",
};

const spelling: Rule = (source) =>
  replaceMatches(
    source,
    new RegExp(`\\b(${Object.keys(misspelt).join("|")})\\b`, "g"),
    (match) => swap(match, "", match[1] ?? "", misspelt[match[1] ?? ""] ?? ""),
    { en: "a misspelt word", zh: "拼写错误" },
  );

/** Promises that nobody waits for, inside an async function. */
const missingAwait: Rule = (source) => {
  const own = source.functions.filter(({ isAsync, name }) => isAsync && name !== "").map(({ name }) => name);
  const imported = [...source.masked.matchAll(/\basync\s+(?:function\s+)?([\w$]+)\s*\(/g)].map(
    (match) => match[1] ?? "",
  );
  const names = ["fetch", ...own, ...imported].map((name) => name.replace(/\$/g, "\\$"));
  const calls = new RegExp(
    `(?<![\\w$.])(?:${names.join("|")})\\s*\\(|(?<![\\w$.])[\\w$]+\\.(?:json|text|blob|arrayBuffer)\\(\\s*\\)`,
    "g",
  );
  return replaceMatches(
    source,
    calls,
    (match) => {
      const at = match.index ?? 0;
      const before = source.masked.slice(0, at);
      const declared = /\b(?:await|return|function|new|yield|async)\s*$|=>\s*$|[([,]\s*$/.test(before);
      const chained = /^\s*\.(?:then|catch|finally)\b/.test(
        source.masked.slice(closing(source.masked, at + match[0].length)),
      );
      const around = functionAround(source.functions, at);
      // A selection without its function counts as async when the editor itself talks of promises.
      const isAsync = around === undefined ? /\bawait\b|\bPromise</.test(source.diagnostics) : around.isAsync;
      if (declared || chained || !isAsync) return undefined;
      return { start: at, end: at, text: "await " };
    },
    { en: "the promise was not awaited", zh: "没有等待 Promise" },
  );
};

/** The offset behind the bracket that an argument list, begun before `from`, ends with. */
function closing(masked: string, from: number): number {
  if (masked[from - 1] === ")") return from;
  let depth = 1;
  for (let at = from; at < masked.length; at++) {
    if (masked[at] === "(") depth++;
    else if (masked[at] === ")" && --depth === 0) return at + 1;
  }
  return masked.length;
}

/** Sums that subtract. */
const wrongSign: Rule = (source) => {
  const why = { en: "a sum has to add", zh: "求和应当相加" };
  const reduced = replaceMatches(
    source,
    /(\.reduce\(\s*\(\s*([\w$]+)\b[^)]*\)\s*=>\s*\2\s*)(-)(?=\s*[\w$.]+\s*,\s*0\s*\))/g,
    (match) => swap(match, match[1] ?? "", "-", "+"),
    why,
  );
  const accumulated = replaceMatches(
    source,
    /(\b(?:sum|total|subtotal)\s*)(-=)/gi,
    (match) => swap(match, match[1] ?? "", "-=", "+="),
    why,
  );
  const named = source.functions
    .filter(({ name }) => /^(?:add|sum|plus)\b/i.test(name))
    .flatMap(({ bodyStart, bodyEnd }) => {
      const body = source.masked.slice(bodyStart, bodyEnd);
      const found = /(return\s+[\w$]+\s*)-(?=\s*[\w$]+\s*;?\s*$)/.exec(body);
      if (found === null) return [];
      const start = bodyStart + found.index + (found[1] ?? "").length;
      return [{ start, end: start + 1, text: "+", why }];
    });
  return [...reduced, ...accumulated, ...named];
};

/** A function that computes something and keeps it to itself. */
const missingReturn: Rule = (source) =>
  source.functions.flatMap(({ bodyStart, bodyEnd, name }): Edit[] => {
    const body = source.masked.slice(bodyStart, bodyEnd);
    if (/\breturn\b|=>/.test(body) || name === "constructor") return [];
    const why = { en: "the result was never returned", zh: "没有返回结果" };
    const lone = /^(\s*)[\w$.]+(?:\s*[-+*/%]\s*[\w$.]+)+\s*;?\s*$/.exec(body);
    if (lone !== null) {
      const start = bodyStart + (lone[1] ?? "").length;
      return [{ start, end: start, text: "return ", why }];
    }
    const kept = /^(\s*)let\s+([\w$]+)\s*(?::[^=]+)?=[\s\S]*\b\2\s*(?:[-+*/]=|=|\+\+|\.push\()/.exec(body);
    const last = /\S(\s*)$/.exec(body);
    if (
      kept === null ||
      last === null ||
      !/^(?:get|sum|total|count|calc|compute|average|find|max|min|build|make|to|add|join)/i.test(name)
    )
      return [];
    const at = bodyEnd - (last[1] ?? "").length;
    const indent = /[ \t]*$/.exec(kept[1] ?? "")?.[0] ?? "";
    return [{ start: at, end: at, text: `${source.newline}${indent}return ${kept[2] ?? ""};`, why }];
  });

/** `const` that is changed later. */
const changedConst: Rule = (source) =>
  replaceMatches(
    source,
    /\b(const)(?=\s+([\w$]+)\s*(?::[^=]+)?=)/g,
    (match) => {
      const name = (match[2] ?? "").replace(/\$/g, "\\$");
      const rest = source.masked.slice((match.index ?? 0) + match[0].length + 1 + name.length);
      const changed = new RegExp(`(?<![\\w$.])${name}\\s*(?:[-+*/]=|\\+\\+|--)`).test(rest);
      return changed ? swap(match, "", "const", "let") : undefined;
    },
    { en: "a constant was changed later", zh: "常量在后面被修改" },
  );

/** Properties of what may be missing: a parameter that may be null, the result of `find` or `match`. */
const unguarded: Rule = (source) => {
  const why = { en: "the value may be missing", zh: "该值可能不存在" };
  const found = replaceMatches(
    source,
    /(\.(?:find|match|exec|querySelector|getElementById|at|pop|shift)\((?:[^()]|\([^()]*\))*\))(\.)(?=[\w$])/g,
    (match) => swap(match, match[1] ?? "", ".", "?."),
    why,
  );
  const params = source.functions.flatMap(({ params: list, bodyStart, bodyEnd }) => {
    const names = [...list.matchAll(/([\w$]+)(?:\?\s*:|\s*:[^,]*\|\s*(?:null|undefined)\b)/g)].map(
      (match) => match[1] ?? "",
    );
    return names.flatMap((name): Edit[] => {
      const body = source.masked.slice(bodyStart, bodyEnd);
      const plain = name.replace(/\$/g, "\\$");
      if (
        new RegExp(`\\b${plain}\\s*(?:[!=]==?|&&|\\?\\?|\\?\\.)|!\\s*${plain}\\b|if\\s*\\(\\s*${plain}\\b`).test(body)
      )
        return [];
      return [...body.matchAll(new RegExp(`(?<![\\w$.])${plain}(\\.)(?=[\\w$])`, "g"))].map((match) => {
        const start = bodyStart + match.index + name.length;
        return { start, end: start + 1, text: "?.", why };
      });
    });
  });
  return [...found, ...params];
};

/** A block-bodied arrow in map or filter that forgets its value. */
const arrowReturn: Rule = (source) =>
  replaceMatches(
    source,
    /(\.(?:map|filter|find|some|every|reduce|flatMap|sort)\(\s*(?:\([^()]*\)|[\w$]+)\s*=>\s*\{\s*)(?!return\b)([^{};=]+;?)(?=\s*\})/g,
    (match) => swap(match, match[1] ?? "", "", "return "),
    { en: "the callback returned nothing", zh: "回调没有返回值" },
  );

/** The first three also make sense in other languages with braces. */
export const scriptRules: readonly Rule[] = [
  loopBound,
  pastEnd,
  spelling,
  assignment,
  returnedAssignment,
  shortLoop,
  percentage,
  nullish,
  strictEquality,
  missingAwait,
  wrongSign,
  arrowReturn,
  changedConst,
  missingReturn,
  unguarded,
];

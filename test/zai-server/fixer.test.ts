import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repair } from "./fixer.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { chat, spoken } from "./test-client.ts";

const lines = (...each: string[]): string => each.join("\n");

describe("repairs", () => {
  it.each<[string, string, string, string, string?]>([
    ["a loop bound", "ts", "for (let i = 0; i <= items.length; i++) {}", "for (let i = 0; i < items.length; i++) {}"],
    ["a last index", "ts", "const last = xs[xs.length];", "const last = xs[xs.length - 1];"],
    [
      "loose comparison but not with null",
      "js",
      "if (a == 1 || b != c || d == null) {}",
      "if (a === 1 || b !== c || d == null) {}",
    ],
    ["an assignment in a condition", "js", "if (x = 3) {}", "if (x === 3) {}"],
    [
      "a missing await",
      "ts",
      lines("async function f() {", "  const r = fetch(u);", "  return r.json();", "}"),
      lines("async function f() {", "  const r = await fetch(u);", "  return r.json();", "}"),
    ],
    [
      "a missing return",
      "js",
      lines("function add(a, b) {", "  a + b;", "}"),
      lines("function add(a, b) {", "  return a + b;", "}"),
    ],
    [
      "a missing return of a sum",
      "js",
      lines("function total(xs) {", "  let sum = 0;", "  for (const x of xs) sum += x;", "}"),
      lines("function total(xs) {", "  let sum = 0;", "  for (const x of xs) sum += x;", "  return sum;", "}"),
    ],
    ["a forgetful callback", "js", "xs.map((x) => { x * 2; });", "xs.map((x) => { return x * 2; });"],
    ["a sum that subtracts", "ts", "xs.reduce((sum, x) => sum - x, 0);", "xs.reduce((sum, x) => sum + x, 0);"],
    ["a changed constant", "ts", lines("const n = 0;", "n += 1;"), lines("let n = 0;", "n += 1;")],
    [
      "what may be null",
      "ts",
      "function f(u: User | null) { return u.name; }",
      "function f(u: User | null) { return u?.name; }",
    ],
    ["what may not be found", "ts", "xs.find((x) => x.id === 1).name;", "xs.find((x) => x.id === 1)?.name;"],
    ["strings are left alone", "ts", "const s = 'a == b';", "const s = 'a == b';"],
    [
      "a named typo",
      "ts",
      "user.fullNmae;",
      "user.fullName;",
      "Property 'fullNmae' does not exist on type 'User'. Did you mean 'fullName'?",
    ],
    [
      "a named possibility",
      "ts",
      "user.address.city;",
      "user.address?.city;",
      "'user.address' is possibly 'undefined'.",
    ],
    [
      "an unused variable",
      "ts",
      lines("const a = 1;", "const b = 2;", "use(b);"),
      lines("const b = 2;", "use(b);"),
      "'a' is declared but its value is never read.",
    ],
    [
      "a missing import",
      "ts",
      "await readFile(a);",
      lines("import { readFile } from 'node:fs/promises';", "await readFile(a);"),
      "Cannot find name 'readFile'.",
    ],
    [
      "a number in quotes",
      "ts",
      "const n: number = '5';",
      "const n: number = 5;",
      "Type 'string' is not assignable to type 'number'.",
    ],
    [
      "a last element left out",
      "ts",
      "for (let i = 0; i < xs.length - 1; i++) sum += xs[i];",
      "for (let i = 0; i < xs.length; i++) sum += xs[i];",
    ],
    [
      "but not when the next one is used",
      "ts",
      "for (let i = 0; i < xs.length - 1; i++) f(xs[i + 1]);",
      "for (let i = 0; i < xs.length - 1; i++) f(xs[i + 1]);",
    ],
    [
      "a named typo inside a template",
      "js",
      "f(`Hi ${user.fistName} == ${a == b}`);",
      "f(`Hi ${user.firstName} == ${a === b}`);",
      "Property 'fistName' does not exist on type 'User'. Did you mean 'firstName'?",
    ],
    ["a percentage", "ts", "return cents - cents * percent;", "return cents - cents * percent / 100;"],
    ["an eager default", "ts", "return stock.get(name) || 0;", "return stock.get(name) ?? 0;"],
    [
      "an assignment that is returned",
      "javascript",
      "/** true from the tenth visit on */\nfunction f(c) { return c.visits = 10; }",
      "/** true from the tenth visit on */\nfunction f(c) { return c.visits >= 10; }",
    ],
    [
      "Python defaults",
      "python",
      'def add(x, xs=[]):\n    """Doc."""\n    xs.append(x)\n    return xs\n',
      'def add(x, xs=None):\n    """Doc."""\n    if xs is None:\n        xs = []\n    xs.append(x)\n    return xs\n',
    ],
    [
      "Python averages",
      "python",
      "def mean(xs):\n    return sum(xs) / len(xs)\n",
      "def mean(xs):\n    if not xs:\n        return 0\n    return sum(xs) / len(xs)\n",
    ],
    ["Python ranges", "python", "for i in range(len(xs) + 1):\n    pass", "for i in range(len(xs)):\n    pass"],
    ["Python colons and None", "py", "if x == None\n    pass", "if x is None:\n    pass"],
    ["Python returns", "python", "def add(a, b):\n    a + b\n", "def add(a, b):\n    return a + b\n"],
    ["other languages", "java", "for (int i = 0; i <= a.length; i++) {}", "for (int i = 0; i < a.length; i++) {}"],
  ])("%s", (_name, language, before, after, diagnostics = "") => {
    expect(repair(before, language, diagnostics).code).toBe(after);
  });

  it("keeps carriage returns and indentation", () => {
    const code = "\tfunction f(a) {\r\n\t\tif (a == 1) {\r\n\t\t}\r\n\t}\r\n";
    expect(repair(code, "js").code).toBe(code.replace("==", "==="));
  });

  it("is content with its own work", () => {
    const code = lines(
      "async function load(id: string | null) {",
      "  const r = fetch(u);",
      "  let total = 0;",
      "  for (let i = 0; i <= r.length; i++) total -= r[i];",
      "}",
    );
    const once = repair(code, "ts").code;
    expect(once).not.toBe(code);
    expect(repair(once, "ts").code).toBe(once);
  });
});

describe("a fix request", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ paceMs: 0 });
  });
  afterAll(() => simulator.close());

  it("is answered by one fenced block with the whole replacement", async () => {
    const code = "function total(xs) {\r\n  for (let i = 0; i <= xs.length; i++) {}\r\n}";
    const prompt = `Fix the problem.\n\nProblems:\n- line 2: off by one\n\nCode to fix (src/my file.ts:3-5):\n\`\`\`typescript\n${code}\n\`\`\`\n`;
    const answer = spoken(await chat(simulator, prompt, { stream: true }));
    expect(answer).toBe(`\`\`\`typescript\r\n${code.replace("<=", "<")}\r\n\`\`\``);
  });

  it("repairs the code to fix, not the code around it", async () => {
    const prompt = lines(
      "Context (src/b.ts):",
      "```ts",
      "if (x == 1) {}",
      "```",
      "Code to fix (src/a.ts:1-1):",
      "````ts",
      "const s = `",
      "```",
      "`; if (a == 1) {}",
      "````",
    );
    expect(spoken(await chat(simulator, prompt, { stream: true }))).toBe(
      lines("````ts", "const s = `", "```", "`; if (a === 1) {}", "````"),
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extractCode, fitReplacement, overlay } from "../../../src/core/editsAnswer.ts";
import { fenceFor } from "../../../src/core/prompts.ts";

describe("the code block of an answer", () => {
  test("comes out of prose, with any line ending", () => {
    expect(extractCode("Here:\r\n```ts\r\nlet a = 1;\r\n\r\nb();\r\n```\r\nDone.", true)).toEqual({
      state: "complete",
      lines: ["let a = 1;", "", "b();"],
    });
  });

  test("survives any code when the fence is long enough", () => {
    const code = fc.array(fc.constantFrom("", "x", "```", "```js", "  ````", "~~~", "text ``` text"), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(code, (lines) => {
        const fence = fenceFor(lines);
        expect(extractCode(`${fence}md\n${lines.map((line) => `${line}\n`).join("")}${fence}`, true)).toEqual({
          state: "complete",
          lines,
        });
      }),
    );
  });

  test("is broken without its closing fence, even after a complete one", () => {
    expect(extractCode("```\na\nb", true)).toEqual({ state: "open", lines: ["a", "b"] });
    expect(extractCode("```\nlong old code\n```\nbecomes\n```\nnew", true).state).toBe("open");
  });

  test("does not show a half line while streaming", () => {
    expect(extractCode("```ts\na\nb", false)).toEqual({ state: "open", lines: ["a"] });
    expect(extractCode("``", false)).toEqual({ state: "none" });
  });

  test("is never complete for a cut answer", () => {
    const answer = "Some words\n```ts\nfirst();\nsecond();\n```";
    fc.assert(
      fc.property(fc.integer({ min: 0, max: answer.length - 3 }), (length) => {
        expect(extractCode(answer.slice(0, length), true).state).not.toBe("complete");
      }),
    );
  });

  test("is absent from prose", () => {
    expect(extractCode("Nothing to fix, `x` is fine.", true)).toEqual({ state: "none" });
  });

  test("is the last one of similar size", () => {
    const answer = "```\nold code here\n```\nfixed:\n```\nnew code here\n```\ntry\n```\nrun\n```\n";
    expect(extractCode(answer, true)).toEqual({ state: "complete", lines: ["new code here"] });
  });

  test("may hold fenced examples of its own and stand in a list", () => {
    expect(extractCode("```md\nText\n```js\nx\n```\nEnd\n```", true)).toMatchObject({
      lines: ["Text", "```js", "x", "```", "End"],
    });
    expect(extractCode("1. Fix:\n   ```py\n   def f():\n       pass\n   ```\n", true)).toMatchObject({
      lines: ["def f():", "    pass"],
    });
  });
});

function fit(code: string[], target: string[], before: string[] = [], after: string[] = []): string[] {
  return fitReplacement(code, target, before, after);
}

describe("fitting a replacement", () => {
  test("keeps the blank lines at both ends, and so the last line break", () => {
    expect(fit(["a", "b"], ["", "a", ""])).toEqual(["", "a", "b", ""]);
    expect(fit(["", "a", "", ""], ["a"])).toEqual(["a"]);
  });

  test("gives dropped indentation back", () => {
    expect(fit(["if (a) {", "  b();", "}"], ["    if (a)", "      b();"])).toEqual([
      "    if (a) {",
      "      b();",
      "    }",
    ]);
    expect(fit(["return b;"], ["\treturn a;"])).toEqual(["\treturn b;"]);
  });

  test("gives the first line's indentation back when only that was dropped", () => {
    expect(fit(["a();", "    b();", "    d();"], ["    a();", "    b();", "    c();"])).toEqual([
      "    a();",
      "    b();",
      "    d();",
    ]);
  });

  test("leaves a line at the left edge alone when the rest is indented", () => {
    const code = ["#ifdef X", "    a();", "    b();", "#endif"];
    expect(fit(code, ["    a();", "    b();"])).toEqual(code);
  });

  test("drops neighbours that the model repeated", () => {
    const before = ["import a;", "import b;", ""];
    const after = ["", "export one;", "export two;"];
    expect(fit([...before, "fixed();", ...after], ["broken();"], before, after)).toEqual(["fixed();"]);
  });

  test("keeps closing brackets that merely look like the neighbours", () => {
    expect(fit(["f(() => {", "  g();", "});", "}"], ["f(() => {", "  h();", "});", "}"], [], ["});", "}"])).toEqual([
      "f(() => {",
      "  g();",
      "});",
      "}",
    ]);
  });

  test("returns unchanged code unchanged", () => {
    const line = fc.constantFrom("", "a();", "  b();", "    c();", "\td();");
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (code) => {
        fc.pre(code.some((text) => text !== ""));
        expect(fit(code, code)).toEqual(code);
      }),
    );
  });
});

test("a partial answer lies over the old lines", () => {
  expect(overlay(["A"], ["a", "b"])).toEqual(["A", "b"]);
  expect(overlay(["A", "B", "C"], ["a"])).toEqual(["A", "B", "C"]);
});

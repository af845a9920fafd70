import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { needsConfirmation, terminalText } from "../../../src/core/terminalText.ts";

describe("what goes to a terminal", () => {
  it.each([
    ["npm test\n", ["npm test"]],
    ["\n\nnpm ci\r\nnpm test\n\n", ["npm ci", "npm test"]],
    ["$ npm ci\n$ npm test", ["npm ci", "npm test"]],
    ["PS C:\\work> dir", ["dir"]],
    ["$ npm ci\nadded 3 packages", ["$ npm ci", "added 3 packages"]],
    ["if true; then\n\techo 1\nfi", ["if true; then", "    echo 1", "fi"]],
    ["echo 你好 🙂", ["echo 你好 🙂"]],
  ])("%j", (code, lines) => {
    expect(terminalText(code)).toEqual({ kind: "commands", lines });
  });

  it.each(["", "\n \n"])("nothing: %j", (code) => {
    expect(terminalText(code)).toEqual({ kind: "empty" });
  });

  it.each([
    "echo a\rrm -rf ~",
    "echo \u001b[2J",
    "echo a\u0003",
    "echo \u202egnp.exe",
    "echo a\u200bb",
    "echo a\u2028rm",
    "ls \t\t",
    "echo a\u009b1m",
    "echo a\u0000b",
    "ls a\tb",
    "echo \u{e0041}",
  ])("refuses %j", (code) => {
    const found = terminalText(`${code}\necho`);
    expect(found).toEqual({ kind: "hidden-characters" });
  });

  it("never lets through what a terminal takes for a key or an order", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (code) => {
        const found = terminalText(code);
        // oxlint-disable-next-line no-control-regex -- they are what is looked for.
        if (found.kind === "commands") expect(found.lines.join("")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 1_000 },
    );
  });

  it("does not run what a question could not show", () => {
    expect(terminalText("echo\n".repeat(31))).toEqual({ kind: "too-long" });
    expect(terminalText(`echo ${"x".repeat(3_000)}`)).toEqual({ kind: "too-long" });
  });

  it("asks where a look at the block is not enough", () => {
    expect(needsConfirmation(["npm test"])).toBe(false);
    expect(needsConfirmation(["a", "b"])).toBe(true);
    expect(needsConfirmation([`echo ${" ".repeat(200)}; rm -rf ~`])).toBe(true);
  });
});

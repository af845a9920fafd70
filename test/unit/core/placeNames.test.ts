import { describe, expect, it } from "vitest";
import { parsePlace } from "../../../src/core/placeNames.ts";

describe("names of places", () => {
  it.each([
    ["src/a.ts", { file: { path: "src/a.ts", line: undefined } }],
    ["src\\a.ts:40", { file: { path: "src/a.ts", line: 40 } }],
    ["./a.ts:40:7", { file: { path: "a.ts", line: 40 } }],
    ["a.ts#L40-L50", { file: { path: "a.ts", line: 40 } }],
    ["a.ts:40–50", { file: { path: "a.ts", line: 40 } }],
    [".eslintrc", { file: { path: ".eslintrc", line: undefined } }],
    ["bin/run", { file: { path: "bin/run", line: undefined } }],
    ["/home/me/a.ts", { file: { path: "/home/me/a.ts", line: undefined } }],
    ["C:\\code\\a.ts", { file: { path: "C:/code/a.ts", line: undefined } }],
    ["load()", { symbol: "load" }],
    ["ChatSession", { symbol: "ChatSession" }],
    ["Reader.close", { file: { path: "Reader.close", line: undefined }, symbol: "close" }],
    ["Vec::push()", { symbol: "push" }],
  ])("%s", (text, expected) => {
    expect(parsePlace(text)).toEqual(expected);
  });

  it.each([
    "../secret.txt",
    "src/../../secret.txt",
    "src/./a.ts",
    "//server/share/a.ts",
    "~/.ssh/id_rsa",
    "file:///etc/passwd",
    "command:workbench.action.quit",
    "src/*.ts",
    "src/{a,b}.ts",
    "src/[a].ts",
    "a\u0000.ts",
    "a\u202e.ts",
    "x",
    "",
    "two words",
  ])("not %j", (text) => {
    expect(parsePlace(text)).toBeUndefined();
  });
});

import { assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { builtInCommands, commandIn, nearestCommand, wordsOfCommand } from "../../../src/core/slashCommands.ts";
import { english } from "../../fakes/translations.ts";

describe("a text", () => {
  it.each([
    ["/explain", "explain", ""],
    ["  /Fix the loop\nin here ", "fix", "the loop\nin here"],
    ["/search\nTypeScript 7", "search", "TypeScript 7"],
    ["/审查 这段代码", "审查", "这段代码"],
    ["/stand-up_2", "stand-up_2", ""],
    ["/nothing like it", "nothing", "like it"],
  ])("%j is the command %s", (text, name, argument) => {
    expect(commandIn(text)).toEqual({ name, argument });
  });

  it.each([
    "/usr/bin/env is missing",
    "/tmp is full",
    "/etc",
    "/explain/this",
    "/api.v2 fails",
    "// a comment",
    "/* a comment */",
    "/",
    "/ explain",
    "Use /explain",
    "/-x",
    `/${"a".repeat(41)}`,
    "",
  ])("%j is none", (text) => {
    expect(commandIn(text)).toBeUndefined();
  });

  it("never takes long to be told apart", () => {
    assert(
      property(string({ unit: "grapheme", maxLength: 200 }), (text) => {
        const command = commandIn(`/${text}`);
        expect(command === undefined || /^\S+$/.test(command.name)).toBe(true);
      }),
    );
    expect(commandIn(`/${"é".repeat(500_000)} x`)).toBeUndefined();
  });
});

it.each([
  ["explian", "explain"],
  ["tets", "tests"],
  ["test", "tests"],
  ["expl", "explain"],
  ["docs", "doc"],
  ["serach", "search"],
  ["iamge", "image"],
  ["deploy", undefined],
  ["xyz", undefined],
])("takes /%s for /%s", (name, meant) => {
  expect(nearestCommand(name, builtInCommands)).toBe(meant);
});

it("describes every command that is built in", () => {
  const words = builtInCommands.map((name) => wordsOfCommand(name, english).description);
  expect(new Set(words).size).toBe(builtInCommands.length);
});

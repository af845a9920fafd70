import * as fc from "fast-check";
import { expect, it } from "vitest";
import { lineOf, usesOf } from "../../../src/core/usageLines.ts";
import { useOf } from "../../fakes/uses.ts";

it("gives back what was noted, in order", () => {
  const uses = [useOf(), useOf({ platform: "custom", host: "[::1]:8000", kind: "ocr", model: 'a "model"\n{}' })];
  expect(usesOf(uses.map(lineOf).join(""))).toEqual(uses);
});

it("passes over what is damaged, and only that", () => {
  const whole = lineOf(useOf());
  const other = lineOf(useOf({ model: "other" }));
  const cut = whole.slice(0, 60);
  expect(usesOf(cut + other)).toEqual([useOf({ model: "other" })]);
  expect(usesOf(`${whole}${other.slice(0, -1)}`)).toEqual([useOf()]);
  expect(usesOf(`\n\n{}${whole}\nnull\n[]\n\u0000`)).toEqual([useOf()]);
});

it.each([
  ["another platform", { platform: "elsewhere" }],
  ["a count below nothing", { input: -1 }],
  ["a count that is no number", { output: "12" }],
  ["no model", { model: null }],
])("passes over a line with %s", (_name, change) => {
  expect(usesOf(JSON.stringify({ ...useOf(), ...change }))).toEqual([]);
});

it("notes nothing but the known members", () => {
  const more = { ...useOf(), prompt: "secret", apiKey: "secret" };
  expect(lineOf(more)).not.toContain("secret");
});

it("reads any text", () => {
  fc.assert(fc.property(fc.string(), (text) => Array.isArray(usesOf(text))));
});

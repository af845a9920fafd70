import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { settingIds } from "../../../src/contributions.ts";
import { fitsRule, settingRules } from "../../../src/settingRules.ts";
import manifest from "../../../package.json" with { type: "json" };
import { readJson, root } from "./sourceStrings.ts";

interface Setting {
  readonly type?: string | readonly string[];
  readonly scope?: string;
  readonly order?: number;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly markdownDescription?: string;
}

const categories = manifest.contributes.configuration;
const settings = new Map(categories.flatMap(({ properties }) => Object.entries(properties as Record<string, Setting>)));
const languages = [readJson("package.nls.json"), readJson("package.nls.zh-cn.json")];
const inBoth = (key: string | undefined) => languages.map((table) => table[key?.replaceAll("%", "") ?? ""] ?? "");

describe("the settings editor", () => {
  it("shows five groups with a title in both languages", () => {
    expect(categories.map(({ order }) => order)).toEqual([1, 2, 3, 4, 5]);
    for (const { title } of categories) expect(inBoth(title).map((text) => text !== "")).toEqual([true, true]);
    expect(categories.map(({ properties }) => Object.keys(properties)[0]?.split(".")[1])).toEqual([
      "platform",
      "model",
      "request",
      "network",
      "custom",
    ]);
  });

  it.each(settingIds)("has type, default, order, scope and both descriptions of %s", (id) => {
    const setting = settings.get(id);
    expect(setting?.scope).toBe("application");
    expect(setting?.type).toBeDefined();
    expect(setting).toHaveProperty("default");
    expect(setting?.markdownDescription).toMatch(/^%config\..+%$/);
    expect(inBoth(setting?.markdownDescription).map((text) => text.length > 5)).toEqual([true, true]);
  });

  it("orders every group without gaps", () => {
    for (const { properties } of categories) {
      const orders = Object.values(properties as Record<string, Setting>).map(({ order }) => order);
      expect(orders).toEqual(orders.map((_, index) => index + 1));
    }
  });

  it("names no setting that does not exist", () => {
    const texts = languages.flatMap((table) => Object.values(table));
    const named = texts.flatMap((text) => [...text.matchAll(/#(glm\.[\w.]+)#/g)].map(([, id]) => id));
    expect(named.length).toBeGreaterThan(0);
    for (const id of named) expect(settingIds).toContain(id);
  });
});

describe("the rule of a setting", () => {
  it.each(settingIds)("is the same in the code as in package.json: %s", (id) => {
    const rule = settingRules[id];
    const { type, minimum, maximum, enum: choices, default: preset } = settings.get(id) ?? {};
    expect(fitsRule(preset, rule)).toBe(true);
    switch (rule.kind) {
      case "text":
        expect([type, choices]).toEqual(["string", undefined]);
        break;
      case "flag":
        expect(type).toBe("boolean");
        break;
      case "list":
        expect(type).toBe("array");
        break;
      case "record":
        expect(type).toBe("object");
        break;
      case "choice":
        expect(choices).toEqual(rule.of);
        break;
      case "number": {
        const number = rule.whole ? "integer" : "number";
        expect(type).toEqual(rule.mayBeEmpty ? [number, "null"] : number);
        expect([minimum, maximum]).toEqual([rule.low, rule.high]);
      }
    }
  });
});

it("has no setting that nobody reads", () => {
  const files = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" });
  const source = files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(path.join(root, "src", file), "utf8"))
    .join("\n");
  const read = new Set<string>();
  for (const [, id = ""] of source.matchAll(/readSetting\("(glm\.[\w.]+)"\)/g)) read.add(id);
  // A model per task: asked of the settings, or of a connection, which asks them.
  for (const [, task = ""] of source.matchAll(/(?:chosenModel|connection\.modelFor)\("(\w+)"/g))
    read.add(`glm.model.${task}`);
  expect(settingIds.filter((id) => !read.has(id))).toEqual([]);
});

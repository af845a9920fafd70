import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import manifest from "../../../package.json" with { type: "json" };
import { readJson, root, sourceStrings, translateCalls } from "./sourceStrings.ts";

const { contributes, capabilities } = manifest;

interface Setting {
  readonly markdownDescription?: string;
  readonly order?: number;
  readonly enum?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
}

const placeholders = (text: string) => (text.match(/\{\d\}/g) ?? []).toSorted();

describe("translations", () => {
  const english = readJson("l10n/bundle.l10n.json");
  const chinese = readJson("l10n/bundle.l10n.zh-cn.json");

  it("cover exactly the sentences in the source", () => {
    expect(Object.keys(english).toSorted()).toEqual(sourceStrings());
    expect(Object.keys(chinese).toSorted()).toEqual(sourceStrings());
  });

  it("have every placeholder of the English sentence", () => {
    for (const [key, text] of Object.entries(chinese))
      expect([key, placeholders(text)]).toEqual([key, placeholders(key)]);
  });

  it("are Chinese", () => {
    /** Names and marks. */
    const wordless = new Set([
      "GLM",
      "{0} s",
      "{0}：{1}",
      "{0}，{1}",
      "{0}（{1}）",
      "Z.AI Coding Plan",
      "BigModel Coding Plan",
    ]);
    const texts = Object.entries({ ...chinese, ...readJson("package.nls.zh-cn.json") });
    expect(texts.filter(([, text]) => !/\p{Script=Han}/u.test(text) && !wordless.has(text))).toEqual([]);
  });

  it("are typeset as Chinese: full-width marks, a space beside Latin words, no English left over", () => {
    const rules: Readonly<Record<string, RegExp>> = {
      "half-width mark": /\p{Script=Han}[,;:?!()]|[,;:?!()]\p{Script=Han}|\p{Script=Han}\.(?!\w)/u,
      "no space beside a Latin word": /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u,
      "space beside a full-width mark": /[，。；：、（）“”] | [，。；：、（）“”]/,
      "English sentence": /(?:[A-Za-z][\w.]* ){3}[A-Za-z]/,
      tone: /！|您/,
    };
    const faults = Object.entries({ ...chinese, ...readJson("package.nls.zh-cn.json") }).flatMap(([key, text]) => {
      // Code, the target of a link and what stands in bold (names of commands) keep their own rules.
      const prose = text.replaceAll(/`[^`]*`|\]\([^)]*\)|\*\*[^*]*\*\*/g, "`");
      return Object.entries(rules).flatMap(([rule, pattern]) => (pattern.test(prose) ? [[rule, key, text]] : []));
    });
    expect(faults).toEqual([]);
  });

  it("are looked up by literals, so that none can be missed", () => {
    // The webview's table is translated in a loop; its values are counted as source strings above.
    const allowed = new Set(["host/l10n.ts", "host/webviewHtml.ts", "features/chat/panel.ts"]);
    const dynamic = translateCalls().filter(({ file, literal }) => literal === undefined && !allowed.has(file));
    expect(dynamic).toEqual([]);
  });

  it("of the manifest exist in both languages and are all used", () => {
    const text = readFileSync(path.join(root, "package.json"), "utf8");
    const used = [...new Set([...text.matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key ?? ""))].toSorted();
    expect(Object.keys(readJson("package.nls.json")).toSorted()).toEqual(used);
    expect(Object.keys(readJson("package.nls.zh-cn.json")).toSorted()).toEqual(used);
  });

  it("of the manifest leave no English words in package.json", () => {
    const shown = new Set(["title", "label", "name", "description", "markdownDescription", "altText"]);
    const lists = new Set(["enumDescriptions", "markdownEnumDescriptions", "enumItemLabels"]);
    const names = new Set(["GLM"]);
    const found: string[] = [];
    const look = (value: unknown, key: string): void => {
      if (typeof value === "string") {
        if (shown.has(key) && !/^%[\w.-]+%$/.test(value) && !names.has(value)) found.push(`${key}: ${value}`);
      } else if (Array.isArray(value)) {
        for (const item of value) look(item, lists.has(key) ? "description" : "");
      } else if (typeof value === "object" && value !== null) {
        for (const [name, child] of Object.entries(value)) look(child, name);
      }
    };
    look(contributes, "");
    look(capabilities, "");
    expect(found).toEqual([]);
  });

  it("describe every setting and every choice", () => {
    for (const { properties } of contributes.configuration) {
      const settings: Record<string, Setting> = properties;
      for (const [id, setting] of Object.entries(settings)) {
        expect([id, typeof setting.markdownDescription, typeof setting.order]).toEqual([id, "string", "number"]);
        if (setting.enum) expect([id, setting.markdownEnumDescriptions?.length]).toEqual([id, setting.enum.length]);
      }
      const orders = Object.values(settings).map(({ order }) => order);
      expect(new Set(orders).size).toBe(orders.length);
    }
  });
});

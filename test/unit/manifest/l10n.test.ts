import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readJson, root, sourceStrings, translateCalls } from "./sourceStrings.ts";

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
    const sameInBoth = new Set(["GLM", "{0} s", "Z.AI Coding Plan", "BigModel Coding Plan"]);
    const left = Object.entries(chinese).filter(([key, text]) => !/\p{Script=Han}/u.test(text) && !sameInBoth.has(key));
    expect(left).toEqual([]);
  });

  it("are looked up by literals, so that none can be missed", () => {
    // The webview's table is translated in a loop; its values are counted as source strings above.
    const allowed = new Set(["host/l10n.ts", "features/chat/panel.ts"]);
    const dynamic = translateCalls().filter(({ file, literal }) => literal === undefined && !allowed.has(file));
    expect(dynamic).toEqual([]);
  });

  it("of the manifest exist in both languages and are all used", () => {
    const manifest = readFileSync(path.join(root, "package.json"), "utf8");
    const used = [...new Set([...manifest.matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key ?? ""))].toSorted();
    expect(Object.keys(readJson("package.nls.json")).toSorted()).toEqual(used);
    expect(Object.keys(readJson("package.nls.zh-cn.json")).toSorted()).toEqual(used);
  });
});

import { describe, expect, it } from "vitest";
import { settingIds } from "../../../src/contributions.ts";
import { settingsIn } from "../../../src/core/settingsFile.ts";

const inFolder = (text: string) => settingsIn(text, "folder", settingIds);
const inWorkspace = (text: string) => settingsIn(text, "workspace", settingIds);

describe("names that a settings file sets", () => {
  it.each([
    ["dotted", `{ "glm.platform": "custom" }`, ["glm.platform"]],
    ["nested", `{ "glm": { "custom": { "baseUrl": "https://evil.test" } } }`, ["glm.custom.baseUrl"]],
    ["partly dotted outside", `{ "glm.custom": { "baseUrl": "x", "dialect": "zai" } }`, ["baseUrl", "dialect"]],
    ["partly dotted inside", `{ "glm": { "custom.baseUrl": "x" } }`, ["glm.custom.baseUrl"]],
    ["for a language", `{ "[python]": { "glm.platform": "custom" } }`, ["glm.platform"]],
    ["nested for languages", `{ "[a][b]": { "glm": { "platform": "custom" } } }`, ["glm.platform"]],
    ["with an object as value", `{ "glm.custom.extraBody": { "glm.platform": 1 } }`, ["glm.custom.extraBody"]],
    ["escaped", `{ "glm.\\u0070latform": "custom" }`, ["glm.platform"]],
    ["null", `{ "glm.network.transport": null }`, ["glm.network.transport"]],
    ["twice", `{ "glm.platform": 1, "a": {}, "glm": { "platform": 2 } }`, ["glm.platform"]],
    ["after others", `{ "a": [{}, [1]], "b": { "c": [{ "d": 1 }] }, "glm.model.chat": "x" }`, ["glm.model.chat"]],
  ])("%s", (_, text, names) => {
    expect(inFolder(text)).toEqual(names.map((name) => (name.includes(".") ? name : `glm.custom.${name}`)));
  });

  it("come in the order of the settings, each once", () => {
    const all = Object.fromEntries(settingIds.map((id) => [id, 1]));
    expect(inFolder(JSON.stringify(all, Object.keys(all).toReversed()))).toEqual(settingIds);
  });

  it.each([
    ["empty", ""],
    ["a setting of somebody else", `{ "glm-other.platform": 1, "xglm": { "platform": 1 }, "my.glm.platform": 1 }`],
    ["a name that is no setting", `{ "glm": { "custom": {} }, "glm.custom.url": 1, "glm.platform.": 1 }`],
    ["commented out", `{\n  // "glm.platform": "custom",\n  /* "glm.model.chat": "x" */\n  "a": 1\n}`],
    ["a value", `{ "a": "\\"glm.platform\\": 1", "b": "glm.platform" }`],
    ["inside another setting", `{ "a": { "glm.platform": 1 }, "b": [{ "glm.platform": 1 }] }`],
    ["a list", `[{ "glm.platform": 1 }]`],
    ["in the settings of a workspace file", `{ "settings": { "glm.platform": 1 } }`],
    ["case", `{ "GLM.Platform": 1 }`],
  ])("none: %s", (_, text) => expect(inFolder(text)).toEqual([]));

  it("of a workspace file are those in its settings", () => {
    expect(
      inWorkspace(`{ "folders": [{ "path": "a" }], "glm.platform": 1, "launch": { "glm.model.chat": 1 },
        "settings": { "glm.custom": { "baseUrl": "x" }, "[go]": { "glm.model.edit": "x", }, }, }`),
    ).toEqual(["glm.model.edit", "glm.custom.baseUrl"]);
  });

  it("count with comments, trailing commas and a byte order mark", () => {
    expect(inFolder(`\uFEFF// hello\n{ "a": 1, /* x */ "glm.platform": "zai", }`)).toEqual(["glm.platform"]);
  });

  it.each([
    ["a comma is missing", `{ "a": 1 "glm.platform": "custom" }`],
    ["the end is missing", `{ "glm": { "platform": "custom"`],
    ["a value is missing", `{ "a": , "glm.platform": }`],
  ])("count in a broken file: %s", (_, text) => expect(inFolder(text)).toEqual(["glm.platform"]));

  it("count up to where a file is nested too deep to be read", () => {
    expect(inFolder(`{ "glm.platform": 1, "a": ${"[".repeat(500_000)}`)).toEqual(["glm.platform"]);
  });

  it("are found in a file of many other names", () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`a.b${index}`, { glm: index }]));
    expect(inFolder(JSON.stringify({ ...many, "glm.platform": 1 }))).toEqual(["glm.platform"]);
  });
});

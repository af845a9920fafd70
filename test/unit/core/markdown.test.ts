import { expect, it } from "vitest";
import { markdownCode, markdownText } from "../../../src/core/markdown.ts";

it.each([
  [
    "[a](command:evil) <img src=x> `b` *c* _d_ ~e~ | # & \\ $f$",
    "\\[a\\](command:evil) \\<img src=x\\> \\`b\\` \\*c\\* \\_d\\_ \\~e\\~ \\| \\# \\& \\\\ \\$f\\$",
  ],
  ["line\n# two\u202e\u0007 ", "line \\# two"],
  ["- a - b", "\\- a - b"],
  ["1. a 2. b", "1\\. a 2. b"],
  ["see https://a.example, www.b.example, c@d.example", "see https\\://a.example, www\\.b.example, c\\@d.example"],
  ["glm-5.3 SOME_CODE (11 %)!", "glm-5.3 SOME_CODE (11 %)!"],
])("text stays what it is: %j", (text, expected) => expect(markdownText(text)).toBe(expected));

it("code cannot be left", () => expect(markdownCode(" a`b\n# c ")).toBe("`a b # c`"));

it("text and code have a limit", () => {
  expect(markdownText("x".repeat(2000))).toHaveLength(1000);
  expect(markdownCode("x".repeat(2000))).toHaveLength(1002);
});

import { expect, test } from "vitest";
import { joinParts } from "../../../src/core/filesDocument.ts";

test("a single text is left exactly as it came", () => {
  expect(joinParts([{ name: "a.png", text: "  # x\n\n\n", failed: false }])).toBe("  # x\n\n\n");
});

test("several get a heading each, and names and sentences stay plain text", () => {
  const document = joinParts([
    { name: "a.png", text: "one\n\n", failed: false },
    { name: "[b](c)\n# d.png", text: "*no* <b>", failed: true },
  ]);
  expect(document).toBe("# a.png\n\none\n\n# \\[b\\](c) \\# d.png\n\n> \\*no\\* \\<b\\>\n");
});

import { describe, expect, it } from "vitest";
import { markdownIn, readingMessages, signed } from "../../../src/core/visionReading.ts";
import { english } from "../../fakes/translations.ts";

describe("a picture read by a model that sees", () => {
  it.each([
    ["# Title\n\ntext", "# Title\n\ntext"],
    ["```markdown\n# Title\n\ntext\n```", "# Title\n\ntext"],
    ["```\nplain\n```\n", "plain"],
    ["~~~md\nplain\n~~~", "plain"],
    // Two blocks, or a block in a text, are the picture's own.
    ["```\none\n```\nand\n```\ntwo\n```", "```\none\n```\nand\n```\ntwo\n```"],
    ["See:\n```\none\n```", "See:\n```\none\n```"],
    // The code of a picture keeps its language.
    ["```ts\nconst a = 1;\n```", "```ts\nconst a = 1;\n```"],
    ["````markdown\n```ts\na\n```\n````", "```ts\na\n```"],
    ["  \n", ""],
  ])("gives %j as %j", (answer, expected) => {
    expect(markdownIn(answer)).toBe(expected);
  });

  it("says at its end who read it, as plain text", () => {
    expect(signed("Text", "GLM *5*\n", english)).toBe(
      "Text\n\n---\n\n*Read with GLM \\*5\\*, not by the OCR service. Check names and figures.*\n",
    );
    expect(signed("", "GLM", english)).toBe("");
  });

  it("is asked for in the words that GLM-OCR knows where that is the model", () => {
    const [ocrModel, any] = [true, false].map((made) =>
      JSON.stringify(readingMessages("data:image/png;base64,AA==", made)),
    );
    expect(ocrModel).toContain('"Text Recognition:"');
    expect(any).toContain("Markdown");
    expect(any).toContain("data:image/png;base64,AA==");
  });
});

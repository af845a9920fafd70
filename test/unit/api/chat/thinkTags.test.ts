import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createThinkTags } from "../../../../src/api/chat/thinkTags.ts";

/** What a reader ends up with: thinking and text, after any retraction. */
function split(pieces: readonly string[], thoughtByField = false): { reasoning: string; text: string } {
  const seen = { reasoning: "", text: "" };
  const tags = createThinkTags({
    text: (text) => void (seen.text += text),
    reasoning: (text) => void (seen.reasoning += text),
    retract: () => {
      seen.reasoning += seen.text;
      seen.text = "";
    },
    thoughtByField: () => thoughtByField,
  });
  for (const piece of pieces) tags.feed(piece);
  tags.end();
  return seen;
}

describe("inline thinking", () => {
  it.each([
    ["<think>hm</think>\n\nHi", "hm", "Hi"],
    ["\n<think>hm</think>Hi", "hm", "Hi"],
    ["hm</think>\nHi", "hm", "Hi"],
    ["hm </think>\nHi", "hm ", "Hi"],
    ["hm\n</think>\n\nHi", "hm\n", "Hi"],
    ["hm\n</think> Hi", "hm\n", "Hi"],
    ["hm.</think>Hi", "hm.", "Hi"],
    ["hm.</think> Hi", "hm.", "Hi"],
    ["hm </think>", "hm ", ""],
    ["hm </think>  ", "hm ", ""],
    ["</think>\nHi", "", "Hi"],
    ["Put it before the </think> tag", "", "Put it before the </think> tag"],
    ["It ends with </think>, always.", "", "It ends with </think>, always."],
    ["Of the </think> tag I know.\n</think>\nHi", "Of the </think> tag I know.\n", "Hi"],
    ["<think>cut", "cut", ""],
    ["<think></think>Hi", "", "Hi"],
    ["Use the <think> tag", "", "Use the <think> tag"],
    ["Close it with `</think>`.", "", "Close it with `</think>`."],
    ["a < b <|begin_of_box|>4<|end_of_box|>", "", "a < b 4"],
    ["<thin", "", "<thin"],
    ["  ", "", "  "],
  ])("%j", (content, reasoning, text) => expect(split([content])).toEqual({ reasoning, text }));

  it.each([
    ["Close it:\n</think>\nDone.", "Close it:\n</think>\nDone."],
    ["Done.</think>Hi", "Done.</think>Hi"],
    // The rest of a template behind the thinking.
    ["</think>\n\nHi", "Hi"],
    ["\n</think>Hi", "\nHi"],
  ])("is not looked for in the text when it came by field: %j", (content, text) => {
    expect(split([content], true)).toEqual({ reasoning: "", text });
    expect(split(content.split(""), true)).toEqual({ reasoning: "", text });
  });

  it("does not depend on how the text was cut", () => {
    const piece = fc.constantFrom(
      "<think>",
      "</think>",
      "<",
      "</",
      "think>",
      "`",
      " ",
      "\n",
      ",",
      "a",
      "<|begin_of_box|>",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(60)), (pieces, cuts) => {
        const content = pieces.join("");
        const edges = [0, ...cuts.map((cut) => Math.min(cut, content.length)).sort((a, b) => a - b), content.length];
        const parts = edges.slice(1).map((edge, index) => content.slice(edges[index], edge));
        expect(split(parts)).toEqual(split([content]));
        expect(split(parts, true)).toEqual(split([content], true));
      }),
      { numRuns: 2000 },
    );
  });
});

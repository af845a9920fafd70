import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Turn } from "../../../src/core/conversation.ts";
import { suggestedTitle, titleMessages, titleOf } from "../../../src/core/conversationTitle.ts";

describe("a title", () => {
  it("is the first line, short", () => {
    expect(titleOf("\n  Fix the loop  \nin sse.ts")).toBe("Fix the loop");
    expect(titleOf("x".repeat(200))).toHaveLength(60);
    expect(titleOf("🙂".repeat(61))).toBe(`${"🙂".repeat(59)}…`);
    expect(titleOf("  ")).toBe("");
  });

  it.each([
    ["Retry loop in sse.ts", "Retry loop in sse.ts"],
    ["\n\n# **Retry loop in sse.ts**\n\nBecause it hangs.", "Retry loop in sse.ts"],
    ['Title: "Retry loop in sse.ts."', "Retry loop in sse.ts"],
    ["**Title:** Retry loop", "Retry loop"],
    ["标题：《重试循环》。", "重试循环"],
    ["```text\nRetry loop\n```", "Retry loop"],
    ["- Retry\u202e\u0000 loop", "Retry loop"],
    ["How to `abort`", "How to abort"],
    ["  \n---\n", undefined],
    ["", undefined],
  ])("of %j is %j", (answer, expected) => {
    expect(suggestedTitle(answer)).toBe(expected);
  });

  it("is one plain line of at most 60 characters, whatever a model says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (answer) => {
        const title = suggestedTitle(answer) ?? "-";
        expect(Array.from(title).length).toBeLessThanOrEqual(60);
        expect(title).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(title.trim()).toBe(title);
      }),
    );
  });
});

const user = (text: string): Turn => {
  const secret = { id: "f", kind: "file", label: "a.ts", detail: "a.ts", language: "ts", text: "SECRET" } as const;
  return { role: "user", id: text, at: 1, text, attachments: [secret] };
};
const answer = (text: string): Turn => ({
  role: "assistant",
  id: text,
  at: 1,
  model: "m",
  text,
  thinking: "t",
  status: "done",
});

describe("the question for a title", () => {
  it("holds the beginning and the end, cut, and nothing that was attached", () => {
    const turns = [
      user("one"),
      answer(""),
      answer("two"),
      user("three"),
      answer("four"),
      user(`five${"x".repeat(2000)}`),
    ];
    const [, asked] = titleMessages(turns);
    const text = typeof asked?.content === "string" ? asked.content : "";
    for (const word of ["Programmer: one", "Assistant: two", "Assistant: four", "Programmer: five"]) {
      expect(text).toContain(word);
    }
    for (const word of ["three", "SECRET", "x".repeat(601)]) expect(text).not.toContain(word);
  });
});

import { describe, expect, it } from "vitest";
import { materialLength, planCompaction, summaryMessages } from "../../../src/core/compaction.ts";
import { replay, type ConversationEvent } from "../../../src/core/conversation.ts";
import type { Attachment } from "../../../src/core/services.ts";

const file: Attachment = {
  id: "f",
  kind: "file",
  label: "a.ts",
  detail: "src/a.ts",
  language: "typescript",
  text: "x".repeat(10_000),
};

/** Questions of so many, each but the last with an answer. */
function turns(count: number, more: readonly ConversationEvent[] = []) {
  const events = Array.from({ length: count }, (_, index): ConversationEvent[] => [
    { type: "user", turn: { role: "user", id: `q${index}`, at: 1, text: `Question ${index}`, attachments: [file] } },
    ...(index === count - 1
      ? []
      : ([
          { type: "answer", id: `a${index}`, at: 1, model: "m" },
          { type: "delta", id: `a${index}`, text: `Answer ${index}`, thinking: "secret thoughts" },
        ] as const)),
  ]);
  return replay("c", [...events.flat(), ...more]).turns;
}

/** Each question costs ten, each answer one. */
const tokensOf = (some: readonly { readonly role: string }[]) =>
  some.reduce((sum, { role }) => sum + (role === "user" ? 10 : 1), 0);

describe("what is summarised", () => {
  it.each([
    [0, "q3"],
    [10, "q3"],
    [11, "q2"],
    [22, "q1"],
    // All of it fits, but then nothing would be gained.
    [1_000, "q1"],
  ])("leaves the latest turns that have at most %i tokens as they are", (keep, before) => {
    expect(planCompaction(turns(4), tokensOf, keep)?.before).toBe(before);
  });

  it("is nothing when there is only the question", () => {
    expect(planCompaction(turns(1), tokensOf, 0)).toBeUndefined();
  });

  it("takes an earlier summary with it, and not again what that stands for", () => {
    const events: ConversationEvent[] = [{ type: "compacted", id: "n", at: 1, summary: "Earlier on", before: "q2" }];
    const plan = planCompaction(turns(4, events), tokensOf, 0);
    expect(plan).toMatchObject({ before: "q3", earlierSummary: "Earlier on" });
    expect(plan?.older.map(({ id }) => id)).toEqual(["q2", "a2"]);
  });
});

describe("the request for a summary", () => {
  const plan = planCompaction(turns(4), tokensOf, 0);
  if (!plan) throw new Error("there is something to summarise");
  const textOf = (longest: number) => JSON.stringify(summaryMessages(plan, longest).at(-1)?.content ?? "");

  it("holds questions, answers and the ends of what was attached, but no thinking", () => {
    const text = textOf(100_000);
    for (const piece of ["Question 0", "Answer 0", "Question 2", "src/a.ts", "[…]"]) expect(text).toContain(piece);
    for (const absent of ["Question 3", "secret thoughts"]) expect(text).not.toContain(absent);
    expect(text.length).toBeLessThan(3 * 2_500);
    expect(materialLength(plan)).toBeLessThan(text.length);
  });

  it("is cut to size where turns are long, and keeps the short ones whole", () => {
    const text = textOf(2_000);
    expect(text.length).toBeLessThan(2_300);
    for (const piece of ["Question 0", "Question 1", "Answer 1", "Question 2"]) expect(text).toContain(piece);
  });
});

import { describe, expect, it } from "vitest";
import { builtInCatalog } from "../../../src/api/models/catalog.ts";
import { applyEvent, replay, type ConversationEvent } from "../../../src/core/conversation.ts";
import { promptLimit, TokenBudget } from "../../../src/core/tokenBudget.ts";

/** Counts characters, and how often it was asked to. */
function budget() {
  const counted: string[] = [];
  const tokens = new TokenBudget((text) => {
    counted.push(text);
    return text.length;
  });
  return { counted, tokens };
}

const file = { id: "f", kind: "file", label: "a", detail: "a", language: "", text: "x".repeat(5_000) } as const;
const events: readonly ConversationEvent[] = [
  { type: "user", turn: { role: "user", id: "q", at: 1, text: "Why?", attachments: [file] } },
  { type: "answer", id: "a", at: 1, model: "m" },
  { type: "delta", id: "a", text: "Because", thinking: "y".repeat(700) },
];

describe("what a request will hold", () => {
  it("counts what is attached, and thinking where that is sent back", () => {
    const { tokens } = budget();
    const { turns } = replay("c", events);
    const [without, withThinking] = [false, true].map((thinking) => tokens.ofConversation(turns, () => thinking));
    expect(without).toBeGreaterThan(5_000);
    expect(withThinking).toBe((without ?? 0) + 700);
  });

  it("is judged by the answers as they go back, when thinking may be sent at all", () => {
    const { tokens } = budget();
    const asked: unknown[] = [];
    const ask = (more: readonly ConversationEvent[]) =>
      tokens.ofConversation(replay("c", [...events, ...more]).turns, (history) => asked.push(history) === 0);
    ask([]);
    ask([{ type: "compacted", id: "n", at: 1, summary: "z" }]);
    const sent = { role: "assistant", content: "Because", reasoning: "y".repeat(700), model: "m" };
    expect(asked).toEqual([
      { messages: [sent], altered: false },
      { messages: [], altered: true },
    ]);
  });

  it("is counted once, and again only for the answer that has grown", () => {
    const { tokens, counted } = budget();
    const conversation = replay("c", events);
    const before = tokens.ofConversation(conversation.turns, () => false);
    counted.length = 0;
    expect(tokens.ofConversation(conversation.turns, () => false)).toBe(before);
    expect(counted).toEqual([]);
    applyEvent(conversation, { type: "delta", id: "a", text: " of it", thinking: "" });
    expect(tokens.ofConversation(conversation.turns, () => false)).toBe(before + 6);
    expect(counted.join("")).not.toContain("Why?");
  });

  it("is the summary and what came after it", () => {
    const { tokens } = budget();
    const more: readonly ConversationEvent[] = [
      { type: "compacted", id: "n", at: 1, summary: "z".repeat(300) },
      { type: "user", turn: { role: "user", id: "r", at: 1, text: "Next", attachments: [] } },
    ];
    const used = tokens.ofConversation(replay("c", [...events, ...more]).turns, () => true);
    expect(used).toBeGreaterThan(300);
    expect(used).toBeLessThan(700);
  });
});

it.each([
  // A quarter at most, however much the model may write.
  ["glm-5.3", undefined, 0.75],
  ["glm-5.3", 1_000, 0.99],
])("leaves room for the answer of %s with at most %s tokens", (id, maxTokens, part) => {
  const model = builtInCatalog.modelInfo(id);
  const limit = promptLimit(model, maxTokens);
  expect(limit).toBeLessThan(model.context);
  expect(limit).toBeGreaterThanOrEqual(Math.floor(model.context * part));
});

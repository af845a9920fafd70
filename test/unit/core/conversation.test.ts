import { assert, nat, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { answerOf, replay, type ConversationEvent } from "../../../src/core/conversation.ts";
import { decodeEvents, encodeEvent } from "../../../src/core/conversationLog.ts";

const question: ConversationEvent = {
  type: "user",
  title: "Why?",
  turn: { role: "user", id: "q1", at: 1, text: "Why?", attachments: [] },
};
const log: ConversationEvent[] = [
  { type: "created", version: 1, id: "c", at: 1 },
  question,
  { type: "answer", id: "a1", at: 2, model: "glm-5.3" },
  { type: "delta", id: "a1", text: "", thinking: "Let me see." },
  { type: "delta", id: "a1", text: "Because 因为 🙂\n", thinking: "" },
  {
    type: "facts",
    id: "a1",
    model: "glm-5.3",
    status: "done",
    thinkingMs: 1200,
    usage: { input: 9, cached: 4, output: 5 },
  },
];

describe("a conversation's log", () => {
  it("gives the conversation back", () => {
    const conversation = replay("c", decodeEvents(log.map(encodeEvent).join("")));
    expect(conversation.title).toBe("Why?");
    expect(conversation.turns).toHaveLength(2);
    expect(answerOf(conversation, "a1")).toMatchObject({
      text: "Because 因为 🙂\n",
      thinking: "Let me see.",
      status: "done",
      thinkingMs: 1200,
    });
  });

  it("marks an answer as cut whose host was killed", () => {
    const conversation = replay("c", log.slice(0, 5));
    expect(answerOf(conversation, "a1")).toMatchObject({ status: "cut", text: "Because 因为 🙂\n" });
  });

  it("keeps how an answer ended, whichever buttons its problem has", () => {
    const problem = { text: "Blocked.", details: "", actions: ["retry", "new-chat", "open-console"] } as const;
    const ended = { type: "facts", id: "a1", model: "glm-5.3", status: "failed", problem, incomplete: true } as const;
    const conversation = replay("c", decodeEvents([...log, ended].map(encodeEvent).join("")));
    expect(answerOf(conversation, "a1")).toMatchObject({ status: "failed", problem, incomplete: true });
  });

  it("can be cut at any byte, or damaged in any line, and keeps the rest", () => {
    const bytes = Buffer.from(log.map(encodeEvent).join(""));
    assert(
      property(nat(bytes.length), (length) => {
        const cut = decodeEvents(bytes.subarray(0, length).toString("utf8"));
        expect(log.slice(0, cut.length)).toEqual(cut);
      }),
    );
    assert(
      property(nat(log.length - 1), string(), (line, damage) => {
        const lines = log.map(encodeEvent);
        lines[line] = `${damage.replaceAll("\n", "")}\n`;
        const left = decodeEvents(lines.join(""));
        expect(left).toEqual(log.filter((_, index) => index !== line));
      }),
    );
  });

  it("moves text to thinking when the server says so late", () => {
    const events: ConversationEvent[] = [...log.slice(0, 5), { type: "text-was-thinking", id: "a1" }];
    expect(answerOf(replay("c", events), "a1")).toMatchObject({ text: "", thinking: "Let me see.Because 因为 🙂\n" });
  });

  it("keeps the name that it was given last", () => {
    const events: ConversationEvent[] = [...log, { type: "title", title: "原因" }];
    expect(replay("c", decodeEvents(events.map(encodeEvent).join(""))).title).toBe("原因");
  });

  it("forgets an answer that was retried", () => {
    const events: ConversationEvent[] = [...log, { type: "removed", id: "a1" }];
    expect(replay("c", events).turns.map(({ id }) => id)).toEqual(["q1"]);
  });
});

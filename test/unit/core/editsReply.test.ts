import { expect, it } from "vitest";
import type { ChatPart } from "../../../src/api/chat/chatTypes.ts";
import { noReply, withPart } from "../../../src/core/editsReply.ts";

const read = (...parts: ChatPart[]) => parts.reduce(withPart, noReply);
const text = (delta: string): ChatPart => ({ type: "text-delta", text: delta });
const end: ChatPart = { type: "finish", reason: "stop" };

it("is the text, with who wrote it and how it ended", () => {
  const start: ChatPart = { type: "start", id: "1", model: "glm-5.3" };
  const thinking: ChatPart = { type: "reasoning-delta", text: "Hm" };
  expect(read(start, thinking)).toEqual({ model: "glm-5.3", text: "", doing: "thinking", reason: undefined });
  expect(read(start, thinking, text("a"), text("b"), end)).toEqual({
    model: "glm-5.3",
    text: "ab",
    doing: "writing",
    reason: "stop",
  });
});

it("forgets a draft that turned out to be thinking", () => {
  const draft = read(text("```\ndraft\n```"), { type: "text-was-reasoning" });
  expect(draft).toMatchObject({ text: "", doing: "thinking" });
  expect(withPart(draft, text("code")).text).toBe("code");
});

it("holds calls that were not asked for, read or not", () => {
  const call = { id: "1", name: "look", arguments: "{}" };
  expect(read({ type: "unread-call", text: "<tool_call>look" }, text(" me")).text).toBe("<tool_call>look me");
  expect(read(text("I look."), { type: "tool-call", call }).text).toBe("I look.\nlook {}");
});

it("takes nothing else for an answer", () => {
  const usage = { promptTokens: 1, cachedTokens: 0, completionTokens: 1 };
  const beside: ChatPart[] = [
    { type: "images-dropped", count: 1 },
    { type: "web-search", results: [] },
    { type: "usage", usage },
  ];
  expect(read(...beside)).toEqual(noReply);
});

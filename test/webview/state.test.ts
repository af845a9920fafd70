import { afterEach, describe, expect, it, vi } from "vitest";
import { parseToView, type ToView } from "../../src/protocol/messages.ts";
import { englishStrings } from "../../src/protocol/strings.ts";
import type { AnswerFacts } from "../../src/protocol/turns.ts";
import { spokenChange } from "../../src/webview/chat/announce.ts";
import { formatCount, formatSpan } from "../../src/webview/chat/format.ts";
import { Memory } from "../../src/webview/chat/memory.ts";
import { lastUserText, reduce, type ChatState } from "../../src/webview/chat/state.ts";
import { answer, delta, facts, factsOf, snapshot, user } from "./fixtures.ts";

function after(...messages: ToView[]): ChatState {
  const state = messages.reduce<ChatState | undefined>(reduce, undefined);
  if (state === undefined) throw new Error("no snapshot among the messages");
  return state;
}

function say(before: AnswerFacts | undefined, next: AnswerFacts): string | undefined {
  return spokenChange(before, next, 0, englishStrings);
}

describe("state of the view", () => {
  it("drops what comes before the first snapshot", () => {
    expect(reduce(undefined, delta("lost"))).toBeUndefined();
  });

  it("appends deltas to the answer they name, text and thinking apart", () => {
    const { turns } = after(
      snapshot([user("q"), answer("a", "answering")]),
      delta("b"),
      delta("c", "t"),
      delta("x", "", "gone"),
    );
    expect(turns[1]).toMatchObject({ text: "abc", thinking: "t" });
  });

  it("takes a delta without thinking, as most are", () => {
    const { turns } = after(snapshot([answer("a", "answering", { thinking: "t" })]), {
      type: "delta",
      turnId: "a1",
      text: "b",
    });
    expect(turns[0]).toMatchObject({ text: "ab", thinking: "t" });
  });

  it("keeps the object of a turn that did not change", () => {
    const before = after(snapshot([user("q"), answer("a", "answering")]));
    const next = reduce(before, delta("b"));
    expect(next?.turns[0]).toBe(before.turns[0]);
    expect(next?.turns[1]).not.toBe(before.turns[1]);
  });

  it("ignores a delta for a user's turn", () => {
    expect(after(snapshot([user("q")]), delta("x", "", "u1")).turns[0]).toMatchObject({ text: "q" });
  });

  it("adds a turn once, removes it, and takes facts whole", () => {
    const added = { type: "turn-added", turn: answer("", "waiting") } as const;
    const state = after(snapshot([user("q")]), added, added, factsOf("cut", { model: "GLM-5.2" }));
    expect(state.turns.length).toBe(2);
    expect(state.turns[1]).toMatchObject({ facts: { status: "cut", model: "GLM-5.2" } });
    expect(reduce(state, { type: "turn-removed", turnId: "a1" })?.turns.map(({ id }) => id)).toEqual(["u1"]);
  });

  it("is replaced by a new snapshot", () => {
    const state = after(snapshot([user("q")], { title: "old" }), snapshot([], { conversationId: "c2", title: "new" }));
    expect(state).toMatchObject({ conversationId: "c2", title: "new", turns: [] });
  });

  it("keeps earlier turns that it has been sent when only the latest come again", () => {
    const before = after(snapshot([user("q"), answer("a")], { earlier: 3 }), {
      type: "turns-before",
      conversationId: "c1",
      before: "u1",
      turns: [user("p", [], "u0"), answer("b", "done", { id: "a0" })],
      earlier: 1,
    });
    const again = reduce(before, snapshot([user("q"), answer("c")], { earlier: 3 }));
    expect(again?.turns.map(({ id }) => id)).toEqual(["u0", "a0", "u1", "a1"]);
    expect(again?.turns.at(-1)).toMatchObject({ text: "c" });
    expect(again?.earlier).toBe(1);
    // Other numbers mean that something in between has gone.
    const other = reduce(before, snapshot([user("q"), answer("c")], { earlier: 2 }));
    expect(other).toMatchObject({ earlier: 2, turns: [{ id: "u1" }, { id: "a1" }] });
    const elsewhere = reduce(before, snapshot([user("q")], { earlier: 3, conversationId: "c2" }));
    expect(elsewhere).toMatchObject({ earlier: 3, turns: [{ id: "u1" }] });
  });

  it("falls back to English for a word that the host does not send", () => {
    const message = { ...snapshot(), strings: { send: "发送" } };
    expect(after(message).strings.send).toBe("发送");
    expect(after(message).strings.stop).toBe(englishStrings.stop);
  });

  it("finds the user's last message", () => {
    expect(lastUserText([user("one"), answer("a"), user("two", [], "u2"), answer("b", "done", { id: "a2" })])).toBe(
      "two",
    );
    expect(lastUserText([])).toBeUndefined();
  });

  it("does not take messages that are not ours", () => {
    for (const message of [
      null,
      1,
      "ready",
      {},
      { type: "eval" },
      { type: "delta", turnId: "a" },
      { type: "title", title: 3 },
    ]) {
      expect(parseToView(message)).toBeUndefined();
    }
  });
});

describe("words", () => {
  it("shows spans as seconds, then minutes, and never below zero", () => {
    expect(formatSpan(-500, englishStrings)).toBe("0 s");
    expect(formatSpan(59_999, englishStrings)).toBe("59 s");
    expect(formatSpan(125_000, englishStrings)).toBe("2 min 5 s");
  });

  it("shows counts as the language does and survives a tag that is none", () => {
    expect(formatCount(1_240, "en")).toBe("1.2K");
    expect(formatCount(12_400, "zh-cn")).toBe("1.2万");
    expect(formatCount(1_240, "not a tag")).toBe("1.2K");
  });

  it("announces the beginning, the end and what went wrong, each once", () => {
    const problem = { text: "No answer after 60 s.", actions: [] };
    expect(say(undefined, facts("waiting"))).toBeUndefined();
    expect(say(facts("waiting"), facts("thinking"))).toBeUndefined();
    expect(say(facts("thinking"), facts("answering"))).toBe("Answer started");
    expect(say(facts("answering"), facts("answering", { model: "GLM-5.2" }))).toBeUndefined();
    expect(say(facts("answering"), facts("done"))).toBe("Answer finished");
    expect(say(facts("answering"), facts("stopped"))).toBe(englishStrings.stopped);
    expect(say(facts("waiting"), facts("failed", { problem }))).toBe(problem.text);
    expect(say(facts("waiting", { problem }), facts("failed", { problem }))).toBeUndefined();
    expect(say(facts("waiting"), facts("waiting", { wait: { reason: "busy", resumesAt: 4_000 } }))).toContain("4 s");
    const queued = facts("waiting", { wait: { reason: "queue" } });
    expect(say(facts("waiting"), queued)).toBe(englishStrings.queued);
    expect(say(queued, queued)).toBeUndefined();
    expect(say(queued, facts("waiting"))).toBeUndefined();
  });
});

describe("memory of the view", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("forgets where one was long ago, but no draft", () => {
    vi.stubGlobal("document", { addEventListener: () => undefined });
    vi.stubGlobal("window", { addEventListener: () => undefined });
    const memory = new Memory(undefined, () => undefined);
    memory.change("drafted", { draft: "Half a thought" });
    memory.changeEdit("edited", "u1", "Another question");
    memory.changeEdit("edited", "u2", "And another");
    memory.changeEdit("edited", "u1", undefined);
    for (let count = 0; count < 30; count++) memory.change(`seen-${count}`, { anchor: { turnId: "t", offset: 1 } });
    memory.flush();
    expect(memory.place("drafted").draft).toBe("Half a thought");
    expect(memory.place("edited").edits).toEqual({ u2: "And another" });
    expect(memory.place("seen-0").anchor).toBeUndefined();
    expect(memory.place("seen-29").anchor).toBeDefined();
  });

  it("takes what a version before has left, but for a change of a message", () => {
    vi.stubGlobal("document", { addEventListener: () => undefined });
    vi.stubGlobal("window", { addEventListener: () => undefined });
    const editing = { turnId: "u1", text: "Another question" };
    const stored = { version: 1, places: [["c", { draft: "Half a thought", thinking: { a1: true }, editing }]] };
    const place = { draft: "Half a thought", thinking: { a1: true }, edits: {} };
    expect(new Memory(stored, () => undefined).place("c")).toEqual(place);
  });

  it("writes what is typed after a rest at once, as a killed host takes the page along, and then not at every key", () => {
    vi.useFakeTimers();
    vi.stubGlobal("document", { addEventListener: () => undefined });
    vi.stubGlobal("window", { addEventListener: () => undefined });
    const written: unknown[] = [];
    const memory = new Memory(undefined, (state) => written.push(state));
    const drafts = () =>
      written.map((state) => (state as { places: [string, { draft: string }][] }).places[0]?.[1].draft);
    memory.change("c", { draft: "h" });
    vi.advanceTimersByTime(0);
    expect(drafts()).toEqual(["h"]);
    memory.change("c", { draft: "ha" });
    vi.advanceTimersByTime(100);
    memory.change("c", { draft: "half" });
    expect(drafts()).toEqual(["h"]);
    vi.advanceTimersByTime(50);
    expect(drafts()).toEqual(["h", "half"]);
    vi.advanceTimersByTime(1_000);
    memory.change("c", { draft: "half a" });
    vi.advanceTimersByTime(0);
    expect(drafts()).toEqual(["h", "half", "half a"]);
  });
});

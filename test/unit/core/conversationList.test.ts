import { describe, expect, it } from "vitest";
import { branchOf, copyTitle } from "../../../src/core/conversationCopy.ts";
import { emptyConversation } from "../../../src/core/conversation.ts";
import { entryOf } from "../../../src/core/conversationEntry.ts";
import { groupOf, inGroups, type ConversationSummary } from "../../../src/core/conversationList.ts";
import { findIn } from "../../../src/core/conversationSearch.ts";

const words = (message: string) => message;
const now = new Date(2026, 2, 30, 9, 30).getTime();
const at = (day: number, hour = 12, month = 2) => new Date(2026, month, day, hour).getTime();
const summary = (updatedAt: number, more: Partial<ConversationSummary> = {}): ConversationSummary => ({
  id: String(updatedAt),
  title: "Title",
  opening: "Opening",
  createdAt: 0,
  updatedAt,
  turns: 2,
  pinned: false,
  ...more,
});

describe("a list of conversations", () => {
  it.each([
    ["today", at(30, 0)],
    ["today", at(30, 9)],
    ["yesterday", at(29, 23)],
    // The clocks changed in that night in much of Europe.
    ["yesterday", at(29, 0)],
    ["week", at(28, 23)],
    ["week", at(24)],
    ["older", at(22)],
    ["older", at(1, 1, 0)],
  ])("has in %s what was last used then (%#)", (group, updatedAt) => {
    expect(groupOf(summary(updatedAt), now)).toBe(group);
  });

  it("has the pinned first, the latest first in each group, and no empty group", () => {
    const summaries = [summary(at(29)), summary(at(30, 8)), summary(at(30, 9)), summary(at(1), { pinned: true })];
    expect(
      inGroups(summaries, now).map(({ group, summaries: some }) => [group, some.map((each) => each.updatedAt)]),
    ).toEqual([
      ["pinned", [at(1)]],
      ["today", [at(30, 9), at(30, 8)]],
      ["yesterday", [at(29)]],
    ]);
  });

  it("names another workspace, and says what goes on", () => {
    const context = { now, language: "en", workplace: "file:///shop", busy: false, shown: false };
    const here = summary(at(30, 9), { workplace: { name: "shop", uri: "file:///shop" } });
    const there = summary(at(1), { workplace: { name: "blog", uri: "file:///blog" } });
    expect(entryOf(here, context, words).description).toMatch(/^9:00\sAM$/);
    expect(entryOf(there, context, words).description).toBe("Mar 1, 2026 · blog");
    expect(entryOf(here, { ...context, busy: true }, words).description).toBe("Being answered");
    expect(entryOf(here, { ...context, shown: true }, words).description).toBe("Open now");
    expect(entryOf({ ...here, title: "" }, context, words).label).toBe("Opening");
  });
});

describe("a copy", () => {
  it.each([
    ["Title", [], "Title (2)"],
    ["Title (2)", [], "Title (3)"],
    ["f(x) (9)", [], "f(x) (10)"],
    ["Title", ["Title", "Title (2)", "Title (3)"], "Title (4)"],
    ["Title (2)", ["Title (2)", "Title (4)"], "Title (3)"],
    ["", [""], ""],
  ])("of %j beside %j is called %j", (title, taken, expected) => {
    expect(copyTitle(title, new Set(taken))).toBe(expected);
  });

  it("ends with the turn that it is made from", () => {
    const conversation = emptyConversation("c");
    for (const id of ["a", "b", "c"]) conversation.turns.push({ role: "user", id, at: 1, text: id, attachments: [] });
    expect(branchOf(conversation, "b")?.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(branchOf(conversation, "x")).toBeUndefined();
  });
});

const turns = (...texts: string[]) => ({
  turns: texts.map((text, index) => ({ role: "user", id: String(index), at: 1, text, attachments: [] }) as const),
});

describe("a search", () => {
  it("shows the words around the latest place", () => {
    expect(findIn(turns("tide one", "TIDE two"), "tide")).toBe("TIDE two");
    const long = `${"a ".repeat(100)}needle\nand ${"b ".repeat(100)}`;
    expect(findIn(turns(long), "Needle and")).toBeUndefined();
    expect(findIn(turns(long), "needle")).toMatch(/^…(a )+needle and (b ?)+…$/);
    expect(findIn(turns("Somewhere in a longish sentence lies the needle."), "needle")).toBe(
      "…sentence lies the needle.",
    );
    expect(findIn(turns("x"), "  ")).toBeUndefined();
  });
});

import { assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { fillPrompt, needs, readPromptFile } from "../../../src/core/slashPromptFile.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string, name = "standup.md") => readPromptFile(name, bytes(text));

describe("a prompt file", () => {
  it("is a command with the file's name", () => {
    const text = `---
# a comment
description: "What I did today"
argument: day
model: glm-5.2
effort: High
tools: [shell]
---

Summarise {{input}} for the team.
`;
    expect(read(text, "Stand-Up.MD")).toEqual({
      name: "stand-up",
      description: "What I did today",
      argument: "day",
      model: "glm-5.2",
      effort: "high",
      body: "Summarise {{input}} for the team.",
    });
  });

  it("needs no front matter", () => {
    expect(read("# Be brief\nAnswer in one line.")).toEqual({
      name: "standup",
      description: "Be brief",
      body: "# Be brief\nAnswer in one line.",
    });
    expect(read("---\n---\nBody")).toMatchObject({ body: "Body" });
    expect(read("\r\n---\r\nnot at the start\r\n---")).toMatchObject({ body: "---\r\nnot at the start\r\n---" });
    expect(read("---\r\ndescription: D\r\n---\r\nBody\r\n")).toMatchObject({ description: "D", body: "Body" });
  });

  it("is read past values that make no sense", () => {
    const file = read("---\nmodel: two words\neffort: extreme\nargument:\n: x\ndescription\n---\nBody");
    expect(file).toEqual({ name: "standup", description: "Body", body: "Body" });
  });

  it.each([
    ["review.md", "Body", "built-in"],
    ["a b.md", "Body", "name"],
    ["../x.md", "Body", "name"],
    [".md", "Body", "name"],
    ["a.md", " \n", "empty"],
    ["a.md", "---\ndescription: x\n---\n", "empty"],
    ["a.md", "a\0b", "not-text"],
    ["a.md", "x".repeat(64 * 1024 + 1), "too-big"],
  ])("%s with %.20j is none: %s", (name, text, problem) => {
    expect(read(text, name)).toBe(problem);
  });

  it("is not taken for text when it is none", () => {
    expect(readPromptFile("a.md", Uint8Array.of(0xff, 0xfe, 0x41, 0))).toBe("not-text");
  });

  it("shows nothing of its own making in a list: no control or direction marks, no second line, not endless", () => {
    const file = read(`---\ndescription: a\u202Eb\u0007c\u2028${"d".repeat(500)}\n---\nBody`);
    expect(typeof file === "object" && file.description).toBe(`a b c ${"d".repeat(193)}…`);
  });

  it("is read in no time whatever is in it", () => {
    assert(
      property(string({ unit: "grapheme", maxLength: 400 }), (text) => {
        const file = read(`---\n${text}`);
        expect(typeof file === "string" || file.body !== "").toBe(true);
      }),
    );
    read(`---\n${"a: \n".repeat(16_000)}`);
    read(`---\n${"\r\n".repeat(32_000)}`);
  });
});

describe("its placeholders", () => {
  const values = { input: "{{file}} $& $1", selection: "a.ts:1–2", file: "a.ts" };

  it("are replaced once, by what stands for them and nothing else", () => {
    expect(fillPrompt("{{ input }} of {{selection}} in {{file}}, not {{other}}", values)).toBe(
      "{{file}} $& $1 of a.ts:1–2 in a.ts, not {{other}}",
    );
  });

  it("may be missing: what was typed then follows the text", () => {
    expect(fillPrompt("Be brief.", values)).toBe("Be brief.\n\n{{file}} $& $1");
    expect(fillPrompt("Be brief.", { ...values, input: "" })).toBe("Be brief.");
  });

  it("say what has to go along", () => {
    expect(needs("{{file}} {{selection }}")).toEqual({ input: false, selection: true, file: true });
  });
});

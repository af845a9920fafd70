import { array, assert, nat, property, string, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { Seam } from "../../../src/core/seam.ts";

/** The text of an answer that was cut behind `before` and goes on with these pieces. */
function joined(before: string, pieces: readonly string[]): string {
  const seam = new Seam(before);
  return before + pieces.map((piece) => seam.take(piece)).join("") + seam.rest();
}

/** Every way to receive a text: whole, by the character, and by a few. */
const ways = (text: string) => [[text], text.split(""), text.match(/[^]{1,5}/g) ?? []];

describe("an answer that goes on", () => {
  it.each([
    ["goes on in the middle of a word", "The reader is rel", "eased at the end.", "The reader is released at the end."],
    [
      "repeats its last words",
      "The reader is released",
      "is released at the end.",
      "The reader is released at the end.",
    ],
    [
      "repeats its whole last line",
      "One.\n\nThe loop awaits the re",
      "The loop awaits the reader.",
      "One.\n\nThe loop awaits the reader.",
    ],
    [
      "opens the code block anew that is still open",
      "So:\n\n```ts\nconst a = 1;\nconst b",
      "```ts\n = 2;\n```\nDone.",
      "So:\n\n```ts\nconst a = 1;\nconst b = 2;\n```\nDone.",
    ],
    [
      "does both",
      "So:\n\n```ts\nconst a = 1;\nconst bee",
      "```ts\nconst bee = 2;\n```\nDone.",
      "So:\n\n```ts\nconst a = 1;\nconst bee = 2;\n```\nDone.",
    ],
    [
      "closes the code block that is still open",
      "```ts\nconst a = 1;\n",
      "```\nDone.",
      "```ts\nconst a = 1;\n```\nDone.",
    ],
    [
      "begins a code block where none is open",
      "So:\n\n",
      "```ts\nconst a = 1;\n```",
      "So:\n\n```ts\nconst a = 1;\n```",
    ],
    ["says a short word twice, which may be meant", "a a a the", "the end", "a a a thethe end"],
  ])("%s", (_name, before, after, whole) => {
    for (const pieces of ways(after)) expect(joined(before, pieces)).toBe(whole);
  });

  it("loses nothing that was not said before, however it arrives", () => {
    assert(
      property(string(), array(string({ minLength: 1 })), (before, pieces) => {
        const text = pieces.join("");
        const whole = joined(before, pieces);
        expect(whole.startsWith(before)).toBe(true);
        expect(text.endsWith(whole.slice(before.length)) || before.includes("```") || before.includes("~~~")).toBe(
          true,
        );
      }),
    );
  });

  it("is the same however it arrives", () => {
    const pieceOf = tuple(string(), string(), nat(20)).map(
      ([before, after, back]) => [`${before}const reader = 1`, `${"const reader = 1".slice(-back)}${after}`] as const,
    );
    assert(
      property(pieceOf, ([before, after]) => {
        for (const pieces of ways(after)) expect(joined(before, pieces)).toBe(joined(before, [after]));
      }),
    );
  });

  it("shows what it says as soon as that is known to be new", () => {
    const seam = new Seam("The reader is rel");
    expect(seam.take("eased at")).toBe("eased at");
    expect(seam.take(" the end")).toBe(" the end");
  });
});

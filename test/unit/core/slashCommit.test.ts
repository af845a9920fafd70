import { expect, it } from "vitest";
import { commitMessageIn } from "../../../src/core/slashCommit.ts";

it.each([
  ["```text\nFix the loop\n\nIt never ended.\n```", "Fix the loop\n\nIt never ended."],
  ["Here it is:\n\n```\nFix it\n```\n\nShorter:\n```\nFix\n```", "Fix it"],
  ["Fix it", "Fix it"],
  ["````\nShow ``` in a message\n```\n````", "Show ``` in a message\n```"],
  ["~~~\nFix\n~~~", "Fix"],
  ["```\nCut off", "Cut off"],
])("finds the message in %j", (answer, message) => {
  expect(commitMessageIn(answer)).toBe(message);
});

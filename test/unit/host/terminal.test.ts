import { expect, it, vi } from "vitest";
import { plainOutput } from "../../../src/host/terminal.ts";

vi.mock("vscode", () => ({}));

it.each([
  ["\u001b[32mok\u001b[0m\r\nend\r\n", "ok\nend"],
  ["10 %\r50 %\r100 %\r\ndone", "100 %\ndone"],
  ["100 %\r", "100 %"],
  ["a\n\r\n\rb", "a\n\nb"],
  ["\u001b]0;title\u0007prompt", "prompt"],
])("output %j reads %j", (output, shown) => {
  expect(plainOutput(output)).toBe(shown);
});

it("of one long line is read at once", () => {
  const line = "x".repeat(400_000);
  expect(plainOutput(line)).toBe(line);
});

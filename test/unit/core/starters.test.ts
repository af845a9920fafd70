import { expect, it } from "vitest";
import { starters } from "../../../src/core/starters.ts";

const english = (message: string, ...values: (string | number)[]) =>
  message.replace(/\{(\d)\}/g, (_whole, index: string) => String(values[Number(index)]));

it.each([
  ["sse.ts", "typescript", "Suggest tests for sse.ts."],
  ["sse.test.ts", "typescript", "Which cases does sse.test.ts not test?"],
  ["test_sse.py", "python", "Which cases does test_sse.py not test?"],
  ["sse_test.go", "go", "Which cases does sse_test.go not test?"],
  ["latest.ts", "typescript", "Suggest tests for latest.ts."],
  ["README.md", "markdown", "What is missing in README.md?"],
  ["package.json", "json", "What could be left out of package.json?"],
])("offers three questions that fit %s", (name, languageId, last) => {
  const offered = starters({ name, languageId }, english);
  expect(offered).toHaveLength(3);
  expect(new Set(offered).size).toBe(3);
  for (const question of offered) expect(question).toContain(name);
  expect(offered[2]).toBe(last);
});

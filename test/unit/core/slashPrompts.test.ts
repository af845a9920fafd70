import { expect, it } from "vitest";
import { promptOf } from "../../../src/core/slashPrompts.ts";

const commands = ["explain", "fix", "tests", "doc", "review", "commit", "search"] as const;

it.each(commands)("sends the same words for /%s each time, so that they can be cached", (command) => {
  const [bare, one, other] = ["", "the loop", "the cache"].map((argument) => promptOf(command, argument, "zh-cn"));
  expect(promptOf(command, "", "zh-cn")).toBe(bare);
  const shared = one?.slice(0, one.indexOf("the loop")) ?? "";
  expect(shared.length).toBeGreaterThan(200);
  expect(other).toBe(`${shared}the cache`);
});

it("lets the user's own words decide the language, else VS Code's", () => {
  expect(promptOf("explain", "", "zh-cn")).toContain("Answer in this language: zh-cn.");
  expect(promptOf("explain", "这是什么？", "en")).toContain("in the language of the user's own words");
  expect(promptOf("commit", "", "zh-cn")).not.toContain("zh-cn");
});

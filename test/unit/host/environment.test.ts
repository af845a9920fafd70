import { expect, it } from "vitest";
import { keysInEnvironment } from "../../../src/host/environment.ts";

const names = ["ZAI_API_KEY", "ZHIPU_API_KEY", "ZHIPUAI_API_KEY", "ZHIPU_AI_API_KEY"];

it.each(names)("%s is found", (name) => {
  expect([...keysInEnvironment({ [name]: " id.secret " })]).toEqual([[name, "id.secret"]]);
});

it("one key under several names is one choice, different keys are several", () => {
  const all = Object.fromEntries(names.map((name) => [name, "id.secret"]));
  expect([...keysInEnvironment(all).keys()]).toEqual(["ZAI_API_KEY"]);
  expect([...keysInEnvironment({ ...all, ZHIPU_AI_API_KEY: "other.secret" }).keys()]).toEqual([
    "ZAI_API_KEY",
    "ZHIPU_AI_API_KEY",
  ]);
});

it("nothing is found where nothing is set, and no other variable is looked at", () => {
  expect([...keysInEnvironment({ ZAI_API_KEY: "  ", OPENAI_API_KEY: "id.secret" })]).toEqual([]);
});

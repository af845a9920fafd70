import { beforeEach, describe, expect, it, vi } from "vitest";
import { services } from "../../../../src/core/keyFinding.ts";
import { createProblems } from "../../../../src/features/account/problems.ts";
import { switchPlatform } from "../../../../src/features/account/switchPlatform.ts";
import { tellVerdict } from "../../../../src/features/account/verdict.ts";
import { resetUser, user } from "../../../fakes/scriptedUser.ts";
import { userSettings } from "../../../fakes/userSettings.ts";

vi.mock("vscode", async () => (await import("../../../fakes/scriptedUser.ts")).vscodeForUser);

beforeEach(resetUser);

const problems = createProblems({ info() {}, warn() {}, error() {}, show() {}, dispose() {} });

it("no model that was chosen for one platform is asked for on another", async () => {
  const tasks = ["chat", "edit", "vision", "ocr", "image", "background"] as const;
  for (const task of tasks) userSettings[`glm.model.${task}`] = "chosen";
  await switchPlatform("bigmodel");
  expect(tasks.map((task) => userSettings[`glm.model.${task}`])).toEqual(tasks.map(() => "auto"));
  expect(user.writes.at(-1)).toEqual(["glm.platform", "bigmodel"]);
});

const useFree = () =>
  tellVerdict(
    { outcome: "accepted", service: "zai", plan: { state: "none" }, funds: { balance: 0, packs: false } },
    { problems, policy: { isDue: () => false, beforeRequest() {} } },
  );

describe("a free model", () => {
  const { host } = services.zai;

  it("is used on the endpoint that bills only after that was said", async () => {
    user.answer = ({ detail }) => (detail === undefined ? "Use a free model" : undefined);
    await useFree();
    const question = user.shown.at(-1);
    expect(question?.detail).toContain(`the general endpoint of ${host}`);
    expect(question?.detail).toContain("billed by use to your balance");
    expect(user.writes).toEqual([]);
  });

  it("is chosen before the endpoint is, so that none that costs is ever in force there", async () => {
    userSettings["glm.model.chat"] = "glm-5.3";
    user.answer = () => "Use a free model";
    await useFree();
    expect(user.writes.slice(-2)).toEqual([
      ["glm.model.chat", "glm-4.7-flash"],
      ["glm.platform", "zai"],
    ]);
  });
});

it("the settings of a server are found as ours alone: CSS has a search of the same name", async () => {
  await problems.run("custom-settings");
  userSettings["glm.platform"] = "custom";
  await problems.run("recharge");
  const asked = user.shown.map(({ choices }) => choices[1]);
  expect(asked).toEqual([expect.stringMatching(/^@ext:\S+ glm\.custom$/), asked[0]]);
});

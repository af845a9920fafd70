import { describe, expect, it } from "vitest";
import type { OfficialPlatformId } from "../../../../src/api/platforms.ts";
import { failure, readAll } from "../../../fakes/apiClient.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { emptyKey, expiredPlanKey, litePlanKey } from "../../../zai-server/accounts.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";

/** What an account used and has left, asked of the simulator. */

const simulator = await simulatorForFile();

const usage = (platform: OfficialPlatformId, apiKey?: string) =>
  simulatorClient(simulator, platform, apiKey === undefined ? {} : { apiKey }).usage;
const lines = () => simulator.requests.map(({ method, path }) => `${method} ${path}`);

const hour = 3_600_000;
/** Wide enough for any zone in which the other side may take the times. */
const aroundNow = () => ({ from: Date.now() - 23 * hour, to: Date.now() + 23 * hour });

describe("the quota of a plan", () => {
  it.each<[string, OfficialPlatformId, readonly string[]]>([
    ["quota-credits", "zai-coding", ["5-hours", "week"]],
    ["quota-tokens", "zai-coding", ["5-hours", "week", "month-tools"]],
    ["quota-tokens", "bigmodel-coding", ["5-hours", "week", "month-tools"]],
    ["quota-percentage", "zai-coding", ["5-hours", "week", "month-tools"]],
    ["quota-bare", "bigmodel-coding", ["5-hours", "week", "month-tools"]],
    ["quota-nulls", "zai-coding", ["5-hours"]],
    ["quota-unknown-type", "zai-coding", ["5-hours", "week", "other"]],
  ])("is read in the shape %s on %s", async (name, platform, kinds) => {
    simulator.setScenario({ name });
    const quota = await usage(platform).quota();
    expect([quota?.level, quota?.windows.map(({ kind }) => kind)]).toEqual(["pro", kinds]);
    const full = name === "quota-credits" || name === "quota-tokens";
    for (const { usedPercent, used, total, remaining, resetsAt } of quota?.windows ?? []) {
      expect(usedPercent === undefined).toBe(name === "quota-nulls");
      expect((used ?? 0) + (remaining ?? 0)).toBe(total ?? 0);
      if (full) expect([total !== undefined, (resetsAt ?? 0) > Date.now()]).toEqual([true, true]);
    }
    // The raw key is taken by both platforms.
    expect(lines()).toEqual(["GET /api/monitor/usage/quota/limit"]);
    expect(simulator.requests[0]?.headers["authorization"]).not.toContain("Bearer");
  });

  it("grows with what was used", async () => {
    const before = (await usage("zai-coding").quota())?.windows[0]?.used ?? 0;
    const { error } = await readAll(simulatorClient(simulator, "zai-coding"));
    expect(error).toBeUndefined();
    expect((await usage("zai-coding").quota())?.windows[0]?.used).toBeGreaterThanOrEqual(before);
    simulator.setScenario({ name: "quota-full" });
    expect((await usage("zai-coding").quota())?.windows.map(({ usedPercent }) => usedPercent)).toEqual([100, 100]);
  });

  it("has the plan's level in words or as a number", async () => {
    expect((await usage("zai-coding", litePlanKey).quota())?.level).toBe("lite");
    simulator.setScenario({ name: "quota-level-number" });
    expect((await usage("zai-coding").quota())?.level).toBe("2");
  });

  it("does not exist without a plan, in either language", async () => {
    expect(await usage("zai").quota()).toBeUndefined();
    expect(await usage("zai", expiredPlanKey).quota()).toBeUndefined();
    expect(await usage("bigmodel").quota()).toBeUndefined();
    expect(simulator.requests).toHaveLength(3);
  });

  it("is an error when the service has one, or does not know the key in any form", async () => {
    simulator.setScenario({ name: "quota-error" });
    expect((await failure(usage("zai-coding").quota())).code).toBe("server");
    expect(simulator.requests).toHaveLength(1);
    simulator.reset();
    expect((await failure(usage("zai-coding", "wrong.key").quota())).code).toBe("key-rejected");
    expect(simulator.requests.map(({ headers }) => headers["authorization"])).toEqual([
      "wrong.key",
      "Bearer wrong.key",
    ]);
  });
});

describe("the use of models and tools", () => {
  it("counts the calls and tokens of a chat", async () => {
    const before = await usage("zai-coding").models(aroundNow());
    await readAll(simulatorClient(simulator, "zai-coding"));
    const after = await usage("zai-coding").models(aroundNow());
    expect(after.calls).toBe((before.calls ?? 0) + 1);
    expect(after.tokens).toBeGreaterThan(before.tokens ?? 0);
    expect(after.points.filter(({ tokens }) => tokens !== undefined)).toHaveLength(1);
    expect(after.points.every(({ at }) => at !== undefined)).toBe(true);
    expect(after.models).toEqual([{ name: "glm-5.3", tokens: after.tokens }]);
  });

  it("counts searches and pages", async () => {
    const {
      searches = 0,
      pagesRead = 0,
      repositoriesRead = 0,
      ...tools
    } = await usage("zai-coding").tools(aroundNow());
    expect(searches).toBeGreaterThan(0);
    expect(tools.total).toBe(searches + pagesRead + repositoriesRead);
    expect(tools.tools).toContainEqual({ name: "search-prime", calls: searches });
    expect(tools.points.reduce((sum, point) => sum + (point.searches ?? 0), 0)).toBe(searches);
  });
});

describe("what an account bought", () => {
  it("is a subscription in force, one that ended, or none", async () => {
    const [current] = await usage("zai-coding").subscriptions();
    expect(current).toMatchObject({ product: "GLM Coding Pro", status: "VALID", renewsByItself: true, current: true });
    expect(current?.renewsAt).toBeGreaterThan(Date.now());
    const [ended] = await usage("zai", expiredPlanKey).subscriptions();
    expect(ended).toMatchObject({ status: "EXPIRED", renewsAt: undefined, renewsByItself: false, current: false });
    expect(await usage("zai").subscriptions()).toEqual([]);
  });

  it("is money on the account", async () => {
    expect((await usage("zai").balance()).available).toBeGreaterThan(0);
    expect((await usage("zai", emptyKey).balance()).available).toBe(0);
  });

  it("is a resource pack on BigModel", async () => {
    const [pack] = await usage("bigmodel").resourcePacks();
    expect(pack).toMatchObject({ status: "EFFECTIVE", model: "glm-4.7", remaining: 4_200_000, total: 5_000_000 });
    expect(await usage("zai").resourcePacks()).toEqual([]);
  });
});

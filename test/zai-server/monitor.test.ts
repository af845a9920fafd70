import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  bigmodelPaygKey,
  bigmodelPlanKey,
  emptyKey,
  expiredPlanKey,
  litePlanKey,
  paygKey,
  planKey,
} from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, chat, dig, json, verdict, type Answer, type Call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const china = "open.bigmodel.cn";
/** Asks with the bare key, as the official plugin does. */
const ask = (path: string, key: string, host = "api.z.ai", more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, { method: "GET", path, host, key: null, headers: { Authorization: key }, ...more });
const quota = (key = planKey, host?: string): Promise<Answer> => ask("/api/monitor/usage/quota/limit", key, host);
const limits = async (name?: string, key?: string, host?: string): Promise<unknown[]> => {
  simulator.setScenario(name === undefined ? undefined : { name });
  return dig(json(await quota(key, host)), "data", "limits") as unknown[];
};

const used = async (): Promise<number> => Number(dig((await limits())[0], "currentValue"));

const outcome = async (key: string, host?: string): Promise<unknown[]> => {
  const answer = await quota(key, host);
  return [answer.status, dig(json(answer), "code"), dig(json(answer), "success")];
};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("keys", () => {
  it("are taken bare on both platforms, with Bearer on Z.AI only, and always answered with status 200", async () => {
    expect(await outcome(planKey)).toEqual([200, 200, true]);
    expect(await outcome(`Bearer ${planKey}`)).toEqual([200, 200, true]);
    expect(await outcome(bigmodelPlanKey, china)).toEqual([200, 200, true]);
    expect(await outcome(`Bearer ${bigmodelPlanKey}`, china)).toEqual([200, 401, false]);
    expect(await outcome(planKey, china)).toEqual([200, 401, false]);
    expect(await outcome("nonsense")).toEqual([200, 401, false]);
    expect(await outcome("")).toEqual([200, 1001, false]);
    const [id, secret = ""] = planKey.split(".");
    const head = `${part({ alg: "HS256", sign_type: "SIGN" })}.${part({ api_key: id, exp: Date.now() + 9e5, timestamp: Date.now() })}`;
    const token = `${head}.${createHmac("sha256", secret).update(head).digest("base64url")}`;
    expect(await outcome(`Bearer ${token}`)).toEqual([200, 401, false]);
  });
});

describe("quota", () => {
  it("counts credits on Z.AI, by the tier", async () => {
    const answer = json(await quota());
    expect(answer).toMatchObject({ code: 200, success: true, data: { level: "pro" } });
    expect(dig(answer, "data", "limits")).toEqual([
      {
        type: "CREDIT_LIMIT",
        unit: 3,
        number: 5,
        usage: 12_000,
        currentValue: 1_320,
        remaining: 10_680,
        percentage: 11,
        nextResetTime: expect.any(Number) as unknown,
      },
      expect.objectContaining({ type: "CREDIT_LIMIT", unit: 6, number: 1, usage: 60_000, percentage: 42 }) as unknown,
    ]);
    expect(await limits(undefined, litePlanKey)).toMatchObject([{ usage: 2_000 }, { usage: 10_000 }]);
    expect(dig(json(await quota(litePlanKey)), "data", "level")).toBe("lite");
  });

  it("grows with what was chatted on the plan, and with nothing else", async () => {
    const before = await used();
    const coding = { path: "/api/coding/paas/v4/chat/completions", key: planKey };
    const usage = dig(json(await chat(simulator, "word ".repeat(5_000), {}, coding)), "usage");
    const input = Number(dig(usage, "prompt_tokens")) * 6.9;
    const cost = (input + Number(dig(usage, "completion_tokens")) * 24) / 10_000;
    expect(cost).toBeGreaterThan(1);
    expect(await used()).toBe(Math.round(before + cost));
    await chat(simulator, "word ".repeat(5_000), { model: "glm-4.7-flash" }, { key: planKey });
    expect(await used()).toBe(Math.round(before + cost));
  });

  it("counts tokens and tool calls on BigModel", async () => {
    const rows = await limits(undefined, bigmodelPlanKey, china);
    expect(rows).toMatchObject([
      { type: "TOKENS_LIMIT", unit: 3, number: 5, usage: 800_000_000, currentValue: 88_000_000, percentage: 11 },
      { type: "TOKENS_LIMIT", unit: 6, number: 1, percentage: 42 },
      {
        type: "TIME_LIMIT",
        unit: 5,
        number: 1,
        usage: 1000,
        usageDetails: [{ modelCode: "search-prime" }, { modelCode: "web-reader" }, { modelCode: "zread", usage: 0 }],
      },
    ]);
    await chat(
      simulator,
      "hi",
      {},
      { host: china, key: bigmodelPlanKey, path: "/api/coding/paas/v4/chat/completions" },
    );
    const more = await limits(undefined, bigmodelPlanKey, china);
    expect(dig(more[0], "currentValue")).toBeGreaterThan(88_000_000);
  });

  it("comes in every shape that was seen", async () => {
    expect((await limits("quota-tokens")).map((row) => dig(row, "type"))).toEqual([
      "TOKENS_LIMIT",
      "TOKENS_LIMIT",
      "TIME_LIMIT",
    ]);
    expect(await limits("quota-credits", bigmodelPlanKey, china)).toMatchObject([
      { type: "CREDIT_LIMIT" },
      { unit: 6 },
    ]);
    const [first] = await limits("quota-percentage");
    expect(Object.keys(first as object).toSorted()).toEqual(["nextResetTime", "number", "percentage", "type", "unit"]);
    expect((await limits("quota-bare"))[1]).toEqual({ type: "TOKENS_LIMIT", percentage: 42 });
    expect((await limits("quota-nulls"))[0]).toMatchObject({ usage: null, percentage: null, nextResetTime: null });
    expect((await limits("quota-unknown-type")).at(-1)).toMatchObject({ type: "WISH_LIMIT", unit: 9, number: 3 });
    simulator.setScenario({ name: "quota-level-number" });
    expect(dig(json(await quota()), "data", "level")).toBe(2);
    expect((await limits("quota-full"))[0]).toMatchObject({ percentage: 100, remaining: 0 });
    simulator.setScenario({ name: "quota-used", value: 96 });
    expect(dig(json(await quota()), "data", "limits")).toMatchObject([{ percentage: 96 }, { percentage: 42 }]);
    expect((await limits("quota-used"))[0]).toMatchObject({ percentage: 85 });
    const [unused] = await limits("quota-unused");
    expect(unused).toMatchObject({ percentage: 0, currentValue: 0 });
    expect(unused).not.toHaveProperty("nextResetTime");
  });

  it.each([
    ["no plan", paygKey, undefined],
    ["nothing at all", emptyKey, undefined],
    ["a plan that ran out", expiredPlanKey, undefined],
    ["a plan, and a scenario", planKey, "quota-no-plan"],
  ])("says to an account with %s that there is no plan", async (_name, key, name) => {
    simulator.setScenario(name === undefined ? undefined : { name });
    const answer = await quota(key);
    expect([answer.status, json(answer)]).toEqual([
      200,
      { code: 500, msg: expect.stringContaining("coding plan") as unknown, success: false },
    ]);
  });

  it("fails with status 200", async () => {
    for (const code of [401, 500, 1001]) {
      simulator.setScenario({ name: "quota-error", value: code });
      expect(json(await quota())).toEqual({ code, msg: expect.any(String) as unknown, success: false });
    }
    simulator.setScenario({ name: "1302" });
    expect(json(await quota())).toMatchObject({ code: 1302, success: false });
  });

  it("is only for GET, and only there", async () => {
    expect((await ask("/api/monitor/usage/quota/limit", planKey, "api.z.ai", { method: "POST" })).status).toBe(404);
    expect((await ask("/api/monitor/usage/other", planKey)).status).toBe(404);
  });
});

const two = (value: number): string => String(value).padStart(2, "0");
const local = (time: Date): string =>
  `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
const period = (hours: number): string => {
  const query = {
    startTime: local(new Date(Date.now() - hours * 3_600_000)),
    endTime: local(new Date(Date.now() + 1000)),
  };
  return new URLSearchParams(query).toString();
};

describe("usage", () => {
  it("counts chats by hour, with null for hours without any", async () => {
    const model = { model: "glm-4.7" };
    const first = json(await chat(simulator, "one", model));
    const second = json(await chat(simulator, "two"));
    const tokens = [first, second].map((answer) => Number(dig(answer, "usage", "total_tokens")));
    const data = dig(json(await ask(`/api/monitor/usage/model-usage?${period(24)}`, paygKey)), "data");
    const times = dig(data, "x_time") as string[];
    expect(times[0]).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:00$/);
    expect(times.length).toBeGreaterThanOrEqual(25);
    const calls = dig(data, "modelCallCount") as (number | null)[];
    expect(calls).toHaveLength(times.length);
    expect(calls[0]).toBeNull();
    expect(calls.reduce<number>((sum, each) => sum + (each ?? 0), 0)).toBe(2);
    const all = tokens.reduce((sum, each) => sum + each, 0);
    expect(dig(data, "totalUsage")).toEqual({
      totalModelCallCount: 2,
      totalTokensUsage: all,
      modelSummaryList: [
        { modelName: "glm-4.7", totalTokens: tokens[0] },
        { modelName: "glm-5.3", totalTokens: tokens[1] },
      ],
    });
    expect(dig(data, "modelDataList", 0, "modelName")).toBe("glm-4.7");
    const days = dig(json(await ask(`/api/monitor/usage/model-usage?${period(24 * 7)}`, paygKey)), "data", "x_time");
    expect(days).toHaveLength(8);
  });

  it("shows the plan's tools, nulls included", async () => {
    const path = `/api/monitor/usage/tool-usage?${period(24)}`;
    const data = dig(json(await ask(path, planKey)), "data");
    expect(dig(data, "networkSearchCount")).toContain(null);
    expect(dig(data, "networkSearchCount")).toContain(3);
    expect(dig(data, "totalUsage", "totalNetworkSearchCount")).toBeGreaterThan(0);
    expect(dig(data, "totalUsage", "toolDetails", 0, "modelName")).toBe("search-prime");
    expect(dig(json(await ask(path, paygKey)), "data", "totalUsage", "totalSearchMcpCount")).toBe(0);
  });

  it.each([
    "",
    "startTime=2026-11-20 00:00:00",
    "startTime=2026-11-20T00:00:00&endTime=2026-11-21 00:00:00",
    "startTime=2026-11-21 00:00:00&endTime=2026-11-20 00:00:00",
    "startTime=2026-01-01 00:00:00&endTime=2026-11-20 00:00:00",
    "startTime=2026-13-41 00:00:00&endTime=2026-11-20 00:00:00",
  ])("refuses the period %s", async (query) => {
    const answer = json(await ask(`/api/monitor/usage/model-usage?${query.replaceAll(" ", "%20")}`, planKey));
    expect(answer).toMatchObject({ code: 500, success: false });
  });
});

const list = async (key: string, host?: string): Promise<unknown> =>
  dig(json(await ask("/api/biz/subscription/list", key, host)), "data");

describe("subscription and balance", () => {
  it("names the plan and when it ends", async () => {
    expect(await list(planKey)).toMatchObject([
      { productName: "GLM Coding Pro", status: "VALID", autoRenew: 1, inCurrentPeriod: true },
    ]);
    expect(dig(await list(planKey), 0, "valid")).toMatch(/^\d{4}-\d{2}-\d{2}-\d{4}-\d{2}-\d{2}$/);
    expect(await list(litePlanKey)).toMatchObject([{ productName: "GLM Coding Lite" }]);
    expect(await list(bigmodelPlanKey, china)).toMatchObject([{ productName: "GLM Coding Pro" }]);
    expect(await list(expiredPlanKey)).toMatchObject([
      { status: "EXPIRED", nextRenewTime: null, inCurrentPeriod: false },
    ]);
    expect(await list(paygKey)).toEqual([]);
  });

  it("tells the balance and BigModel's packs", async () => {
    const report = "/api/biz/account/query-customer-account-report";
    expect(dig(json(await ask(report, paygKey)), "data")).toMatchObject({ balance: 42.5, availableBalance: 42.5 });
    expect(dig(json(await ask(report, emptyKey)), "data")).toMatchObject({ balance: 0, availableBalance: 0 });
    const packs = "/api/biz/tokenAccounts/list/my?pageNum=1&pageSize=100";
    expect(json(await ask(packs, bigmodelPaygKey, china))).toMatchObject({
      success: true,
      rows: [{ status: "EFFECTIVE", tokenBalance: 4_200_000, suitableModel: "glm-4.7" }],
    });
    expect(dig(json(await ask(packs, paygKey)), "rows")).toEqual([]);
    expect(json(await ask("/api/biz/tokenAccounts/list/my?pageNum=0", paygKey))).toMatchObject({ success: false });
  });

  it("goes with what a chat is refused for", async () => {
    const coding = (key: string): Promise<Answer> =>
      chat(simulator, "hi", {}, { path: "/api/coding/paas/v4/chat/completions", key });
    expect(verdict(await coding(litePlanKey))).toBe("200/ok");
    expect(verdict(await coding(expiredPlanKey))).toBe("429/1309");
    expect(verdict(await chat(simulator, "hi", {}, { key: litePlanKey }))).toBe("429/1113");
    expect(verdict(await chat(simulator, "hi", {}, { key: expiredPlanKey }))).toBe("429/1113");
  });
});

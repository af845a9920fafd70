import { afterEach, describe, expect, it } from "vitest";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer } from "../../../fakes/apiServer.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

async function answering(answer: unknown) {
  const running = await startApiServer((_request, response) => sendJson(response, 200, answer));
  server = running;
  return { usage: clientFor(running.endpoint()).usage, running };
}

const fine = (data: unknown) => ({ code: 200, msg: "Operation successful", success: true, data });
const asked = ({ received }: ApiServer) => received.map(({ method, path }) => `${method} ${decodeURIComponent(path)}`);
/** 2026-11-20 16:00 to 2026-11-21 16:59:59 on the platform's clock (UTC+8). */
const range = { from: Date.UTC(2026, 10, 20, 8), to: Date.UTC(2026, 10, 21, 8, 59, 59) };

describe("the use of models", () => {
  it("is asked for in the platform's time, and keeps hours without use in their place", async () => {
    const { usage, running } = await answering(
      fine({
        x_time: ["2026-11-20 16:00", "2026-11-20 17:00", null],
        modelCallCount: [null, 3, 4],
        tokensUsage: [null, "1200", 9],
        totalUsage: {
          totalModelCallCount: 7,
          totalTokensUsage: 1209,
          modelSummaryList: [
            { modelName: "GLM-5.3", totalTokens: 1209 },
            { modelName: null },
            null,
            { modelName: "GLM-5.2" },
          ],
        },
        modelDataList: [{ modelName: "GLM-5.3", tokensUsage: [null, 1200, 9] }],
      }),
    );
    expect(await usage.models(range)).toEqual({
      calls: 7,
      tokens: 1209,
      points: [
        { at: Date.UTC(2026, 10, 20, 8), calls: undefined, tokens: undefined },
        { at: Date.UTC(2026, 10, 20, 9), calls: 3, tokens: 1200 },
        { at: undefined, calls: 4, tokens: 9 },
      ],
      models: [{ name: "GLM-5.3", tokens: 1209 }, { name: "GLM-5.2" }],
    });
    expect(asked(running)).toEqual([
      "GET /api/monitor/usage/model-usage?startTime=2026-11-20+16:00:00&endTime=2026-11-21+16:59:59",
    ]);
  });

  it("may be empty, incomplete or not there at all, but nothing else", async () => {
    const empty = { calls: undefined, tokens: undefined, points: [], models: [] };
    expect(await (await answering(fine({}))).usage.models(range)).toEqual(empty);
    await server?.close();
    expect(await (await answering(fine({ x_time: null, totalUsage: null }))).usage.models(range)).toEqual(empty);
    await server?.close();
    expect(await (await answering({ code: 200, success: true })).usage.models(range)).toEqual(empty);
    await server?.close();
    expect((await failure((await answering(fine("none"))).usage.models(range))).code).toBe("invalid-response");
  });

  it("needs a range that ends after it begins, before anything is sent", async () => {
    const { usage, running } = await answering(fine({}));
    const backwards = { from: range.to, to: range.from };
    expect(await failure(usage.models(backwards))).toMatchObject({
      code: "bad-request",
      details: { field: "startTime", rule: "before endTime" },
    });
    expect((await failure(usage.tools({ from: 0, to: Number.NaN }))).code).toBe("bad-request");
    expect((await failure(usage.tools({ from: -Infinity, to: 0 }))).code).toBe("bad-request");
    expect(running.received).toHaveLength(0);
  });
});

describe("the use of tools", () => {
  it("counts searches, pages and repositories", async () => {
    const { usage, running } = await answering(
      fine({
        x_time: ["2026-11-20 16:00"],
        networkSearchCount: [2],
        webReadMcpCount: [null],
        zreadMcpCount: [1],
        totalUsage: {
          totalNetworkSearchCount: 2,
          totalWebReadMcpCount: 0,
          totalZreadMcpCount: 1,
          totalSearchMcpCount: 3,
          toolDetails: [{ modelName: "search-prime", totalUsageCount: 2 }],
        },
      }),
    );
    expect(await usage.tools(range)).toEqual({
      searches: 2,
      pagesRead: 0,
      repositoriesRead: 1,
      total: 3,
      points: [{ at: Date.UTC(2026, 10, 20, 8), searches: 2, pagesRead: undefined, repositoriesRead: 1 }],
      tools: [{ name: "search-prime", calls: 2 }],
    });
    expect(asked(running)[0]).toContain("GET /api/monitor/usage/tool-usage?startTime=");
  });
});

describe("subscriptions", () => {
  it("have a product, a state and a day of renewal, in whatever form these come", async () => {
    const { usage, running } = await answering(
      fine([
        {
          productName: "GLM Coding Pro",
          status: "VALID",
          valid: "2026-10-01-2026-11-01",
          nextRenewTime: "2026-11-01",
          autoRenew: 1,
          inCurrentPeriod: true,
        },
        { productName: null, status: "EXPIRED", nextRenewTime: 1_795_270_000_000, autoRenew: "0" },
        null,
      ]),
    );
    expect(await usage.subscriptions()).toEqual([
      {
        product: "GLM Coding Pro",
        status: "VALID",
        period: "2026-10-01-2026-11-01",
        renewsAt: Date.UTC(2026, 9, 31, 16),
        renewsByItself: true,
        current: true,
      },
      { product: "", status: "EXPIRED", renewsAt: 1_795_270_000_000, renewsByItself: false },
    ]);
    expect(asked(running)).toEqual(["GET /api/biz/subscription/list"]);
  });

  it("may be none", async () => {
    expect(await (await answering(fine(null))).usage.subscriptions()).toEqual([]);
  });
});

describe("the balance", () => {
  it("is an amount with where it came from and went to", async () => {
    const { usage, running } = await answering(
      fine({
        balance: 42.5,
        rechargeAmount: 100,
        giveAmount: "10.00",
        totalSpendAmount: 67.5,
        frozenBalance: 0,
        availableBalance: 42.5,
      }),
    );
    expect(await usage.balance()).toEqual({
      balance: 42.5,
      available: 42.5,
      frozen: 0,
      recharged: 100,
      given: 10,
      spent: 67.5,
    });
    expect(asked(running)).toEqual(["GET /api/biz/account/query-customer-account-report"]);
  });

  it.each([[null], [{}], [[]], ["42"]])("is not made up from %j", async (data) => {
    expect((await failure((await answering(fine(data))).usage.balance())).code).toBe("invalid-response");
  });
});

describe("resource packs", () => {
  it("stand beside the envelope's data, not in it", async () => {
    const { usage, running } = await answering({
      code: 200,
      rows: [
        {
          tokenBalance: 800,
          tokensMagnitude: 10_000,
          status: "EFFECTIVE",
          resourcePackageName: "GLM-5.3 pack",
          suitableModel: "glm-5.3",
        },
        { tokenBalance: null, status: "EXPIRED" },
      ],
    });
    expect(await usage.resourcePacks()).toEqual([
      { name: "GLM-5.3 pack", model: "glm-5.3", status: "EFFECTIVE", remaining: 800, total: 10_000 },
      { name: "", status: "EXPIRED" },
    ]);
    expect(asked(running)).toEqual(["GET /api/biz/tokenAccounts/list/my?pageNum=1&pageSize=100"]);
  });

  it("may be none", async () => {
    expect(await (await answering({ code: 200, rows: [] })).usage.resourcePacks()).toEqual([]);
  });
});

import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { createQuirks } from "../../../../src/api/chat/fixups.ts";
import type { QuotaWindow } from "../../../../src/api/usage/usageQuota.ts";
import { officialEndpoint } from "../../../../src/api/platforms.ts";
import { clientFor, failure, key } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer } from "../../../fakes/apiServer.ts";
import * as shapes from "../../../fixtures/quota.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

/** Quota of a service that gives these answers, the last one again and again. */
async function answering(...answers: unknown[]) {
  const running = await startApiServer((_request, response, turn) =>
    sendJson(response, 200, answers[Math.min(turn, answers.length - 1)]),
  );
  server = running;
  const client = clientFor(running.endpoint());
  return { read: () => client.usage.quota(), client, running };
}

async function windowsOf(answer: unknown): Promise<readonly Partial<QuotaWindow>[]> {
  const { read } = await answering(answer);
  const { windows } = (await read()) ?? { windows: [] };
  // Members without a value are left out, so that expectations need not list them.
  return windows.map((window) => JSON.parse(JSON.stringify(window)) as QuotaWindow);
}

describe("the quota of a plan", () => {
  it("has a window of five hours, a week and the month's tools, with what the service calls usage as its total", async () => {
    const { read, running } = await answering(shapes.tokensAndTime);
    expect((await read())?.level).toBe("pro");
    expect(running.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /api/monitor/usage/quota/limit",
    ]);
    await running.close();
    expect(await windowsOf(shapes.tokensAndTime)).toEqual([
      {
        kind: "5-hours",
        name: "TOKENS_LIMIT",
        usedPercent: 15,
        used: 127_694_464,
        total: 800_000_000,
        remaining: 672_305_536,
        resetsAt: 1_795_270_000_000,
      },
      { kind: "week", name: "TOKENS_LIMIT", usedPercent: 42, resetsAt: 1_795_600_000_000 },
      {
        kind: "month-tools",
        name: "TIME_LIMIT",
        usedPercent: 2,
        used: 28,
        total: 1000,
        remaining: 972,
        resetsAt: 1_796_900_000_000,
        details: [
          { name: "search-prime", used: 20 },
          { name: "web-reader", used: 8 },
          { name: "zread", used: 0 },
        ],
      },
    ]);
  });

  it("counts in credits on newer plans", async () => {
    expect(await windowsOf(shapes.credits)).toEqual([
      {
        kind: "5-hours",
        name: "CREDIT_LIMIT",
        usedPercent: 11,
        used: 3341,
        total: 28_000,
        remaining: 24_658,
        resetsAt: 1_787_563_232_239,
      },
      { kind: "week", name: "CREDIT_LIMIT", usedPercent: 50, used: 70_000, total: 140_000, remaining: 70_000 },
    ]);
  });

  it("may tell a percentage only", async () => {
    expect(await windowsOf(shapes.percentageOnly)).toEqual([{ kind: "5-hours", name: "TOKENS_LIMIT", usedPercent: 7 }]);
  });

  it("goes by the order of rows that do not name their window", async () => {
    expect(await windowsOf(shapes.windowsUnnamed)).toEqual([
      { kind: "5-hours", name: "TOKENS_LIMIT", usedPercent: 30 },
      { kind: "month-tools", name: "TIME_LIMIT", usedPercent: 1 },
      { kind: "week", name: "TOKENS_LIMIT", usedPercent: 60 },
    ]);
  });

  it("knows the week when it is counted in days", async () => {
    expect((await windowsOf(shapes.weekInDays)).map(({ kind }) => kind)).toEqual(["week", "week"]);
  });

  it("keeps what it does not know, by its name", async () => {
    expect(await windowsOf(shapes.unknownTypes)).toEqual([
      {
        kind: "other",
        name: "VIDEO_LIMIT",
        span: { count: 1, unit: "day" },
        usedPercent: 40,
        used: 4,
        total: 10,
        remaining: 6,
      },
      { kind: "other", name: "TOKENS_LIMIT", span: { count: 3, unit: "month" }, usedPercent: 3 },
      { kind: "other", name: "CREDIT_LIMIT", span: { count: 2, unit: 9 }, usedPercent: 4 },
    ]);
  });

  it("takes a level that is a number, and no limits", async () => {
    const { read } = await answering(shapes.levelAsNumber, shapes.noLimits);
    expect(await read()).toEqual({ level: "2", windows: [] });
    expect(await read()).toEqual({ level: "pro", windows: [] });
  });

  it("survives nulls and numbers as text", async () => {
    expect(await windowsOf(shapes.nullsAndText)).toEqual([
      { kind: "5-hours", name: "TOKENS_LIMIT", used: 12 },
      { kind: "week", name: "TOKENS_LIMIT", usedPercent: 25, used: 50, total: 200 },
    ]);
  });

  it("never shows more than all or less than nothing, nor an impossible time", async () => {
    expect(await windowsOf(shapes.percentagesOutOfBounds)).toEqual([
      { kind: "5-hours", name: "TOKENS_LIMIT", usedPercent: 100 },
      { kind: "week", name: "TOKENS_LIMIT", usedPercent: 0 },
      { kind: "month-tools", name: "TIME_LIMIT", used: 0, total: 0 },
    ]);
  });

  it.each([
    ["English", shapes.noPlan],
    ["Chinese", shapes.noPlanChinese],
    ["no words", shapes.noPlanWithoutWords],
  ])("is undefined without a plan, which the service says in %s", async (_language, answer) => {
    expect(await (await answering(answer)).read()).toBeUndefined();
  });

  it("tells errors that come with HTTP 200, without trying again", async () => {
    const busy = await answering(shapes.systemBusy);
    expect(await failure(busy.read())).toMatchObject({ code: "server", details: { serviceCode: "500", status: 200 } });
    expect(busy.running.received).toHaveLength(1);
  });

  it.each([[{}], [[]], ["text"], [{ code: 0, data: {} }], [{ success: "yes" }]])(
    "is not read from %j, which is no envelope of success",
    async (answer) => {
      expect((await failure((await answering(answer)).read())).code).toBe("invalid-response");
    },
  );

  it("is no part of a plain OpenAI-like server", async () => {
    const { running } = await answering({});
    expect((await failure(clientFor(running.endpoint("openai")).usage.quota())).code).toBe("not-offered");
    expect(running.received).toHaveLength(0);
  });

  it("has no endpoint any more one day, and that is an error of its own", async () => {
    server = await startApiServer((_request, response) => sendJson(response, 404, { code: 404, msg: "Not Found" }));
    expect((await failure(clientFor(server.endpoint()).usage.quota())).code).toBe("wrong-path");
  });

  it("is asked for with a short deadline", async () => {
    server = await startApiServer(() => {});
    const impatient = clientFor(server.endpoint(), { deadlines: { usage: 40 } });
    expect(await failure(impatient.usage.quota())).toMatchObject({ code: "timeout", details: { deadline: "total" } });
  });

  it("of any data at all is a quota, no plan, or invalid-response", async () => {
    const row = fc.record(
      {
        type: fc.oneof(fc.constantFrom("TOKENS_LIMIT", "TIME_LIMIT", "CREDIT_LIMIT"), fc.jsonValue()),
        unit: fc.oneof(fc.integer({ min: 0, max: 7 }), fc.jsonValue()),
        number: fc.oneof(fc.integer({ min: 0, max: 7 }), fc.jsonValue()),
        usage: fc.oneof(fc.double({ noNaN: true }), fc.jsonValue()),
        currentValue: fc.oneof(fc.double({ noNaN: true }), fc.jsonValue()),
        remaining: fc.jsonValue(),
        percentage: fc.oneof(fc.double({ noNaN: true }), fc.string(), fc.jsonValue()),
        nextResetTime: fc.oneof(fc.double({ noNaN: true }), fc.jsonValue()),
        usageDetails: fc.oneof(
          fc.array(fc.record({ modelCode: fc.jsonValue(), usage: fc.jsonValue() })),
          fc.jsonValue(),
        ),
      },
      { requiredKeys: [] },
    );
    const data = fc.oneof(
      fc.jsonValue(),
      fc.record({ level: fc.jsonValue(), limits: fc.oneof(fc.array(row), fc.jsonValue()) }, { requiredKeys: [] }),
    );
    await fc.assert(
      fc.asyncProperty(data, async (value) => {
        // 1e999 is JSON, and Infinity once parsed.
        const body = JSON.stringify({ code: 200, success: true, data: value }).replaceAll(
          "1.7976931348623157e+308",
          "1e999",
        );
        const transport = async () => new Response(body, { headers: { "Content-Type": "application/json" } });
        const client = clientFor(officialEndpoint("zai-coding"), { transport });
        let quota;
        try {
          quota = await client.usage.quota();
        } catch (thrown) {
          expect(thrown).toMatchObject({ name: "ApiError", code: "invalid-response" });
          return;
        }
        for (const window of quota?.windows ?? []) {
          const { usedPercent, used, total, remaining, resetsAt } = window;
          for (const number of [usedPercent, used, total, remaining, resetsAt]) {
            expect(number === undefined || Number.isFinite(number)).toBe(true);
          }
          expect(usedPercent === undefined || (usedPercent >= 0 && usedPercent <= 100)).toBe(true);
          expect(resetsAt === undefined || !Number.isNaN(new Date(resetsAt).getTime())).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

const formsOf = ({ received }: ApiServer) => received.map(({ headers }) => headers.authorization);

it("is the exact share of what counts up to a total", async () => {
  const counts = Array.from({ length: 101 }, (_, used) => used);
  const limits = counts.map((currentValue) => ({ type: "VIDEO_LIMIT", currentValue, usage: 100 }));
  expect(
    (await windowsOf({ code: 200, success: true, data: { limits } })).map(({ usedPercent }) => usedPercent),
  ).toEqual(counts);
});

it("tries once only, also when the caller names no number of tries", async () => {
  const running = await startApiServer((_request, response) => sendJson(response, 500, {}));
  server = running;
  await failure(clientFor(running.endpoint()).usage.quota({ retries: undefined }));
  expect(running.received).toHaveLength(1);
});

describe("the form of the key", () => {
  it("is the raw one first, then once with Bearer, and the one that worked is remembered", async () => {
    const { read, client, running } = await answering(shapes.keyNotReceived, shapes.tokensAndTime);
    await read();
    await client.usage.subscriptions().catch(() => {});
    expect(formsOf(running)).toEqual([key, `Bearer ${key}`, `Bearer ${key}`]);
  });

  it("is remembered by who makes clients, with what else was learnt, and by nobody else", async () => {
    const { running } = await answering(shapes.keyNotReceived, shapes.tokensAndTime);
    const quirks = createQuirks();
    await clientFor(running.endpoint(), { quirks }).usage.quota();
    await clientFor(running.endpoint(), { quirks }).usage.quota();
    await clientFor(running.endpoint()).usage.quota();
    expect(formsOf(running)).toEqual([key, `Bearer ${key}`, `Bearer ${key}`, key]);
  });

  it("stays raw where that works", async () => {
    const { read, running } = await answering(shapes.tokensAndTime);
    await read();
    await read();
    expect(formsOf(running)).toEqual([key, key]);
  });

  it("is tried in both ways and no third time when the key is wrong, and neither is remembered", async () => {
    const { read, running } = await answering(shapes.keyRefused);
    expect((await failure(read())).code).toBe("key-rejected");
    expect((await failure(read())).code).toBe("key-rejected");
    expect(formsOf(running)).toEqual([key, `Bearer ${key}`, key, `Bearer ${key}`]);
  });
});

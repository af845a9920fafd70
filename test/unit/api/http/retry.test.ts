import { describe, expect, it } from "vitest";
import { createContext } from "../../../../src/api/client.ts";
import { ApiError, type ApiErrorDetails } from "../../../../src/api/errors.ts";
import { customEndpoint } from "../../../../src/api/platforms.ts";
import { createRetry } from "../../../../src/api/http/retry.ts";
import { codeOfService } from "../../../../src/api/http/serviceCodes.ts";
import type { Clock } from "../../../../src/api/transport.ts";

const now = Date.UTC(2026, 10, 21, 8);
const never = ["1000", "1001", "1002", "1004", "1005", "1110", "1111", "1112", "1113", "1121", "1210", "1211", "1212"]
  .concat(["1213", "1214", "1215", "1220", "1221", "1222", "1261", "1300", "1301", "1304", "1309", "1311", "1313"])
  .concat(["1314", "1315", "1702", "1703", "insufficient_quota", "invalid_api_key"]);
const backOff = ["1100", "1120", "1200", "1230", "1234", "1303", "1305", "1701", "rate_limit_exceeded"];
const untilReset = ["1308", "1310", "1316", "1317", "1318", "1319", "1320", "1321"];

const transport = () => Promise.reject(new Error("nothing is sent here"));

/** What one call does that keeps failing in the same way. */
async function outcome(details: ApiErrorDetails, code = codeOfService(details.serviceCode ?? "") ?? "bad-request") {
  const slept: number[] = [];
  const slowDowns: number[] = [];
  const clock: Clock = {
    now: () => now,
    after: () => () => {},
    async sleep(milliseconds) {
      slept.push(milliseconds);
    },
  };
  const endpoint = customEndpoint("http://localhost:1/v1", "zai");
  if (!endpoint) throw new Error("loopback must be allowed");
  const context = createContext({
    endpoint,
    apiKey: "k",
    clock,
    transport,
    userAgent: "test",
    random: () => 0.5,
    governor: {
      acquire: () => expect.unreachable("a back-off holds no place"),
      slowDown: (until) => slowDowns.push(until - now),
    },
  });
  const retry = createRetry(context, {});
  const error = new ApiError(code, details);
  for (let attempt = 0; attempt < 10; attempt++) {
    const thrown = await retry.waitOrThrow(error).catch((reason: unknown) => reason);
    if (thrown === undefined) continue;
    expect(thrown).toBe(error);
    break;
  }
  return { slept, slowDowns };
}

const sleepsOf = async (details: ApiErrorDetails, code?: Parameters<typeof outcome>[1]) =>
  (await outcome(details, code)).slept;

it("is not made where the user has to change something first", async () => {
  for (const systemCode of ["ECONNREFUSED", "ERR_NO_SUPPORTED_PROXIES", "ERR_PROXY_AUTH_REQUESTED"]) {
    expect(await sleepsOf({ systemCode }, "unreachable")).toEqual([]);
  }
  expect(await sleepsOf({ systemCode: "ERR_TUNNEL_CONNECTION_FAILED" }, "unreachable")).toHaveLength(3);
});

describe("a business code", () => {
  it.each(never)("%s is never tried again, not even when a header says so", async (serviceCode) => {
    expect(await sleepsOf({ serviceCode })).toEqual([]);
    expect(await sleepsOf({ serviceCode, shouldRetry: true })).toEqual([]);
    expect(await sleepsOf({ serviceCode, retryAfterSeconds: 1 })).toEqual([]);
  });

  it.each(backOff)("%s backs off", async (serviceCode) => {
    expect(await sleepsOf({ serviceCode })).toEqual([1_000, 4_000, 16_000]);
  });

  it.each(["1302", "1312"])("%s waits longer", async (serviceCode) => {
    expect(await sleepsOf({ serviceCode })).toEqual([7_000, 21_000, 60_000]);
  });

  it.each(["1003", "1231"])("%s is tried once", async (serviceCode) => {
    expect(await sleepsOf({ serviceCode })).toEqual([1_000]);
  });

  it.each(untilReset)("%s waits for a reset within a minute, and for no later one", async (serviceCode) => {
    expect(await sleepsOf({ serviceCode, resetAt: now + 30_000 })).toEqual([31_000, 31_000, 31_000]);
    expect(await sleepsOf({ serviceCode, retryAfterSeconds: 20 })).toEqual([21_000, 21_000, 21_000]);
    expect(await sleepsOf({ serviceCode, resetAt: now - 2_000 })).toEqual([1_000, 1_000, 1_000]);
    for (const resetAt of [now + 61_000, now - 28_800_000, undefined]) {
      expect(await sleepsOf({ serviceCode, resetAt })).toEqual([]);
    }
  });

  it("about the pace of the account tells the governor until when to hold back, also when it is final", async () => {
    expect((await outcome({ serviceCode: "1302" })).slowDowns).toEqual([7_000, 21_000, 60_000, 60_000]);
    expect((await outcome({ serviceCode: "1303", retryAfterSeconds: 600 })).slowDowns).toEqual([60_000]);
    expect((await outcome({ serviceCode: "1312" })).slowDowns).toEqual([]);
  });
});

describe("a deadline", () => {
  it("of the first byte is given a second chance, one", async () => {
    expect(await sleepsOf({ deadline: "first-byte" }, "timeout")).toEqual([1_000]);
  });

  it("is none of that when something had come, or when it is another one", async () => {
    expect(await sleepsOf({ deadline: "first-byte", afterOutput: true }, "timeout")).toEqual([]);
    for (const deadline of ["idle", "total"] as const) expect(await sleepsOf({ deadline }, "timeout")).toEqual([]);
  });
});

describe("what the service asks for", () => {
  it("lengthens a pause, but not to minutes", async () => {
    expect(await sleepsOf({ serviceCode: "1305", retryAfterSeconds: 9 })).toEqual([9_000, 9_000, 16_000]);
    expect(await sleepsOf({ serviceCode: "1305", retryAfterSeconds: 61 })).toEqual([]);
  });

  it("shortens a long pause", async () => {
    expect(await sleepsOf({ serviceCode: "1302", retryAfterSeconds: 3 })).toEqual([3_000, 4_000, 16_000]);
  });

  it("counts more than a code that we do not know", async () => {
    expect(await sleepsOf({ shouldRetry: false }, "server")).toEqual([]);
    expect(await sleepsOf({ shouldRetry: true }, "bad-request")).toEqual([1_000, 4_000, 16_000]);
    expect(await sleepsOf({ serviceCode: "1305", shouldRetry: false })).toEqual([]);
  });

  it("never leads to a repetition after output, or without a key", async () => {
    expect(await sleepsOf({ serviceCode: "1305", afterOutput: true, shouldRetry: true })).toEqual([]);
    expect(await sleepsOf({ serviceCode: "1003" }, "no-key")).toEqual([]);
  });
});

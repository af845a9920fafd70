import { describe, expect, it } from "vitest";
import { ApiError } from "../../../../src/api/errors.ts";
import type { Governor } from "../../../../src/api/http/governor.ts";
import type { OfficialPlatformId } from "../../../../src/api/platforms.ts";
import type { Transport } from "../../../../src/api/transport.ts";
import type { Service } from "../../../../src/core/keyFinding.ts";
import { keyWords } from "../../../../src/core/keyWords.ts";
import { probeKey, type Probe } from "../../../../src/features/account/probe.ts";
import { key as strangeKey } from "../../../fakes/apiClient.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";
import { chinese, english } from "../../../fakes/translations.ts";
import {
  bigmodelPaygKey,
  bigmodelPlanKey,
  emptyKey,
  expiredPlanKey,
  litePlanKey,
  paygKey,
  planKey,
} from "../../../zai-server/accounts.ts";

const simulator = await simulatorForFile();
const zaiFirst: readonly Service[] = ["zai", "bigmodel"];
const bigmodelFirst: readonly Service[] = ["bigmodel", "zai"];

function probe(key: string, more: Partial<Probe> & { readonly transport?: Transport } = {}) {
  const { transport, ...rest } = more;
  return probeKey({
    order: zaiFirst,
    signal: new AbortController().signal,
    clientFor: (platform: OfficialPlatformId) =>
      Promise.resolve(simulatorClient(simulator, platform, { apiKey: key, ...(transport && { transport }) })),
    ...rest,
  });
}

/** What a user reads, in both languages; the outcome where that is no sentence about the key. */
async function verdict(key: string, more: Parameters<typeof probe>[1] = {}): Promise<readonly string[]> {
  const finding = await probe(key, more);
  if (finding.outcome === "refused") return ["refused", ...finding.by];
  if (finding.outcome === "unchecked") return ["unchecked", finding.service, finding.error.code];
  return [keyWords(finding, "en", english), keyWords(finding, "zh-cn", chinese)];
}

const asked = () => simulator.requests.map(({ method, host, path }) => `${method} ${host}${path.replace(/\?.*/, "")}`);
const chats = () => simulator.requests.filter(({ method }) => method === "POST");

const accounts: readonly (readonly [string, string, string, string])[] = [
  [
    "plan Pro, Z.AI",
    planKey,
    "Coding Plan, international, Pro: 11% of this 5-hour window used.",
    "Coding Plan 国际版 Pro：本 5 小时窗口已用 11%。",
  ],
  [
    "plan Lite, Z.AI",
    litePlanKey,
    "Coding Plan, international, Lite: 11% of this 5-hour window used.",
    "Coding Plan 国际版 Lite：本 5 小时窗口已用 11%。",
  ],
  [
    "plan, BigModel",
    bigmodelPlanKey,
    "Coding Plan, China, Pro: 11% of this 5-hour window used.",
    "Coding Plan 中国版 Pro：本 5 小时窗口已用 11%。",
  ],
  ["pay-as-you-go, Z.AI", paygKey, "Pay as you go, Z.AI: balance $42.50.", "按量付费，Z.AI：余额 $42.50。"],
  [
    "pay-as-you-go, BigModel",
    bigmodelPaygKey,
    "Pay as you go, BigModel: balance ¥188 and resource packs.",
    "按量付费，BigModel：余额 ¥188，另有资源包。",
  ],
  [
    "nothing, Z.AI",
    emptyKey,
    "Z.AI: the key is valid, but there is no balance and no plan.",
    "Z.AI：密钥有效，但没有余额，也没有套餐。",
  ],
  [
    "an ended plan, Z.AI",
    expiredPlanKey,
    "Z.AI: the Coding Plan has ended, and there is no balance.",
    "Z.AI：Coding Plan 已到期，且没有余额。",
  ],
];

describe("a pasted key", () => {
  it.each(accounts)("%s: is told apart whichever service is asked first, with GETs only", async (_, key, en, zh) => {
    expect(await verdict(key, { order: zaiFirst })).toEqual([en, zh]);
    expect(await verdict(key, { order: bigmodelFirst })).toEqual([en, zh]);
    expect(chats()).toEqual([]);
  });

  it("goes to the second service only when the first refuses it", async () => {
    await verdict(planKey, { order: zaiFirst });
    expect(asked()).toEqual(["GET api.z.ai/api/coding/paas/v4/models", "GET api.z.ai/api/monitor/usage/quota/limit"]);
    simulator.reset();
    await verdict(planKey, { order: bigmodelFirst });
    expect(asked()).toEqual([
      "GET open.bigmodel.cn/api/coding/paas/v4/models",
      "GET api.z.ai/api/coding/paas/v4/models",
      "GET api.z.ai/api/monitor/usage/quota/limit",
    ]);
    simulator.reset();
    await verdict(planKey, { order: ["bigmodel"] });
    expect(asked()).toEqual(["GET open.bigmodel.cn/api/coding/paas/v4/models"]);
  });

  it("that nobody knows is refused by both", async () => {
    expect(await verdict(strangeKey)).toEqual(["refused", "zai", "bigmodel"]);
    expect(await verdict(strangeKey, { order: bigmodelFirst })).toEqual(["refused", "bigmodel", "zai"]);
  });

  it("of a plan has its balance read, too, when somebody wants to know", async () => {
    expect(await probe(planKey, { alwaysFunds: true })).toMatchObject({ funds: { balance: 0, packs: false } });
    expect(await probe(planKey)).not.toHaveProperty("funds");
  });
});

describe("without a list of models", () => {
  const noList = { name: "spring404", match: "/models", times: 9 } as const;

  it.each(accounts)("%s: is told apart by one token that no balance pays for", async (_, key, en, zh) => {
    simulator.setScenario([noList]);
    expect(await verdict(key, { order: bigmodelFirst })).toEqual([en, zh]);
    for (const { path, body } of chats()) {
      expect(path).toBe("/api/coding/paas/v4/chat/completions");
      expect(body).toMatchObject({ model: "glm-5-turbo", max_tokens: 1, thinking: { type: "disabled" } });
    }
  });

  it("a key that nobody knows is still refused", async () => {
    simulator.setScenario([noList]);
    expect(await verdict(strangeKey)).toEqual(["refused", "zai", "bigmodel"]);
  });

  it("a free model is asked when the plan's is no longer there", async () => {
    simulator.setScenario([noList, { name: "1211", match: "/coding/paas/v4/chat", times: 9 }]);
    expect(await verdict(paygKey)).toEqual([accounts[3]?.[2], accounts[3]?.[3]]);
    expect(chats().map(({ path, body }) => [path, (body as { model: string }).model])).toEqual([
      ["/api/coding/paas/v4/chat/completions", "glm-5-turbo"],
      ["/api/paas/v4/chat/completions", "glm-4.7-flash"],
    ]);
  });
});

describe("when the console fails", () => {
  it.each([
    [planKey, "Coding Plan, international: in force.", "Coding Plan 国际版：生效中。"],
    [paygKey, "Pay as you go, Z.AI: the balance could not be read.", "按量付费，Z.AI：未能读取余额。"],
  ])("one token on the plan tells whether there is one", async (key, en, zh) => {
    simulator.setScenario({ name: "quota-error" });
    expect(await verdict(key)).toEqual([en, zh]);
    expect(chats().map(({ path }) => path)).toEqual(["/api/coding/paas/v4/chat/completions"]);
  });

  it("a plan that is used up is a plan", async () => {
    simulator.setScenario([
      { name: "quota-error", match: "/api/monitor", times: 9 },
      { name: "1308", match: "/chat/", times: 9 },
    ]);
    expect((await verdict(planKey))[0]).toBe("Coding Plan, international: in force.");
  });

  it("and the plan does not answer either, nobody knows", async () => {
    simulator.setScenario([
      { name: "quota-error", match: "/api/monitor", times: 9 },
      { name: "html502", match: "/chat/", times: 9 },
    ]);
    expect((await verdict(planKey))[0]).toBe("Z.AI: the key is valid, but its plan and balance could not be read.");
  });
});

/** Fails for one host as a cut cable does, and leads everything else to the simulator. */
const without = (host: string): Transport => {
  return (url, init) =>
    new URL(url).host === host
      ? Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ENOTFOUND" } }))
      : fetch(url.replace(/^https:..[^/]+/, simulator.url), init);
};

describe("a service that does not answer", () => {
  it("by not being reachable lets the other one be asked", async () => {
    expect(await verdict(strangeKey, { transport: without("api.z.ai") })).toEqual(["unchecked", "zai", "unreachable"]);
    expect(await verdict(strangeKey, { transport: without("open.bigmodel.cn") })).toEqual([
      "unchecked",
      "bigmodel",
      "unreachable",
    ]);
  });

  it("with an error of its own does not send the key elsewhere", async () => {
    simulator.setScenario({ name: "html502" });
    expect(await verdict(planKey)).toEqual(["unchecked", "zai", "server"]);
    expect(new Set(simulator.requests.map(({ host }) => host))).toEqual(new Set(["api.z.ai"]));
  });

  it("in time counts as not reachable", async () => {
    simulator.setScenario([{ name: "stall-first", match: "/models", value: 60_000, times: 1 }]);
    expect(await verdict(planKey, { deadline: 100, order: ["zai"] })).toEqual(["unchecked", "zai", "unreachable"]);
  });

  it("because other requests of the key run has its whole time when they are done", async () => {
    simulator.setScenario({ name: "quota-error" });
    const deadline = 1000;
    const governor: Governor = {
      async acquire({ signal, onQueued }) {
        onQueued?.();
        // Starts after the deadline of the question, and so ends after it.
        const others = AbortSignal.timeout(deadline);
        await new Promise((resolve) => others.addEventListener("abort", resolve));
        if (signal?.aborted) throw new ApiError("cancelled");
        return { release() {} };
      },
      slowDown() {},
    };
    const clientFor = (platform: OfficialPlatformId) =>
      Promise.resolve(simulatorClient(simulator, platform, { apiKey: planKey, governor }));
    expect((await verdict(planKey, { deadline, clientFor }))[0]).toBe("Coding Plan, international: in force.");
  });
});

it("a check that is cancelled at the second service counts as cancelled, whatever the first one did", async () => {
  simulator.setScenario([{ name: "stall-first", match: "/models", value: 60_000, times: 9 }]);
  const controller = new AbortController();
  const running = verdict(planKey, { signal: controller.signal, transport: without("api.z.ai") });
  await expect.poll(() => simulator.requests.length).toBe(1);
  controller.abort();
  expect(await running).toEqual(["unchecked", "bigmodel", "cancelled"]);
});

it.each(["/models", "/api/monitor"])(
  "a check that is cancelled at %s ends at once and tries nothing else",
  async (at) => {
    simulator.setScenario([{ name: "stall-first", match: at, value: 60_000, times: 9 }]);
    const controller = new AbortController();
    const running = verdict(planKey, { signal: controller.signal });
    await expect.poll(() => simulator.requests.some(({ path }) => path.includes(at))).toBe(true);
    const before = simulator.requests.length;
    controller.abort();
    expect(await running).toEqual(["unchecked", "zai", "cancelled"]);
    expect(simulator.requests).toHaveLength(before);
  },
);

import { describe, expect, it } from "vitest";
import { builtInCatalog } from "../../../src/api/models/catalog.ts";
import { platforms } from "../../../src/api/platforms.ts";
import {
  freeChatModel,
  nextPlatform,
  serviceOf,
  services,
  type AcceptedKey,
  type Funds,
  type PlanFinding,
} from "../../../src/core/keyFinding.ts";
import { bothHosts, keyWords, policyWords } from "../../../src/core/keyWords.ts";
import { plainText } from "../../../src/host/plainText.ts";
import { chinese, english } from "../../fakes/translations.ts";

const rich: Funds = { balance: 5, packs: false };
const poor: Funds = { balance: 0, packs: false };
const found = (plan: PlanFinding, funds?: Funds): AcceptedKey => ({ outcome: "accepted", service: "zai", plan, funds });
const active: PlanFinding = { state: "active", level: "pro", windows: [] };
const ended: PlanFinding = { state: "ended" };
const none: PlanFinding = { state: "none" };
const unknown: PlanFinding = { state: "unknown" };

const chosen = (platform: "zai" | "zai-coding" | "bigmodel") => ({ platform, chosen: true }) as const;
const byDefault = { platform: "zai-coding", chosen: false } as const;
const both = (key: AcceptedKey) => [keyWords(key, "en", english), keyWords(key, "zh-cn", chinese)];

describe("the platform for a key", () => {
  it("is that of its plan, which costs nothing extra", () => {
    expect(nextPlatform(found(active), byDefault)).toEqual({ use: "zai-coding" });
    expect(nextPlatform(found(active, rich), chosen("bigmodel"))).toEqual({ use: "zai-coding" });
    expect(nextPlatform(found(active, poor), chosen("zai"))).toEqual({ use: "zai-coding" });
    expect(nextPlatform({ ...found(active), service: "bigmodel" }, byDefault)).toEqual({ use: "bigmodel-coding" });
  });

  it("stays pay-as-you-go for who chose that and can pay", () => {
    expect(nextPlatform(found(active, rich), chosen("zai"))).toEqual({ keep: "zai" });
    expect(nextPlatform(found(none, rich), chosen("zai"))).toEqual({ keep: "zai" });
    expect(nextPlatform(found(unknown), chosen("zai"))).toEqual({ keep: "zai" });
  });

  it("bills a balance only after consent, be it known or not", () => {
    for (const plan of [none, ended])
      for (const funds of [rich, { balance: 0, packs: true }, undefined])
        for (const inForce of [byDefault, chosen("zai-coding"), chosen("bigmodel")])
          expect(nextPlatform(found(plan, funds), inForce)).toEqual({ ask: "zai" });
  });

  it("is never a paid one where nobody has to be asked", () => {
    for (const plan of [active, ended, none, unknown])
      for (const funds of [rich, poor, undefined])
        for (const inForce of [byDefault, chosen("zai-coding"), chosen("bigmodel"), chosen("zai")])
          expect(nextPlatform(found(plan, funds), inForce)).not.toHaveProperty("use", "zai");
  });
});

it("the two services are those of the client", () => {
  for (const { host, plan, payAsYouGo } of Object.values(services)) {
    expect(platforms[plan].baseUrl).toContain(`https://${host}/api/coding/`);
    expect(platforms[plan].payAsYouGo).toBe(payAsYouGo);
    expect(platforms[payAsYouGo].baseUrl).toContain(`https://${host}/api/paas/`);
    expect(services[serviceOf(plan) ?? "zai"].payAsYouGo).toBe(payAsYouGo);
  }
  expect(serviceOf("custom")).toBeUndefined();
});

it("a free model is a text model without a price, there", () => {
  expect(freeChatModel(builtInCatalog.models, "zai")).toBe("glm-4.7-flash");
  const free = builtInCatalog.modelInfo("glm-4.7-flash");
  expect(freeChatModel([{ ...free, platforms: ["bigmodel"] }], "zai")).toBeUndefined();
  expect(freeChatModel([{ ...free, input: ["text", "image"] }], "zai")).toBeUndefined();
});

describe("the words for a key", () => {
  it.each<[AcceptedKey, string, string]>([
    [
      found({ state: "active", level: "max", windows: [{ kind: "week", name: "CREDIT_LIMIT", usedPercent: 42.6 }] }),
      "Coding Plan, international, Max: 42% of this week used.",
      "Coding Plan 国际版 Max：本周已用 42%。",
    ],
    [
      found({ state: "active", level: "2", windows: [{ kind: "5-hours", name: "", usedPercent: 0 }] }),
      "Coding Plan, international: 0% of this 5-hour window used.",
      "Coding Plan 国际版：本 5 小时窗口已用 0%。",
    ],
    [
      found({ state: "active", level: "[x](https://x.example)", windows: [{ kind: "other", name: "WISH" }] }),
      "Coding Plan, international: in force.",
      "Coding Plan 国际版：生效中。",
    ],
    [
      found(ended, { balance: 1234.5, packs: false }),
      "Z.AI: the Coding Plan has ended; balance $1,234.50.",
      "Z.AI：Coding Plan 已到期，余额 $1,234.50。",
    ],
    [
      found(ended),
      "Z.AI: the Coding Plan has ended; the balance could not be read.",
      "Z.AI：Coding Plan 已到期，未能读取余额。",
    ],
    [
      found(unknown),
      "Z.AI: the key is valid, but its plan and balance could not be read.",
      "Z.AI：密钥有效，但未能读取套餐和余额。",
    ],
  ])("%#", (key, en, zh) => {
    expect(both(key)).toEqual([en, zh]);
  });

  it("name both hosts, the reader's first", () => {
    expect(bothHosts("en")).toBe("api.z.ai or open.bigmodel.cn");
    expect(bothHosts("zh-cn")).toBe("open.bigmodel.cn 或 api.z.ai");
  });

  it("fit into one notification together with the note on plans", () => {
    for (const t of [english, chinese]) {
      const text = `${keyWords(found({ ...active, windows: [{ kind: "5-hours", name: "", usedPercent: 100 }] }), "en", t)} ${policyWords(t)}`;
      expect(plainText(text)).toBe(text);
    }
  });
});

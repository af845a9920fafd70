import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtInCatalog } from "../../../src/api/models/catalog.ts";
import { modelPrices } from "../../../src/api/models/prices.ts";
import { officialEndpoint, type PlatformId } from "../../../src/api/platforms.ts";
import type { KnownQuota } from "../../../src/core/usageAllowances.ts";
import { statusWords, type StatusWords } from "../../../src/core/usageStatus.ts";
import { totalsByModel } from "../../../src/core/usageTotals.ts";
import type { Use } from "../../../src/api/usage/use.ts";
import { clientFor } from "../../fakes/apiClient.ts";
import { chinese, english, inChinese, inEnglish } from "../../fakes/translations.ts";
import { useOf } from "../../fakes/uses.ts";
import * as shapes from "../../fixtures/quota.ts";
import { root } from "../manifest/sourceStrings.ts";

const before = process.env["TZ"];
beforeAll(() => {
  process.env["TZ"] = "Asia/Shanghai";
});
afterAll(() => {
  if (before === undefined) delete process.env["TZ"];
  else process.env["TZ"] = before;
});

/** Before any window of the shapes is reset. */
const now = Date.UTC(2026, 7, 22);

/** What the client makes of an answer of the service; undefined when it makes an error of it. */
async function known(answer: unknown): Promise<KnownQuota | undefined> {
  const transport = async () => Response.json(answer);
  try {
    return { quota: await clientFor(officialEndpoint("zai-coding"), { transport }).usage.quota(), at: now };
  } catch {
    return undefined;
  }
}

interface Case {
  readonly platform?: PlatformId;
  readonly model?: string;
  readonly known?: KnownQuota | undefined;
  readonly uses?: readonly Use[];
  readonly at?: number;
}

function words(
  { platform = "zai-coding", model = "GLM-5.3", known: quota, uses = [], at = now }: Case,
  language: "en" | "zh",
): StatusWords {
  const t = language === "en" ? english : chinese;
  const { nameOf } = language === "en" ? inEnglish(platform) : inChinese(platform);
  const session = totalsByModel(uses, (id) => modelPrices(builtInCatalog, id));
  return statusWords(
    { platform, nameOf, model, known: quota, session, now: at, language: language === "en" ? "en" : "zh-cn" },
    t,
  );
}
const linesOf = (case_: Case) => words(case_, "en").paragraphs.flat();

const onPlan = useOf({ platform: "zai-coding" });

const hoursAndWeek = (hours: number, week: number) => [
  { kind: "5-hours", name: "", usedPercent: hours } as const,
  { kind: "week", name: "", usedPercent: week } as const,
];

const shown = (hours: number, week: number) =>
  words({ known: { quota: { windows: hoursAndWeek(hours, week) }, at: now } }, "en");

describe("the item", () => {
  it.each([
    [0, "normal"],
    [79.9, "normal"],
    [80, "warning"],
    [94.9, "warning"],
    [95, "error"],
    [100, "error"],
  ])("at %d per cent is %s", (usedPercent, level) => {
    const quota = { windows: [{ kind: "5-hours", name: "", usedPercent } as const] };
    const { text, level: told } = words({ known: { quota, at: now } }, "en");
    expect([text, told]).toEqual([`GLM-5.3 · ${Math.floor(usedPercent)}%`, level]);
  });

  it("shows the week when that is nearer to its end", () => {
    expect(shown(11, 79).text).toBe("GLM-5.3 · 11%");
    expect(shown(11, 80)).toMatchObject({ text: "GLM-5.3 · week 80%", level: "warning" });
    expect(shown(85, 90).text).toBe("GLM-5.3 · 85%");
    expect(shown(85, 96)).toMatchObject({ text: "GLM-5.3 · week 96%", level: "error" });
    expect(shown(100, 100).text).toBe("GLM-5.3 · 100%");
    const week = { windows: [{ kind: "week", name: "", usedPercent: 95 } as const] };
    expect(words({ known: { quota: week, at: now } }, "en")).toMatchObject({
      text: "GLM-5.3 · week 95%",
      level: "error",
    });
  });

  it.each([
    ["today", Date.UTC(2026, 7, 22, 8, 40), /^4:40\sPM$/, "16:40"],
    ["at night in the user's zone", Date.UTC(2026, 7, 22, 16, 5), /^Sun 12:05\sAM$/, "周日 0:05"],
    ["in four days", Date.UTC(2026, 7, 26, 9, 46), /^Wed 5:46\sPM$/, "周三 17:46"],
    ["in ten days", Date.UTC(2026, 8, 1, 1, 0), /^Sep 1 9:00\sAM$/, "9月1日 9:00"],
  ])("tells when the window is reset, also to screen readers: %s", (_, resetsAt, inEnglish_, inChinese_) => {
    const quota = { windows: [{ kind: "5-hours", name: "", usedPercent: 11, resetsAt } as const] };
    const en = words({ known: { quota, at: now } }, "en");
    expect(en.text).toMatch(/^GLM-5\.3 · 11% · /);
    expect(en.text.slice("GLM-5.3 · 11% · ".length)).toMatch(inEnglish_);
    expect(en.spoken.split(", resets ")[1]).toMatch(inEnglish_);
    const zh = words({ known: { quota, at: now } }, "zh");
    expect(zh.text).toBe(`GLM-5.3 · 11% · ${inChinese_}`);
    expect(zh.spoken).toBe(`GLM 聊天模型 GLM-5.3，5 小时窗口已用 11%，${inChinese_} 重置`);
  });

  it("shows the model alone off a plan, whatever was known of one", async () => {
    const quota = await known(shapes.credits);
    for (const platform of ["zai", "bigmodel", "custom"] as const) {
      expect(words({ platform, known: quota }, "en")).toMatchObject({
        text: "GLM-5.3",
        share: undefined,
        level: "normal",
      });
      expect(linesOf({ platform, known: quota }).join("\n")).not.toMatch(/%|Plan:/);
    }
  });

  it("forgets a window when it is reset, and one without a known reset after five hours", async () => {
    const quota = await known(shapes.credits);
    const reset = 1_787_563_232_239;
    expect(words({ known: quota, at: reset - 1 }, "en").text).toMatch(/^GLM-5\.3 · 11% · 5:20\sPM$/);
    expect(words({ known: quota, at: reset }, "en").text).toBe("GLM-5.3");
    expect(linesOf({ known: quota, at: now + 5 * 3_600_000 - 1 }).join()).toContain("Week: 50% used");
    expect(linesOf({ known: quota, at: now + 5 * 3_600_000 }).join()).not.toContain("Week");
  });
});

describe("the cost", () => {
  it("is told on Z.AI's pay-as-you-go, and what it does not count", () => {
    expect(linesOf({ platform: "zai", uses: [useOf()] })).toContain("Cost: about $0.0022");
    expect(linesOf({ platform: "zai", uses: [useOf(), useOf({ model: "glm-99" })] })).toContain(
      "Price not known: glm-99",
    );
    expect(linesOf({ platform: "zai" }).join("\n")).not.toContain("Cost");
  });

  it("is none per token on a plan, also beside what the balance paid for", () => {
    const lines = linesOf({
      uses: [onPlan, useOf({ kind: "image", model: "cogview-4-250304", input: 0, cached: 0, output: 0, pictures: 1 })],
    });
    expect(lines.slice(1)).toEqual([
      "This session: 1.2K in · 900 cached · 340 out",
      "This session on Z.AI pay-as-you-go: pictures: 1",
      "Cost: about $0.01",
      "Plan: no cost per token",
    ]);
  });

  it.each(["bigmodel", "bigmodel-coding", "custom"] as const)("is no number on %s", (platform) => {
    expect(linesOf({ platform, uses: [useOf({ platform })] }).join("\n")).not.toMatch(/[$¥]|Cost|Price/);
  });
});

const cases: readonly (readonly [string, unknown])[] = [
  ["tokens and tools, until July 2026", shapes.tokensAndTime],
  ["credits, since August 2026", shapes.credits],
  ["a percentage only", shapes.percentageOnly],
  ["rows that do not name their window", shapes.windowsUnnamed],
  ["the week counted in days", shapes.weekInDays],
  ["types, windows and units we do not know", shapes.unknownTypes],
  ["a level that is a number", shapes.levelAsNumber],
  ["nulls, and numbers as text", shapes.nullsAndText],
  ["percentages out of bounds", shapes.percentagesOutOfBounds],
  ["no limits", shapes.noLimits],
  ["no plan, in English", shapes.noPlan],
  ["no plan, in Chinese", shapes.noPlanChinese],
  ["no plan, without words", shapes.noPlanWithoutWords],
  ["key refused, with HTTP 200", shapes.keyRefused],
  ["system busy, with HTTP 200", shapes.systemBusy],
];

const others: readonly (readonly [string, Case])[] = [
  ["nothing asked or used yet", {}],
  ["a plan with use", { uses: [onPlan] }],
  ["a plan with use that the balance paid for", { uses: [onPlan, useOf({ kind: "ocr", model: "glm-ocr" })] }],
  ["Z.AI pay-as-you-go", { platform: "zai", uses: [useOf(), useOf({ model: "glm-4.7", cached: 0 })] }],
  ["Z.AI pay-as-you-go with a model of unknown price", { platform: "zai", uses: [useOf({ model: "glm-99" })] }],
  ["BigModel pay-as-you-go", { platform: "bigmodel", uses: [useOf({ platform: "bigmodel" })] }],
  [
    "a custom server",
    { platform: "custom", model: "qwen3:8b", uses: [useOf({ platform: "custom", model: "qwen3:8b" })] },
  ],
];

function written({ text, spoken, level, heading, paragraphs }: StatusWords): string[] {
  const lines = paragraphs.flatMap((paragraph) => ["", ...paragraph]);
  return [`[${text}]${level === "normal" ? "" : `  ${level}`}`, `(${spoken})`, heading, ...lines].map((line) =>
    `  ${line}`.trimEnd(),
  );
}

it("is written down for people to read", async () => {
  const all = [
    ...(await Promise.all(cases.map(async ([name, answer]) => [name, { known: await known(answer) }] as const))),
    ...others,
  ];
  const file = [
    "The item in the status bar and its tooltip, by what is known. Written by usageStatus.test.ts (run it with -u).",
  ];
  for (const [name, case_] of all) {
    const [en, zh] = [words(case_, "en"), words(case_, "zh")];
    for (const said of [en, zh]) {
      expect(JSON.stringify(said)).not.toMatch(/NaN|undefined|null|Invalid|\{\d\}/);
      expect(said.paragraphs.flat().every((line) => line.trim() !== "")).toBe(true);
    }
    file.push("", `== ${name}`, ...written(en), "", ...written(zh));
  }
  await expect(`${file.join("\n")}\n`).toMatchFileSnapshot(path.join(root, "test/fixtures/usage-words.txt"));
});

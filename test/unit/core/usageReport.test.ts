import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtInCatalog } from "../../../src/api/models/catalog.ts";
import { modelPrices } from "../../../src/api/models/prices.ts";
import { reportFrom, usageReport, type UsageReport } from "../../../src/core/usageReport.ts";
import { chinese, english, inChinese, inEnglish } from "../../fakes/translations.ts";
import { useOf } from "../../fakes/uses.ts";
import { root } from "../manifest/sourceStrings.ts";

const before = process.env["TZ"];
beforeAll(() => {
  process.env["TZ"] = "Asia/Shanghai";
});
afterAll(() => {
  if (before === undefined) delete process.env["TZ"];
  else process.env["TZ"] = before;
});

/** A Saturday afternoon in Shanghai. */
const now = Date.UTC(2026, 10, 21, 8);
const hour = 3_600_000;

const facts: Omit<UsageReport, "nameOf" | "language"> = {
  platform: "zai-coding",
  known: undefined,
  asks: true,
  balance: undefined,
  uses: [],
  pricesOf: (model) => modelPrices(builtInCatalog, model),
  pricesOfDay: "2026-11-21",
  folder: "/home/me/usage",
  keptDays: 90,
  now,
};
const inBoth = (more: Partial<UsageReport>) => {
  const { platform } = { ...facts, ...more };
  return [
    usageReport({ ...facts, nameOf: inEnglish(platform).nameOf, language: "en", ...more }, english),
    usageReport({ ...facts, nameOf: inChinese(platform).nameOf, language: "zh-cn", ...more }, chinese),
  ];
};
const report = (more: Partial<UsageReport>) => inBoth(more)[0] ?? "";

const window = {
  kind: "5-hours",
  name: "CREDIT_LIMIT",
  usedPercent: 11,
  used: 3341,
  total: 28_000,
  resetsAt: now + 2 * hour,
} as const;
const tools = {
  kind: "month-tools",
  name: "TIME_LIMIT",
  used: 28,
  total: 1000,
  details: [{ name: "search-prime", used: 28 }],
} as const;
const plan = {
  quota: { level: "pro", windows: [window, { kind: "week", name: "", usedPercent: 42 } as const, tools] },
  at: now,
};

const onPlan = useOf({ platform: "zai-coding", at: now - hour });
const yesterday = useOf({ platform: "zai-coding", model: "glm-5.3-flash", at: now - 24 * hour });
const lastSunday = useOf({ platform: "zai-coding", model: "glm-4.7", at: Date.UTC(2026, 10, 15, 15, 59) });
const picture = useOf({
  kind: "image",
  model: "cogview-4-250304",
  input: 0,
  cached: 0,
  output: 0,
  pictures: 1,
  at: now,
});

/** The rows below a heading, without the head of the table. */
function rowsUnder(heading: string, text: string): string[] {
  const part = text.split(/^## /m).find((each) => each.startsWith(heading)) ?? "";
  return part
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2);
}

describe("the document about usage", () => {
  it("counts today from midnight and the week from Monday, where the user is", () => {
    const text = report({ uses: [lastSunday, yesterday, onPlan] });
    expect(rowsUnder("Today", text)).toHaveLength(1);
    expect(rowsUnder("This week", text).join("\n")).not.toContain("glm-4.7");
    // Two models and their sum.
    expect(rowsUnder("This week", text)).toHaveLength(3);
    const days = rowsUnder("Last seven days", text);
    expect(days).toHaveLength(7);
    expect(days.filter((line) => line.includes("| 1 |"))).toHaveLength(3);
    expect(reportFrom(now)).toBe(Date.UTC(2026, 10, 14, 16));
  });

  it("has dollars only for what Z.AI's pay-as-you-go was paid for", () => {
    expect(report({ uses: [onPlan] })).not.toMatch(/\$|dollars/);
    expect(report({ platform: "bigmodel", uses: [useOf({ platform: "bigmodel" })] })).not.toMatch(/\$|dollars|¥/);
    const mixed = rowsUnder("Today", report({ uses: [onPlan, picture] }));
    expect(mixed.map((line) => line.split(" | ").at(-1))).toEqual([" |", "\\$0.01 |", "\\$0.01 |"]);
  });

  it("tells the balance in the platform's currency where the service does", () => {
    const balance = {
      balance: 50,
      available: 42.5,
      frozen: undefined,
      recharged: undefined,
      given: undefined,
      spent: undefined,
    };
    expect(report({ platform: "zai", balance })).toContain("Balance: \\$42.50");
    expect(report({ platform: "bigmodel", balance })).toContain("CN¥42.50");
    expect(report({ platform: "zai" })).not.toContain("Balance");
  });

  it("says why a plan has no figures", () => {
    expect(report({})).toContain("did not tell");
    expect(report({ asks: false })).toContain("glm.usage.quota is off");
    expect(report({ known: { quota: undefined, at: now } })).toContain("knows of no Coding Plan");
    expect(report({ known: { ...plan, at: now }, now: now + 6 * hour })).toContain("did not tell");
  });

  it("shows names from outside as they stand", () => {
    const hostile = "[x](command:evil) | <img src=x> `a` **b** $c$ https://evil.example\n# big";
    const name = { kind: "other", name: hostile, usedPercent: 1 } as const;
    const text = report({
      known: { quota: { level: hostile, windows: [name] }, at: now },
      uses: [useOf({ platform: "custom", host: hostile, model: hostile, at: now })],
      folder: hostile,
    });
    expect(text).not.toMatch(/(?<!\\)\[x|(?<!\\)<img|(?<!\\)\*\*b|(?<!\\)`a|^# big|https:\/\/|(?<!\\)\$c/m);
    for (const line of text.split("\n").filter((each) => each.startsWith("| ") && each.includes("evil"))) {
      expect([5, 7]).toContain(line.split(/(?<!\\)\|/).length - 1);
    }
  });
});

it("is written down for people to read", async () => {
  const cases: readonly (readonly [string, Partial<UsageReport>])[] = [
    ["a plan", { known: plan, uses: [lastSunday, yesterday, onPlan, picture] }],
    [
      "pay-as-you-go",
      { platform: "zai", uses: [useOf({ at: now }), useOf({ kind: "ocr", model: "glm-ocr", at: now })] },
    ],
    ["nothing used", {}],
  ];
  const pages = cases.flatMap(([name, more]) => inBoth(more).map((text) => `<!-- ${name} -->\n\n${text}`));
  for (const page of pages) expect(page).not.toMatch(/NaN|undefined|null|Invalid|\{\d\}/);
  await expect(pages.join("\n")).toMatchFileSnapshot(path.join(root, "test/fixtures/usage-document.md"));
});

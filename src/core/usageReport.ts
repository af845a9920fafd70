import type { PlatformId } from "../api/platforms.ts";
import type { Balance } from "../api/usage/usageAccount.ts";
import type { Use } from "../api/usage/use.ts";
import { markdownTable, markdownText } from "./markdown.ts";
import type { Translate } from "./services.ts";
import { timeWords } from "./timeWords.ts";
import { amountOf, tierName, toolCalls, windowName, windowsNow, type KnownQuota } from "./usageAllowances.ts";
import { startOfDay, startOfWeek } from "./usageDays.ts";
import { leastDollars, money, percent, wholeCount } from "./usageNumbers.ts";
import { isPlan } from "./usageStatus.ts";
import { isPaidInDollars, sumOf, totalsByModel, type ModelTotals, type PricesOf, type Totals } from "./usageTotals.ts";

/** What the document about usage is made from. */
export interface UsageReport {
  readonly platform: PlatformId;
  readonly nameOf: (platform: PlatformId) => string;
  readonly known: KnownQuota | undefined;
  /** Whether the service may be asked at all. */
  readonly asks: boolean;
  readonly balance: Balance | undefined;
  /** All that is noted since `reportFrom`. */
  readonly uses: readonly Use[];
  readonly pricesOf: PricesOf;
  /** When the prices were read, e.g. "2026-11-21". */
  readonly pricesOfDay: string;
  /** Where the figures are kept. */
  readonly folder: string;
  readonly keptDays: number;
  /** Ms since the epoch. */
  readonly now: number;
  readonly language: string;
}

const days = 7;

/** From when on uses are needed: the last seven days, which this week is part of. */
export function reportFrom(now: number): number {
  return startOfDay(now, 1 - days);
}

/** The document about usage, as Markdown in which all text from outside is escaped. */
export function usageReport(report: UsageReport, t: Translate): string {
  const { now, language, uses, pricesOf } = report;
  const since = (from: number) =>
    totalsByModel(
      uses.filter(({ at }) => at >= from),
      pricesOf,
    );
  const monday = new Date(startOfWeek(now)).toLocaleDateString(language, {
    weekday: "long",
    month: "long",
    day: "numeric",
  });
  const noted =
    uses.length === 0
      ? [t("Nothing was used in the last seven days. Ask something in the chat and its figures appear here.")]
      : [
          heading(t("Today")),
          modelTable(since(startOfDay(now)), report, t),
          heading(t("This week, since {0}", monday)),
          modelTable(since(startOfWeek(now)), report, t),
          heading(t("Last seven days")),
          dayTable(report, t),
        ];
  return [
    `# ${t("GLM usage")}`,
    markdownText(t("As of {0}.", timeWords(now, language))),
    ...accountPart(report, t),
    ...noted,
    heading(t("About these figures")),
    notes(report, t),
    "",
  ].join("\n\n");
}

const heading = (text: string) => `## ${markdownText(text)}`;

function accountPart(report: UsageReport, t: Translate): string[] {
  const { platform, nameOf, balance, language } = report;
  if (isPlan(platform)) return planPart(report, t);
  const amount = balance?.available ?? balance?.balance;
  if (amount === undefined) return [];
  const currency = platform === "zai" ? "USD" : "CNY";
  return [heading(nameOf(platform)), markdownText(t("Balance: {0}", money(amount, currency, language)))];
}

function planPart({ platform, nameOf, known, asks, now, language }: UsageReport, t: Translate): string[] {
  const tier = tierName(known?.quota?.level, t);
  const title = heading([nameOf(platform), ...(tier === undefined ? [] : [tier])].join(" · "));
  if (!asks)
    return [title, markdownText(t("The service is not asked for the plan's figures: glm.usage.quota is off."))];
  if (!known) return [title, t("The service did not tell how much of the plan is used.")];
  if (!known.quota) return [title, t("The service knows of no Coding Plan for this key.")];
  const windows = windowsNow(known, now);
  if (windows.length === 0) return [title, t("The service did not tell how much of the plan is used.")];
  const rows = windows.map((window) => {
    const calls = toolCalls(window, language);
    const name = windowName(window, language, t) + (calls === "" ? "" : ` (${calls})`);
    return [
      markdownText(name),
      window.usedPercent === undefined ? "" : percent(window.usedPercent, language),
      amountOf(window, language, t) ?? "",
      window.resetsAt === undefined ? "" : markdownText(timeWords(window.resetsAt, language)),
    ];
  });
  return [title, markdownTable([t("Allowance"), t("Used"), t("Amount"), t("Resets")], rows)];
}

function countHead(paid: boolean, t: Translate): string[] {
  return [t("Requests"), t("In"), t("Cached"), t("Out"), t("Pictures"), ...(paid ? [t("About, in US dollars")] : [])];
}

function countCells(
  { requests, input, cached, output, pictures, cost }: Totals,
  paid: boolean,
  language: string,
): string[] {
  const counts = [requests, input, cached, output, pictures].map((count) => wholeCount(count, language));
  return [...counts, ...(paid ? [dollars(cost, language)] : [])];
}

function modelTable(rows: readonly ModelTotals[], { nameOf, language }: UsageReport, t: Translate): string {
  if (rows.length === 0) return t("Nothing yet.");
  const paid = rows.some(isPaidInDollars);
  const place = (row: ModelTotals) => (row.platform === "custom" ? row.host : nameOf(row.platform));
  const lines = rows.map((row) => [
    `${markdownText(row.model)} · ${markdownText(place(row))}`,
    ...countCells(row, paid, language),
  ]);
  const sum = rows.length === 1 ? [] : [[t("All"), ...countCells(sumOf(rows), paid, language)]];
  return markdownTable([t("Model"), ...countHead(paid, t)], [...lines, ...sum]);
}

function dayTable({ uses, pricesOf, now, language }: UsageReport, t: Translate): string {
  const paid = uses.some(isPaidInDollars);
  const rows = Array.from({ length: days }, (_, back) => {
    const [from, to] = [startOfDay(now, -back), startOfDay(now, 1 - back)];
    const day = new Date(from).toLocaleDateString(language, { weekday: "short", month: "short", day: "numeric" });
    const sum = sumOf(
      totalsByModel(
        uses.filter(({ at }) => at >= from && at < to),
        pricesOf,
      ),
    );
    return [markdownText(day), ...countCells(sum, paid, language)];
  });
  return markdownTable([t("Day"), ...countHead(paid, t)], rows);
}

function notes({ uses, folder, keptDays, pricesOfDay }: UsageReport, t: Translate): string {
  return [
    t(
      "They are kept on this computer only, for {0} days, in {1}. Neither questions nor answers are in them.",
      keptDays,
      folder,
    ),
    t(
      "They count what this extension asked in all windows here. What other tools used is only part of the plan's percentages.",
    ),
    ...(uses.some(isPaidInDollars)
      ? [t("Costs are worked out from the prices of {0}. Only the service's bill is exact.", pricesOfDay)]
      : []),
  ]
    .map((line) => `- ${markdownText(line)}`)
    .join("\n");
}

function dollars(cost: number | undefined, language: string): string {
  if (cost === undefined) return "";
  const tiny = cost > 0 && cost < leastDollars;
  return markdownText(tiny ? `< ${money(leastDollars, "USD", language)}` : money(cost, "USD", language));
}

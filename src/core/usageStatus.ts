import type { PlatformId } from "../api/platforms.ts";
import type { Translate } from "./services.ts";
import {
  levelOf,
  mostPressing,
  tierName,
  toolCalls,
  windowLine,
  windowsNow,
  type KnownQuota,
  type UsageLevel,
} from "./usageAllowances.ts";
import { shortTimeWords } from "./timeWords.ts";
import { leastDollars, money, percent, shortCount } from "./usageNumbers.ts";
import { isPaidInDollars, sumOf, type ModelTotals, type Totals } from "./usageTotals.ts";

/** What the item in the status bar is about. */
export interface UsageStatus {
  readonly platform: PlatformId;
  readonly nameOf: (platform: PlatformId) => string;
  /** Name of the chat's model. Text from outside. */
  readonly model: string;
  readonly known: KnownQuota | undefined;
  /** What this window used since it opened. */
  readonly session: readonly ModelTotals[];
  /** Ms since the epoch. */
  readonly now: number;
  readonly language: string;
}

/** The words of the item. All of it may hold text from outside. */
export interface StatusWords {
  readonly text: string;
  readonly model: string;
  /** The most pressing allowance; undefined while nothing is known of it. */
  readonly share: string | undefined;
  /** For screen readers. */
  readonly spoken: string;
  readonly level: UsageLevel;
  readonly heading: string;
  /** Paragraphs of lines below the heading of the tooltip. */
  readonly paragraphs: readonly (readonly string[])[];
}

export const isPlan = (platform: PlatformId): boolean => platform.endsWith("-coding");

export function statusWords(status: UsageStatus, t: Translate): StatusWords {
  const { platform, nameOf, model, known, now, language } = status;
  const windows = isPlan(platform) ? windowsNow(known, now) : [];
  const shown = mostPressing(windows);
  const used = shown && percent(shown.usedPercent, language);
  const ofWeek = shown?.kind === "week";
  const share =
    used && (ofWeek ? t("{0} of the week's allowance used", used) : t("{0} of the 5-hour window used", used));
  const reset = shown?.resetsAt === undefined ? undefined : shortTimeWords(shown.resetsAt, now, language);
  const tier = isPlan(platform) ? tierName(known?.quota?.level, t) : undefined;
  const allowances = windows.flatMap((window) => [windowLine(window, language, t) ?? "", toolCalls(window, language)]);
  return {
    text: [ofWeek && used ? t("{0} · week {1}", model, used) : [model, used], reset].flat().filter(Boolean).join(" · "),
    model,
    share,
    spoken: spokenWords(model, share, reset, t),
    level: shown ? levelOf(shown) : "normal",
    heading: [nameOf(platform), ...(tier === undefined ? [] : [tier])].join(" · "),
    paragraphs: [
      [t("Chat model: {0}", model)],
      isPlan(platform) && known && !known.quota
        ? [t("The service knows of no Coding Plan for this key.")]
        : allowances.filter((line) => line !== ""),
      sessionLines(status, t),
    ].filter((lines) => lines.length > 0),
  };
}

function spokenWords(model: string, share: string | undefined, reset: string | undefined, t: Translate): string {
  if (share === undefined) return t("GLM chat model {0}", model);
  return reset === undefined
    ? t("GLM chat model {0}, {1}", model, share)
    : t("GLM chat model {0}, {1}, resets {2}", model, share, reset);
}

/** What was used in this session: on the platform in force, and where else something went. */
function sessionLines({ platform, nameOf, session, language }: UsageStatus, t: Translate): string[] {
  const platforms = [...new Set([platform, ...session.map((row) => row.platform)])];
  const used = platforms.flatMap((place) => {
    const sum = sumOf(session.filter((row) => row.platform === place));
    if (sum.requests === 0) return [];
    const tokens = tokenWords(sum, language, t);
    return [
      place === platform ? t("This session: {0}", tokens) : t("This session on {0}: {1}", nameOf(place), tokens),
      ...costLines(session, place, language, t),
    ];
  });
  return [
    ...(used.length === 0 ? [t("Nothing used in this session yet.")] : used),
    ...(isPlan(platform) ? [t("Plan: no cost per token")] : []),
  ];
}

/** Tokens, and pictures where there are any. */
export function tokenWords({ input, cached, output, pictures }: Totals, language: string, t: Translate): string {
  const count = (value: number) => shortCount(value, language);
  return [
    ...(input + output > 0 || pictures === 0
      ? [t("{0} in · {1} cached · {2} out", count(input), count(cached), count(output))]
      : []),
    ...(pictures > 0 ? [t("pictures: {0}", count(pictures))] : []),
  ].join(" · ");
}

/** A line with the cost where it is paid in dollars and something was used, and what it does not count. */
export function costLines(
  rows: readonly ModelTotals[],
  platform: PlatformId,
  language: string,
  t: Translate,
): string[] {
  const paid = rows.filter((row) => row.platform === platform && isPaidInDollars(row));
  const { cost } = sumOf(paid);
  const unpriced = paid.filter((row) => row.cost === undefined).map(({ model }) => model);
  return [
    ...(cost === undefined ? [] : [costLine(cost, language, t)]),
    ...(unpriced.length === 0 ? [] : [t("Price not known: {0}", unpriced.join(", "))]),
  ];
}

function costLine(cost: number, language: string, t: Translate): string {
  return cost > 0 && cost < leastDollars
    ? t("Cost: less than {0}", money(leastDollars, "USD", language))
    : t("Cost: about {0}", money(cost, "USD", language));
}

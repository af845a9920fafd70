import type { Quota, QuotaWindow } from "../api/usage/usageQuota.ts";
import type { Translate } from "./services.ts";
import { timeWords } from "./timeWords.ts";
import { percent, shortCount } from "./usageNumbers.ts";

/** Share from which a window needs attention, and from which it is all but used up. */
const warningFrom = 80;
const errorFrom = 95;

/** A window without a known reset is not believed for longer than the shortest one lasts. */
const unnamedResetMs = 5 * 3_600_000;

export type UsageLevel = "normal" | "warning" | "error";

/** What the service said of a plan, and when (ms since the epoch). */
export interface KnownQuota {
  /** Undefined: there is no plan. */
  readonly quota: Quota | undefined;
  readonly at: number;
}

/** When a window begins anew, so that what is known of it no longer holds. */
function endOf({ resetsAt }: QuotaWindow, { at }: KnownQuota): number {
  return resetsAt ?? at + unnamedResetMs;
}

/** The windows of which the figures still hold. */
export function windowsNow(known: KnownQuota | undefined, now: number): readonly QuotaWindow[] {
  return known?.quota?.windows.filter((window) => endOf(window, known) > now) ?? [];
}

/** When the next of these windows ends (ms since the epoch). */
export function nextEnd(known: KnownQuota | undefined, now: number): number | undefined {
  if (!known) return undefined;
  const ends = windowsNow(known, now).map((window) => endOf(window, known));
  return ends.length === 0 ? undefined : Math.min(...ends);
}

export function levelOf({ usedPercent = 0 }: QuotaWindow): UsageLevel {
  return usedPercent >= errorFrom ? "error" : usedPercent >= warningFrom ? "warning" : "normal";
}

const severity: Readonly<Record<UsageLevel, number>> = { normal: 0, warning: 1, error: 2 };

/** The window to show where only one fits: that of five hours, unless the week is nearer to its end. */
export function mostPressing(
  windows: readonly QuotaWindow[],
): (QuotaWindow & { readonly usedPercent: number }) | undefined {
  const told = windows.flatMap((window) =>
    window.usedPercent === undefined ? [] : [{ ...window, usedPercent: window.usedPercent }],
  );
  const hours = told.find(({ kind }) => kind === "5-hours");
  const week = told.find(({ kind }) => kind === "week");
  const least = hours ? severity[levelOf(hours)] : severity.normal;
  return week && severity[levelOf(week)] > least ? week : hours;
}

/** Tier of a plan for people: "Pro", "level 2". Text from outside. */
export function tierName(level: string | undefined, t: Translate): string | undefined {
  if (level === undefined || level.trim() === "") return undefined;
  return /^\d+$/.test(level) ? t("level {0}", level) : level.slice(0, 1).toUpperCase() + level.slice(1, 40);
}

/** Name of a window; that of one we do not know is text from outside. */
export function windowName({ kind, name, span }: QuotaWindow, language: string, t: Translate): string {
  switch (kind) {
    case "5-hours":
      return t("5-hour window");
    case "week":
      return t("Week");
    case "month-tools":
      return t("Tool calls this month");
    case "other":
      return span === undefined ? name : t("{0} ({1})", name, spanWords(span, language));
  }
}

function spanWords({ count, unit }: NonNullable<QuotaWindow["span"]>, language: string): string {
  if (typeof unit === "number") return `${count} × ${unit}`;
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

/** "3.3K of 28K", whatever it counts in; undefined where the service does not tell both. */
export function amountOf({ used, total }: QuotaWindow, language: string, t: Translate): string | undefined {
  if (used === undefined || total === undefined) return undefined;
  return t("{0} of {1}", shortCount(used, language), shortCount(total, language));
}

/** What tools were called how often. Names are text from outside. */
export function toolCalls({ details = [] }: QuotaWindow, language: string): string {
  return details
    .filter(({ used }) => used > 0)
    .map(({ name, used }) => `${name} ${shortCount(used, language)}`)
    .join(" · ");
}

/** A window in a line: what is not known is left out, and undefined is returned when nothing is. Text from outside. */
export function windowLine(window: QuotaWindow, language: string, t: Translate): string | undefined {
  const { usedPercent, used, resetsAt } = window;
  const amount = amountOf(window, language, t);
  const share = usedPercent === undefined ? undefined : percent(usedPercent, language);
  // A bare number says more than nothing.
  const told = share ?? (amount === undefined && used !== undefined ? shortCount(used, language) : undefined);
  const facts = [
    ...(told === undefined ? [] : [t("{0} used", told)]),
    ...(amount === undefined ? [] : [amount]),
    ...(resetsAt === undefined ? [] : [t("resets {0}", timeWords(resetsAt, language))]),
  ];
  return facts.length === 0 ? undefined : t("{0}: {1}", windowName(window, language, t), facts.join(" · "));
}

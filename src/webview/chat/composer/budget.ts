import { html, nothing, type TemplateResult } from "lit/html.js";
import type { ComposerView } from "../../../protocol/panelParts.ts";
import { fill, type Strings } from "../../../protocol/strings.ts";
import { formatCount } from "../format.ts";
import { warningLine } from "../warningLine.ts";

/** Below this share of the context there is nothing to think about. */
const shownFrom = 0.5;
const warnedFrom = 0.85;

export interface Budget {
  readonly used: number;
  readonly limit: number;
  readonly level: "quiet" | "nearly-full" | "over";
}

/** How full the context would be with this draft; undefined while that is of no interest. */
export function budgetWith(budget: ComposerView["budget"], draft: string): Budget | undefined {
  if (budget === undefined || budget.limit === 0) return undefined;
  const used = budget.used + draftTokens(draft);
  const share = used / budget.limit;
  if (share < shownFrom) return undefined;
  const level = share > 1 ? "over" : share >= warnedFrom ? "nearly-full" : "quiet";
  return { used, limit: budget.limit, level };
}

/** Rough on purpose: the host counts what is sent. A token is about four Latin letters, or a Chinese character and a half. */
export function draftTokens(text: string): number {
  const ascii = text.replace(/[^\u0000-\u007f]+/g, "").length;
  return Math.ceil(ascii / 4 + (text.length - ascii) / 1.5);
}

export function meter(budget: Budget | undefined, strings: Strings, language: string): TemplateResult | typeof nothing {
  if (budget === undefined) return nothing;
  const { used, limit, level } = budget;
  const words = budgetWords(strings.budget, budget, language);
  return html`<meter
    class="budget budget-${level}"
    min="0"
    max=${limit}
    .value=${used}
    title=${words}
    aria-label=${strings.budgetName}
    aria-valuetext=${words}
  ></meter>`;
}

export function budgetWarning(
  budget: Budget | undefined,
  strings: Strings,
  language: string,
): TemplateResult | typeof nothing {
  if (budget === undefined || budget.level === "quiet") return nothing;
  const words = budgetWords(budget.level === "over" ? strings.budgetOver : strings.budgetWarning, budget, language);
  return warningLine(words);
}

function budgetWords(template: string, { used, limit }: Budget, language: string): string {
  return fill(template, formatCount(used, language), formatCount(limit, language));
}

/** Figures in the user's language. */

/** Tokens and calls in a line of words, e.g. "1.2K". */
export function shortCount(count: number, language: string): string {
  return new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 }).format(count);
}

/** Tokens and calls in a table, e.g. "1,234". */
export function wholeCount(count: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(count);
}

/** A share of an allowance (0 to 100), cut: what is not used up does not read as if it were. */
export function percent(share: number, language: string): string {
  return new Intl.NumberFormat(language, { style: "percent" }).format(Math.floor(share) / 100);
}

/** What smaller sums than this are would only be noughts. */
export const leastDollars = 0.0001;

/** Money; small sums with up to four digits behind the point. */
export function money(amount: number, currency: "USD" | "CNY", language: string): string {
  const form = {
    style: "currency",
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: amount < 1 ? 4 : 2,
  } as const;
  return new Intl.NumberFormat(language, form).format(amount);
}

import type { ModelPrices } from "../api/models/prices.ts";
import type { Use } from "../api/usage/use.ts";

export type PricesOf = (model: string) => ModelPrices;

/** What several requests used together. Counts in tokens, but requests and pictures. */
export interface Totals {
  readonly requests: number;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly pictures: number;
  /** US dollars; undefined where it is not known or nothing is paid by use: plans, BigModel, servers of one's own. */
  readonly cost: number | undefined;
}

/** The totals of one model at one place. */
export interface ModelTotals extends Totals, Pick<Use, "platform" | "host" | "model"> {}

export const nothing: Totals = { requests: 0, input: 0, cached: 0, output: 0, pictures: 0, cost: undefined };

/** Totals per place and model, the most used first. */
export function totalsByModel(uses: Iterable<Use>, pricesOf: PricesOf): ModelTotals[] {
  let rows: readonly ModelTotals[] = [];
  for (const use of uses) rows = withUse(rows, use, pricesOf);
  return rows.toSorted((one, other) => other.input + other.output - one.input - one.output);
}

/** Totals per place and model with one more use. */
export function withUse(rows: readonly ModelTotals[], use: Use, pricesOf: PricesOf): readonly ModelTotals[] {
  const { platform, host, model } = use;
  const row = rows.find((each) => each.platform === platform && each.host === host && each.model === model);
  const more = added(row ?? nothing, { ...use, requests: 1, cost: costOf(use, pricesOf(model)) });
  return [...rows.filter((each) => each !== row), { ...more, platform, host, model }];
}

/** The sum of all. Its cost is that of those whose cost is known. */
export function sumOf(parts: Iterable<Totals>): Totals {
  let sum = nothing;
  for (const part of parts) sum = added(sum, part);
  return sum;
}

function added(one: Totals, other: Totals): Totals {
  return {
    requests: one.requests + other.requests,
    input: one.input + other.input,
    cached: one.cached + other.cached,
    output: one.output + other.output,
    pictures: one.pictures + other.pictures,
    cost: one.cost === undefined && other.cost === undefined ? undefined : (one.cost ?? 0) + (other.cost ?? 0),
  };
}

/** True where each request is paid in US dollars. BigModel charges prices of its own in yuan, which are not known here. */
export function isPaidInDollars({ platform }: Pick<Use, "platform">): boolean {
  return platform === "zai";
}

function costOf(use: Use, { input, cachedInput = input, output, picture }: ModelPrices): number | undefined {
  if (!isPaidInDollars(use)) return undefined;
  if (use.pictures > 0) return picture === undefined ? undefined : use.pictures * picture;
  if (input === undefined || cachedInput === undefined || output === undefined) return undefined;
  const cached = Math.min(use.cached, use.input);
  return ((use.input - cached) * input + cached * cachedInput + use.output * output) / 1_000_000;
}

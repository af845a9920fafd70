/** What one chat used. */
export interface Use {
  /** `Date.now()` milliseconds. */
  readonly at: number;
  readonly model: string;
  /** Chats on the coding base draw the plan, all others the balance. */
  readonly onPlan: boolean;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
}

/** Remembers by key what chats used, so that quota and usage answers grow with what was really sent. */
export class Ledger {
  readonly #uses = new Map<string, Use[]>();

  record(key: string, use: Use): void {
    this.#uses.set(key, [...this.of(key), use]);
  }

  of(key: string): readonly Use[] {
    return this.#uses.get(key) ?? [];
  }

  clear(): void {
    this.#uses.clear();
  }
}

/** Prices of 10 000 tokens in credits: fresh input, cached input, output. */
const prices: Readonly<Record<string, readonly [number, number, number]>> = {
  "glm-5.3": [6.9, 1.7, 24],
  "glm-5.3-flash": [2.3, 0.56, 8],
  "glm-5-turbo": [5.7, 1.5, 21],
  "glm-4.7": [4.6, 1.2, 16],
};

/** Credits that chats on the plan cost at full price. */
export function creditsOf(uses: readonly Use[]): number {
  return uses
    .filter(({ onPlan }) => onPlan)
    .reduce((sum, { model, promptTokens, cachedTokens, completionTokens }) => {
      const [fresh, cached, output] = prices[model] ?? [6.9, 1.7, 24];
      const cost = (promptTokens - cachedTokens) * fresh + cachedTokens * cached + completionTokens * output;
      return sum + cost / 10_000;
    }, 0);
}

export const tokensOf = (uses: readonly Use[]): number =>
  uses.reduce((sum, { promptTokens, completionTokens }) => sum + promptTokens + completionTokens, 0);

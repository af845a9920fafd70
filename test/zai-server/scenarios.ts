import { businessCodes } from "./errors.ts";
import { scenarioCatalogue } from "./scenario-catalogue.ts";

/** A fault, or a run of them, to be played instead of or on top of the ordinary answer. */
export interface Scenario {
  /** A name of the catalogue or a business code such as `1302`. `ok` answers normally and only takes up its turns. */
  readonly name: string;
  /** Restricts it: text that `METHOD path` contains, a pattern for it, or a test of the whole request. */
  readonly match?: string | RegExp | ((request: ScenarioTarget) => boolean);
  /** After so many requests it is used up. Default: a lone scenario stays until replaced, one in a queue is played once. */
  readonly times?: number;
  /** The number that the name takes: bytes, milliseconds, a count or a frame; the catalogue says which. */
  readonly value?: number;
  /** Retry-After header of an error answer: seconds, or a date as text. */
  readonly retryAfter?: number | string;
  /** Where `redirect` points. */
  readonly location?: string;
  /** Other words for an error message. */
  readonly message?: string;
  /** What `say` answers with. */
  readonly text?: string;
  /** Reset time inside 1308, 1310 and their kind: `yyyy-MM-dd HH:mm:ss`. */
  readonly date?: string;
}

/** What `match` may look at. */
export interface ScenarioTarget {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** The scenarios that hit one request. */
export class Faults {
  readonly #active: readonly Scenario[];

  constructor(active: readonly Scenario[]) {
    this.#active = active;
  }

  get names(): readonly string[] {
    return this.#active.map(({ name }) => name);
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  find(name: string): Scenario | undefined {
    return this.#active.find((each) => each.name === name);
  }

  /** The scenario's number, `fallback` when it has none, undefined when it is not active. */
  value(name: string, fallback: number): number | undefined {
    const found = this.find(name);
    return found === undefined ? undefined : (found.value ?? fallback);
  }

  /** The first active scenario that is a business code. */
  get code(): Scenario | undefined {
    return this.#active.find(({ name }) => businessCodes.includes(name));
  }
}

const isKnown = (name: string): boolean => businessCodes.includes(name) || name in scenarioCatalogue;

/** Stream faults mean nothing to a model list, so they wait for a request that may be answered by a stream, content faults for a chat. */
function applies(name: string, path: string): boolean {
  const kind = scenarioCatalogue[name]?.kind;
  if (kind === "stream") return /\/(chat\/completions|audio\/transcriptions|audio\/speech|v1\/agents)$/.test(path);
  return kind !== "content" || path.endsWith("/chat/completions");
}

/** Holds the queue and counts how often each has been played. */
export class ScenarioBook {
  #queue: { scenario: Scenario; left: number }[] = [];
  readonly #magicUses = new Map<string, number>();

  /** Replaces the queue. @throws Error on an unknown name, so that a typo cannot turn a test green. */
  set(scenario: Scenario | readonly Scenario[] | undefined): void {
    const list: readonly Scenario[] = scenario === undefined ? [] : Array.isArray(scenario) ? scenario : [scenario];
    for (const { name } of list) if (!isKnown(name)) throw new Error(`unknown scenario "${name}"`);
    this.#queue = list.map((each) => ({ scenario: each, left: each.times ?? (list.length === 1 ? Infinity : 1) }));
  }

  clear(): void {
    this.#queue = [];
    this.#magicUses.clear();
  }

  /** Takes this request's scenarios: the first of the queue that fits, then those named in the prompt. */
  take(target: ScenarioTarget, prompt: string): Faults {
    const active: Scenario[] = [];
    const path = target.path.split("?")[0] ?? "";
    const index = this.#queue.findIndex(({ scenario }) => fits(scenario, target) && applies(scenario.name, path));
    const entry = this.#queue[index];
    if (entry !== undefined) {
      active.push(entry.scenario);
      entry.left--;
      if (entry.left <= 0) this.#queue.splice(index, 1);
    }
    for (const magic of prompt.matchAll(/#scenario:([a-z0-9-]+?(?::[a-z-]+?)?)(?::(\d+))?(?:x(\d+))?(?![\w:-])/g)) {
      const [word, name = "", value, times] = magic;
      if (!isKnown(name)) {
        active.push({
          name: "1210",
          message: `unknown scenario "${name}"; known: ${Object.keys(scenarioCatalogue).join(", ")} or a code`,
        });
        continue;
      }
      if (!applies(name, path)) continue;
      const used = this.#magicUses.get(prompt + word) ?? 0;
      if (used >= (times === undefined ? Infinity : Number(times))) continue;
      this.#magicUses.set(prompt + word, used + 1);
      active.push(value === undefined ? { name } : { name, value: Number(value) });
    }
    return new Faults(active);
  }
}

function fits(scenario: Scenario, target: ScenarioTarget): boolean {
  const { match } = scenario;
  // Downloads and the page a redirect leads to are only hit on purpose.
  if (match === undefined) return !/^\/(cdn|elsewhere)\//.test(target.path);
  if (typeof match === "function") return match(target);
  const line = `${target.method} ${target.path}`;
  return typeof match === "string" ? line.includes(match) : match.test(line);
}

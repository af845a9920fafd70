import { builtInModels, type ModelData } from "./catalogData.ts";
import { readOverrides, type OverrideProblem } from "./catalogOverrides.ts";
import type { Effort } from "../chat/chatTypes.ts";
import { isPlan, type Endpoint } from "../platforms.ts";

export { catalogDate } from "./catalogData.ts";

export type Modality = "text" | "image" | "video" | "file";

/**
 * `none`: the model must not be asked about thinking, be it that it does none. `toggle`: thinking can be switched off.
 * `always`: it cannot, and a request that tries is refused.
 */
export type ThinkingKind = "none" | "toggle" | "always";

export interface ModelInfo extends ModelData {
  /** False for an id that is not in the catalogue: the other fields are then cautious guesses. */
  readonly known: boolean;
}

/** What a chat model can be wanted for. */
export type ModelTask = "chat" | "edit" | "vision" | "background";

/** What is known of models. Data of `catalogDate` and of the user, not a promise. */
export interface Catalog {
  readonly models: readonly ModelInfo[];
  /**
   * What we know of a model. Never undefined: unknown ids get defaults that let the service decide (images are allowed,
   * output is not capped), because models appear faster than releases of this extension.
   */
  modelInfo(id: string): ModelInfo;
  /**
   * Models to offer on an endpoint: those it can have (plan models first on a plan), then whatever else the service listed.
   * Models of the catalogue are never hidden because a listing lacks them: listings are incomplete (API notes 4.5).
   */
  listModels(endpoint: Endpoint, fetchedIds: readonly string[]): readonly ModelInfo[];
  /** A model of `endpoint` to use instead of one that the service no longer has; undefined where only the user can know. */
  successorOf(id: string, endpoint: Endpoint): string | undefined;
  /**
   * The model to start with: for chat and edits the best one that the platform includes, for pictures the best that sees
   * them, in the background the cheapest. Undefined where only the user or the server can know.
   */
  defaultModel(endpoint: Endpoint, task: ModelTask): string | undefined;
  /**
   * The cheapest included text model whose thinking can be switched off and which plan or balance pays for: one token of it
   * tells whether the account can pay, which a free model hides. Undefined where only the user or the server can know.
   */
  cheapestProbe(endpoint: Endpoint): string | undefined;
  /** What was wrong with the user's entries; those were left out. */
  readonly problems: readonly OverrideProblem[];
}

/** What is sent instead of an id as users write it: lower case, without Claude Code's `[1m]` suffix. */
export function wireModelId(id: string): string {
  return id
    .trim()
    .replace(/\[1m\]$/i, "")
    .toLowerCase();
}

/**
 * The built-in models with the user's `overrides`: an entry with the id of a built-in model changes the fields that it
 * names, any other one adds a model. See catalogOverrides.ts for their form.
 */
export function createCatalog(overrides: readonly unknown[] = []): Catalog {
  const byId = new Map(builtInModels.map((data): [string, ModelInfo] => [data.id, { ...data, known: true }]));
  const modelInfo = (id: string) => byId.get(wireModelId(id)) ?? guess(id);
  const { entries, problems } = readOverrides(overrides);
  for (const { id, ...changes } of entries) {
    const base = modelInfo(id);
    byId.set(wireModelId(id), { ...base, ...changes, known: true });
  }
  const models = [...byId.values()];
  const on = ({ platform }: Endpoint) =>
    models.filter((model) => platform === "custom" || (model.platforms?.includes(platform) ?? true));
  const includedIn = (endpoint: Endpoint) => on(endpoint).filter(({ onPlan }) => onPlan || !isPlan(endpoint.platform));

  return {
    models,
    problems,
    modelInfo,
    listModels(endpoint, fetchedIds) {
      const own = endpoint.dialect === "openai" ? [] : on(endpoint);
      const sorted = isPlan(endpoint.platform)
        ? [...own.filter((model) => model.onPlan), ...own.filter((model) => !model.onPlan)]
        : own;
      const seen = new Set(sorted.map((model) => wireModelId(model.id)));
      const fetched = fetchedIds.flatMap((id) => {
        const wireId = wireModelId(id);
        if (seen.has(wireId) || otherPurpose.test(wireId)) return [];
        seen.add(wireId);
        return [modelInfo(id)];
      });
      return [...sorted, ...fetched];
    },
    successorOf(id, endpoint) {
      if (endpoint.dialect === "openai") return undefined;
      const wireId = wireModelId(id);
      const model = modelInfo(wireId);
      let next = model.known ? model.successor : /^(?:glm|chatglm|codegeex)-/.exec(wireId) && guessSuccessor(wireId);
      // A plan has few models, so that it may take several steps; a user's entries may even go in circles.
      for (let step = 0; next && isPlan(endpoint.platform) && !modelInfo(next).onPlan && step < 5; step++) {
        next = modelInfo(next).successor;
      }
      return next && wireModelId(next) !== wireId ? next : undefined;
    },
    defaultModel(endpoint, task) {
      if (endpoint.platform === "custom") return undefined;
      const included = includedIn(endpoint);
      switch (task) {
        case "chat":
        case "edit":
          return included[0]?.id;
        case "vision":
          return included.find(seesInlineImages)?.id;
        case "background":
          // BigModel's own prices are unknown; which of two models is the cheaper one they agree on.
          return cheapest(included);
      }
    },
    cheapestProbe(endpoint) {
      if (endpoint.platform === "custom") return undefined;
      const able = includedIn(endpoint).filter(
        (model) => model.thinking === "toggle" && !model.input.includes("image") && priceOf(model) > 0,
      );
      return cheapest(able);
    },
  };
}

/** Text and vision models, best first (API notes 4.1 and 4.2), without entries of a user. */
export const builtInCatalog = createCatalog();

function guess(id: string): ModelInfo {
  const always = wireModelId(id).startsWith("glm-5.3");
  return {
    id: id.trim(),
    label: id.trim(),
    context: always ? 1_000_000 : 128_000,
    maxOutput: 131_072,
    input: ["text", "image"],
    thinking: always ? "always" : "toggle",
    efforts: always ? ["low", "high", "max"] : [],
    tools: true,
    toolStream: false,
    onPlan: false,
    known: false,
  };
}

function guessSuccessor(wireId: string): string {
  return /\dv\b|flash|air|-v-/.test(wireId) ? "glm-5.3-flash" : "glm-5.3";
}

/** True for a model that takes pictures inside the request. */
export function seesInlineImages({ input, imagesByAddressOnly }: ModelInfo): boolean {
  return input.includes("image") && !imagesByAddressOnly;
}

/** Of those whose price is known. */
function cheapest(models: readonly ModelInfo[]): string | undefined {
  return models.filter(({ price }) => price !== undefined).toSorted((one, other) => priceOf(one) - priceOf(other))[0]
    ?.id;
}

function priceOf({ price }: ModelInfo): number {
  return price === undefined ? Infinity : price.input + price.output;
}

/** The settings of `Effort` that make a difference for a model, for a picker. Empty when there is nothing to choose. */
export function effortChoices(model: ModelInfo): readonly Effort[] {
  if (model.thinking === "none") return [];
  if (model.thinking === "always") return model.efforts;
  return model.efforts.length > 0 ? ["off", ...model.efforts] : ["off", "high"];
}

/** Ids of `GET /models` that are not for chat. */
const otherPurpose = /^(?:cogview|cogvideo|vidu|glm-(?:image|ocr|asr|tts)|embedding|rerank|moderation)/;

import type { Effort } from "./chatTypes.ts";
import { builtInModels, type ModelData } from "./catalogData.ts";
import type { Endpoint } from "./platforms.ts";

export { catalogDate } from "./catalogData.ts";

export type Modality = "text" | "image" | "video" | "file";

/**
 * `none`: the model does not think and must not be asked about it. `toggle`: thinking can be switched off. `always`: it
 * cannot, and a request that tries is refused.
 */
export type ThinkingKind = "none" | "toggle" | "always";

export interface ModelInfo extends ModelData {
  /** False for an id that is not in the catalogue: the other fields are then cautious guesses. */
  readonly known: boolean;
}

/** Built-in text and vision models, best first (API notes 4.1 and 4.2). Data of `catalogDate`, not a promise. */
export const models: readonly ModelInfo[] = builtInModels.map((data) => ({ ...data, known: true }));

const byId = new Map(models.map((model) => [model.id, model]));

/** What is sent instead of an id as users write it: lower case, without Claude Code's `[1m]` suffix. */
export function wireModelId(id: string): string {
  return id
    .trim()
    .replace(/\[1m\]$/i, "")
    .toLowerCase();
}

/**
 * What we know of a model. Never undefined: unknown ids get defaults that let the service decide (images are allowed,
 * output is not capped), because models appear faster than releases of this extension.
 */
export function modelInfo(id: string): ModelInfo {
  const wireId = wireModelId(id);
  const known = byId.get(wireId);
  if (known) return known;
  const always = wireId.startsWith("glm-5.3");
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

/** The settings of `Effort` that make a difference for a model, for a picker. Empty when there is nothing to choose. */
export function effortChoices(model: ModelInfo): readonly Effort[] {
  if (model.thinking === "none") return [];
  if (model.thinking === "always") return model.efforts;
  return model.efforts.length > 0 ? ["off", ...model.efforts] : ["off", "high"];
}

/** Ids of `GET /models` that are not for chat. */
const otherPurpose = /^(?:cogview|cogvideo|vidu|glm-(?:image|ocr|asr|tts)|embedding|rerank|moderation)/;

/**
 * Models to offer on an endpoint: the built-in ones it can have (plan models first on a plan), then whatever else the
 * service listed. Built-in models are never hidden because a listing lacks them: listings are incomplete (API notes 4.5).
 */
export function listModels(endpoint: Endpoint, fetchedIds: readonly string[]): readonly ModelInfo[] {
  const { platform } = endpoint;
  const builtIn =
    endpoint.dialect === "openai"
      ? []
      : models.filter((model) => platform === "custom" || (model.platforms?.includes(platform) ?? true));
  const sorted = platform.endsWith("-coding")
    ? [...builtIn.filter((model) => model.onPlan), ...builtIn.filter((model) => !model.onPlan)]
    : builtIn;
  const seen = new Set(sorted.map((model) => model.id));
  const fetched = fetchedIds.flatMap((id) => {
    const wireId = wireModelId(id);
    if (seen.has(wireId) || otherPurpose.test(wireId)) return [];
    seen.add(wireId);
    return [modelInfo(id)];
  });
  return [...sorted, ...fetched];
}

/** The model to start with, or undefined where only the user can know. */
export function defaultModel(endpoint: Endpoint, task: "chat"): string | undefined {
  return task === "chat" && endpoint.platform !== "custom" ? "glm-5.3" : undefined;
}

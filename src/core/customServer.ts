import type { ReasoningStyle } from "../api/endpointExtras.ts";
import type { ListedModel } from "../api/models/models.ts";
import type { ServerFacts } from "../api/models/serverFacts.ts";

/** What serves an OpenAI-compatible API. `chat-proxy`: ZtoApi and its like, which front the website chat.z.ai. */
export type ServerProduct = "ollama" | "lm-studio" | "vllm" | "sglang" | "llama-cpp" | "chat-proxy" | "unknown";

interface ProductFacts {
  readonly name: string;
  /** Where its documentation starts it. */
  readonly baseUrl: string;
  /** How it is started. Absent where that depends on the product. */
  readonly start?: string;
  /** How it is told about thinking (API notes 15.2 to 15.4). */
  readonly reasoning: ReasoningStyle;
  /** What to ask it beside its model list. */
  readonly facts: readonly (keyof ServerFacts)[];
}

/** From the products' own documentation, read 2026-11-22 (API notes 15). */
export const products: Readonly<Record<Exclude<ServerProduct, "unknown">, ProductFacts>> = {
  ollama: {
    name: "Ollama",
    baseUrl: "http://localhost:11434/v1",
    start: "ollama serve",
    reasoning: "reasoning_effort",
    facts: ["ollamaVersion"],
  },
  "lm-studio": {
    name: "LM Studio",
    baseUrl: "http://localhost:1234/v1",
    start: "lms server start",
    reasoning: "reasoning_effort",
    facts: ["lmStudioModels"],
  },
  vllm: {
    name: "vLLM",
    baseUrl: "http://localhost:8000/v1",
    start: "vllm serve",
    reasoning: "chat_template_kwargs",
    facts: ["vllmVersion"],
  },
  sglang: {
    name: "SGLang",
    baseUrl: "http://localhost:30000/v1",
    start: "python -m sglang.launch_server",
    reasoning: "chat_template_kwargs",
    facts: ["sglangWeights"],
  },
  "llama-cpp": {
    name: "llama.cpp",
    baseUrl: "http://localhost:8080/v1",
    start: "llama-server",
    reasoning: "chat_template_kwargs",
    facts: ["llamaCppContext"],
  },
  "chat-proxy": {
    name: "ZtoApi",
    baseUrl: "http://localhost:9090/v1",
    reasoning: "reasoning-bool",
    facts: [],
  },
};

export type KnownProduct = keyof typeof products;
export const knownProducts = ["ollama", "lm-studio", "vllm", "sglang", "llama-cpp", "chat-proxy"] as const;

/** What servers write into `owned_by` of their models, and nobody else does. */
const byOwner: Readonly<Record<string, KnownProduct>> = {
  library: "ollama",
  organization_owner: "lm-studio",
  vllm: "vllm",
  sglang: "sglang",
  llamacpp: "llama-cpp",
  "z.ai": "chat-proxy",
};

/** Names that only the website chat.z.ai has for its models (API notes 15.4). */
const websiteModel = /^(?:0727-360B-API|0727-106B-API|0808-360B-DR|GLM-DR)$/i;

/** Asked where the model list does not tell who made it. */
const discriminating: readonly (keyof ServerFacts)[] = [
  "ollamaVersion",
  "lmStudioModels",
  "sglangWeights",
  "llamaCppContext",
];

/** What to ask a server with this model list beside it. */
export function factsToAsk(models: readonly ListedModel[]): readonly (keyof ServerFacts)[] {
  const product = productOf(models, {});
  return product === "unknown" ? discriminating : products[product].facts;
}

/** What answered, by what it says of itself. `unknown` unless something is certain. */
export function productOf(models: readonly ListedModel[], facts: ServerFacts): ServerProduct {
  if (models.some(({ id }) => websiteModel.test(id))) return "chat-proxy";
  for (const { owner = "" } of models) if (Object.hasOwn(byOwner, owner)) return byOwner[owner] ?? "unknown";
  if (facts.sglangWeights !== undefined) return "sglang";
  if (facts.llamaCppContext !== undefined) return "llama-cpp";
  if (facts.lmStudioModels !== undefined) return "lm-studio";
  // KoboldCpp and others imitate that route, but only Ollama's ids end with a tag.
  const tagged = models.every(({ id }) => /:[^/]+$/.test(id));
  return facts.ollamaVersion !== undefined && tagged ? "ollama" : "unknown";
}

export function reasoningOf(product: ServerProduct): ReasoningStyle {
  return product === "unknown" ? "none" : products[product].reasoning;
}

/** The product whose documentation uses the port of this address, on this machine. */
export function usualProductAt(baseUrl: string): KnownProduct | undefined {
  const port = new URL(baseUrl).port;
  return knownProducts.find((id) => new URL(products[id].baseUrl).port === port);
}

/** Ids of models that do not chat, by names that their makers use. */
const noChat = /embed|rerank|whisper|tts|moderation|bge-|\be5-|minilm/i;

/** The model to try first: a GLM if there is one, else the first that can chat. */
export function firstModel(models: readonly ListedModel[]): ListedModel | undefined {
  const chatting = models.filter(({ id }) => !noChat.test(id));
  const glm = chatting.find(({ id }) => /glm/i.test(id) && !/ocr/i.test(id));
  return glm ?? chatting[0] ?? models[0];
}

/** Names of vLLM's and SGLang's parsers for a model of the GLM family; undefined for others (API notes 15.2). */
export function glmParsers(model: ListedModel): { readonly calls: string; readonly thinking: string } | undefined {
  const name = `${model.weights ?? ""} ${model.id}`;
  if (/glm[-_]?4[._-]?[56]/i.test(name)) return { calls: "glm45", thinking: "glm45" };
  return /glm[-_]?(?:4[._-]?7|5)/i.test(name) ? { calls: "glm47", thinking: "glm45" } : undefined;
}

/** How thinking arrived: in a field of its own, as tags inside the text, or not at all. */
export type ThinkingForm = "field" | "text" | "none";

/** What was found out about a server. Names and ids in it are text from outside. */
export interface ServerReport {
  readonly baseUrl: string;
  readonly product: ServerProduct;
  readonly version?: string | undefined;
  /** Undefined for a server that has no list. */
  readonly models: readonly ListedModel[] | undefined;
  /** The model that was asked. */
  readonly model: ListedModel;
  readonly thinking: ThinkingForm;
  /** The style with which it answered. */
  readonly reasoning: ReasoningStyle;
  /** Tokens that the server gives that model, where it tells. */
  readonly context?: number | undefined;
}

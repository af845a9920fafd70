import type { Effort } from "../chat/chatTypes.ts";
import type { Modality, ThinkingKind } from "./catalog.ts";
import type { PlatformId } from "../platforms.ts";

export interface ModelData {
  readonly id: string;
  readonly label: string;
  /** Tokens, prompt and answer together. */
  readonly context: number;
  /** Tokens, thinking included. */
  readonly maxOutput: number;
  readonly input: readonly Modality[];
  readonly thinking: ThinkingKind;
  /** Values of `reasoning_effort` with an effect; empty where the field is ignored. */
  readonly efforts: readonly Effort[];
  readonly tools: boolean;
  /** Whether function calls can be streamed piece by piece. */
  readonly toolStream: boolean;
  /** Listed for the Coding Plan. Others are often accepted there and answered by a newer model. */
  readonly onPlan: boolean;
  /** US dollars per million tokens on z.ai; absent where unknown. BigModel charges its own prices in yuan. */
  readonly price?: { readonly input: number; readonly cachedInput?: number; readonly output: number };
  /** Absent = everywhere. */
  readonly platforms?: readonly PlatformId[];
  /** Images and videos that one request may hold on z.ai; absent where unknown. BigModel takes 50 images at most. */
  readonly maxImages?: number;
  readonly maxVideos?: number;
  /** It takes images by address only, not inside the request. */
  readonly imagesByAddressOnly?: true;
  /** False: it cannot be held to answer with a JSON object. */
  readonly jsonAnswers?: boolean;
  /** What to use when the service no longer has this one. */
  readonly successor?: string;
}

/** When the facts below were last read. They have changed four times in half a year. */
export const catalogDate = "2026-11-21";

const bigmodelOnly: readonly PlatformId[] = ["bigmodel"];
const text: readonly Modality[] = ["text"];
const sight: readonly Modality[] = ["text", "image", "video"];
const sightAndFiles: readonly Modality[] = ["text", "image", "video", "file"];

const price = (input: number, cachedInput: number, output: number) => ({ price: { input, cachedInput, output } });

const flash = { successor: "glm-5.3-flash" } as const;

/** What most models of a generation share; entries below override it. */
const common = { input: text, thinking: "toggle", efforts: [], tools: true, toolStream: true, onPlan: false } as const;
const glm53 = {
  ...common,
  context: 1_048_576,
  maxOutput: 131_072,
  thinking: "always",
  efforts: ["low", "high", "max"],
} as const;
const large = { ...common, context: 200_000, maxOutput: 131_072, successor: "glm-5.3" };
const vision = {
  input: sightAndFiles,
  toolStream: false,
  maxImages: 150,
  maxVideos: 2,
  jsonAnswers: false,
  ...flash,
} as const;
const glm46v = { ...common, ...vision, context: 131_072, maxOutput: 32_768 };
const glm45 = { ...large, context: 131_072, maxOutput: 98_304, toolStream: false };
const older = { ...glm45, ...flash, maxOutput: 16_384, thinking: "none" } as const;
const bigmodelChat = { ...older, platforms: bigmodelOnly, successor: "glm-4.7-flash" } as const;
const bigmodelSight = {
  ...bigmodelChat,
  input: ["text", "image"],
  tools: false,
  jsonAnswers: false,
  successor: "glm-4.6v-flash",
} as const;

/** Best first within their kind: API notes 4.1, 4.2, and what 4.3 has for chat. */
export const builtInModels: readonly ModelData[] = [
  { ...glm53, id: "glm-5.3", label: "GLM-5.3", onPlan: true, ...price(1.4, 0.26, 4.4) },
  { ...glm53, id: "glm-5.3-flash", label: "GLM-5.3-Flash", input: sight, onPlan: true, ...price(0.15, 0.03, 0.5) },
  {
    ...glm53,
    id: "glm-5.3-flashx",
    label: "GLM-5.3-FlashX",
    context: 1_000_000,
    input: sight,
    ...flash,
    ...price(0.37, 0.075, 1.25),
  },
  { ...large, id: "glm-5.2", label: "GLM-5.2", context: 1_000_000, efforts: ["high", "max"], ...price(1.4, 0.26, 4.4) },
  { ...large, id: "glm-5.1", label: "GLM-5.1", ...price(1.4, 0.26, 4.4) },
  { ...large, id: "glm-5-turbo", label: "GLM-5-Turbo", onPlan: true, ...price(1.2, 0.24, 4) },
  { ...large, id: "glm-5", label: "GLM-5", ...price(1, 0.2, 3.2) },
  { ...large, ...vision, id: "glm-5v-turbo", label: "GLM-5V-Turbo", ...price(1.2, 0.24, 4) },
  { ...large, id: "glm-4.7", label: "GLM-4.7", ...price(0.6, 0.11, 2.2) },
  { ...large, id: "glm-4.7-flashx", label: "GLM-4.7-FlashX", successor: "glm-5.3-flashx", ...price(0.07, 0.01, 0.4) },
  { ...large, id: "glm-4.7-flash", label: "GLM-4.7-Flash", ...flash, ...price(0, 0, 0) },
  { ...large, id: "glm-4.6", label: "GLM-4.6", ...price(0.6, 0.11, 2.2) },
  { ...glm46v, id: "glm-4.6v", label: "GLM-4.6V", ...price(0.3, 0.05, 0.9) },
  {
    ...glm46v,
    id: "glm-4.6v-flashx",
    label: "GLM-4.6V-FlashX",
    successor: "glm-5.3-flashx",
    ...price(0.04, 0.004, 0.4),
  },
  { ...glm46v, id: "glm-4.6v-flash", label: "GLM-4.6V-Flash", ...price(0, 0, 0) },
  { ...glm45, id: "glm-4.5", label: "GLM-4.5", ...price(0.6, 0.11, 2.2) },
  { ...glm45, id: "glm-4.5-x", label: "GLM-4.5-X", ...price(2.2, 0.45, 8.9) },
  { ...glm45, id: "glm-4.5-air", label: "GLM-4.5-Air", ...flash, ...price(0.2, 0.03, 1.1) },
  { ...glm45, id: "glm-4.5-airx", label: "GLM-4.5-AirX", successor: "glm-5.3-flashx", ...price(1.1, 0.22, 4.5) },
  { ...glm45, id: "glm-4.5-flash", label: "GLM-4.5-Flash", successor: "glm-4.7-flash", ...price(0, 0, 0) },
  {
    ...glm46v,
    id: "glm-4.5v",
    label: "GLM-4.5V",
    context: 65_536,
    maxOutput: 16_384,
    tools: false,
    maxImages: 50,
    maxVideos: 1,
    ...price(0.6, 0.11, 1.8),
  },
  { ...older, id: "glm-4-32b-0414-128k", label: "GLM-4-32B-0414-128K", price: { input: 0.1, output: 0.1 } },
  { ...bigmodelChat, id: "glm-4-flash-250414", label: "GLM-4-Flash-250414" },
  { ...bigmodelChat, id: "glm-4-flashx-250414", label: "GLM-4-FlashX-250414" },
  // These two think, but the switch for it came with GLM-4.5.
  { ...bigmodelSight, id: "glm-4.1v-thinking-flashx", label: "GLM-4.1V-Thinking-FlashX", context: 65_536 },
  { ...bigmodelSight, id: "glm-4.1v-thinking-flash", label: "GLM-4.1V-Thinking-Flash", context: 65_536 },
  {
    ...bigmodelSight,
    id: "glm-4v-flash",
    label: "GLM-4V-Flash",
    context: 16_384,
    maxOutput: 1_024,
    maxImages: 1,
    imagesByAddressOnly: true,
  },
  {
    ...older,
    id: "autoglm-phone-multilingual",
    label: "AutoGLM-Phone-Multilingual",
    context: 65_536,
    maxOutput: 4_096,
    input: ["text", "image"],
    jsonAnswers: false,
  },
  // For role play and for company. Their context is not documented; this is the least that was ever sold.
  { ...bigmodelChat, id: "charglm-4", label: "CharGLM-4", context: 8_192, maxOutput: 4_096, tools: false },
  { ...bigmodelChat, id: "emohaa", label: "Emohaa", context: 8_192, maxOutput: 4_096, tools: false },
];

import type { Platform } from "./accounts.ts";

/** What the simulator knows about one chat model. Sizes are tokens. */
export interface Model {
  readonly id: string;
  readonly context: number;
  readonly maxOutput: number;
  /** `always` cannot be switched off, `none` has no thinking at all. */
  readonly thinking: "always" | "toggle" | "none";
  readonly tools: boolean;
  readonly toolStream: boolean;
  /** How many pictures one request may carry; 0 is a text-only model. */
  readonly images: number;
  /** Takes https pictures only, no base64 (an old BigModel model). */
  readonly imageUrlOnly: boolean;
  /** The older vision family: no response_format, no video of its own rules. */
  readonly classicVision: boolean;
  readonly files: boolean;
  /** Images inside a tool result. */
  readonly toolImages: boolean;
  readonly free: boolean;
  /** Who answers on the Coding Plan: itself, a newer model, or nobody (1311). */
  readonly plan: string | undefined;
  readonly only: Platform | undefined;
}

const text = (id: string, over: Partial<Model> = {}): Model => ({
  id,
  context: 200_000,
  maxOutput: 131_072,
  thinking: "toggle",
  tools: true,
  toolStream: true,
  images: 0,
  imageUrlOnly: false,
  classicVision: false,
  files: false,
  toolImages: false,
  free: false,
  plan: undefined,
  only: undefined,
  ...over,
});

const small = { context: 131_072, maxOutput: 98_304, toolStream: false };
const vision = {
  context: 131_072,
  maxOutput: 32_768,
  toolStream: false,
  images: 150,
  classicVision: true,
  files: true,
};
const million = { context: 1_048_576, thinking: "always" } as const;
const bigmodel = { only: "bigmodel" } as const;

const catalogue: readonly Model[] = [
  text("glm-5.3", { ...million, plan: "glm-5.3" }),
  text("glm-5.3-flash", { ...million, images: 150, toolImages: true, plan: "glm-5.3-flash" }),
  text("glm-5.3-flashx", { ...million, context: 1_000_000, images: 150, toolImages: true }),
  text("glm-5.2", { context: 1_000_000, plan: "glm-5.3" }),
  text("glm-5.1", { plan: "glm-5.3" }),
  text("glm-5-turbo", { plan: "glm-5-turbo" }),
  text("glm-5", { plan: "glm-5.3" }),
  text("glm-4.7", { plan: "glm-5.3" }),
  text("glm-4.7-flashx"),
  text("glm-4.7-flash", { free: true }),
  text("glm-4.6", { plan: "glm-5.3" }),
  text("glm-4.5", { ...small, plan: "glm-5.3" }),
  text("glm-4.5-x", small),
  text("glm-4.5-air", { ...small, plan: "glm-4.7" }),
  text("glm-4.5-airx", small),
  text("glm-4.5-flash", { ...small, free: true }),
  text("glm-4-32b-0414-128k", { ...small, maxOutput: 16_384, thinking: "none" }),
  text("glm-4-flash-250414", { ...small, ...bigmodel, maxOutput: 16_384, thinking: "none", free: true }),
  text("glm-4-flashx-250414", { ...small, ...bigmodel, maxOutput: 16_384, thinking: "none" }),
  text("glm-5v-turbo", { ...vision, context: 200_000, maxOutput: 131_072 }),
  text("glm-4.6v", vision),
  text("glm-4.6v-flashx", vision),
  text("glm-4.6v-flash", { ...vision, free: true }),
  text("glm-4.5v", { ...vision, context: 65_536, maxOutput: 16_384, images: 50, tools: false }),
  text("autoglm-phone-multilingual", { ...vision, maxOutput: 4_096, files: false, thinking: "none" }),
  text("glm-4v-flash", {
    ...vision,
    ...bigmodel,
    context: 16_384,
    maxOutput: 1_024,
    images: 1,
    imageUrlOnly: true,
    files: false,
    tools: false,
    thinking: "none",
    free: true,
  }),
];

/** The ids that GET /models lists, on both platforms and both base paths. Access is another matter: flashx is not on the plan. */
export const listedModels: readonly string[] = [
  "glm-4.5",
  "glm-4.5-air",
  "glm-4.6",
  "glm-4.7",
  "glm-5",
  "glm-5-turbo",
  "glm-5.1",
  "glm-5.2",
  "glm-5.3",
  "glm-5.3-flash",
  "glm-5.3-flashx",
];

/** The model with this id on this platform; ids are compared without regard to case. */
export function findModel(id: string, platform: Platform): Model | undefined {
  const wanted = id.toLowerCase();
  return catalogue.find((model) => model.id === wanted && (model.only === undefined || model.only === platform));
}

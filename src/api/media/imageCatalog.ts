import type { PlatformId } from "../platforms.ts";

export type ImageQuality = "hd" | "standard";

export interface ImageModel {
  readonly id: string;
  readonly label: string;
  /** The default first. HD takes about 20 s, standard 5 to 10. */
  readonly qualities: readonly ImageQuality[];
  /** Can be drawn in the background, which suits what takes long. */
  readonly background: boolean;
  /** Presets that the service recommends, the default first. Width x height in pixels. */
  readonly sizes: readonly string[];
  readonly sideMin: number;
  readonly sideMax: number;
  /** Both sides must be divisible by this. */
  readonly multiple: number;
  readonly maxPixels: number;
  /** US dollars per image on z.ai; absent where unknown. */
  readonly price?: number;
  /** Absent = wherever images are offered. */
  readonly platforms?: readonly PlatformId[];
}

const cogview = {
  qualities: ["standard", "hd"],
  background: false,
  sizes: ["1024x1024", "768x1344", "864x1152", "1344x768", "1152x864", "1440x720", "720x1440"],
  sideMin: 512,
  sideMax: 2048,
  multiple: 16,
  maxPixels: 2 ** 21,
} as const;

/** Image models and the sizes they accept (API notes 4.3 and 5.1; read 2026-11-21). */
export const imageModels: readonly ImageModel[] = [
  {
    id: "glm-image",
    label: "GLM-Image",
    qualities: ["hd"],
    background: true,
    sizes: ["1280x1280", "1568x1056", "1056x1568", "1472x1088", "1088x1472", "1728x960", "960x1728"],
    // A guide says 512, the schema 1024; the stricter one is accepted by both.
    sideMin: 1024,
    sideMax: 2048,
    multiple: 32,
    maxPixels: 2 ** 22,
    price: 0.015,
  },
  { ...cogview, id: "cogview-4-250304", label: "CogView-4", price: 0.01 },
  { ...cogview, id: "cogview-4", label: "CogView-4", platforms: ["bigmodel"] },
  { ...cogview, id: "cogview-3-flash", label: "CogView-3-Flash", price: 0, platforms: ["bigmodel"] },
];

export function imageModelsOn(platform: PlatformId): readonly ImageModel[] {
  return imageModels.filter(({ platforms }) => platform === "custom" || (platforms?.includes(platform) ?? true));
}

/** What we know of a model; undefined for one that came later. */
export function imageModel(id: string): ImageModel | undefined {
  const wanted = id.trim().toLowerCase();
  return imageModels.find((model) => model.id === wanted);
}

export type SizeProblem = "format" | "side" | "multiple" | "pixels";

/** Why a model would refuse a size such as "1280x1280", or undefined. Of an unknown model only the format is checked. */
export function imageSizeProblem(model: string, size: string): SizeProblem | undefined {
  const match = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(size);
  if (!match) return "format";
  const rules = imageModel(model);
  if (!rules) return undefined;
  const width = Number(match[1]);
  const height = Number(match[2]);
  const { sideMin, sideMax, multiple, maxPixels } = rules;
  // The service's own presets are right by definition, even where they break its rule.
  if (rules.sizes.includes(size)) return undefined;
  if (Math.min(width, height) < sideMin || Math.max(width, height) > sideMax) return "side";
  if (width % multiple !== 0 || height % multiple !== 0) return "multiple";
  return width * height > maxPixels ? "pixels" : undefined;
}

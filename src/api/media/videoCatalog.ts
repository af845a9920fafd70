import type { PlatformId } from "../platforms.ts";

export type VideoQuality = "speed" | "quality";
export type VideoStyle = "general" | "anime";
export type AspectRatio = "16:9" | "9:16" | "1:1";
export type MovementAmplitude = "auto" | "small" | "medium" | "large";

/** The pictures that a model starts from. */
export interface VideoImages {
  readonly most: number;
  /** How `image_url` is written: one address, a list, or either. */
  readonly form: "one" | "list" | "either";
  readonly types: readonly ("png" | "jpg" | "webp")[];
  /** Bytes of each, decoded. */
  readonly limit: number;
  /** Pixels of each side at least. */
  readonly leastSide: number;
  /** How much longer one side may be than the other. */
  readonly mostStretch: number;
  /** The pixels of the first and of the last frame may differ by this factor. */
  readonly mostDifference: number;
}

/** A list of values has the default first, unless noted; an empty one means that the model does not take the field. */
export interface VideoModel {
  readonly id: string;
  readonly label: string;
  /** Every model wants a prompt or a picture; this one wants the prompt. */
  readonly promptRequired: boolean;
  /** Undefined = none. */
  readonly images?: VideoImages | undefined;
  /** First and last frame work with `speed` only. */
  readonly qualities: readonly VideoQuality[];
  readonly audio: boolean;
  /** Width x height in pixels. CogVideoX has no fixed default: its short side is 1080. */
  readonly sizes: readonly string[];
  /** Frames per second. */
  readonly fps: readonly number[];
  /** Seconds. */
  readonly durations: readonly number[];
  readonly styles: readonly VideoStyle[];
  readonly aspectRatios: readonly AspectRatio[];
  readonly movementAmplitudes: readonly MovementAmplitude[];
  /** US dollars per video on z.ai; absent where unknown. */
  readonly price?: number;
  /** Absent = wherever videos are offered. */
  readonly platforms?: readonly PlatformId[];
}

const megabyte = 1024 * 1024;

const cogvideoImages: VideoImages = {
  most: 2,
  form: "either",
  types: ["png", "jpg"],
  limit: 5 * megabyte,
  leastSide: 1,
  mostStretch: Infinity,
  mostDifference: Infinity,
};

const viduImages: VideoImages = {
  most: 1,
  form: "one",
  types: ["png", "jpg", "webp"],
  limit: 50 * megabyte,
  leastSide: 1,
  mostStretch: 4,
  mostDifference: Infinity,
};
const viduFrames: VideoImages = { ...viduImages, most: 2, form: "list", mostDifference: 1.25 };
const viduReferences: VideoImages = { ...viduImages, most: 3, form: "list", leastSide: 128 };

const cogvideo = {
  promptRequired: false,
  qualities: ["speed", "quality"],
  audio: true,
  fps: [30, 60],
  styles: [],
  aspectRatios: [],
  movementAmplitudes: [],
} as const;

const cogvideo2 = {
  ...cogvideo,
  images: { ...cogvideoImages, most: 1, form: "one" },
  sizes: ["720x480", "1024x1024", "1280x960", "960x1280", "1920x1080", "1080x1920", "2048x1080", "3840x2160"],
  durations: [],
  platforms: ["bigmodel"],
} as const;

const vidu = {
  promptRequired: false,
  qualities: [],
  audio: true,
  fps: [],
  styles: [],
  aspectRatios: [],
  movementAmplitudes: ["auto", "small", "medium", "large"],
} as const;
const viduQ1 = { ...vidu, sizes: ["1920x1080"], durations: [5], price: 0.4 } as const;
const vidu2 = { ...vidu, sizes: ["1280x720"], durations: [4], price: 0.2 } as const;
const aspectRatios = ["16:9", "9:16", "1:1"] as const;

/** Video models and the requests they accept (API notes 4.3 and 6; read 2026-11-21). */
export const videoModels: readonly VideoModel[] = [
  {
    ...cogvideo,
    id: "cogvideox-3",
    label: "CogVideoX-3",
    images: cogvideoImages,
    sizes: ["1280x720", "720x1280", "1024x1024", "1920x1080", "1080x1920", "2048x1080", "3840x2160"],
    durations: [5, 10],
    price: 0.2,
  },
  { ...cogvideo2, id: "cogvideox-2", label: "CogVideoX-2" },
  { ...cogvideo2, id: "cogvideox-flash", label: "CogVideoX-Flash", price: 0 },
  {
    ...viduQ1,
    id: "viduq1-text",
    label: "Vidu Q1 Text",
    promptRequired: true,
    audio: false,
    styles: ["general", "anime"],
    aspectRatios,
  },
  { ...viduQ1, id: "viduq1-image", label: "Vidu Q1 Image", images: viduImages },
  { ...viduQ1, id: "viduq1-start-end", label: "Vidu Q1 Start and End", images: viduFrames },
  { ...vidu2, id: "vidu2-image", label: "Vidu 2 Image", images: viduImages },
  { ...vidu2, id: "vidu2-start-end", label: "Vidu 2 Start and End", images: viduFrames },
  { ...vidu2, id: "vidu2-reference", label: "Vidu 2 Reference", images: viduReferences, aspectRatios, price: 0.4 },
];

/** What we know of a model; undefined for one that came later. */
export function videoModel(id: string): VideoModel | undefined {
  const wanted = id.trim().toLowerCase();
  return videoModels.find((model) => model.id === wanted);
}

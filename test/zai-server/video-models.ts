import type { Platform } from "./accounts.ts";

/** What one film model takes. */
export interface VideoModel {
  readonly family: "cogvideox" | "vidu";
  readonly only: Platform | undefined;
  readonly free: boolean;
  /** How `image_url` comes: not at all, as one text, as a list, or as either. */
  readonly pictures: "none" | "one" | "list" | "either";
  readonly mostPictures: number;
  /** Sides of a picture must have this many pixels. */
  readonly leastSide: number;
  /** The model's own fields with their legal values; the first is the default. */
  readonly fields: Readonly<Record<string, readonly (string | number | boolean)[]>>;
}

const cogFields = { quality: ["speed", "quality"], with_audio: [false, true], fps: [30, 60] };
const cogvideox3: VideoModel = {
  family: "cogvideox",
  only: undefined,
  free: false,
  pictures: "either",
  mostPictures: 2,
  leastSide: 1,
  fields: {
    ...cogFields,
    size: ["1920x1080", "1080x1920", "1280x720", "720x1280", "1024x1024", "2048x1080", "3840x2160"],
    duration: [5, 10],
  },
};
const cogvideox2: VideoModel = {
  ...cogvideox3,
  only: "bigmodel",
  pictures: "one",
  mostPictures: 1,
  fields: {
    ...cogFields,
    size: ["1920x1080", "1080x1920", "720x480", "1024x1024", "1280x960", "960x1280", "2048x1080", "3840x2160"],
  },
};

const movement = { movement_amplitude: ["auto", "small", "medium", "large"] };
const ratios = { aspect_ratio: ["16:9", "9:16", "1:1"] };
const sound = { with_audio: [false, true] };
const q1 = { ...movement, size: ["1920x1080"], duration: [5] };
const two = { ...movement, ...sound, size: ["1280x720"], duration: [4] };
const vidu = (
  pictures: VideoModel["pictures"],
  mostPictures: number,
  fields: VideoModel["fields"],
  leastSide = 1,
): VideoModel => ({ family: "vidu", only: undefined, free: false, pictures, mostPictures, leastSide, fields });

const models: Readonly<Record<string, VideoModel>> = {
  "cogvideox-3": cogvideox3,
  "cogvideox-2": cogvideox2,
  "cogvideox-flash": { ...cogvideox2, free: true },
  "viduq1-text": vidu("none", 0, { ...q1, ...ratios, style: ["general", "anime"] }),
  "viduq1-image": vidu("one", 1, { ...q1, ...sound }),
  "viduq1-start-end": vidu("list", 2, { ...q1, ...sound }),
  "vidu2-image": vidu("one", 1, two),
  "vidu2-start-end": vidu("list", 2, two),
  "vidu2-reference": vidu("list", 3, { ...two, ...ratios }, 128),
};

/** Every field that some film model has; one that is another model's is refused. */
export const videoFields: readonly string[] = [
  ...new Set(["image_url", ...Object.values(models).flatMap(({ fields }) => Object.keys(fields))]),
];

/** The film model with this id on this platform. */
export function findVideoModel(id: string, platform: Platform): VideoModel | undefined {
  const model = Object.hasOwn(models, id) ? models[id] : undefined;
  return model?.only === undefined || model.only === platform ? model : undefined;
}

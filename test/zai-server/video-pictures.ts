import type { Exchange } from "./exchange.ts";
import { invalid, wrongFile } from "./fields.ts";
import type { JsonObject } from "./json.ts";
import { pixelSize, readPosted, sniff } from "./pictures.ts";
import type { VideoModel } from "./video-models.ts";

interface Picture {
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
}

const megabyte = 1024 * 1024;

/** The pictures of `image_url`. @throws ApiError 1214 for count, size and shape, 1210 for what cannot be read or fetched. */
export async function readPictures(exchange: Exchange, body: JsonObject, model: VideoModel): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const value of listed(body["image_url"], model)) pictures.push(await readOne(exchange, value, model));
  const [start, end] = pictures;
  if (model.family === "vidu" && model.mostPictures === 2 && start !== undefined && end !== undefined) {
    const ratio = (start.width * start.height) / (end.width * end.height);
    if (ratio < 0.8 || ratio > 1.25) throw invalid("image_url", "first / last frame 0.8-1.25");
  }
  return pictures;
}

function listed(value: unknown, { pictures, mostPictures }: VideoModel): readonly unknown[] {
  if (value === undefined || value === null) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const wrongForm = pictures === (Array.isArray(value) ? "one" : "list");
  if (wrongForm || list.length < 1 || list.length > mostPictures)
    throw invalid("image_url", pictures === "one" ? "1 string" : `array of 1-${mostPictures}`);
  return list;
}

async function readOne({ state, cdn }: Exchange, value: unknown, model: VideoModel): Promise<Picture> {
  const posted = typeof value === "string" ? readPosted(value) : undefined;
  // Bare base64 is for other endpoints.
  if (posted === undefined || posted.form === "base64") throw invalid("image_url", "URL, data:image/png;base64,…");
  const bytes = posted.bytes ?? (await state.results.fetch(posted.url ?? "", cdn));
  if (bytes === undefined) throw wrongFile("The image cannot be fetched", "图片无法下载");
  const kind = sniff(bytes);
  const size = pixelSize(bytes);
  if (size === undefined || (kind === "webp" && model.family === "cogvideox"))
    throw wrongFile("The image is damaged or of an unsupported format", "图片损坏或格式不支持");
  const { width, height } = size;
  if (bytes.length > (model.family === "vidu" ? 50 : 5) * megabyte) throw invalid("image_url", "too many bytes");
  if (Math.min(width, height) < model.leastSide) throw invalid("image_url", `sides >= ${model.leastSide}`);
  if (model.family === "vidu" && (width > 4 * height || height > 4 * width)) throw invalid("image_url", "1:4-4:1");
  return { bytes, width, height };
}

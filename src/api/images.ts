import * as v from "valibot";
import { fromBase64 } from "./base64.ts";
import type { RequestOptions } from "./client.ts";
import type { ClientContext } from "./context.ts";
import { ApiError } from "./errors.ts";
import { createGuard } from "./guard.ts";
import { imageSizeProblem } from "./imageCatalog.ts";
import { downloadImage, imageLimit, imageType } from "./imageDownload.ts";
import { askJson, hostOf, requireReady } from "./request.ts";
import { limitJob } from "./slot.ts";
import { isMissingPath, pollTask, startTask } from "./tasks.ts";

const promptLimit = 1000;
const slowestPoll = 4;

const pictureSchema = v.object({ url: v.optional(v.string()), b64_json: v.optional(v.string()) });
const syncSchema = v.object({ data: v.pipe(v.array(pictureSchema), v.minLength(1)) });
const resultSchema = v.object({ image_result: v.array(pictureSchema) });

export interface ImageRequest {
  readonly model: string;
  /** At most 1000 characters. */
  readonly prompt: string;
  /** "1280x1280"; must be one that the model accepts (see imageSizes). */
  readonly size: string;
}

export interface GeneratedImage {
  readonly bytes: Uint8Array;
  readonly type: "png" | "jpg" | "webp";
}

type Picture = v.InferOutput<typeof pictureSchema>;

/**
 * Draws one image and downloads it (API notes 5). Throws `bad-request` for a size that the model does not take, `too-long`
 * for more than 1000 characters, `result-failed` when the service gave up (often content safety), `timeout` after
 * `deadlines.image` in all.
 */
export async function generateImage(
  context: ClientContext,
  request: ImageRequest,
  options: RequestOptions = {},
): Promise<GeneratedImage> {
  requireReady(context, "images");
  if (request.prompt.length > promptLimit) throw new ApiError("too-long");
  if (request.prompt.trim() === "" || imageSizeProblem(request.model, request.size)) throw new ApiError("bad-request");
  const guard = createGuard(context.clock, options.signal);
  const bounded = limitJob(guard, context.deadlines.image, options);
  try {
    const picture = await requestPicture(context, request, bounded);
    return await bytesOf(context, picture, bounded);
  } catch (thrown) {
    throw guard.failure() ?? thrown;
  } finally {
    guard.release();
  }
}

/** GLM-Image takes about 20 s, so that it is asked for in the background where the service can; the others answer at once. */
async function requestPicture(
  context: ClientContext,
  { model, prompt, size }: ImageRequest,
  options: RequestOptions,
): Promise<Picture> {
  const body = JSON.stringify({ model, prompt, size });
  if (model.toLowerCase() === "glm-image") {
    try {
      return await drawInBackground(context, body, options);
    } catch (thrown) {
      if (!(thrown instanceof ApiError && isMissingPath(thrown))) throw thrown;
    }
  }
  const ask = { method: "POST", path: "/images/generations", body } as const;
  const drawn = v.safeParse(syncSchema, await askJson(context, ask, context.deadlines.image, options));
  const picture = drawn.success ? drawn.output.data[0] : undefined;
  if (!picture) throw new ApiError("invalid-response", { host: hostOf(context.endpoint.baseUrl) });
  return picture;
}

async function drawInBackground(context: ClientContext, body: string, options: RequestOptions): Promise<Picture> {
  const id = await startTask(context, { method: "POST", path: "/async/images/generations", body }, options);
  const { deadlines, pollIntervalMs } = context;
  const plan = { firstMs: pollIntervalMs, longestMs: slowestPoll * pollIntervalMs, totalMs: deadlines.image };
  const result = v.safeParse(resultSchema, await pollTask(context, id, { ...plan, sentBody: body }, options));
  const picture = result.success ? result.output.image_result[0] : undefined;
  if (!picture) throw new ApiError("invalid-response", { host: hostOf(context.endpoint.baseUrl) });
  return picture;
}

async function bytesOf(context: ClientContext, picture: Picture, options: RequestOptions): Promise<GeneratedImage> {
  if (picture.url !== undefined) return downloadImage(context, picture.url, options);
  const bytes = picture.b64_json === undefined ? undefined : fromBase64(picture.b64_json);
  const type = bytes && imageType(bytes);
  if (!bytes || !type || bytes.byteLength > imageLimit) throw new ApiError("invalid-response");
  return { bytes, type };
}

import * as v from "valibot";
import { fromBase64 } from "../http/base64.ts";
import { check, checkIds, checkOneOf, checkPlatform, checkText, checkWatermark, invalid } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { asKind, download, pictureKind, type DownloadedFile } from "../http/download.ts";
import { ApiError } from "../errors.ts";
import { createGuard } from "../http/guard.ts";
import { imageModel, imageSizeProblem, type ImageQuality } from "./imageCatalog.ts";
import { looseText, unreadable } from "../http/loose.ts";
import type { Endpoint } from "../platforms.ts";
import { askJson, hostOf, requireReady, type Ask } from "../http/request.ts";
import { limitJob } from "../http/slot.ts";
import { reportUse } from "../usage/use.ts";
import { isMissingPath, ofTask, pollTask, startTask, taskState } from "../http/tasks.ts";

const promptLimit = 1000;

const pictureSchema = v.object({ url: looseText, b64_json: looseText });
const drawnSchema = v.object({ data: v.pipe(v.array(pictureSchema), v.minLength(1)) });
const pictures = v.union([
  v.array(pictureSchema),
  v.pipe(
    pictureSchema,
    v.transform((picture) => [picture]),
  ),
]);
const resultSchema = v.object({ model: looseText, image_result: pictures });

export interface ImageRequest {
  readonly model: string;
  /** 1 to 1000 characters. */
  readonly prompt: string;
  /** "1280x1280"; must be one that the model accepts (see `imageSizeProblem`). Absent = the model's default. */
  readonly size?: string | undefined;
  /** Absent = the model's default. GLM-Image has only `hd`. */
  readonly quality?: ImageQuality | undefined;
  /** BigModel only; false needs a waiver that the account has signed. */
  readonly watermark?: boolean | undefined;
  /** 6 to 64 characters, unique. */
  readonly requestId?: string | undefined;
  /** 6 to 128 characters, no personal data. */
  readonly userId?: string | undefined;
}

export type GeneratedImage = DownloadedFile<"png" | "jpg" | "webp">;

/** A finished image that was not downloaded. */
export interface ImageAddress {
  /** Valid for 30 days. Not to be trusted: `download` looks at it before it is fetched. */
  readonly url: string;
}

export type ImageResult = { readonly status: "processing" } | ({ readonly status: "success" } & ImageAddress);

type Picture = v.InferOutput<typeof pictureSchema>;

/**
 * Draws one image and downloads it (API notes 5). Throws `bad-request` for a request that breaks a rule of the model,
 * `result-failed` when the service gave up (often content safety), `timeout` after `deadlines.image` in all.
 */
export async function generateImage(
  context: ClientContext,
  request: ImageRequest,
  options: RequestOptions = {},
): Promise<GeneratedImage> {
  const body = imageBody(context, request);
  return withinImageLimit(context, options, (bounded) => draw(context, request, body, bounded));
}

/**
 * Waits for an image that was started before and downloads it, for example after the connection was lost while
 * `generateImage` waited: its error names the task. Costs nothing. Throws as `generateImage`.
 */
export function collectImage(
  context: ClientContext,
  id: string,
  options: RequestOptions = {},
): Promise<GeneratedImage> {
  requireReady(context, "images");
  return withinImageLimit(context, options, (bounded) => collect(context, id, undefined, bounded));
}

async function withinImageLimit(
  context: ClientContext,
  options: RequestOptions,
  work: (bounded: RequestOptions) => Promise<GeneratedImage>,
): Promise<GeneratedImage> {
  const guard = createGuard(context.clock, options.signal);
  const bounded = limitJob(guard, context.deadlines.image, options);
  try {
    return await work(bounded);
  } catch (thrown) {
    const failure = guard.failure();
    if (!failure) throw thrown;
    const taskId = thrown instanceof ApiError ? thrown.details.taskId : undefined;
    const mayHaveRun = (failure.code === "timeout" && taskId === undefined) || undefined;
    throw new ApiError(failure.code, { ...failure.details, taskId, mayHaveRun });
  } finally {
    guard.release();
  }
}

/** Draws one image while the connection is held, and leaves it where it is (API notes 5.1). Throws as `generateImage`. */
export async function createImage(
  context: ClientContext,
  request: ImageRequest,
  options: RequestOptions = {},
): Promise<ImageAddress> {
  return addressOf(context, await drawAtOnce(context, request.model, imageBody(context, request), options));
}

/** Starts an image in the background and returns the id of its task (API notes 5.2); GLM-Image only. */
export async function startImage(
  context: ClientContext,
  request: ImageRequest,
  options: RequestOptions = {},
): Promise<string> {
  const body = imageBody(context, request);
  check(imageModel(request.model)?.background !== false, "model", "glm-image");
  return startTask(context, inBackground(body), options);
}

/** One look at an image that was started (API notes 5.3). Throws `content-blocked` or `result-failed` when it failed. */
export async function imageResult(
  context: ClientContext,
  id: string,
  options: RequestOptions = {},
): Promise<ImageResult> {
  const state = await taskState(context, id, options);
  if (state.status === "processing") return state;
  return { status: "success", ...addressOf(context, drawnPicture(context, state.answer)) };
}

/** The JSON of a request that keeps the rules of its model. */
function imageBody(context: ClientContext, request: ImageRequest): string {
  requireReady(context, "images");
  checkRequest(context.endpoint, request);
  const { model, prompt, size, quality, watermark, requestId, userId } = request;
  return JSON.stringify({
    model,
    prompt,
    size,
    quality,
    watermark_enabled: watermark,
    request_id: requestId,
    user_id: userId,
  });
}

function checkRequest(endpoint: Endpoint, request: ImageRequest): void {
  const { model, prompt, size, quality, watermark } = request;
  const rules = imageModel(model);
  checkText("prompt", prompt, 1, promptLimit);
  if (size !== undefined && imageSizeProblem(model, size)) {
    if (!rules) return invalid("size", "width x height");
    const { sideMin, sideMax, multiple, maxPixels } = rules;
    return invalid("size", `sides ${sideMin}-${sideMax}, multiples of ${multiple}, at most ${maxPixels} pixels`);
  }
  checkOneOf("quality", quality, rules?.qualities ?? ["hd", "standard"]);
  checkPlatform(endpoint, "model", rules?.platforms);
  checkWatermark(endpoint, watermark);
  checkIds(request);
}

/** GLM-Image takes about 20 s, so that it is asked for in the background where the service can; the others answer at once. */
async function draw(
  context: ClientContext,
  { model }: ImageRequest,
  body: string,
  options: RequestOptions,
): Promise<GeneratedImage> {
  const atOnce = async () => bytesOf(context, await drawAtOnce(context, model, body, options), options);
  if (!imageModel(model)?.background) return atOnce();
  let id: string;
  try {
    id = await startTask(context, inBackground(body), options);
  } catch (thrown) {
    if (thrown instanceof ApiError && isMissingPath(thrown)) return atOnce();
    throw thrown;
  }
  return collect(context, id, body, options);
}

function collect(
  context: ClientContext,
  id: string,
  sentBody: string | undefined,
  options: RequestOptions,
): Promise<GeneratedImage> {
  const { deadlines, pollIntervalMs } = context;
  const plan = { firstMs: pollIntervalMs, longestMs: 4 * pollIntervalMs, totalMs: deadlines.image, sentBody };
  return ofTask(id, async () =>
    bytesOf(context, drawnPicture(context, await pollTask(context, id, plan, options)), options),
  );
}

const inBackground = (body: string): Ask => ({ method: "POST", path: "/async/images/generations", body });

async function drawAtOnce(
  context: ClientContext,
  model: string,
  body: string,
  options: RequestOptions,
): Promise<Picture> {
  const ask: Ask = { method: "POST", path: "/images/generations", body };
  const drawn = v.safeParse(drawnSchema, await askJson(context, ask, context.deadlines.image, options));
  const picture = present(context, drawn.success ? drawn.output.data[0] : undefined);
  reportUse(context, "image", { model, pictures: 1 });
  return picture;
}

/** The picture of a background task, which is looked at for the last time. Only one model draws in the background. */
function drawnPicture(context: ClientContext, answer: unknown): Picture {
  const result = v.safeParse(resultSchema, answer);
  const picture = present(context, result.success ? result.output.image_result[0] : undefined);
  reportUse(context, "image", { model: (result.success && result.output.model) || "glm-image", pictures: 1 });
  return picture;
}

function addressOf(context: ClientContext, { url }: Picture): ImageAddress {
  return { url: present(context, url) };
}

/** What the answer had to hold, or `invalid-response`. */
function present<T>(context: ClientContext, value: T | undefined): T {
  if (value === undefined) throw unreadable(context);
  return value;
}

async function bytesOf(context: ClientContext, picture: Picture, options: RequestOptions): Promise<GeneratedImage> {
  if (picture.url !== undefined) return download(context, picture.url, pictureKind, options);
  const bytes = picture.b64_json === undefined ? undefined : fromBase64(picture.b64_json);
  return asKind(present(context, bytes), pictureKind, hostOf(context.endpoint.baseUrl));
}

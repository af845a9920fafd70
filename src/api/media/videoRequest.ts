import { fromBase64, toBase64 } from "../http/base64.ts";
import { check, checkIds, checkPlatform, checkText, checkWatermark, invalid } from "../http/checks.ts";
import { fileType, mimeTypes, type FileType } from "../http/fileType.ts";
import { pixelSize, type PixelSize } from "./pixelSize.ts";
import type { Endpoint } from "../platforms.ts";
import { isPublicAddress, publicAddressRule } from "../http/publicAddress.ts";
import {
  videoModel,
  type AspectRatio,
  type MovementAmplitude,
  type VideoImages,
  type VideoModel,
  type VideoQuality,
  type VideoStyle,
} from "./videoCatalog.ts";

const promptLimit = 512;

/** Which fields and values a model takes: `videoCatalog.ts`. Every field but the model may be absent. */
export interface VideoRequest {
  readonly model: string;
  /** 1 to 512 characters. */
  readonly prompt?: string | undefined;
  /** First (and last) frame, or what the video should show: public addresses, data URIs, or bytes of files. */
  readonly images?: readonly (string | Uint8Array)[] | undefined;
  readonly quality?: VideoQuality | undefined;
  readonly audio?: boolean | undefined;
  /** "1920x1080" */
  readonly size?: string | undefined;
  /** Frames per second. */
  readonly fps?: number | undefined;
  /** Seconds. */
  readonly duration?: number | undefined;
  readonly style?: VideoStyle | undefined;
  readonly aspectRatio?: AspectRatio | undefined;
  readonly movementAmplitude?: MovementAmplitude | undefined;
  /** BigModel only; false needs a waiver that the account has signed. */
  readonly watermark?: boolean | undefined;
  /** 6 to 64 characters, unique. */
  readonly requestId?: string | undefined;
  /** 6 to 128 characters, no personal data. */
  readonly userId?: string | undefined;
}

/**
 * The JSON of a video request (API notes 6). Throws `bad-request` or `not-offered` for what breaks a rule of the model; of a
 * model that is not in the catalogue only the common rules are known.
 */
export function videoBody(endpoint: Endpoint, request: VideoRequest): string {
  const rules = videoModel(request.model);
  checkPlatform(endpoint, "model", rules?.platforms);
  checkText("prompt", request.prompt, 1, promptLimit);
  if (rules) checkValues(rules, request);
  checkWatermark(endpoint, request.watermark);
  checkIds(request);
  const images = wireImages(request.images ?? [], rules?.images);
  check(request.prompt !== undefined || images.length > 0, "prompt", "prompt or image_url");
  return JSON.stringify({
    model: request.model,
    prompt: request.prompt,
    image_url: rules?.images?.form === "list" || images.length > 1 ? someOf(images) : images[0],
    quality: request.quality,
    with_audio: request.audio,
    size: request.size,
    fps: request.fps,
    duration: request.duration,
    style: request.style,
    aspect_ratio: request.aspectRatio,
    movement_amplitude: request.movementAmplitude,
    watermark_enabled: request.watermark,
    request_id: request.requestId,
    user_id: request.userId,
  });
}

const someOf = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);

function checkValues(rules: VideoModel, request: VideoRequest): void {
  const { images = [] } = request;
  check(!rules.promptRequired || request.prompt !== undefined, "prompt", `1-${promptLimit} characters`);
  const most = rules.images?.most ?? 0;
  check(images.length <= most, "image_url", most === 0 ? notTaken(rules) : `at most ${most}`);
  checkValue(rules, "quality", request.quality, rules.qualities);
  const frames = images.length > 1;
  check(!frames || request.quality !== "quality", "quality", "speed with first and last frame");
  checkValue(rules, "with_audio", request.audio, rules.audio ? [false, true] : []);
  checkValue(rules, "size", request.size, rules.sizes);
  checkValue(rules, "fps", request.fps, rules.fps);
  checkValue(rules, "duration", request.duration, rules.durations);
  checkValue(rules, "style", request.style, rules.styles);
  checkValue(rules, "aspect_ratio", request.aspectRatio, rules.aspectRatios);
  checkValue(rules, "movement_amplitude", request.movementAmplitude, rules.movementAmplitudes);
}

function checkValue<T>(rules: VideoModel, field: string, value: T | undefined, allowed: readonly T[]): void {
  const rule = allowed.length === 0 ? notTaken(rules) : allowed.join(", ");
  check(value === undefined || allowed.includes(value), field, rule);
}

const notTaken = ({ id }: VideoModel): string => `not for ${id}`;

/** Each picture as an address or data URI. What is only an address cannot be looked at: the service will. */
function wireImages(images: readonly (string | Uint8Array)[], rules: VideoImages | undefined): readonly string[] {
  const sizes: PixelSize[] = [];
  const wire = images.map((image) => {
    if (typeof image === "string" && !image.startsWith("data:")) {
      check(isPublicAddress(image), "image_url", publicAddressRule);
      return image;
    }
    const bytes = typeof image === "string" ? fromBase64(image) : image;
    const type = bytes && fileType(bytes);
    const types: readonly FileType[] = rules?.types ?? ["png", "jpg", "webp"];
    if (!type || !types.includes(type)) return invalid("image_url", types.join(", "));
    const size = pixelSize(bytes);
    if (size) sizes.push(size);
    if (rules) checkImage(bytes, size, rules);
    return `data:${mimeTypes[type]};base64,${toBase64(bytes)}`;
  });
  if (rules) checkFrames(sizes, rules);
  return wire;
}

function checkImage(bytes: Uint8Array, size: PixelSize | undefined, rules: VideoImages): void {
  const { limit, leastSide, mostStretch } = rules;
  check(bytes.byteLength <= limit, "image_url", `at most ${limit} bytes`);
  if (!size) return;
  const short = Math.min(size.width, size.height);
  const long = Math.max(size.width, size.height);
  check(short >= leastSide, "image_url", `sides of at least ${leastSide} pixels`);
  check(long <= short * mostStretch, "image_url", `1:${mostStretch} to ${mostStretch}:1`);
}

function checkFrames([first, last]: readonly PixelSize[], { mostDifference }: VideoImages): void {
  if (!first || !last) return;
  const ratio = (first.width * first.height) / (last.width * last.height);
  const alike = ratio <= mostDifference && ratio >= 1 / mostDifference;
  check(alike, "image_url", `first and last frame alike in size (${1 / mostDifference}-${mostDifference})`);
}

import * as v from "valibot";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { download, pictureKind, videoKind, type DownloadedFile } from "../http/download.ts";
import { ApiError } from "../errors.ts";
import { looseText, unreadable } from "../http/loose.ts";
import { requireReady } from "../http/request.ts";
import { ofTask, pollTask, startTask, taskState } from "../http/tasks.ts";
import { videoBody, type VideoRequest } from "./videoRequest.ts";

const videoSchema = v.object({ url: v.string(), cover_image_url: looseText });
const resultSchema = v.object({
  video_result: v.union([
    v.pipe(
      v.array(videoSchema),
      v.transform((videos) => videos[0]),
    ),
    videoSchema,
  ]),
});

/** A finished video that was not downloaded. Not to be trusted: `download` looks at the addresses before they are fetched. */
export interface VideoAddress {
  /** Valid for a day. */
  readonly url: string;
  readonly coverUrl?: string | undefined;
}

export type VideoResult = { readonly status: "processing" } | ({ readonly status: "success" } & VideoAddress);

export interface GeneratedVideo extends DownloadedFile<"mp4" | "webm" | "mov"> {
  /** A picture of the video; absent when there is none or it cannot be fetched. */
  readonly cover?: DownloadedFile<"png" | "jpg" | "webp"> | undefined;
}

/**
 * Makes a video in the background and downloads it (API notes 6 and 5.3). Throws `bad-request` for a request that breaks a
 * rule of the model, `result-failed` or `content-blocked` when the service gave up, `timeout` after `deadlines.video`, which
 * does not count the download. Every error of a video that was started has its `taskId`.
 */
export async function generateVideo(
  context: ClientContext,
  request: VideoRequest,
  options: RequestOptions = {},
): Promise<GeneratedVideo> {
  const sentBody = bodyOf(context, request);
  const id = await start(context, sentBody, options);
  const { deadlines, pollIntervalMs } = context;
  // 10 s at first: no model is faster, and each look counts against the account's pace.
  const plan = { firstMs: 2 * pollIntervalMs, longestMs: 4 * pollIntervalMs, totalMs: deadlines.video, sentBody };
  return ofTask(id, async () => {
    const { url, coverUrl } = addressOf(context, await pollTask(context, id, plan, options));
    const video = await download(context, url, videoKind, options);
    const cover = coverUrl === undefined ? undefined : await coverOf(context, coverUrl, options);
    return { ...video, cover };
  });
}

/** Starts a video and returns the id of its task. Throws `bad-request` as `generateVideo` does. */
export async function startVideo(
  context: ClientContext,
  request: VideoRequest,
  options: RequestOptions = {},
): Promise<string> {
  return start(context, bodyOf(context, request), options);
}

/** One look at a video that was started (API notes 5.3). Throws `content-blocked` or `result-failed` when it failed. */
export async function videoResult(
  context: ClientContext,
  id: string,
  options: RequestOptions = {},
): Promise<VideoResult> {
  const state = await taskState(context, id, options);
  if (state.status === "processing") return state;
  return { status: "success", ...addressOf(context, state.answer) };
}

function bodyOf(context: ClientContext, request: VideoRequest): string {
  requireReady(context, "videos");
  return videoBody(context.endpoint, request);
}

function start(context: ClientContext, body: string, options: RequestOptions): Promise<string> {
  return startTask(context, { method: "POST", path: "/videos/generations", body }, options);
}

/** One attempt: nobody waits long for what is only nice to have. */
async function coverOf(context: ClientContext, url: string, options: RequestOptions): Promise<GeneratedVideo["cover"]> {
  try {
    return await download(context, url, pictureKind, { ...options, retries: 0 });
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.code !== "cancelled") return undefined;
    throw thrown;
  }
}

function addressOf(context: ClientContext, answer: unknown): VideoAddress {
  const parsed = v.safeParse(resultSchema, answer);
  const video = parsed.success ? parsed.output.video_result : undefined;
  if (!video) throw unreadable(context);
  return { url: video.url, coverUrl: video.cover_image_url };
}

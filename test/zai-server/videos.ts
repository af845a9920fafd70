import { checkFunds, type Account } from "./accounts.ts";
import { newId } from "./completion.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { foreign, invalid, missing, readChoice, readIds, readObject, readText, readWatermark } from "./fields.ts";
import { makeFilm, type FilmShape } from "./film.ts";
import { startJob } from "./jobs.ts";
import type { JsonObject } from "./json.ts";
import { findVideoModel, videoFields, type VideoModel } from "./video-models.ts";
import { readPictures } from "./video-pictures.ts";

export function videosRoute(call: string, exchange: Exchange, account: Account): Promise<void> | undefined {
  return call === "POST /videos/generations" ? handleVideo(exchange, account) : undefined;
}

/** Always a job. The film shows its first picture, or one drawn from the prompt, for the time and in the size asked for. */
async function handleVideo(exchange: Exchange, account: Account): Promise<void> {
  const { faults, platform, state } = exchange;
  const body = readObject(exchange.body);
  const id = readText(body, "model").toLowerCase();
  const model = findVideoModel(id, platform);
  if (model === undefined) throw new ApiError("1211", undefined, { model: id });
  checkFunds(account, "general", model.free);
  const requestId = readIds(body, platform) ?? newId();
  readWatermark(body, platform);
  const shape = readShape(body, model);
  const prompt = readPrompt(body, model);
  const [first, second] = await readPictures(exchange, body, model);
  if (second !== undefined && body["quality"] === "quality") throw new ApiError("1215");
  const cover = state.results.add(() => drawCover(prompt, first?.bytes, shape), "png");
  const film = state.results.add(async () => {
    const { toJpeg } = await import("./drawing.ts");
    return makeFilm(shape, await toJpeg(await drawCover(prompt, first?.bytes, shape)));
  }, "mp4");
  const code = faults.value("video-fail", 0);
  await startJob(exchange, {
    owner: account.key,
    model: id,
    requestId,
    readyAt: Date.now() + (faults.value("video-slow", 8000) ?? 50),
    failure: code === undefined ? undefined : code === 0 ? {} : new ApiError(String(code)).body(exchange.language),
    result: (cdn) => ({ video_result: [{ url: `${cdn}/${film}`, cover_image_url: `${cdn}/${cover}` }] }),
  });
}

function readPrompt(body: JsonObject, { pictures }: VideoModel): string {
  const prompt = body["prompt"] ?? "";
  if (typeof prompt !== "string" || Array.from(prompt).length > 512) throw invalid("prompt", "<= 512");
  if (prompt.trim() === "" && (pictures === "none" || body["image_url"] === undefined))
    throw missing(pictures === "none" ? "prompt" : "prompt or image_url");
  return prompt;
}

/** @throws ApiError 1210 for a field of other models, 1214 for a value that this one does not have. */
function readShape(body: JsonObject, { fields, pictures }: VideoModel): FilmShape {
  for (const field of videoFields) {
    const own = field === "image_url" ? pictures !== "none" : Object.hasOwn(fields, field);
    if (!own && body[field] !== undefined) throw foreign(field);
  }
  const chosen = new Map(
    Object.entries(fields).map(([field, choices]) => [field, readChoice(body, field, choices) ?? choices[0]]),
  );
  const [width = 0, height = 0] = String(chosen.get("size")).split("x").map(Number);
  const ratio = chosen.get("aspect_ratio");
  return {
    width: ratio === "9:16" || ratio === "1:1" ? height : width,
    height: ratio === "9:16" ? width : height,
    seconds: Number(chosen.get("duration") ?? 5),
    fps: Number(chosen.get("fps") ?? 24),
  };
}

async function drawCover(prompt: string, picture: Buffer | undefined, { width, height }: FilmShape): Promise<Buffer> {
  const { drawPicture, fillPicture } = await import("./drawing.ts");
  return picture === undefined ? drawPicture(prompt, width, height) : fillPicture(picture, width, height);
}

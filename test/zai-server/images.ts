import { checkFunds, type Account, type Platform } from "./accounts.ts";
import { newId } from "./completion.ts";
import { pause, sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, readChoice, readIds, readObject, readText, readWatermark } from "./fields.ts";
import { startJob } from "./jobs.ts";
import { asString } from "./json.ts";

interface ImageModel {
  readonly standard: string;
  readonly low: number;
  readonly high: number;
  readonly multiple: number;
  readonly pixels: number;
  readonly hdOnly: boolean;
  readonly free: boolean;
  readonly only: Platform | undefined;
}

const cogview = {
  standard: "1024x1024",
  low: 512,
  high: 2048,
  multiple: 16,
  pixels: 2 ** 21,
  hdOnly: false,
  free: false,
  only: undefined,
};
const imageModels: Readonly<Record<string, ImageModel>> = {
  "glm-image": {
    standard: "1280x1280",
    low: 1024,
    high: 2048,
    multiple: 32,
    pixels: 2 ** 22,
    hdOnly: true,
    free: false,
    only: undefined,
  },
  "cogview-4-250304": cogview,
  "cogview-4": { ...cogview, only: "bigmodel" },
  "cogview-3-flash": { ...cogview, only: "bigmodel", free: true },
};

interface ImageRequest {
  readonly model: string;
  readonly prompt: string;
  readonly width: number;
  readonly height: number;
  readonly requestId: string;
}

export function imagesRoute(call: string, exchange: Exchange, account: Account): Promise<void> | undefined {
  if (call === "POST /images/generations") return handleImage(exchange, account);
  if (call === "POST /async/images/generations") return handleAsyncImage(exchange, account);
  return undefined;
}

/** One address, after a moment. */
async function handleImage(exchange: Exchange, account: Account): Promise<void> {
  const request = readImage(exchange.body, account);
  const { faults, state } = exchange;
  await pause(faults.value("image-slow", 8000) ?? 20, exchange.signal);
  const file = state.results.add(() => draw(request));
  await sendJson(exchange, 200, {
    id: newId(),
    request_id: request.requestId,
    created: Math.floor(Date.now() / 1000),
    data: [{ url: `${exchange.cdn}/${file}` }],
    content_filter: [{ role: "user", level: 3 }],
  });
}

/** glm-image only; the picture is fetched through /async-result. */
async function handleAsyncImage(exchange: Exchange, account: Account): Promise<void> {
  const request = readImage(exchange.body, account);
  if (request.model !== "glm-image") throw new ApiError("1212", undefined, { model: request.model });
  const { faults, state } = exchange;
  const file = state.results.add(() => draw(request));
  await startJob(exchange, {
    owner: account.key,
    model: request.model,
    requestId: request.requestId,
    readyAt: Date.now() + (faults.value("image-slow", 8000) ?? 50),
    failure: faults.has("image-fail") ? {} : undefined,
    result: (cdn) => ({ image_result: [{ url: `${cdn}/${file}` }] }),
  });
}

async function draw({ prompt, width, height }: ImageRequest): Promise<Buffer> {
  const { drawPicture } = await import("./drawing.ts");
  return drawPicture(prompt, width, height);
}

function readImage(posted: unknown, account: Account): ImageRequest {
  const body = readObject(posted);
  const model = readText(body, "model").toLowerCase();
  const rules = Object.hasOwn(imageModels, model) ? imageModels[model] : undefined;
  if (rules === undefined || (rules.only !== undefined && rules.only !== account.platform))
    throw new ApiError("1211", undefined, { model });
  checkFunds(account, "general", rules.free);
  const prompt = asString(body["prompt"]) ?? "";
  if (prompt.trim() === "") throw invalid("prompt", "Input cannot be empty");
  readChoice(body, "quality", rules.hdOnly ? ["hd"] : ["hd", "standard"]);
  readWatermark(body, account.platform);
  const requestId = readIds(body, account.platform) ?? newId();
  const size = asString(body["size"] ?? rules.standard) ?? "";
  const [, wide = "0", high = "0"] = /^(\d{2,5})x(\d{2,5})$/.exec(size) ?? [];
  const width = Number(wide);
  const height = Number(high);
  const fits = [width, height].every((side) => side >= rules.low && side <= rules.high && side % rules.multiple === 0);
  if (!fits || width * height > rules.pixels) {
    throw invalid(
      "size",
      `sides ${rules.low}-${rules.high}, multiples of ${rules.multiple}, at most ${rules.pixels} pixels`,
    );
  }
  return { model, prompt, width, height, requestId };
}

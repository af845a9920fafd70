import { randomBytes } from "node:crypto";
import { checkFunds, type Account, type Platform } from "./accounts.ts";
import { newId } from "./completion.ts";
import { pause, sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { asString, isObject, type JsonObject } from "./json.ts";

/** An asynchronous picture on its way. */
export interface Job {
  readonly key: string;
  readonly model: string;
  readonly requestId: string;
  readonly file: string;
  readonly readyAt: number;
  readonly fails: boolean;
  asked: number;
}

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

/** The files behind result addresses. Pictures are drawn when they are fetched, because most never are. */
export class PictureStore {
  readonly #files = new Map<string, () => Promise<Buffer>>();
  readonly #ready = new Map<string, Buffer>();

  /** Takes a file in and returns its name. */
  add(make: () => Promise<Buffer>): string {
    const name = `${newId()}_${randomBytes(4).toString("hex")}.png`;
    this.#files.set(name, make);
    return name;
  }

  async read(name: string): Promise<Buffer | undefined> {
    const bytes = this.#ready.get(name) ?? (await this.#files.get(name)?.());
    if (bytes !== undefined) this.#ready.set(name, bytes);
    return bytes;
  }

  /** The picture behind one of our own addresses, when it has been drawn already. */
  lookUp(url: string): Buffer | undefined {
    return this.#ready.get(url.split("/cdn/")[1] ?? "");
  }

  clear(): void {
    this.#files.clear();
    this.#ready.clear();
  }
}

interface ImageRequest {
  readonly model: string;
  readonly prompt: string;
  readonly width: number;
  readonly height: number;
}

/** POST /images/generations: one address, after a moment. */
export async function handleImage(exchange: Exchange, account: Account): Promise<void> {
  const request = readImage(exchange.body, account);
  const { faults, state } = exchange;
  await pause(faults.value("image-slow", 8000) ?? 20, exchange.signal);
  const file = state.pictures.add(() => draw(request));
  await sendJson(exchange, 200, {
    created: Math.floor(Date.now() / 1000),
    data: [{ url: `${exchange.cdn}/${file}` }],
    content_filter: [{ role: "user", level: 3 }],
  });
}

/** POST /async/images/generations: glm-image only; the picture is fetched through /async-result. */
export async function handleAsyncImage(exchange: Exchange, account: Account): Promise<void> {
  const request = readImage(exchange.body, account);
  if (request.model !== "glm-image") throw new ApiError("1212", undefined, { model: request.model });
  const { faults, state } = exchange;
  const id = newId().slice(2);
  const job: Job = {
    key: account.key,
    model: request.model,
    requestId: newId(),
    file: state.pictures.add(() => draw(request)),
    readyAt: Date.now() + (faults.value("image-slow", 8000) ?? 50),
    fails: faults.has("image-fail"),
    asked: 0,
  };
  state.jobs.set(id, job);
  await sendJson(exchange, 200, { model: job.model, id, request_id: job.requestId, task_status: "PROCESSING" });
}

/** GET /async-result/{id}: the first answer is always PROCESSING, so that a client has to poll. */
export async function handleAsyncResult(exchange: Exchange, account: Account, id: string): Promise<void> {
  const job = exchange.state.jobs.get(id);
  // The documents do not say what a wrong id gives; an invalid field is the closest of their codes.
  if (job === undefined || job.key !== account.key)
    throw new ApiError("1214", { en: "The task does not exist", zh: "任务不存在" });
  const head = { model: job.model, id, request_id: job.requestId };
  job.asked++;
  if (job.asked === 1 || Date.now() < job.readyAt) {
    await sendJson(exchange, 200, { ...head, task_status: "PROCESSING" });
  } else if (job.fails) {
    await sendJson(exchange, 200, { ...head, task_status: "FAIL" });
  } else {
    await sendJson(exchange, 200, {
      ...head,
      task_status: "SUCCESS",
      image_result: [{ url: `${exchange.cdn}/${job.file}` }],
    });
  }
}

async function draw({ prompt, width, height }: ImageRequest): Promise<Buffer> {
  const { drawPicture } = await import("./drawing.ts");
  return drawPicture(prompt, width, height);
}

const invalid = (field: string, rule: string): ApiError =>
  new ApiError("1214", { en: `${field} is not valid: ${rule}`, zh: `${field} 参数非法：${rule}` });

function readImage(body: unknown, account: Account): ImageRequest {
  if (!isObject(body)) throw new ApiError("1210", { en: "The body is not a JSON object", zh: "请求体不是 JSON 对象" });
  const model = asString(body["model"])?.toLowerCase();
  if (model === undefined) throw new ApiError("1213", { en: "model was not received", zh: "未正常接收到 model 参数" });
  const rules = Object.hasOwn(imageModels, model) ? imageModels[model] : undefined;
  if (rules === undefined || (rules.only !== undefined && rules.only !== account.platform))
    throw new ApiError("1211", undefined, { model });
  checkFunds(account, "general", rules.free);
  const prompt = asString(body["prompt"]) ?? "";
  if (prompt.trim() === "") throw invalid("prompt", "Input cannot be empty");
  checkQuality(body, rules);
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
  return { model, prompt, width, height };
}

function checkQuality(body: JsonObject, rules: ImageModel): void {
  const quality = body["quality"];
  if (quality !== undefined && quality !== "hd" && (quality !== "standard" || rules.hdOnly)) {
    throw invalid("quality", rules.hdOnly ? "hd" : "hd, standard");
  }
  const user = body["user_id"];
  if (user !== undefined && (typeof user !== "string" || user.length < 6 || user.length > 128))
    throw invalid("user_id", "6-128");
}

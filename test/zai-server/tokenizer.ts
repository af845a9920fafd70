import type { Account, Platform } from "./accounts.ts";
import { makePictures } from "./chat.ts";
import { newId } from "./completion.ts";
import { sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { readIds, readObject, readText } from "./fields.ts";
import { isObject, type JsonObject } from "./json.ts";
import { promptText, readMessages } from "./messages.ts";
import { findModel, type Model } from "./models.ts";
import { countTokens } from "./tokens.ts";
import { readTools } from "./tools.ts";

const counted: Readonly<Record<Platform, readonly string[]>> = {
  zai: ["glm-4.6", "glm-4.6v", "glm-4.5"],
  bigmodel: ["glm-4.6", "glm-4.6v", "glm-4.5", "glm-4.5-air", "glm-4-0520", "glm-4-long", "glm-4-air", "glm-4-flash"],
};

export function tokenizerRoute(call: string, exchange: Exchange, account: Account): Promise<void> | undefined {
  return call === "POST /tokenizer" ? handleTokenizer(exchange, account) : undefined;
}

/** Counts by the estimate that chat's own usage goes by. Costs nothing, so no balance is asked for. */
async function handleTokenizer(exchange: Exchange, { platform }: Account): Promise<void> {
  const { state } = exchange;
  const body = readObject(exchange.body);
  const model = readModel(body, platform);
  readTools(body["tools"], { platform, endpoint: "general", primeOnly: false });
  const requestId = readIds(body, platform) ?? newId();
  await makePictures(exchange, body["messages"]);
  const messages = readMessages(body["messages"], {
    model,
    lookUp: (url) => state.results.lookUp(url),
    refuseDataUri: false,
  });
  const text = countTokens(
    promptText(
      messages.map((message) => ({ ...message, pictures: [] })),
      body["tools"],
    ),
  );
  // Vision models see tiles of 28 x 28 pixels.
  const images = messages
    .flatMap(({ pictures }) => pictures)
    .reduce((sum, { width, height }) => sum + Math.ceil(width / 28) * Math.ceil(height / 28), 0);
  // Nobody fetches the film, so its length is a guess: half a minute.
  const videos = countParts(body, "video_url") * 30 * 256;
  await sendJson(exchange, 200, {
    id: newId(),
    created: Math.floor(Date.now() / 1000),
    request_id: requestId,
    usage: { prompt_tokens: text, image_tokens: images, video_tokens: videos, total_tokens: text + images + videos },
  });
}

/** @throws ApiError 1211 for an unknown model, 1212 for one that is only for chat. */
function readModel(body: JsonObject, platform: Platform): Model {
  const id = readText(body, "model");
  const model = findModel(id, platform);
  if (!counted[platform].includes(id.toLowerCase()))
    throw new ApiError(model === undefined ? "1211" : "1212", undefined, { model: id });
  // The oldest ids are known here only; they take what glm-4.5 takes.
  const stand = model ?? findModel("glm-4.5", platform);
  if (stand === undefined) throw new ApiError("1211", undefined, { model: id });
  return stand;
}

function countParts(body: JsonObject, type: string): number {
  const messages: unknown[] = Array.isArray(body["messages"]) ? body["messages"] : [];
  return messages
    .flatMap((message): unknown[] =>
      isObject(message) && Array.isArray(message["content"]) ? (message["content"] as unknown[]) : [],
    )
    .filter((part) => isObject(part) && part["type"] === type).length;
}

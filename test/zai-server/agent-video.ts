import { choiceOf, replyShape } from "./agent-reply.ts";
import { textOfParts, type AgentRequest } from "./agent-request.ts";
import type { Account } from "./accounts.ts";
import { newId } from "./completion.ts";
import { sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, missing, readChoice, readText } from "./fields.ts";
import { makeFilm } from "./film.ts";
import type { JsonObject } from "./json.ts";
import { pixelSize, readPosted } from "./pictures.ts";

/** A film of an agent on its way. Times are `Date.now()` milliseconds. */
export interface AgentTask {
  readonly owner: string;
  readonly agentId: string;
  readonly film: string;
  readonly readyAt: number;
  readonly fails: boolean;
  asked: number;
}

const shape = { width: 720, height: 720, seconds: 4, fps: 24 };

/** vidu_template_agent: one picture and one text make a task. @throws ApiError 1213, 1214, or 1210 for an unreadable picture. */
export async function answerVideo(exchange: Exchange, request: AgentRequest): Promise<void> {
  const { agentId, account, parts, stream, variables } = request;
  const { state, faults } = exchange;
  if (stream === true) throw invalid("stream", "this agent answers with a task");
  if (readChoice(variables, "template", ["french_kiss", "bodyshake", "sexy_me"]) === undefined)
    throw missing("template");
  const images = parts.filter(({ type }) => type === "image_url");
  const [image] = images;
  if (image === undefined || images.length !== 1 || parts.length !== 2 || textOfParts(parts) === "")
    throw invalid("messages.content", "one image_url and one text");
  const picture = await readPicture(exchange, image.value);
  const film = state.results.add(async () => {
    const { drawPicture, fillPicture, toJpeg } = await import("./drawing.ts");
    const frame =
      picture === undefined
        ? drawPicture(textOfParts(parts), shape.width, shape.height)
        : await fillPicture(picture, shape.width, shape.height);
    return makeFilm(shape, await toJpeg(frame));
  }, "mp4");
  const id = newId();
  state.agentTasks.set(id, {
    owner: account.key,
    agentId,
    film,
    readyAt: Date.now() + (faults.value("agent-slow", 8000) ?? 50),
    fails: faults.has("agent-fail"),
    asked: 0,
  });
  await sendJson(exchange, 200, { agent_id: agentId, async_id: id, status: "pending" });
}

/** Nothing outside can be fetched here, so a picture of another host is taken at its word. */
async function readPicture({ state, cdn }: Exchange, value: string): Promise<Buffer | undefined> {
  const posted = readPosted(value);
  if (posted === undefined || posted.form === "base64") throw invalid("image_url", "URL, data:image/png;base64,…");
  const own = posted.url?.startsWith(`${cdn}/`) === true;
  const bytes = posted.bytes ?? (own ? await state.results.fetch(posted.url, cdn) : undefined);
  if (bytes === undefined && !own) return undefined;
  if (bytes === undefined || pixelSize(bytes) === undefined)
    throw new ApiError("1210", { en: "The image is damaged or cannot be fetched", zh: "图片损坏或无法下载" });
  return bytes;
}

/** POST …/agents/async-result: pending first, then a film, or a failure with status 200. */
export async function answerAsyncResult(exchange: Exchange, body: JsonObject, account: Account): Promise<void> {
  const id = readText(body, "async_id");
  const task = exchange.state.agentTasks.get(id);
  if (task === undefined || task.owner !== account.key || task.agentId !== readText(body, "agent_id"))
    throw new ApiError("1214", { en: "The task does not exist", zh: "任务不存在" });
  task.asked++;
  const heading = { agent_id: task.agentId, async_id: id };
  if (task.asked === 1 || Date.now() < task.readyAt) return sendJson(exchange, 200, { ...heading, status: "pending" });
  if (task.fails) {
    const { code, text } = new ApiError("1301");
    const error = { code, message: text[exchange.language] };
    return sendJson(exchange, 200, { ...heading, status: "failed", error });
  }
  const content = [{ type: "video_url", video_url: `${exchange.cdn}/${task.film}` }];
  const choice = choiceOf([{ role: "assistant", content }], replyShape(exchange, "message"), "stop");
  await sendJson(exchange, 200, { ...heading, status: "success", choices: [choice], usage: { total_tokens: 0 } });
}

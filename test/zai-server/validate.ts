import { checkFunds, type Account } from "./accounts.ts";
import { ApiError } from "./errors.ts";
import { asString, isObject, type JsonObject } from "./json.ts";
import { promptText, readMessages, type Message } from "./messages.ts";
import { findModel, type Model } from "./models.ts";
import { countTokens } from "./tokens.ts";
import { readTools, type FunctionTool, type WebSearch } from "./tools.ts";

/** The two base paths. */
export type Endpoint = "general" | "coding";

/** A chat request that passed every check. */
export interface ChatRequest {
  /** Who answers; on the plan this may be a newer model than the one asked for. */
  readonly model: Model;
  readonly messages: readonly Message[];
  readonly functions: readonly FunctionTool[];
  readonly search: WebSearch | undefined;
  readonly stream: boolean;
  readonly toolStream: boolean;
  readonly thinks: boolean;
  readonly effort: string;
  readonly maxTokens: number;
  readonly json: boolean;
  readonly stop: string | undefined;
  readonly requestId: string | undefined;
  readonly prompt: string;
  readonly promptTokens: number;
}

/** What the checks need besides the body. */
export interface ChatRules {
  readonly account: Account;
  readonly endpoint: Endpoint;
  readonly lookUp: (url: string) => Buffer | undefined;
  readonly refuseDataUri: boolean;
  readonly primeOnly: boolean;
}

const wrong = (en: string, zh = `参数有误：${en}`): ApiError => new ApiError("1210", { en, zh });
const invalid = (field: string): ApiError =>
  new ApiError("1214", { en: `${field} is not valid`, zh: `${field} 参数非法` });
const words = ["max", "xhigh", "high", "medium", "low", "minimal", "none"];

/**
 * Applies the rules of POST /chat/completions in the order model, funds, parameters, length.
 * @throws ApiError with the code the real API gives.
 */
export function readChat(body: JsonObject, rules: ChatRules): ChatRequest {
  const { account, endpoint } = rules;
  const asked = readModel(body["model"], account);
  checkFunds(account, endpoint, asked.free);
  const model = endpoint === "coding" ? onPlan(asked, account) : asked;
  const thinks = checkThinking(body, model, endpoint);
  checkSampling(body);
  const maxTokens = checkNumber(body, "max_tokens", 1, model.maxOutput, true) ?? Math.min(65_536, model.maxOutput);
  const { functions, search } = readTools(body["tools"], { ...rules, platform: account.platform });
  if (functions.length > 0 && !model.tools) throw wrong(`${model.id} does not take tools`);
  if (body["tool_choice"] !== undefined && body["tool_choice"] !== "auto") throw wrong("Tool choice must be auto");
  const json = checkFormat(body["response_format"], model);
  const stop = checkStop(body["stop"]);
  const requestId = checkId(body, "request_id", 64);
  checkId(body, "user_id", 128);
  if (body["stream"] !== undefined && typeof body["stream"] !== "boolean") throw wrong("stream must be true or false");
  const stream = body["stream"] === true;
  const messages = readMessages(body["messages"], { ...rules, model });
  const prompt = promptText(messages, body["tools"]);
  const pictures = messages.reduce((sum, message) => sum + message.pictures.length, 0);
  const promptTokens = countTokens(prompt) + pictures * 1000;
  if (promptTokens > model.context) throw new ApiError("1261");
  return {
    model,
    messages,
    functions,
    search,
    stream,
    thinks,
    maxTokens,
    json,
    stop,
    requestId,
    prompt,
    promptTokens,
    effort: asString(body["reasoning_effort"]) ?? "max",
    toolStream: stream && body["tool_stream"] === true && model.toolStream,
  };
}

/** The model of a body. @throws ApiError 1213 when the field is absent, 1211 when nobody knows the id. */
function readModel(value: unknown, account: Account): Model {
  const id = asString(value);
  if (id === undefined || id === "")
    throw new ApiError("1213", { en: "model was not received", zh: "未正常接收到 model 参数" });
  const model = findModel(id, account.platform);
  if (model === undefined) throw new ApiError("1211", undefined, { model: id });
  return model;
}

function onPlan(asked: Model, account: Account): Model {
  const served = asked.plan === undefined ? undefined : findModel(asked.plan, account.platform);
  if (served === undefined) throw new ApiError("1311", undefined, { model: asked.id });
  return served;
}

/** The matrix of thinking and effort; returns whether the model will think. */
function checkThinking(body: JsonObject, model: Model, endpoint: Endpoint): boolean {
  const thinking = body["thinking"];
  const type = isObject(thinking) ? thinking["type"] : undefined;
  if (thinking !== undefined && type !== "enabled" && type !== "disabled")
    throw wrong("thinking.type must be enabled or disabled");
  const clear = isObject(thinking) ? thinking["clear_thinking"] : undefined;
  if (clear !== undefined && typeof clear !== "boolean") throw wrong("thinking.clear_thinking must be true or false");
  const effort = body["reasoning_effort"];
  if (model.thinking === "none") return false;
  if (model.thinking === "toggle") {
    if (model.id === "glm-5.2" && effort !== undefined) {
      if (!words.includes(asString(effort) ?? "")) throw wrong(`reasoning_effort must be one of ${words.join(", ")}`);
      if (effort === "none" || effort === "minimal") return false;
    }
    // Older models take any word here and ignore it.
    return type !== "disabled";
  }
  const general = endpoint === "general";
  const legal = general ? ["low", "high", "max"] : [...words, "ultra"];
  const refused = effort !== undefined && !legal.includes(asString(effort) ?? "");
  if (general && (refused || type === "disabled")) {
    throw wrong(
      "This model always thinks, thinking cannot be disabled; reasoning_effort: please use low, high, or max",
      "该模型始终开启思考，无法关闭；reasoning_effort 请使用 low、high 或 max",
    );
  }
  if (refused) throw wrong(`reasoning_effort must be one of ${words.join(", ")}`);
  // The coding endpoint takes "disabled" and goes on thinking.
  return true;
}

function checkSampling(body: JsonObject): void {
  checkNumber(body, "temperature", 0, 1, false);
  checkNumber(body, "top_p", 0.01, 1, false);
  if (body["do_sample"] !== undefined && typeof body["do_sample"] !== "boolean")
    throw wrong("do_sample must be true or false");
}

function checkNumber(body: JsonObject, field: string, low: number, high: number, whole: boolean): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  const bad = typeof value !== "number" || value < low || value > high;
  if (bad || (whole ? !Number.isInteger(value) : Number(value.toFixed(2)) !== value)) {
    throw wrong(`${field} must be ${whole ? "an integer" : "a number with at most 2 decimals"} in [${low},${high}]`);
  }
  return value;
}

function checkFormat(value: unknown, model: Model): boolean {
  if (value === undefined || value === null) return false;
  if (model.classicVision) throw wrong(`${model.id} does not take response_format`);
  const type = isObject(value) ? value["type"] : undefined;
  if (type !== "text" && type !== "json_object") throw wrong("response_format.type must be text or json_object");
  return type === "json_object";
}

function checkStop(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [];
  const word = list[0];
  if (list.length !== 1 || typeof word !== "string") throw wrong("stop must be a list of one string");
  return word;
}

function checkId(body: JsonObject, field: string, longest: number): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || value.length < 6 || value.length > longest) throw invalid(field);
  return value;
}

import { chooseCalls } from "./calls.ts";
import { capTokens, newId, usageOf, words, type Completion } from "./completion.ts";
import { applyContentFaults } from "./content-faults.ts";
import { deliver, sendJson } from "./delivery.ts";
import type { Exchange } from "./exchange.ts";
import { asString, isObject, type JsonObject } from "./json.ts";
import { composeReply } from "./reply.ts";
import { encodeFrames, type Frame } from "./sse.ts";
import { readMessages, promptText } from "./messages.ts";
import { findModel } from "./models.ts";
import { countTokens } from "./tokens.ts";
import type { FunctionTool } from "./tools.ts";
import type { ChatRequest } from "./validate.ts";
import { ApiError } from "./errors.ts";

const served = ["glm-5.3-flash", "glm-4.7-flash", "glm-4.5-air"];

// The fields that OpenAI documents, plus the template switch of self-hosted servers.
const fields = new Set([
  "model",
  "messages",
  "stream",
  "stream_options",
  "temperature",
  "top_p",
  "max_tokens",
  "max_completion_tokens",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "stop",
  "response_format",
  "n",
  "seed",
  "user",
  "frequency_penalty",
  "presence_penalty",
  "logit_bias",
  "logprobs",
  "top_logprobs",
  "reasoning_effort",
  "chat_template_kwargs",
]);

/** The strict OpenAI-compatible server under /v1, for who came by number. Any key or none will do. */
export function openAiRoute(call: string, exchange: Exchange): Promise<void> | undefined {
  const known = /^\w+ \/v1(\/|$)/.test(call) && exchange.cdn.startsWith("http:");
  return known ? answer(call, exchange) : undefined;
}

async function answer(call: string, exchange: Exchange): Promise<void> {
  if (call === "GET /v1/models") {
    const data = served.map((id) => ({ id, object: "model", created: 1_786_665_600, owned_by: "local" }));
    await sendJson(exchange, 200, { object: "list", data });
  } else if (call === "POST /v1/chat/completions") {
    await chat(exchange);
  } else {
    await sendJson(exchange, 404, { detail: "Not Found" });
  }
}

const refuse = (exchange: Exchange, status: number, message: string, code: string): Promise<void> =>
  sendJson(exchange, status, { error: { message, type: "invalid_request_error", param: null, code } });

async function chat(exchange: Exchange): Promise<void> {
  const { body, faults, state } = exchange;
  if (!isObject(body)) return refuse(exchange, 400, "The body is not a JSON object", "invalid_json");
  const unknown = Object.keys(body).filter((name) => !fields.has(name));
  if (unknown.length > 0)
    return sendJson(exchange, 400, { detail: `Extra inputs are not permitted: ${unknown.join(", ")}` });
  const id = asString(body["model"]) ?? "";
  const model = findModel(id, "zai");
  if (model === undefined) return refuse(exchange, 404, `The model '${id}' does not exist`, "model_not_found");
  let messages;
  try {
    // Servers of this kind know the developer role and take parts for every message.
    const list: unknown = body["messages"];
    const mapped: unknown = Array.isArray(list) ? list.map(asSystem) : list;
    messages = readMessages(mapped, {
      model: { ...model, imageUrlOnly: false },
      lookUp: (url) => state.results.lookUp(url),
      refuseDataUri: false,
    });
  } catch (error) {
    if (error instanceof ApiError) return refuse(exchange, 400, error.text.en, "invalid_value");
    throw error;
  }
  const request = asRequest(body, messages, model);
  const completion = await complete(exchange, request);
  const heading = { id: `chatcmpl-${newId()}`, created: Math.floor(Date.now() / 1000), model: id };
  if (!request.stream || faults.has("not-stream")) {
    await sendJson(exchange, 200, whole(completion, heading));
    return;
  }
  const options = body["stream_options"];
  const frames = chunks(completion, heading, isObject(options) && options["include_usage"] === true);
  await deliver(exchange, 200, { "Content-Type": "text/event-stream" }, encodeFrames(frames, faults), state.paceMs);
}

const asSystem = (message: unknown): unknown =>
  isObject(message) && message["role"] === "developer" ? { ...message, role: "system" } : message;

function asRequest(body: JsonObject, messages: ChatRequest["messages"], model: ChatRequest["model"]): ChatRequest {
  const kwargs = body["chat_template_kwargs"];
  const list: unknown[] = Array.isArray(body["tools"]) ? body["tools"] : [];
  const functions = list.flatMap((tool): FunctionTool[] => {
    const fn = isObject(tool) ? tool["function"] : undefined;
    const name = isObject(fn) ? asString(fn["name"]) : undefined;
    const parameters = isObject(fn) && isObject(fn["parameters"]) ? fn["parameters"] : {};
    return name === undefined ? [] : [{ name, parameters }];
  });
  const limit = body["max_completion_tokens"] ?? body["max_tokens"];
  const prompt = promptText(messages, body["tools"]);
  const format = body["response_format"];
  return {
    model,
    messages,
    functions,
    search: undefined,
    stream: body["stream"] === true,
    toolStream: true,
    thinks: !(isObject(kwargs) && kwargs["enable_thinking"] === false) && model.thinking !== "none",
    effort: "max",
    maxTokens: typeof limit === "number" ? limit : 65_536,
    json: isObject(format) && format["type"] !== "text",
    stop: asString(body["stop"]),
    requestId: undefined,
    prompt,
    promptTokens: countTokens(prompt),
  };
}

async function complete({ state, faults }: Exchange, request: ChatRequest): Promise<Completion> {
  const calls = chooseCalls(request);
  const spoken = await composeReply(request, async ({ bytes }) => (await state.recogniser.read(bytes)).text, []);
  const completion: Completion = {
    reasoning: request.thinks ? spoken.reasoning : "",
    content: calls.length > 0 ? "" : spoken.content,
    calls,
    finish: calls.length > 0 ? "tool_calls" : "stop",
    search: undefined,
    searchFirst: false,
    promptTokens: request.promptTokens,
    cachedTokens: 0,
    filtered: false,
  };
  capTokens(completion, request.maxTokens);
  applyContentFaults(completion, faults);
  return completion;
}

const wire = (completion: Completion): object[] =>
  completion.calls.map(({ id, name, args }, index) => ({
    id,
    index,
    type: "function",
    function: { name, arguments: args },
  }));

function whole(completion: Completion, heading: object): object {
  const { reasoning, content, calls, finish } = completion;
  const message = {
    role: "assistant",
    content,
    ...(reasoning === "" ? {} : { reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: wire(completion) }),
  };
  return {
    ...heading,
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: finish }],
    usage: usageOf(completion),
  };
}

function chunks(completion: Completion, heading: object, withUsage: boolean): Frame[] {
  const base = { ...heading, object: "chat.completion.chunk" };
  const chunk = (delta: object, finish: string | null = null): object => ({
    ...base,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  return [
    chunk({ role: "assistant", content: "" }),
    ...words(completion.reasoning).map((reasoning) => chunk({ reasoning })),
    ...words(completion.content).map((content) => chunk({ content })),
    ...wire(completion).map((call) => chunk({ tool_calls: [call] })),
    chunk({}, completion.finish),
    ...(withUsage ? [{ ...base, choices: [], usage: usageOf(completion) }] : []),
    "[DONE]",
  ];
}

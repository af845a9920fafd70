import { chooseCalls } from "./calls.ts";
import { capTokens, newId, spentTokens, streamFrames, wholeBody, type Completion, type Heading } from "./completion.ts";
import { applyContentFaults } from "./content-faults.ts";
import { deliver, sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { readObject } from "./fields.ts";
import { composeReply } from "./reply.ts";
import { encodeFrames, joinPieces } from "./sse.ts";
import { readChat, type ChatRequest } from "./validate.ts";
import { searchPages } from "./web-search.ts";
import type { Account } from "./accounts.ts";

export function chatRoute(call: string, exchange: Exchange, account: Account): Promise<void> | undefined {
  return call === "POST /chat/completions" ? handleChat(exchange, account) : undefined;
}

async function handleChat(exchange: Exchange, account: Account): Promise<void> {
  const request = await readChatRequest(exchange, account);
  const leave = enter(exchange, account, request);
  try {
    await send(exchange, request, await complete(exchange, account, request));
  } finally {
    leave();
  }
}

/** The checked request of an exchange. @throws ApiError with the code of the first rule that it breaks. */
export async function readChatRequest(exchange: Exchange, account: Account): Promise<ChatRequest> {
  const { faults, state, endpoint } = exchange;
  const body = readObject(exchange.body);
  await makePictures(exchange, body["messages"]);
  return readChat(body, {
    account,
    endpoint,
    lookUp: (url) => state.results.lookUp(url),
    refuseDataUri: faults.has("raw-base64-only"),
    primeOnly: faults.has("search-engine-prime"),
  });
}

/** Makes our own pictures that messages name: files are made when they are wanted, and the checks of messages cannot wait. */
export async function makePictures({ state }: Exchange, messages: unknown): Promise<void> {
  for (const [, name = ""] of JSON.stringify(messages ?? "").matchAll(/\/cdn\/([\w.]+)/g))
    await state.results.read(name);
}

/** Counts the request in; refuses duplicates and crowds. Returns what counts it out again. */
function enter({ state, faults }: Exchange, account: Account, request: ChatRequest): () => void {
  const { requestId, model } = request;
  if (requestId !== undefined && state.running.has(requestId)) throw new ApiError("1231");
  // The free flash model runs one request at a time on BigModel.
  const narrow = account.platform === "bigmodel" && model.id === "glm-4.7-flash" ? 1 : Infinity;
  const limit = faults.value("concurrency", 1) ?? narrow;
  const slot = faults.has("concurrency") ? account.key : `${account.key} ${model.id}`;
  const slots = [...new Set([slot, account.key, `${account.key} ${model.id}`])];
  if ((state.load.get(slot) ?? 0) >= limit) throw new ApiError("1302");
  for (const each of slots) state.load.set(each, (state.load.get(each) ?? 0) + 1);
  if (requestId !== undefined) state.running.add(requestId);
  return () => {
    for (const each of slots) state.load.set(each, (state.load.get(each) ?? 1) - 1);
    if (requestId !== undefined) state.running.delete(requestId);
  };
}

/** Composes the answer and writes down what it used. */
export async function complete(exchange: Exchange, account: Account, request: ChatRequest): Promise<Completion> {
  const { state, faults } = exchange;
  const { search } = request;
  const query = search?.query ?? request.messages.at(-1)?.text ?? "";
  const results = search === undefined ? [] : searchPages(query, search.filters);
  const calls = chooseCalls(request);
  const spoken = await composeReply(request, async ({ bytes }) => (await state.recogniser.read(bytes)).text, results);
  const cachedTokens = state.prefixes.hit(account.key, request.prompt);
  const completion: Completion = {
    reasoning: request.thinks ? spoken.reasoning : "",
    content: calls.length > 0 ? "" : spoken.content,
    calls,
    finish: calls.length > 0 ? "tool_calls" : "stop",
    search: search?.returned === true ? results : undefined,
    searchFirst: search?.before === true,
    promptTokens: request.promptTokens,
    cachedTokens,
    filtered: false,
  };
  const { stop } = request;
  if (stop !== undefined && stop !== "") completion.content = completion.content.split(stop)[0] ?? "";
  capTokens(completion, request.maxTokens);
  applyContentFaults(completion, faults);
  state.ledger.record(account.key, {
    at: Date.now(),
    model: request.model.id,
    onPlan: exchange.endpoint === "coding",
    promptTokens: completion.promptTokens,
    cachedTokens,
    completionTokens: spentTokens(completion),
  });
  return completion;
}

async function send(exchange: Exchange, request: ChatRequest, completion: Completion): Promise<void> {
  const { faults, state } = exchange;
  const id = newId();
  const heading = headingOf(exchange, request, id);
  if (!request.stream || faults.has("not-stream")) {
    await sendJson(exchange, 200, wholeBody(completion, heading, faults));
    return;
  }
  const pieces = encodeFrames(streamFrames(completion, heading, request.toolStream, faults), faults);
  const unpaced = faults.has("long") || (state.paceMs === 0 && faults.names.length === 0);
  await deliver(
    exchange,
    200,
    { "Content-Type": "text/event-stream;charset=UTF-8", "Cache-Control": "no-cache" },
    unpaced ? joinPieces(pieces) : pieces,
    unpaced ? 0 : state.paceMs,
  );
}

/** What every part of an answer repeats. */
export function headingOf({ faults }: Exchange, { requestId, model }: ChatRequest, id: string): Heading {
  return {
    id,
    requestId: requestId ?? id,
    created: Math.floor(Date.now() / 1000),
    model: faults.has("other-model") ? "glm-5-turbo" : model.id,
  };
}

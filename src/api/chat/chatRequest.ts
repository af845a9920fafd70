import { wireModelId, type Catalog, type ModelInfo } from "../models/catalog.ts";
import { checkChat } from "./chatChecks.ts";
import type { ChatRequest, ChatWebSearch, Retrieval } from "./chatTypes.ts";
import { functionTools, wireMessages, type WireMessage } from "./chatWire.ts";
import { invalid } from "../http/checks.ts";
import { usualSearchEngine, type Quirks } from "./fixups.ts";
import type { Endpoint } from "../platforms.ts";
import { keptThinking, returnedThinking, styledThinking, thinkingFields, thinks } from "./thinking.ts";

/** Thinking counts against `max_tokens`; below this a thinking model may end without a word (API notes 2.4). */
const leastTokensWithThinking = 8192;

/** What a request is made for, and what is known there. */
export interface ChatTarget {
  readonly endpoint: Endpoint;
  readonly catalog: Catalog;
  readonly quirks: Quirks;
}

export interface ChatBody {
  readonly json: string;
  /** How many images (and the like) were left out because the model refuses them. */
  readonly droppedImages: number;
}

/**
 * The JSON text of a chat request (API notes 2, 15.1). Throws `bad-request` with the field that breaks a rule, and
 * `not-offered` for what the platform lacks. Member order is fixed, because the service caches by prefix.
 * `background`: for the path that starts a task, which is no stream.
 */
export function buildChatBody(request: ChatRequest, target: ChatTarget, background = false): ChatBody {
  const { endpoint, catalog, quirks } = target;
  const model = catalog.modelInfo(request.model);
  checkChat(request, endpoint, model);
  const wireModel = wireModelId(request.model);
  let droppedImages = 0;
  const kept = keptThinking(request, endpoint, quirks.servedBy);
  const messages = wireMessages(request.messages, {
    rawImages: quirks.rawImages,
    textOnly: quirks.textOnly.has(wireModel),
    onDropped: () => droppedImages++,
    reasoning: returnedThinking(endpoint, kept),
  });
  if (!messages.some((message) => message.role === "user")) invalid("messages", "at least 1 of the user");
  const body =
    endpoint.dialect === "openai"
      ? openAiBody(request, messages, endpoint, model, kept)
      : zaiBody(request, messages, target, model, kept, background);
  return { json: JSON.stringify(withExtras(body, endpoint)), droppedImages };
}

/** What the user wants a custom server to get wins over what is ours. */
function withExtras(body: Readonly<Record<string, unknown>>, { extraBody = {} }: Endpoint): object {
  return { ...body, ...extraBody, ...mergedMember("chat_template_kwargs", body, extraBody) };
}

function openAiBody(
  request: ChatRequest,
  messages: readonly WireMessage[],
  endpoint: Endpoint,
  model: ModelInfo,
  kept: boolean | undefined,
): Record<string, unknown> {
  const stream = request.stream !== false;
  return {
    model: request.model.trim(),
    messages,
    tools: functionTools(request.tools),
    // Some servers stream unless told otherwise.
    stream,
    stream_options: stream ? { include_usage: true } : undefined,
    ...styledThinking(endpoint.reasoning, model, request.effort, kept),
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    stop: request.stop === undefined ? undefined : [request.stop],
    response_format: request.responseFormat === undefined ? undefined : { type: request.responseFormat },
  };
}

/** Both sides of a member that is an object on both, so that asking for thinking does not lose the user's own switches. */
function mergedMember(
  name: string,
  ours: Readonly<Record<string, unknown>>,
  theirs: Readonly<Record<string, unknown>>,
): object {
  const [a, b] = [ours[name], theirs[name]];
  return typeof a === "object" && typeof b === "object" ? { [name]: { ...a, ...b } } : {};
}

function zaiBody(
  request: ChatRequest,
  messages: readonly WireMessage[],
  { endpoint, catalog, quirks }: ChatTarget,
  model: ModelInfo,
  kept: boolean | undefined,
  background: boolean,
): Record<string, unknown> {
  const wireModel = wireModelId(request.model);
  const functions = functionTools(request.tools);
  const tools = [...(functions ?? []), ...serverTools(request, endpoint, quirks)];
  const stream = background ? undefined : request.stream !== false;
  // The plan answers old ids with a newer model, whose rules then hold for thinking.
  const answering = catalog.modelInfo(quirks.servedBy.get(wireModel) ?? wireModel);
  const thinker = answering.known ? answering : model;
  const sampling = !quirks.plainSampling.has(wireModel);
  return {
    // A custom server may tell upper case from lower case; Z.AI does not.
    model: endpoint.platform === "custom" ? request.model.trim() : wireModel,
    messages,
    tools: tools.length === 0 ? undefined : tools,
    stream,
    tool_stream: functions && model.toolStream && stream ? true : undefined,
    ...thinkingFields(thinker, request.effort, kept, quirks.plainThinking.has(wireModel)),
    max_tokens: maxTokens(request, model, quirks),
    do_sample: request.doSample,
    temperature: sampling ? twoDecimals(request.temperature) : undefined,
    top_p: sampling ? twoDecimals(request.topP) : undefined,
    stop: request.stop === undefined ? undefined : [request.stop],
    response_format: request.responseFormat === undefined ? undefined : { type: request.responseFormat },
    request_id: request.requestId,
    user_id: request.userId,
  };
}

function maxTokens(request: ChatRequest, model: ModelInfo, quirks: Quirks): number | undefined {
  if (request.maxTokens === undefined) return undefined;
  const wanted = thinks(model, request.effort)
    ? Math.max(request.maxTokens, leastTokensWithThinking)
    : request.maxTokens;
  const wireModel = wireModelId(request.model);
  if (!quirks.outputLimits.has(wireModel)) return Math.min(wanted, model.maxOutput);
  const limit = quirks.outputLimits.get(wireModel);
  return limit === undefined ? undefined : Math.min(wanted, limit);
}

function twoDecimals(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 100) / 100;
}

/** What the service does by itself while answering (API notes 2.5). */
function serverTools(request: ChatRequest, endpoint: Endpoint, quirks: Quirks): readonly object[] {
  const { webSearch, retrieval } = request;
  const found = webSearch ? [searchTool(webSearch === true ? {} : webSearch, endpoint, quirks)] : [];
  return retrieval ? [...found, retrievalTool(retrieval)] : found;
}

function searchTool(search: ChatWebSearch, endpoint: Endpoint, quirks: Quirks): object {
  return {
    type: "web_search",
    web_search: {
      enable: true,
      search_engine: search.engine ?? quirks.searchEngine ?? usualSearchEngine(endpoint),
      search_result: true,
      search_query: search.query,
      count: search.count,
      search_domain_filter: search.domain,
      search_recency_filter: search.recency,
      content_size: search.contentSize,
      require_search: search.required,
      result_sequence: search.sequence,
      search_prompt: search.prompt,
    },
  };
}

function retrievalTool({ knowledgeId, promptTemplate }: Retrieval): object {
  return { type: "retrieval", retrieval: { knowledge_id: knowledgeId, prompt_template: promptTemplate } };
}

import { wireModelId, type ModelInfo } from "../models/catalog.ts";
import type { ChatMessage, ChatRequest, ChatWebSearch, ContentPart, FunctionTool } from "./chatTypes.ts";
import { check, checkIds, checkInteger, checkOneOf, checkPlatform, checkRange } from "../http/checks.ts";
import { imageAddress } from "./inlineImage.ts";
import { checkOffered, isBigModel, type Endpoint } from "../platforms.ts";
import { chatSearchEngines, checkSearch } from "../web/webSearch.ts";

const mostTools = 128;
const mostFiles = 50;
const mostImagesOfBigModel = 50;
const imageLimit = 5 * 1024 * 1024;
const inlineImage = /^data:image\/(?:png|jpe?g);base64,/i;

/**
 * The rules of a chat request that the service would enforce (API notes 2.1 to 2.5), so that it fails before the network.
 * Throws `bad-request` with field and rule, and `not-offered` for a model or a tool of the service that the platform lacks.
 * What is not known of a model, the service decides.
 */
export function checkChat(request: ChatRequest, endpoint: Endpoint, model: ModelInfo): void {
  check(wireModelId(request.model) !== "", "model", "at least 1 character");
  checkCalls(request.messages);
  if (request.webSearch) checkOffered(endpoint, "chat-web-search", "web_search");
  if (request.retrieval) checkOffered(endpoint, "chat-retrieval", "retrieval");
  // Other servers have rules of their own.
  if (endpoint.dialect === "openai") return;
  if (model.known) checkPlatform(endpoint, "model", model.platforms);
  checkRange("temperature", request.temperature, 0, 1);
  checkRange("top_p", request.topP, 0.01, 1);
  if (request.maxTokens !== undefined) checkInteger("max_tokens", request.maxTokens, 1, Number.MAX_SAFE_INTEGER);
  check(request.stop !== "", "stop", "at least 1 character");
  checkOneOf("response_format", request.responseFormat, ["text", "json_object"]);
  check(!request.responseFormat || model.jsonAnswers !== false, "response_format", "text models");
  checkIds(request);
  checkTools(request.tools ?? [], model);
  if (typeof request.webSearch === "object") checkWebSearch(request.webSearch, endpoint);
  check(request.retrieval?.knowledgeId.trim() !== "", "retrieval.knowledge_id", "at least 1 character");
  checkParts(request.messages, endpoint, model);
}

/** Every result needs its call in an answer before it. */
function checkCalls(messages: readonly ChatMessage[]): void {
  const calls = new Set<string>();
  for (const message of messages) {
    if (message.role === "assistant") for (const { id } of message.toolCalls ?? []) calls.add(id);
    if (message.role === "tool") check(calls.has(message.toolCallId), "messages.tool_call_id", "id of an earlier call");
  }
}

function checkTools(tools: readonly FunctionTool[], model: ModelInfo): void {
  check(tools.length === 0 || model.tools || !model.known, "tools", "models with function calls");
  check(tools.length <= mostTools, "tools", `at most ${mostTools}`);
  for (const { name, description } of tools) {
    check(/^[\w-]{1,64}$/.test(name), "tools.function.name", "1-64 of a-z A-Z 0-9 _ -");
    check(description.trim() !== "", "tools.function.description", "at least 1 character");
  }
}

function checkWebSearch(search: ChatWebSearch, endpoint: Endpoint): void {
  check(search.query?.trim() !== "", "web_search.search_query", "at least 1 character");
  checkSearch(endpoint, search, chatSearchEngines, "web_search.");
  checkOneOf("web_search.result_sequence", search.sequence, ["before", "after"]);
}

/** Images, videos and files of the whole request, since the limits count them all. */
function checkParts(messages: readonly ChatMessage[], endpoint: Endpoint, model: ModelInfo): void {
  const parts = messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
  const count = { text: 0, image: 0, video: 0, file: 0 };
  for (const part of parts) {
    count[part.type]++;
    check(!model.known || model.input.includes(part.type), "messages.content.type", model.input.join(", "));
    checkAddress(part, model);
  }
  const images = isBigModel(endpoint) ? Math.min(model.maxImages ?? Infinity, mostImagesOfBigModel) : model.maxImages;
  check(count.image <= (images ?? Infinity), "image_url", `at most ${images}`);
  check(count.video <= (model.maxVideos ?? Infinity), "video_url", `at most ${model.maxVideos}`);
  check(count.file <= mostFiles, "file_url", `at most ${mostFiles}`);
  check(count.file === 0 || count.image + count.video === 0, "file_url", "not with image_url or video_url");
}

function checkAddress(part: ContentPart, model: ModelInfo): void {
  if (part.type === "text") return;
  const field = `${part.type}_url`;
  if (/^https?:\/\//i.test(part.url)) return;
  check(part.type === "image" && !model.imagesByAddressOnly, field, "https address");
  const url = imageAddress(part.url);
  const head = inlineImage.exec(url)?.[0];
  check(head !== undefined, field, "https address, or data URI of png or jpg");
  check(decodedLength(url, head?.length ?? 0) < imageLimit, field, "under 5 MB");
}

/** Bytes of the base64 behind `start`. */
function decodedLength(url: string, start: number): number {
  const padding = url.endsWith("==") ? 2 : url.endsWith("=") ? 1 : 0;
  return ((url.length - start) * 3) / 4 - padding;
}

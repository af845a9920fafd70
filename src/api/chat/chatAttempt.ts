import { wireModelId } from "../models/catalog.ts";
import type { ReplyOptions } from "./chatChunk.ts";
import { buildChatBody, type ChatBody } from "./chatRequest.ts";
import type { ChatRequest } from "./chatTypes.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { proposeFixups, tryFixup, type Fixup } from "./fixups.ts";

/** A chat request in the form in which it is sent. */
export interface Attempt {
  readonly request: ChatRequest;
  readonly body: ChatBody;
  /** What makes this form another one; to be applied to the quirks of the host when the service accepted it. */
  readonly fixup?: Fixup | undefined;
}

/** The request in another form that the service may accept, when there is one that differs. */
export function otherForm(
  context: ClientContext,
  { request, body }: Attempt,
  error: ApiError,
  background = false,
): Attempt | undefined {
  for (const fixup of proposeFixups(error, request, context.endpoint)) {
    const other = buildChatBody(request, { ...context, quirks: tryFixup(fixup, context.quirks) }, background);
    if (other.json !== body.json) return { request, body: other, fixup };
  }
  return undefined;
}

/** How the answer is to be read. */
export function replyOptions({ endpoint }: ClientContext, { request, body }: Attempt): ReplyOptions {
  const { model, tools = [] } = request;
  const custom = endpoint.dialect === "openai";
  return {
    requestedModel: model,
    // Custom servers of any model, and the old vision models of Z.AI, may put thinking into the text.
    inlineThinking: custom || /^glm-4\.[15]v/.test(wireModelId(model)),
    inlineCalls: custom || tools.length > 0,
    tools,
    droppedImages: body.droppedImages,
  };
}

/** `error`, with the model to use instead where the service no longer has the one that was asked. */
export function withSuccessor({ catalog, endpoint }: ClientContext, { model }: ChatRequest, error: ApiError): ApiError {
  if (error.code !== "model-unknown" && error.details.serviceCode !== "1221") return error;
  return new ApiError(error.code, { ...error.details, successor: catalog.successorOf(model, endpoint) });
}

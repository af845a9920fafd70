import { wireModelId } from "./catalog.ts";
import type { ChatRequest } from "./chatTypes.ts";
import type { ApiError } from "./errors.ts";

/** Deviations from the normal form of a request, learnt from refusals and kept for the life of a client. */
export interface Quirks {
  /** Images as bare base64 instead of a data URI (API notes 2.3). */
  rawImages: boolean;
  /** Models that must not be told how much to think (API notes 2.4). */
  readonly plainThinking: Set<string>;
}

export interface Fixup {
  /** The other form was refused as well: forget it. */
  undo(): void;
}

/**
 * Looks at a refusal and, when another form of the same request is known to help, notes that in `quirks`. The service has
 * one code, 1210, for all wrong parameters, so that here and nowhere else the message is searched for the parameter.
 */
export function proposeFixup(error: ApiError, request: ChatRequest, quirks: Quirks): Fixup | undefined {
  if (error.details.serviceCode !== "1210") return undefined;
  const message = error.details.serviceMessage ?? "";
  if (!quirks.rawImages && hasInlineImage(request) && /图片输入格式|image.*(?:format|pars)/i.test(message)) {
    quirks.rawImages = true;
    return { undo: () => void (quirks.rawImages = false) };
  }
  const model = wireModelId(request.model);
  const aboutThinking = /reasoning_effort|thinking|\beffort\b|思考|\blow\b.*\bhigh\b.*\bmax\b/i;
  if (request.effort !== undefined && !quirks.plainThinking.has(model) && aboutThinking.test(message)) {
    quirks.plainThinking.add(model);
    return { undo: () => void quirks.plainThinking.delete(model) };
  }
  return undefined;
}

function hasInlineImage(request: ChatRequest): boolean {
  return request.messages.some(
    ({ content }) =>
      typeof content !== "string" && content.some((part) => part.type === "image" && part.url.startsWith("data:")),
  );
}

import type { AgentContent, AgentMessage, AgentTags, AgentUsage, ToolUse } from "./agentReply.ts";
import { streamAgent } from "./agents.ts";
import type { FinishReason } from "../chat/chatTypes.ts";
import { check } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { requireReady } from "../http/request.ts";

/** Slides and posters are made, changed and exported by this agent. */
export const slidesAgent = "slides_glm_agent";

export interface SlidesRequest {
  /** What the slides should show, or what should change. Not empty. */
  readonly prompt: string;
  /** Of the `conversation` part of an earlier answer, to go on with its slides. */
  readonly conversationId?: string | undefined;
}

/**
 * A piece of the agent's work. Everything is text from outside; a slide is a whole HTML document with styles and possibly
 * scripts, to be shown in nothing but a sandbox. A stream that does not end with `finish` throws an ApiError instead.
 */
export type SlidesPart =
  /** Needed to go on and to export. The first part, if the service keeps the conversation. */
  | { readonly type: "conversation"; readonly id: string }
  | { readonly type: "thinking-delta"; readonly text: string }
  | { readonly type: "text-delta"; readonly text: string }
  /** A search, or slides that were removed (`use.positions`). */
  | { readonly type: "tool"; readonly use: ToolUse; readonly tags: AgentTags }
  /** The slide at `use.positions` is new or another one now; those behind a new one move on. */
  | { readonly type: "slide"; readonly html: string; readonly use: ToolUse; readonly tags: AgentTags }
  | { readonly type: "usage"; readonly usage: AgentUsage }
  | { readonly type: "finish"; readonly reason: FinishReason };

/**
 * Makes slides or a poster (API notes 10.2), always streamed: it takes minutes, and streaming is the service's default.
 * Throws what every stream throws; the parts before a failure stay valid, and its conversation can be continued.
 */
export async function* streamSlides(
  context: ClientContext,
  { prompt, conversationId }: SlidesRequest,
  options: RequestOptions = {},
): AsyncGenerator<SlidesPart, void, undefined> {
  requireReady(context, "agents");
  check(conversationId === undefined || conversationId.trim() !== "", "conversation_id", "not empty");
  const messages = [{ role: "user", content: [{ type: "text", text: prompt }] }] as const;
  let known: string | undefined;
  let reason: FinishReason | undefined;
  for await (const reply of streamAgent(context, { agentId: slidesAgent, messages, conversationId }, options)) {
    if (reply.conversationId !== undefined && reply.conversationId !== known) {
      known = reply.conversationId;
      yield { type: "conversation", id: known };
    }
    for (const message of reply.messages) yield* message.content.flatMap((part) => slidesPart(message, part));
    if (reply.usage) yield { type: "usage", usage: reply.usage };
    reason = reply.finishReason ?? reason;
  }
  yield { type: "finish", reason: reason ?? "stop" };
}

function slidesPart({ phase }: AgentMessage, part: AgentContent): readonly SlidesPart[] {
  if (part.type === "link") return [];
  if (part.type === "text") {
    return [{ type: phase === "thinking" ? "thinking-delta" : "text-delta", text: part.text }];
  }
  const { use, tags } = part;
  const html = slideHtml(use);
  return [html === undefined ? { type: "tool", use, tags } : { type: "slide", html, use, tags }];
}

/** A search may find markup as well: only what is about slides makes one. */
function slideHtml({ name, output, positions }: ToolUse): string | undefined {
  const aboutSlides = positions.length > 0 || /page|slide|poster/i.test(name);
  const html = output?.replace(/^\s*```(?:html)?\s*/, "").replace(/\s*```\s*$/, "");
  return aboutSlides && html?.trimStart().startsWith("<") ? html : undefined;
}

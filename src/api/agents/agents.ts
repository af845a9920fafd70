import { readAgentReply, type AgentReply, type AgentUsage } from "./agentReply.ts";
import { check, checkPlatform } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { askEvents } from "../http/eventStream.ts";
import type { Endpoint } from "../platforms.ts";
import { isPublicAddress, publicAddressRule } from "../http/publicAddress.ts";
import { askJson, hostOf, requireReady, type Ask } from "../http/request.ts";
import { isMissingPath } from "../http/tasks.ts";
import { reportUse } from "../usage/use.ts";

/** A piece of a message to an agent. Addresses are public ones: the service fetches them. */
export type AgentPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image"; readonly url: string }
  /** A file uploaded with purpose "agent". BigModel only. */
  | { readonly type: "file"; readonly id: string }
  /** BigModel only. */
  | { readonly type: "file-url"; readonly url: string };

export interface AgentRequest {
  /**
   * `general_translation`, `vidu_template_agent` and `slides_glm_agent` have functions of their own. BigModel has more, e.g.
   * `ai_drawing_agent`, `receipt_recognition_agent`, `clothes_recognition_agent`, `intelligent_education_solve_agent`, and
   * those that users made.
   */
  readonly agentId: string;
  /** At least one, none of them empty. */
  readonly messages: readonly {
    readonly role: "user" | "assistant" | "system";
    readonly content: readonly AgentPart[];
  }[];
  /** To go on with a conversation. */
  readonly conversationId?: string | undefined;
  /** What the agent's own documentation asks for. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Ask it twice and nothing more than a text has been made twice; others start tasks or change what they keep. */
const repeatableAgents: readonly string[] = ["general_translation"];

/** The documented path and the one that the official SDKs use (API notes 10.2 and 17), both below the root. */
const documentedPath = "/v1/agents";
const sdkPath = "/paas/v4/v1/agents";

/** Asks an agent for a whole answer (API notes 10.2). Throws `timeout` after `deadlines.agent`. */
export async function askAgent(
  context: ClientContext,
  request: AgentRequest,
  options: RequestOptions = {},
): Promise<AgentReply> {
  requireReady(context, "agents");
  const body = agentBody(context.endpoint, request, false);
  const repeatable = repeatableAgents.includes(request.agentId);
  const reply = await postToAgents(context, "", body, context.deadlines.agent, options, repeatable);
  if (reply.usage) reportUse(context, "agent", { model: request.agentId, usage: reply.usage });
  return reply;
}

/**
 * As `askAgent`, event by event. Ends plainly when the agent has finished; otherwise it throws ApiError, `stream-broken` when
 * the stream ended without a finish reason and without terminator. What came before has been handed out by then.
 */
export async function* streamAgent(
  context: ClientContext,
  request: AgentRequest,
  options: RequestOptions = {},
): AsyncGenerator<AgentReply, void, undefined> {
  requireReady(context, "agents");
  const body = agentBody(context.endpoint, request, true);
  const repeatable = repeatableAgents.includes(request.agentId);
  for (let path = agentPath(context); ; path = sdkPath) {
    try {
      const ask: Ask = { method: "POST", path, below: "root", body, repeatable };
      return yield* readReplies(context, request.agentId, ask, options);
    } catch (thrown) {
      if (!leadsToSdkPath(context, path, thrown)) throw thrown;
    }
  }
}

/** Posts to the agents' path or below it and reads the answer. `totalMs` limits each attempt. */
export async function postToAgents(
  context: ClientContext,
  tail: "" | "/async-result" | "/conversation",
  body: string,
  totalMs: number,
  options: RequestOptions,
  repeatable = tail === "/async-result",
): Promise<AgentReply> {
  for (let path = agentPath(context); ; path = sdkPath) {
    try {
      // A look at what is under way is no further use of a model.
      const governed = tail !== "/async-result";
      const ask: Ask = { method: "POST", path: `${path}${tail}`, below: "root", body, governed, repeatable };
      const host = hostOf(context.endpoint.baseUrl);
      const reply = readAgentReply(await askJson(context, ask, totalMs, options), host);
      if (saysNothing(reply)) throw new ApiError("invalid-response", { host });
      return reply;
    } catch (thrown) {
      if (!leadsToSdkPath(context, path, thrown)) throw thrown;
    }
  }
}

function saysNothing({ messages, status, finishReason, asyncId }: AgentReply): boolean {
  return messages.length === 0 && status === undefined && finishReason === undefined && asyncId === undefined;
}

function agentPath({ quirks }: ClientContext): string {
  return quirks.sdkAgentPath ? sdkPath : documentedPath;
}

/** True when the documented path is missing, which is remembered; the other one missing as well is forgotten again. */
function leadsToSdkPath({ quirks }: ClientContext, path: string, thrown: unknown): boolean {
  if (!(thrown instanceof ApiError) || thrown.details.afterOutput || !isMissingPath(thrown)) return false;
  quirks.sdkAgentPath = path === documentedPath;
  return quirks.sdkAgentPath;
}

async function* readReplies(
  context: ClientContext,
  agentId: string,
  ask: Ask,
  options: RequestOptions,
): AsyncGenerator<AgentReply, void, undefined> {
  const host = hostOf(context.endpoint.baseUrl);
  let handedOut = false;
  let finished = false;
  let complete = false;
  let usage: AgentUsage | undefined;
  try {
    for await (const event of askEvents(context, ask, () => complete, options)) {
      const reply = readAgentReply(event, host);
      finished ||= reply.finishReason !== undefined;
      usage = reply.usage ?? usage;
      complete = finished && reply.usage !== undefined;
      handedOut = true;
      yield reply;
    }
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    // Behind the finish reason only usage and the terminator can be missing.
    if (finished && (thrown.code === "stream-broken" || thrown.code === "timeout")) return;
    throw handedOut ? new ApiError(thrown.code, { ...thrown.details, afterOutput: true }) : thrown;
  } finally {
    if (usage) reportUse(context, "agent", { model: agentId, usage });
  }
}

function agentBody(endpoint: Endpoint, request: AgentRequest, stream: boolean): string {
  check(request.agentId.trim() !== "", "agent_id", "not empty");
  check(request.messages.length > 0, "messages", "at least 1");
  for (const { content } of request.messages) {
    check(content.length > 0, "content", "at least 1 part");
    for (const part of content) checkPart(endpoint, part);
  }
  return JSON.stringify({
    agent_id: request.agentId,
    conversation_id: request.conversationId,
    stream,
    messages: request.messages.map(({ role, content }) => ({ role, content: content.map(wirePart) })),
    custom_variables: request.variables,
  });
}

function checkPart(endpoint: Endpoint, part: AgentPart): void {
  if (part.type === "text") check(part.text.trim() !== "", "text", "not empty");
  if (part.type === "file") check(part.id.trim() !== "", "file_id", "not empty");
  if (part.type === "file" || part.type === "file-url") checkPlatform(endpoint, "content", ["bigmodel"]);
  if (part.type === "image") check(isPublicAddress(part.url), "image_url", publicAddressRule);
  if (part.type === "file-url") check(isPublicAddress(part.url), "file_url", publicAddressRule);
}

/** Unlike in a chat, the address of an image stands there as plain text. */
function wirePart(part: AgentPart): object {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
      return { type: "image_url", image_url: part.url };
    case "file":
      return { type: "file_id", file_id: part.id };
    case "file-url":
      return { type: "file_url", file_url: part.url };
  }
}

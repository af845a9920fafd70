import type { AgentReply } from "./agentReply.ts";
import { postToAgents } from "./agents.ts";
import { check } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { requireReady } from "../http/request.ts";

export interface AgentResultRequest {
  readonly agentId: string;
  /** `asyncId` of the reply that started the work. */
  readonly asyncId: string;
  /** What the agent's own documentation asks for. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * One look at work that an agent does in the background (API notes 10.2): a reply of status "pending", or the finished one.
 * Throws `result-failed` or `content-blocked` when the work failed.
 */
export async function agentResult(
  context: ClientContext,
  { agentId, asyncId, variables }: AgentResultRequest,
  options: RequestOptions = {},
): Promise<AgentReply> {
  requireReady(context, "agents");
  check(agentId.trim() !== "", "agent_id", "not empty");
  check(asyncId.trim() !== "", "async_id", "not empty");
  const body = JSON.stringify({ agent_id: agentId, async_id: asyncId, custom_variables: variables });
  return postToAgents(context, "/async-result", body, context.deadlines.total, options);
}

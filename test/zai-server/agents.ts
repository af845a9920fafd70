import { authenticate, checkFunds } from "./accounts.ts";
import { readAgentRequest, type AgentRequest } from "./agent-request.ts";
import { answerConversation, answerSlides } from "./agent-slides.ts";
import { answerTranslation } from "./agent-translation.ts";
import { answerAsyncResult, answerVideo } from "./agent-video.ts";
import { sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, readObject, readText } from "./fields.ts";

/** Below /api as documented, and below /api/paas/v4 where the SDKs post. Refusals are the agents' own kind of body. */
export function agentsRoute(call: string, exchange: Exchange): Promise<void> | undefined {
  const [path, sdk, name] = /^POST \/api\/(paas\/v4\/)?v1\/agents(\/async-result|\/conversation)?$/.exec(call) ?? [];
  if (path === undefined || (sdk === undefined && exchange.faults.has("agents-sdk-path"))) return undefined;
  return answer(exchange, name);
}

async function answer(exchange: Exchange, name: string | undefined): Promise<void> {
  const account = authenticate(exchange.request.headers.authorization, exchange.platform);
  const body = readObject(exchange.body);
  if (name === "/async-result") return answerAsyncResult(exchange, body, account);
  if (name === "/conversation") return answerConversation(exchange, body, account);
  const agentId = readText(body, "agent_id");
  const agent = Object.hasOwn(agents, agentId) ? agents[agentId] : undefined;
  if (agent === undefined) {
    // BigModel has more agents than this simulator; their owners would have to admit the caller.
    const foreign = exchange.platform === "bigmodel" && othersOfBigModel.includes(agentId);
    throw foreign ? new ApiError("1220") : invalid("agent_id", "unknown agent");
  }
  checkFunds(account, "general", false);
  const request = readAgentRequest(body, agentId, account);
  const refused = exchange.faults.value("agent-refused", 1301);
  if (refused !== undefined) return sendFailure(exchange, agentId, new ApiError(String(refused)));
  return agent(exchange, request);
}

const agents: Readonly<Record<string, (exchange: Exchange, request: AgentRequest) => Promise<void>>> = {
  general_translation: answerTranslation,
  vidu_template_agent: answerVideo,
  slides_glm_agent: answerSlides,
};
const othersOfBigModel = [
  "ai_drawing_agent",
  "receipt_recognition_agent",
  "clothes_recognition_agent",
  "intelligent_education_solve_agent",
];

/** A failure that comes with status 200. */
function sendFailure(exchange: Exchange, agentId: string, { code, text }: ApiError): Promise<void> {
  const error = { code, message: text[exchange.language] };
  return sendJson(exchange, 200, { status: "failed", agent_id: agentId, error });
}

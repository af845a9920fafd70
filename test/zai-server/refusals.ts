import { sendJson } from "./delivery.ts";
import type { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { asString, isObject } from "./json.ts";

/** Sends a refusal in the form of that part of the API which the path belongs to. */
export async function sendRefusal(
  exchange: Exchange,
  error: ApiError,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { path, language, platform, body } = exchange;
  const message = error.text[language];
  const code = Number(error.code);
  if (/^\/api\/(monitor|biz)\//.test(path))
    return sendJson(exchange, 200, { code, msg: message, success: false }, headers);
  if (path.startsWith("/api/llm-application/") && platform === "bigmodel") {
    // Refusals of the knowledge base come with status 200; only the gateway in front of it uses 401.
    return sendJson(exchange, error.status === 401 ? 401 : 200, { code, message }, headers);
  }
  if (/^\/api\/(paas\/v4\/)?v1\/agents\b/.test(path) && error.status !== 401) {
    const agent_id = isObject(body) ? asString(body["agent_id"]) : undefined;
    const failed = { status: "failed", agent_id, error: { code: error.code, message } };
    return sendJson(exchange, error.status, failed, headers);
  }
  return sendJson(exchange, error.status, error.body(language), headers);
}

import type { ModelInfo } from "./catalog.ts";
import type { ChatMessage, Effort } from "./chatTypes.ts";
import type { Endpoint } from "./platforms.ts";

export interface ThinkingFields {
  thinking?: { type: "enabled" | "disabled"; clear_thinking?: boolean };
  reasoning_effort?: string;
}

/**
 * Thinking and effort in the words that a model accepts (API notes 2.4). GLM-5.3 refuses to be silenced and knows three
 * efforts; GLM-5.2 knows two and can be silenced; older models only have the switch.
 */
export function thinkingFields(model: ModelInfo, effort: Effort | undefined): ThinkingFields {
  if (model.thinking === "none") return {};
  if (model.thinking === "always") {
    const enabled: ThinkingFields = { thinking: { type: "enabled" } };
    return effort === undefined ? enabled : { ...enabled, reasoning_effort: nearestEffort(model, effort) };
  }
  if (effort === undefined) return {};
  if (effort === "off") return { thinking: { type: "disabled" } };
  const enabled: ThinkingFields = { thinking: { type: "enabled" } };
  return model.efforts.length === 0 ? enabled : { ...enabled, reasoning_effort: nearestEffort(model, effort) };
}

/** True when the answer will contain thinking, which counts against `max_tokens`. */
export function thinks(model: ModelInfo, effort: Effort | undefined): boolean {
  return model.thinking === "always" || (model.thinking === "toggle" && effort !== "off");
}

function nearestEffort(model: ModelInfo, effort: Effort): Effort {
  if (effort === "max") return "max";
  const wanted = effort === "medium" || effort === "high" ? "high" : "low";
  return model.efforts.includes(wanted) ? wanted : "high";
}

/**
 * Value of `clear_thinking`, or undefined to leave the service's default. The plan keeps thinking across turns, which is
 * only sound while every earlier turn comes back with its thinking unaltered; as soon as one lacks it, it must be cleared.
 */
export function clearThinking(messages: readonly ChatMessage[], endpoint: Endpoint): boolean | undefined {
  if (!endpoint.platform.endsWith("-coding")) return undefined;
  const turns = messages.filter((message) => message.role === "assistant");
  return turns.length === 0 ? undefined : !turns.every((turn) => turn.reasoning !== undefined && turn.reasoning !== "");
}

import { wireModelId, type ModelInfo } from "../models/catalog.ts";
import type { ChatRequest, Effort } from "./chatTypes.ts";
import type { WireOptions } from "./chatWire.ts";
import type { ReasoningStyle } from "../endpointExtras.ts";
import { isPlan, type Endpoint } from "../platforms.ts";

interface ThinkingFields {
  thinking?: { type: "enabled" | "disabled"; clear_thinking?: boolean };
  reasoning_effort?: string;
}

/**
 * Thinking and effort in the words that a model accepts (API notes 2.4). GLM-5.3 refuses to be silenced and knows three
 * efforts; GLM-5.2 knows two and can be silenced; older models only have the switch. `kept` is of `keptThinking`;
 * `plain` = the model refused to be told how much to think.
 */
export function thinkingFields(
  model: ModelInfo,
  effort: Effort | undefined,
  kept: boolean | undefined,
  plain: boolean,
): ThinkingFields {
  if (model.thinking === "none") return {};
  const fields: ThinkingFields = plain ? { thinking: { type: "enabled" } } : effortFields(model, effort);
  // The service refuses the object without its type.
  return kept === undefined
    ? fields
    : { ...fields, thinking: { type: "enabled", ...fields.thinking, clear_thinking: !kept } };
}

function effortFields(model: ModelInfo, effort: Effort | undefined): ThinkingFields {
  const enabled: ThinkingFields = { thinking: { type: "enabled" } };
  if (effort === undefined) return model.thinking === "always" ? enabled : {};
  if (effort === "off" && model.thinking === "toggle") return { thinking: { type: "disabled" } };
  return model.efforts.length === 0 || effort === "on"
    ? enabled
    : { ...enabled, reasoning_effort: nearestEffort(model, effort) };
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

/** The fields of a server that speaks plain OpenAI (API notes 15.2 to 15.4). Nothing is sent that nobody asked for. */
export function styledThinking(
  style: ReasoningStyle | undefined,
  model: ModelInfo,
  effort: Effort | undefined,
  kept: boolean | undefined,
): object {
  switch (style) {
    case "chat_template_kwargs": {
      const on = effort === undefined ? {} : { enable_thinking: effort !== "off" };
      const kwargs = kept === undefined ? on : { enable_thinking: true, ...on, clear_thinking: !kept };
      return Object.keys(kwargs).length === 0 ? {} : { chat_template_kwargs: kwargs };
    }
    case "reasoning-bool":
      return effort === undefined ? {} : { reasoning: effort !== "off" };
    case "reasoning_effort":
      if (effort === undefined || effort === "on") return {};
      return { reasoning_effort: effort === "off" ? "none" : effort === "max" ? "high" : effort };
    case "zai":
      return thinkingFields(model, effort, kept, false);
    case "none":
    case undefined:
      return {};
  }
}

/** What of a request decides whether thinking of earlier turns counts; of its messages only the answers. */
type ThoughtHistory = Pick<ChatRequest, "model" | "messages" | "preserveThinking" | "historyAltered">;

/**
 * Whether thinking of earlier turns is to count: `false` = it must be cleared, undefined = nothing to say about it. Keeping it
 * is only sound while every earlier answer comes back with its thinking unaltered, from the model that will read it.
 */
export function keptThinking(
  request: ThoughtHistory,
  endpoint: Endpoint,
  servedBy: ReadonlyMap<string, string>,
): boolean | undefined {
  const { preserveThinking, historyAltered, messages } = request;
  const byDefault = isPlan(endpoint.platform);
  if (!(preserveThinking ?? byDefault)) return preserveThinking;
  const asked = wireModelId(request.model);
  const answering = servedBy.get(asked) ?? asked;
  const turns = messages.filter((message) => message.role === "assistant");
  if (turns.length === 0 && !historyAltered) return preserveThinking;
  return (
    !historyAltered &&
    turns.every(
      ({ reasoning, model }) => reasoning !== undefined && (model === undefined || wireModelId(model) === answering),
    )
  );
}

/**
 * Whose thinking goes back. Strict servers refuse unknown members, so that only those that are known to understand thinking get
 * it. `kept` is of `keptThinking`.
 */
export function returnedThinking(
  { dialect, reasoning }: Endpoint,
  kept: boolean | undefined,
): WireOptions["reasoning"] {
  const understood = dialect === "zai" || reasoning === "zai" || reasoning === "chat_template_kwargs";
  return understood ? (kept ? "all" : "calls") : "none";
}

/** Whether the thinking of all earlier answers goes back with a request, for those who count what it will hold. */
export function returnsThinking(
  request: ThoughtHistory,
  endpoint: Endpoint,
  servedBy: ReadonlyMap<string, string>,
): boolean {
  return returnedThinking(endpoint, keptThinking(request, endpoint, servedBy)) === "all";
}

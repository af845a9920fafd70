import type { Effort } from "../../api/chat/chatTypes.ts";
import type { Tuning } from "../../core/services.ts";
import { readSetting } from "../../host/config.ts";

/** What the user's settings say about every answer. The client turns it into what a model understands. */
export function tuning(): Tuning {
  return {
    effort: effort(),
    maxTokens: readSetting("glm.request.maxTokens") ?? undefined,
    temperature: readSetting("glm.request.temperature") ?? undefined,
    topP: readSetting("glm.request.topP") ?? undefined,
  };
}

function effort(): Effort | undefined {
  const thinking = readSetting("glm.request.thinking");
  if (thinking === "off") return "off";
  const wanted = readSetting("glm.request.effort");
  if (wanted !== "auto") return wanted;
  return thinking === "on" ? "on" : undefined;
}

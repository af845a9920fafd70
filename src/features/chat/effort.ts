import type { Effort } from "../../api/chat/chatTypes.ts";
import { effortChoices, type ModelInfo } from "../../api/models/catalog.ts";
import type { Endpoint } from "../../api/platforms.ts";

/** What stands for the level of the settings. */
export const asSet = "auto";

/** Levels of thinking that make a difference for a model where it is asked, from the least. Empty: there is no choice. */
export function effortLevels(model: ModelInfo, { dialect, reasoning }: Endpoint): readonly Effort[] {
  if (dialect === "zai" || reasoning === "zai") {
    const levels = effortChoices(model);
    // Without levels of its own a model only has a switch.
    return model.efforts.length === 0 && levels.length > 0 ? ["off", "on"] : levels;
  }
  switch (reasoning) {
    case "reasoning_effort":
      return ["off", "low", "medium", "high"];
    case "chat_template_kwargs":
    case "reasoning-bool":
      return ["off", "on"];
    case "none":
    case undefined:
      return [];
  }
}

/** The least thinking that a model can be asked for; undefined when it was that already, or there is no choice. */
export function leastThinking(model: ModelInfo, endpoint: Endpoint, asked: string | undefined): Effort | undefined {
  const [least] = effortLevels(model, endpoint);
  return least === asked ? undefined : least;
}

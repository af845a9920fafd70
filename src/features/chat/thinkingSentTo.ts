import { returnsThinking } from "../../api/chat/thinking.ts";
import type { Endpoint } from "../../api/platforms.ts";
import type { SendsThinking } from "../../core/chatPrompt.ts";
import type { Connections } from "../../core/services.ts";

/** Decides what is counted by the rule by which it is sent. `model`: who is going to be asked. */
export function thinkingSentTo(
  model: string,
  endpoint: Endpoint,
  connections: Pick<Connections, "servedBy">,
): SendsThinking {
  return ({ messages, altered }) =>
    returnsThinking({ model, messages, historyAltered: altered }, endpoint, connections.servedBy(endpoint));
}

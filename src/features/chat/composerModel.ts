import type { Effort } from "../../api/chat/chatTypes.ts";
import { offers } from "../../api/platforms.ts";
import type { SendsThinking } from "../../core/chatPrompt.ts";
import { promptLimit, tokensPerPicture } from "../../core/tokenBudget.ts";
import { chosenModel, readSetting } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import type { ToHost } from "../../protocol/messages.ts";
import type { ComposerView } from "../../protocol/panelParts.ts";
import type { ChatDeps } from "./deps.ts";
import { asSet, effortLevels } from "./effort.ts";
import { effortLabel } from "./effortLabel.ts";
import type { ChatSession } from "./session.ts";
import { thinkingSentTo } from "./thinkingSentTo.ts";

/** What the user chose in the composer of this window, whichever view it is. */
const memoryKeys = { effort: "chat.effort", web: "chat.web" } as const;

/** What a request can hold: tokens, and whether thinking of earlier answers goes along. */
interface Room {
  readonly limit: number;
  readonly sendsThinking: SendsThinking;
}

interface ModelParts {
  readonly view: Pick<ComposerView, "model" | "effort" | "web">;
  /** For the next question alone, as the user chose; undefined: as the settings say. */
  readonly effort: Effort | undefined;
  readonly web: boolean;
  /** What the model can be sent; undefined while nobody knows which model it is. */
  readonly room: Room | undefined;
}

/** What the composer shows of the model that will answer, and what it says about how the next question is asked. */
export async function modelParts({
  connections,
  memory,
}: Pick<ChatDeps, "connections" | "memory">): Promise<ModelParts> {
  const catalog = await connections.catalog();
  const endpoint = connections.endpoint();
  const id = chosenModel("chat") ?? (endpoint && catalog.defaultModel(endpoint, "chat"));
  const hasWeb = endpoint !== undefined && offers(endpoint, "chat-web-search");
  const web = hasWeb && memory.get(memoryKeys.web) === true;
  const webView = hasWeb ? { web } : {};
  // Which model a custom server begins with is only known once it was asked.
  if (!id || !endpoint) {
    return { view: { model: t("Automatic"), ...webView }, effort: undefined, web, room: undefined };
  }
  const model = catalog.modelInfo(id);
  const levels = effortLevels(model, endpoint);
  const effort = levels.find((level) => level === memory.get(memoryKeys.effort));
  const choices = [asSet, ...levels].map((level) => ({ id: level, label: effortLabel(level) }));
  return {
    view: {
      model: model.label,
      ...(levels.length === 0 ? {} : { effort: { chosen: effort ?? asSet, levels: choices } }),
      ...webView,
    },
    effort,
    web,
    room: {
      limit: promptLimit(model, readSetting("glm.request.maxTokens") ?? undefined),
      sendsThinking: thinkingSentTo(id, endpoint, connections),
    },
  };
}

/** How much of what the model can read the next question takes, beside its own words. */
export function budgetOf(
  session: Pick<ChatSession, "tokens">,
  { attachments, pictures = [] }: Pick<ComposerView, "attachments" | "pictures">,
  { limit, sendsThinking }: Room,
): ComposerView["budget"] {
  const attached = attachments.reduce((sum, { tokens = 0 }) => sum + tokens, 0);
  return { used: session.tokens(sendsThinking) + attached + pictures.length * tokensPerPicture, limit };
}

/** Keeps what the user chose for the questions of this window. */
export async function keepChoice(
  message: Extract<ToHost, { type: "set-effort" | "set-web" }>,
  { memory }: Pick<ChatDeps, "memory">,
): Promise<void> {
  if (message.type === "set-web") await memory.set(memoryKeys.web, message.on);
  else await memory.set(memoryKeys.effort, message.level === asSet ? undefined : message.level);
}

import { chosenModel } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import type { ComposerView } from "../../protocol/panelParts.ts";
import type { ChatDeps } from "./deps.ts";

/** What the composer shows of the model that will answer. */
export async function modelParts({ connections }: ChatDeps): Promise<Pick<ComposerView, "model" | "effort" | "web">> {
  const catalog = await connections.catalog();
  const endpoint = connections.endpoint();
  const id = chosenModel("chat") ?? (endpoint && catalog.defaultModel(endpoint, "chat"));
  return { model: id ? catalog.modelInfo(id).label : t("Automatic") };
}

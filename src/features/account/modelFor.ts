import type { Client, RequestOptions } from "../../api/client.ts";
import { ApiError } from "../../api/errors.ts";
import type { Catalog, ModelTask } from "../../api/models/catalog.ts";
import { chosenModel } from "../../host/config.ts";

/** See `Connection.modelFor`. */
export async function modelFor(
  client: Client,
  catalog: Catalog,
  task: ModelTask,
  options?: RequestOptions,
): Promise<string> {
  const chosen = chosenModel(task);
  if (chosen !== undefined) return chosen;
  if (task === "edit") return modelFor(client, catalog, "chat", options);
  const preset = catalog.defaultModel(client.endpoint, task);
  if (preset !== undefined) return preset;
  const chat = chosenModel("chat");
  if (chat !== undefined && task !== "vision") return chat;
  const listed = await listedBy(client, chat !== undefined, options);
  const [first] = chat === undefined ? listed : [chat, ...listed];
  if (first === undefined) throw new ApiError("model-unknown", { host: new URL(client.endpoint.baseUrl).host });
  return task === "vision" ? (firstWithEyes([first, ...listed], catalog) ?? first) : first;
}

/** `optional`: a server without a list is no obstacle, since there is a model that the user chose. */
async function listedBy(client: Client, optional: boolean, options?: RequestOptions): Promise<readonly string[]> {
  try {
    return await client.models(options);
  } catch (error) {
    if (optional && !options?.signal?.aborted) return [];
    throw error;
  }
}

/** Of a model that is not in the catalogue nobody knows whether it sees. */
function firstWithEyes(ids: readonly string[], catalog: Catalog): string | undefined {
  return ids.find((id) => {
    const { known, input } = catalog.modelInfo(id);
    return known && input.includes("image");
  });
}

import { imageModel } from "../media/imageCatalog.ts";
import { ocrModel } from "../media/ocrModel.ts";
import type { Catalog } from "./catalog.ts";

/** US dollars on z.ai: per million tokens, and per picture. What is absent is not known. */
export interface ModelPrices {
  readonly input?: number | undefined;
  readonly cachedInput?: number | undefined;
  readonly output?: number | undefined;
  readonly picture?: number | undefined;
}

/** What a model of any kind costs on z.ai (data of `catalogDate` and of the user's catalogue). Empty for an unknown one. */
export function modelPrices(catalog: Catalog, id: string): ModelPrices {
  if (id === ocrModel.id) return ocrModel.price;
  return { ...catalog.modelInfo(id).price, picture: imageModel(id)?.price };
}

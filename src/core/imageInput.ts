import type { ImageModel, SizeProblem } from "../api/media/imageCatalog.ts";
import type { Translate } from "./services.ts";

export const maxPromptLength = 1000;

/** Characters as a person counts them for a limit: code points without the space around. */
export function promptLength(prompt: string): number {
  return Array.from(prompt.trim()).length;
}

/** Why a prompt cannot be sent. Undefined when it can. */
export function promptProblem(prompt: string, t: Translate): string | undefined {
  const length = promptLength(prompt);
  if (length === 0) return t("Describe the picture in a few words.");
  if (length > maxPromptLength) {
    return t("The description has {0} characters; at most {1} are possible. Shorten it.", length, maxPromptLength);
  }
  return undefined;
}

/** A size as people write it ("1024 x 768", "1024×768", "1024*768") in the form of the service: "1024x768". */
export function parseSize(typed: string): string | undefined {
  const match = /^\s*(\d{1,5})\s*[x×*✕]\s*(\d{1,5})\s*(px)?\s*$/i.exec(typed.normalize("NFKC"));
  return match ? `${Number(match[1])}x${Number(match[2])}` : undefined;
}

export type Shape = "square" | "landscape" | "portrait";

export function shapeOf(size: string): Shape | undefined {
  const [width, height] = size.split("x").map(Number);
  if (width === undefined || height === undefined || Number.isNaN(width + height)) return undefined;
  return width === height ? "square" : width > height ? "landscape" : "portrait";
}

/** Why a model refuses a size, in words that say which one it takes. */
export function sizeProblemText(problem: SizeProblem, model: ImageModel, t: Translate): string {
  const { label, sideMin, sideMax, multiple, maxPixels } = model;
  const words: Record<SizeProblem, () => string> = {
    format: () => t("Type width x height in pixels, for example {0}.", model.sizes[0] ?? "1024x1024"),
    side: () => t("{0} takes sides from {1} to {2} pixels.", label, sideMin, sideMax),
    multiple: () => t("{0} takes sides that can be divided by {1}.", label, multiple),
    pixels: () => t("{0} takes at most {1} pixels in all. Make one side shorter.", label, maxPixels),
  };
  return words[problem]();
}

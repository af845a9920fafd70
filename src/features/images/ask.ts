import { imageModel, imageModelsOn, imageSizeProblem, type ImageModel } from "../../api/media/imageCatalog.ts";
import type { ImageRequest } from "../../api/media/images.ts";
import type { PlatformId } from "../../api/platforms.ts";
import {
  maxPromptLength,
  parseSize,
  promptLength,
  promptProblem,
  shapeOf,
  sizeProblemText,
} from "../../core/imageInput.ts";
import { t } from "../../host/l10n.ts";
import { askChoice, askText, type Answer, type PickItem, type Step } from "../../host/quickSteps.ts";
import type { Draft, Memory } from "./index.ts";

const keys = { model: "glm.images.model", size: "glm.images.size" } as const;

/** A model of which nothing but its id is known draws in the size that it likes, or in one that is typed. */
type DrawingModel = ImageModel | { readonly id: string; readonly label: string; readonly sizes: readonly [] };

/** A step's place among all, which are two where the model is settled. */
type Heading = (step: "prompt" | "model" | "size") => Step;

/**
 * Prompt, model and size as three steps with a way back; `settled` is the model of the settings, which is then not asked for.
 * Undefined when the user left; the draft keeps what was typed.
 */
export async function askForImage(
  platform: PlatformId,
  draft: Draft,
  memory: Memory,
  settled: string | undefined,
): Promise<ImageRequest | undefined> {
  const models = imageModelsOn(platform);
  let model: DrawingModel | undefined =
    settled === undefined
      ? (models.find(({ id }) => id === memory.get(keys.model)) ?? models[0])
      : (imageModel(settled) ?? { id: settled, label: settled, sizes: [] });
  const steps = settled === undefined ? (["prompt", "model", "size"] as const) : (["prompt", "size"] as const);
  const heading: Heading = (name) => ({
    title: t("Generate image"),
    step: steps.findIndex((each) => each === name) + 1,
    of: steps.length,
  });
  let at = 0;
  while (model) {
    const step = steps[at];
    if (step === "prompt") {
      const answer = await askPrompt(draft, heading);
      if (typeof answer === "string") return undefined;
      draft.prompt = answer.value;
      at++;
    } else if (step === "model") {
      const answer: Answer<ImageModel> = await askModel(models, model, platform, heading);
      if (answer === "left") return undefined;
      if (answer !== "back") model = answer.value;
      at += answer === "back" ? -1 : 1;
    } else {
      const answer = await askSize(model, memory.get(keys.size), heading);
      if (answer === "left") return undefined;
      if (answer !== "back") {
        if (settled === undefined) memory.set(keys.model, model.id);
        if (answer.value !== "") memory.set(keys.size, answer.value);
        return { model: model.id, prompt: draft.prompt.trim(), size: answer.value === "" ? undefined : answer.value };
      }
      at--;
    }
  }
  return undefined;
}

function askPrompt(draft: Draft, heading: Heading): Promise<Answer<string>> {
  return askText({
    ...heading("prompt"),
    value: draft.prompt,
    placeholder: t("A paper boat on a calm sea at dawn, watercolour"),
    prompt: (value) => t("What should the picture show? {0} of {1} characters", promptLength(value), maxPromptLength),
    problem: (value) => promptProblem(value, t),
    onChange: (value) => {
      draft.prompt = value;
    },
  });
}

function askModel(
  models: readonly ImageModel[],
  active: DrawingModel,
  platform: PlatformId,
  heading: Heading,
): Promise<Answer<ImageModel>> {
  return askChoice({
    ...heading("model"),
    placeholder: t("Choose a model"),
    active: models.find(({ id }) => id === active.id),
    items: models.map((model) => ({
      label: model.label,
      description: model.id,
      ...priceOf(model, platform),
      value: model,
    })),
  });
}

/** BigModel bills in yuan at prices we do not know, and a custom server says nothing about its own. */
function priceOf({ price }: ImageModel, platform: PlatformId): { detail?: string } {
  if (price === undefined || (platform !== "zai" && platform !== "zai-coding")) return {};
  return { detail: t("${0} per image", price) };
}

function describe(size: string): { description?: string } {
  const shape = shapeOf(size);
  if (shape === undefined) return {};
  const words = { square: t("Square"), landscape: t("Landscape"), portrait: t("Portrait") };
  return { description: words[shape] };
}

const custom = "custom";

/** Presets, the custom size used last if this model takes it, and a way to type one. */
async function askSize(model: DrawingModel, remembered: unknown, heading: Heading): Promise<Answer<string>> {
  const last = typeof remembered === "string" && !imageSizeProblem(model.id, remembered) ? remembered : undefined;
  const sizes = [...new Set(last === undefined ? model.sizes : [...model.sizes, last])];
  const items: PickItem<string>[] = sizes.map((size) => ({ label: size, ...describe(size), value: size }));
  if (model.sizes.length === 0) items.unshift({ label: t("The model's own size"), value: "" });
  items.push({ label: t("Custom size…"), value: custom });
  let active = last ?? model.sizes[0];
  let typed = last ?? model.sizes[0] ?? "";
  for (;;) {
    const answer = await askChoice({
      ...heading("size"),
      placeholder: t("Choose a size for {0}", model.label),
      items,
      active,
    });
    if (typeof answer === "string" || answer.value !== custom) return answer;
    const own = await askOwnSize(model, typed, heading, (value) => {
      typed = value;
    });
    if (own !== "back") return own;
    active = custom;
  }
}

async function askOwnSize(
  model: DrawingModel,
  value: string,
  heading: Heading,
  onChange: (value: string) => void,
): Promise<Answer<string>> {
  const problem = (typed: string) => {
    const found = imageSizeProblem(model.id, parseSize(typed) ?? "");
    return (
      found &&
      ("sideMin" in model
        ? sizeProblemText(found, model, t)
        : t("Type width x height in pixels, for example {0}.", "1024x1024"))
    );
  };
  const answer = await askText({
    ...heading("size"),
    value,
    placeholder: model.sizes[0] ?? "1024x1024",
    prompt: () =>
      "sideMin" in model
        ? t(
            "Width x height in pixels: sides from {0} to {1}, divisible by {2}",
            model.sideMin,
            model.sideMax,
            model.multiple,
          )
        : t("Width x height in pixels"),
    problem,
    onChange,
  });
  return typeof answer === "string" ? answer : { value: parseSize(answer.value) ?? "" };
}
